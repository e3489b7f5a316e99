import * as pulumi from "@pulumi/pulumi";

import { RedirectCdn } from "../components/cdn/redirectCdn";
import { Certificate } from "../components/certificate/certificate";
import { type PrivateBucket } from "../components/storage/bucket";
import { handmade } from "./handmade";
import { type Settings } from "./settings/settings";

/** Old host names with CloudFront in front. */
export function buildRedirects(
  { environment, domain, dns, edge }: Settings,
  { logs, webAclArn }: { readonly logs: PrivateBucket; readonly webAclArn: pulumi.Output<string> },
  global: pulumi.ComponentResourceOptions,
): pulumi.Output<string> | undefined {
  const [first, ...furtherDomains] = dns.redirectHosts;
  if (first === undefined || edge.kind !== "cloudfront") {
    return undefined;
  }
  const hostedZoneId = dns.kind === "route53" ? dns.hostedZoneId : undefined;
  const names = { domain: first, furtherDomains, hostedZoneId };
  const certificateArn =
    hostedZoneId === undefined
      ? handmade(dns, "redirectCertificateArn")
      : new Certificate(`${environment}-redirect-certificate`, { ...names, hostedZoneId }, global).arn;
  return new RedirectCdn(
    `${environment}-redirect`,
    { ...names, target: domain, certificateArn, webAclArn, priceClass: edge.priceClass, accessLogsBucketArn: logs.arn },
    { ...global, dependsOn: logs },
  ).distributionDomainName;
}
