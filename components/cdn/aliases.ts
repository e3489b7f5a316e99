import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

/** An alias record costs nothing to look up, and unlike a CNAME may stand at the top of a zone. */
export function createAliases(
  name: string,
  domain: string,
  zoneId: pulumi.Input<string>,
  distribution: aws.cloudfront.Distribution,
  child: pulumi.CustomResourceOptions,
): void {
  for (const type of ["A", "AAAA"]) {
    new aws.route53.Record(
      `${name}-${type.toLowerCase()}`,
      {
        zoneId,
        name: domain,
        type,
        aliases: [{ name: distribution.domainName, zoneId: distribution.hostedZoneId, evaluateTargetHealth: false }],
      },
      child,
    );
  }
}
