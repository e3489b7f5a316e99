/**
 * Zone ids in which a VPC origin's load balancer cannot be. An id means the same place in every account; a name such as
 * us-east-1e does not.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-vpc-origins.html#vpc-origins-supported-regions
 */
const unsupported: ReadonlySet<string> = new Set(["use1-az3", "usw1-az2", "apne1-az3", "cac1-az3"]);

/** Whether a VPC origin can reach a load balancer in the zone with this id, such as `euw2-az1`. */
export function supportsVpcOrigins(zoneId: string): boolean {
  return !unsupported.has(zoneId);
}
