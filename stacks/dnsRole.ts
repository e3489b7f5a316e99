import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Settings } from "./settings/settings";

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html */
const longestSessionName = 64;

/**
 * Writes each DNS record by the provider of the zone's account: the site's address, old host names, the validation of
 * certificates, and the keys of mail. It uses a transform of the whole stack, so no component can forget it.
 *
 * Call it before any resource is made.
 *
 * @returns That provider; undefined where the zone is in this account.
 */
export function applyDnsRole(
  { dns, environment }: Settings,
  args: Pick<aws.ProviderArgs, "region" | "defaultTags">,
): aws.Provider | undefined {
  if (dns.kind !== "route53" || dns.roleArn === undefined) {
    return undefined;
  }
  const provider = new aws.Provider("dns", {
    ...args,
    assumeRoles: [{ roleArn: dns.roleArn, sessionName: `moodle-${environment}`.slice(0, longestSessionName) }],
  });
  pulumi.runtime.registerResourceTransform(({ type, props, opts }) =>
    type === "aws:route53/record:Record" ? { props, opts: { ...opts, provider } } : undefined,
  );
  return provider;
}
