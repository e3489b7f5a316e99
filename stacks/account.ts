import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import { supportsVpcOrigins } from "../components/cdn/vpcOriginZones";
import { awsSays, describeProblem, type Problem } from "../components/lib/invalid";
import { type Providers } from "./providers";
import { type Settings } from "./settings/settings";
import { signsFiles } from "./signedFiles";

/** The account's availability zones by name, such as `eu-west-2a`, with their ids, such as `euw2-az1`. */
export type AccountZones = ReadonlyMap<string, string>;

/** Route 53's answer for the hosted zone that the settings name. */
export interface HostedZone {
  readonly name: string;
  readonly privateZone?: boolean | undefined;
}

/**
 * Compares the settings with facts that only the account knows, before anything is planned: its zone names, and whether
 * a hosted zone answers for the domain.
 *
 * Reads two things, with `ec2:DescribeAvailabilityZones` and `route53:GetHostedZone`.
 *
 * @throws pulumi.RunError that names every mistake at once.
 */
export async function checkAccount(
  settings: Settings,
  { regional, dns: zoneAccount }: Pick<Providers, "regional" | "dns">,
): Promise<void> {
  const { dns } = settings;
  const problems: Problem[] = [];
  const { names, zoneIds } = await aws.getAvailabilityZones({ state: "available" }, { provider: regional });
  problems.push(...availabilityZoneProblems(settings, new Map(names.map((name, i) => [name, zoneIds[i] ?? ""]))));
  if (dns.kind === "route53") {
    problems.push(
      ...(await readZone(dns.hostedZoneId, zoneAccount ?? regional, (zone) => hostedZoneProblems(settings, zone))),
    );
  }
  if (problems.length > 0) {
    throw new pulumi.RunError(
      [
        `The settings of stack "${settings.environment}" do not fit the account; nothing was changed.`,
        ...problems.map((problem) => `  - ${describeProblem(problem)}`),
      ].join("\n"),
    );
  }
}

/** Zones that the account lacks, or that CloudFront's VPC origins cannot reach. */
export function availabilityZoneProblems(
  { network, edge, region, safety }: Pick<Settings, "network" | "edge" | "region" | "safety">,
  account: AccountZones,
): readonly Problem[] {
  const unreachable = (zone: string): boolean =>
    edge.kind === "cloudfront" && !supportsVpcOrigins(account.get(zone) ?? "");
  const good = [...account.keys()].filter((zone) => !unreachable(zone)).sort();
  const wanted = Math.max(network.availabilityZones.length, safety.availabilityZones);
  const instead =
    good.length >= wanted
      ? `Set moodle:network.availabilityZones to [${good.slice(0, wanted).join(", ")}]`
      : `The account has ${good.length} of the ${wanted} zones: choose another moodle:region, or fewer zones where the profile allows it`;
  return network.availabilityZones.flatMap((zone, index) => {
    const path = `moodle:network.availabilityZones[${index}]`;
    const id = account.get(zone);
    if (id === undefined) {
      return [
        { path, given: zone, allowed: `a zone of this account in ${region}: ${good.join(", ")}`, fix: `${instead}.` },
      ];
    }
    return unreachable(zone)
      ? [
          {
            path,
            given: `${zone}, which is ${id} in this account`,
            allowed: `a zone that CloudFront's VPC origins support: ${good.join(", ")}`,
            fix: `${instead}, or use moodle:edge.kind external. A zone cannot be left later without replacing what is in it.`,
          },
        ]
      : [];
  });
}

/** The root zone, whose name is empty without its dot, holds every name. */
const holds = (zone: string, name: string): boolean => zone === "" || name === zone || name.endsWith(`.${zone}`);

/** Problems with names for which the hosted zone cannot hold a record, or which cannot be looked up from outside. */
export function hostedZoneProblems(
  { dns, domain, edge }: Pick<Settings, "dns" | "domain" | "edge">,
  zone: HostedZone,
): readonly Problem[] {
  if (dns.kind !== "route53") {
    return [];
  }
  const files = edge.kind === "cloudfront" && signsFiles({ edge }) ? edge.signedFiles.domain : undefined;
  const zoneName = zone.name.replace(/\.$/, "").toLowerCase();
  const outside = [
    { path: "moodle:domain", given: domain },
    ...(files === undefined ? [] : [{ path: "moodle:edge.signedFiles.domain", given: files }]),
    ...dns.redirectHosts.map((given, index) => ({ path: `moodle:dns.redirectHosts[${index}]`, given })),
  ].filter(({ given }) => !holds(zoneName, given));
  return [
    ...outside.map(({ path, given }) => ({
      path,
      given,
      allowed: `${zoneName} or a name that ends in .${zoneName}, the hosted zone ${dns.hostedZoneId}`,
      fix: "Give the id of the zone that holds the name in moodle:dns.hostedZoneId, or moodle:dns.kind external.",
    })),
    ...(zone.privateZone === true
      ? [
          {
            path: "moodle:dns.hostedZoneId",
            given: `${dns.hostedZoneId}, the private zone ${zoneName}`,
            allowed: "a public hosted zone",
            fix: "A certificate is never issued from a private one: aws route53 list-hosted-zones shows which are public.",
          },
        ]
      : []),
  ];
}

async function readZone(
  zoneId: string,
  provider: aws.Provider,
  problemsOf: (zone: HostedZone) => readonly Problem[],
): Promise<readonly Problem[]> {
  try {
    return problemsOf(await aws.route53.getZone({ zoneId }, { provider }));
  } catch (error) {
    const fix = `${awsSays(error)} aws route53 list-hosted-zones shows the account's.`;
    return [{ path: "moodle:dns.hostedZoneId", given: zoneId, allowed: "a hosted zone of this account", fix }];
  }
}
