import * as pulumi from "@pulumi/pulumi";
import * as cluster from "../components/cluster/cluster";
import { onePerZone } from "./lists";

export interface ClusterArgs {
  vpcId: pulumi.Input<string>;
  /** Two to four zones by name, such as "eu-west-2a". */
  availabilityZones: string[];
  /** One subnet a zone, in the order of the zones, as a Network's `applicationSubnetIds`. */
  applicationSubnetIds: pulumi.Input<pulumi.Input<string>[]>;
  /** EC2 instances of this type, such as "m7g.xlarge". Default: Fargate. */
  instanceType?: string;
  /** Needed with `instanceType`. */
  minInstances?: number;
  /** Needed with `instanceType`. Enough for the whole load in the zones that are left. */
  maxInstances?: number;
  /** Encrypts the sessions of `aws ecs execute-command` and their log. */
  kmsKeyArn: pulumi.Input<string>;
  /** Default: 90. */
  logRetentionDays?: number;
}

/** An ECS cluster with its capacity: EC2 instances over all application subnets, or Fargate. */
export class Cluster extends pulumi.ComponentResource {
  readonly clusterArn: pulumi.Output<string>;
  readonly clusterName: pulumi.Output<string>;
  readonly capacityProviderName: pulumi.Output<string>;

  constructor(name: string, args: ClusterArgs, opts?: pulumi.ComponentResourceOptions) {
    super("moodle-on-aws-components:index:Cluster", name, {}, opts);
    const { vpcId, availabilityZones, applicationSubnetIds, kmsKeyArn, instanceType, minInstances, maxInstances } =
      args;
    const made = new cluster.Cluster(
      name,
      {
        network: { vpcId, applicationSubnetIds: onePerZone(applicationSubnetIds, availabilityZones) },
        capacity:
          instanceType === undefined
            ? { kind: "fargate" }
            : {
                kind: "ec2",
                instanceTypes: [instanceType],
                minInstances: minInstances!,
                maxInstances: maxInstances!,
              },
        kmsKeyArn,
        logRetentionDays: args.logRetentionDays ?? 90,
      },
      { parent: this },
    );
    this.clusterArn = made.clusterArn;
    this.clusterName = made.clusterName;
    this.capacityProviderName = made.capacityProviderName;
    this.registerOutputs();
  }
}
