import * as pulumi from "@pulumi/pulumi";
import type { InterfaceEndpointService } from "../components/network/interfaceEndpoints";
import * as network from "../components/network/network";

export interface NetworkArgs {
  /** A private block of /16 to /21, e.g. "10.20.0.0/16". It can never change afterwards. */
  cidr: string;
  /** Such as "eu-west-2". */
  region: string;
  /** Two to four zones by name, such as "eu-west-2a". */
  availabilityZones: string[];
  /** "per-zone", "single" or "none". *Cost*: an hourly price per gateway and a price per gigabyte. Default: "per-zone". */
  natGateways?: string;
  /** Services such as "ecr.api" with an endpoint of their own. Default: none, and the essential ones without a way out. */
  interfaceEndpoints?: string[];
  /** Days of flow logs. Default: 90. */
  flowLogRetentionDays?: number;
  /** Encrypts the flow logs. Its policy must allow CloudWatch Logs. Default: a key that AWS owns. */
  kmsKeyArn?: pulumi.Input<string>;
}

/** A VPC with a public, an application and a data subnet in every zone. Lists have one item a zone, in the order given. */
export class Network extends pulumi.ComponentResource {
  readonly vpcId: pulumi.Output<string>;
  /** Only these can be reached from the internet. */
  readonly publicSubnetIds: pulumi.Output<string[]>;
  /** Reach the internet through NAT gateways. */
  readonly applicationSubnetIds: pulumi.Output<string[]>;
  /** Have routes to the VPC and S3 alone. */
  readonly dataSubnetIds: pulumi.Output<string[]>;
  /** Public source addresses of tasks. */
  readonly natPublicIps: pulumi.Output<string[]>;

  constructor(name: string, args: NetworkArgs, opts?: pulumi.ComponentResourceOptions) {
    super("moodle-on-aws-components:index:Network", name, {}, opts);
    const made = new network.Network(
      name,
      {
        ...args,
        // Both are checked by the component.
        natGateways: args.natGateways as network.NetworkArgs["natGateways"],
        interfaceEndpoints: args.interfaceEndpoints as readonly InterfaceEndpointService[] | undefined,
      },
      { parent: this },
    );
    this.vpcId = made.vpcId;
    this.publicSubnetIds = pulumi.all(made.publicSubnetIds);
    this.applicationSubnetIds = pulumi.all(made.applicationSubnetIds);
    this.dataSubnetIds = pulumi.all(made.dataSubnetIds);
    this.natPublicIps = pulumi.all(made.natPublicIps);
    this.registerOutputs();
  }
}
