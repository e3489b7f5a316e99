import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { refuse } from "../lib/invalid";
import { retentionProblems } from "../lib/logRetention";
import { capacityProblems, type ClusterCapacity, type NfsMount } from "./capacity";
import { Instances } from "./instances";
import { type Architecture, assumptionOf } from "./instanceTypes";
import { localCachePath, sharedFilesPath } from "./userData";

export interface ClusterArgs {
  readonly network: {
    readonly vpcId: pulumi.Input<string>;
    readonly applicationSubnetIds: readonly pulumi.Input<string>[];
  };
  readonly capacity: ClusterCapacity;
  /** Mounted on every instance; EC2 only. EFS needs nothing here: ECS mounts it for each task. */
  readonly nfsMount?: NfsMount;
  /** Default "enhanced": metrics per task and container. It is charged per metric; "disabled" is free. */
  readonly containerInsights?: "enhanced" | "enabled" | "disabled";
  /** Encrypts the log of `aws ecs execute-command` sessions, and the sessions. */
  readonly kmsKeyArn: pulumi.Input<string>;
  readonly logRetentionDays: number;
  /** Put on the instances and their volumes, which the provider's defaultTags do not reach. */
  readonly instanceTags?: Readonly<Record<string, string>>;
}

/**
 * An ECS cluster with its capacity: EC2 instances over all application subnets, or Fargate.
 *
 * *Cost.* EC2: the instances, of which a fifth idles by default, and Container Insights. Fargate: per task and second.
 * *Failure.* The loss of a zone takes that zone's instances; the Auto Scaling group makes new ones in the others, so keep
 * `maxInstances` high enough for the whole load in the zones that are left.
 *
 * @example
 * new Cluster("cluster", {
 *   network,
 *   capacity: { kind: "ec2", instanceTypes: ["m7g.xlarge"], minInstances: 3, maxInstances: 12 },
 *   kmsKeyArn: key.arn,
 *   logRetentionDays: 90,
 * });
 */
export class Cluster extends pulumi.ComponentResource {
  readonly clusterArn: pulumi.Output<string>;
  readonly clusterName: pulumi.Output<string>;
  readonly launchKind: "ec2" | "fargate";
  readonly architecture: Architecture;
  /** For services' capacity provider strategy. It is there only once the cluster knows the provider. */
  readonly capacityProviderName: pulumi.Output<string>;
  /** The log group of `aws ecs execute-command` sessions. */
  readonly execLogGroupArn: pulumi.Output<string>;
  readonly autoScalingGroupName: pulumi.Output<string> | undefined;
  readonly instanceSecurityGroupId: pulumi.Output<string> | undefined;
  readonly instanceRoleArn: pulumi.Output<string> | undefined;
  /** Folder of every instance for Moodle's local cache; none on Fargate. */
  readonly localCacheHostPath: string | undefined;
  /** Where the NFS export is mounted on every instance. */
  readonly sharedFilesHostPath: string | undefined;

  constructor(name: string, args: ClusterArgs, opts?: pulumi.ComponentResourceOptions) {
    super("moodle:cluster:Cluster", name, {}, opts);
    refuse(this, [
      ...capacityProblems(args.capacity, args.nfsMount !== undefined),
      ...retentionProblems("logRetentionDays", args.logRetentionDays),
    ]);
    const assumed = args.capacity.kind === "ec2" ? assumptionOf(args.capacity.instanceTypes[0]) : undefined;
    if (assumed !== undefined) {
      void pulumi.log.warn(assumed, this);
    }
    const child = { parent: this };

    const execLog = new aws.cloudwatch.LogGroup(
      `${name}-exec`,
      { retentionInDays: args.logRetentionDays, kmsKeyId: args.kmsKeyArn },
      child,
    );
    const cluster = new aws.ecs.Cluster(
      `${name}-ecs`,
      {
        // Values: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ClusterSetting.html
        settings: [{ name: "containerInsights", value: args.containerInsights ?? "enhanced" }],
        configuration: {
          // https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-exec.html#ecs-exec-logging
          executeCommandConfiguration: {
            kmsKeyId: args.kmsKeyArn,
            logging: "OVERRIDE",
            logConfiguration: { cloudWatchLogGroupName: execLog.name, cloudWatchEncryptionEnabled: true },
          },
        },
      },
      child,
    );

    const instances =
      args.capacity.kind === "ec2"
        ? new Instances(
            name,
            {
              network: args.network,
              clusterName: cluster.name,
              clusterArn: cluster.arn,
              capacity: args.capacity,
              nfsMount: args.nfsMount,
              tags: args.instanceTags ?? {},
            },
            child,
          )
        : undefined;

    const provider = instances?.capacityProviderName ?? fargateProvider(args.capacity);
    const association = new aws.ecs.ClusterCapacityProviders(
      `${name}-providers`,
      {
        clusterName: cluster.name,
        capacityProviders: [provider],
        defaultCapacityProviderStrategies: [{ capacityProvider: provider, weight: 1, base: 0 }],
      },
      child,
    );

    this.clusterArn = cluster.arn;
    this.clusterName = cluster.name;
    this.launchKind = args.capacity.kind;
    this.architecture = args.capacity.architecture ?? "arm64";
    // Read from the association, so that a service waits for it when made and goes before it when destroyed.
    this.capacityProviderName = association.capacityProviders.apply((names) => names?.[0] ?? "");
    this.execLogGroupArn = execLog.arn;
    this.autoScalingGroupName = instances?.autoScalingGroupName;
    this.instanceSecurityGroupId = instances?.securityGroupId;
    this.instanceRoleArn = instances?.roleArn;
    this.localCacheHostPath = instances && localCachePath;
    this.sharedFilesHostPath = args.nfsMount && sharedFilesPath;
    this.registerOutputs({
      clusterArn: this.clusterArn,
      clusterName: this.clusterName,
      launchKind: this.launchKind,
      architecture: this.architecture,
      capacityProviderName: this.capacityProviderName,
      execLogGroupArn: this.execLogGroupArn,
      autoScalingGroupName: this.autoScalingGroupName,
      instanceSecurityGroupId: this.instanceSecurityGroupId,
      instanceRoleArn: this.instanceRoleArn,
      localCacheHostPath: this.localCacheHostPath,
      sharedFilesHostPath: this.sharedFilesHostPath,
    });
  }
}

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-capacity-providers.html (both also on arm64). */
function fargateProvider(capacity: ClusterCapacity): string {
  return capacity.kind === "fargate" && (capacity.spot ?? false) ? "FARGATE_SPOT" : "FARGATE";
}
