/** Time that the provider waits for one resource; omitted operations keep the provider's default. */
export interface Waits {
  readonly create?: string;
  readonly update?: string;
  readonly delete?: string;
}

/**
 * Longer waits for resources that may take as long as the AWS provider's default or longer. An update that gives up
 * leaves the resource half made, and the next one has to repair it.
 *
 * Checked and left at their defaults, since the provider waits far longer than AWS takes: Aurora cluster (120 minutes)
 * and instances (90), distribution (90), load balancer (10 for 2 to 5), NAT gateway (10, 30 to delete), mount targets
 * (30), security groups (15 to delete), subnets and internet gateway (20 to delete).
 */
export const waits = {
  /**
   * AWS: "up to 15 minutes", for which the provider waits 15.
   * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-vpc-origins.html
   */
  vpcOrigin: { create: "45m", update: "45m", delete: "45m" },
  /**
   * AWS: "up to 30 minutes" once the record is seen. The provider would wait 75, which is too long to find that the domain's
   * registrar does not point to the zone.
   * https://docs.aws.amazon.com/acm/latest/userguide/troubleshooting-DNS-validation.html
   */
  certificate: { create: "45m" },
  /**
   * The provider waits 20 minutes for a steady state. Tasks that need new instances and drain for as long as the
   * longest upload take several such rounds.
   */
  service: { create: "45m", update: "60m", delete: "45m" },
  /**
   * The provider waits 10 minutes. Each instance first drains its tasks, which ECS lets take as long as they need. At a destroy
   * instances wait for nobody: ECS no longer answers the hook that it has put on the group, and AWS goes on after an hour.
   * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/managed-instance-draining.html
   */
  instances: { update: "60m", delete: "90m" },
  /** The provider waits 40 minutes for a change. A larger node type copies all keys to new nodes, one after another. */
  cache: { create: "90m", update: "120m", delete: "60m" },
  /**
   * The provider waits 60 minutes. A change of throughput or storage of a full file system fails over twice.
   * https://docs.aws.amazon.com/fsx/latest/OpenZFSGuide/managing-throughput-capacity.html
   */
  openZfs: { create: "90m", update: "180m", delete: "90m" },
} as const satisfies Readonly<Record<string, Waits>>;
