import * as pulumi from "@pulumi/pulumi";

import { type Settings } from "./settings/settings";

/** ARN of a certificate made outside the program; the settings are refused without it. */
export function handmade(
  dns: Settings["dns"],
  key: "loadBalancerCertificateArn" | "viewerCertificateArn" | "redirectCertificateArn",
): string {
  const arn = dns.kind === "external" ? dns[key] : undefined;
  if (arn === undefined) {
    throw new pulumi.RunError(`moodle:dns.${key} is needed, because the domain is not in Route 53 (kind: external).`);
  }
  return arn;
}
