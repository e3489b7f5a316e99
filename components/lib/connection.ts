import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

export interface ConnectionArgs {
  /** Security group of the client. */
  readonly from: pulumi.Input<string>;
  /** Security group of the server. */
  readonly to: pulumi.Input<string>;
  /** First TCP port; the only one unless `toPort` is given. */
  readonly port: number;
  readonly toPort?: number;
  /** Shown in the console beside both rules. */
  readonly description: string;
}

/**
 * Opens one TCP path between two tiers: an egress rule on the client's security group and the matching ingress rule on
 * the server's. Security groups in this program start closed, so every path through the network is one call of this.
 */
export function connect(name: string, args: ConnectionArgs, opts: pulumi.CustomResourceOptions): void {
  const rule = {
    ipProtocol: "tcp",
    fromPort: args.port,
    toPort: args.toPort ?? args.port,
    description: args.description,
  };
  new aws.vpc.SecurityGroupEgressRule(
    `${name}-egress`,
    { ...rule, securityGroupId: args.from, referencedSecurityGroupId: args.to },
    opts,
  );
  new aws.vpc.SecurityGroupIngressRule(
    `${name}-ingress`,
    { ...rule, securityGroupId: args.to, referencedSecurityGroupId: args.from },
    opts,
  );
}
