import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { waits } from "../lib/waits";
import { connect } from "../lib/connection";
import { type Ec2Capacity, ec2Defaults, minStep, type NfsMount } from "./capacity";
import { refreshPreferences, scheduleReplacement } from "./instanceReplacement";
import { refuseUnfitInstances } from "./instanceChange";
import { instanceRole } from "./instanceRole";
import type { Architecture } from "./instanceTypes";
import { userData } from "./userData";

export interface InstancesArgs {
  readonly network: {
    readonly vpcId: pulumi.Input<string>;
    readonly applicationSubnetIds: readonly pulumi.Input<string>[];
  };
  readonly clusterName: pulumi.Input<string>;
  readonly clusterArn: pulumi.Input<string>;
  readonly capacity: Ec2Capacity;
  readonly nfsMount?: NfsMount;
  readonly tags: Readonly<Record<string, string>>;
}

/**
 * The launch template's image: EC2 reads the parameter at every launch, so a new instance has the newest patched AMI
 * with no change to this program. Names:
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/retrieve-ecs-optimized_AMI.html, and the form:
 * https://docs.aws.amazon.com/autoscaling/ec2/userguide/using-systems-manager-parameters.html. The user who runs
 * `pulumi up` needs ssm:GetParameters on it.
 */
export function amiParameter(architecture: Architecture): string {
  const folder = architecture === "arm64" ? "arm64/" : "";
  return `resolve:ssm:/aws/service/ecs/optimized-ami/amazon-linux-2023/${folder}recommended/image_id`;
}

// 30 days, well above the weekly replacement: a backstop for instances that no longer are protected from scale-in. At
// least one day: https://docs.aws.amazon.com/autoscaling/ec2/userguide/asg-max-instance-lifetime.html
const maxInstanceLifetimeSeconds = 30 * 24 * 3600;

/**
 * The container instances of a cluster: launch template, Auto Scaling group and capacity provider.
 *
 * *Destroy.* ECS never removes the scale-in protection (https://github.com/aws/containers-roadmap/issues/2862), which
 * leaves CloudFormation and older Terraform stacks stuck. The provider's own delete clears it, sets the group to zero
 * and waits for the instances to go, but only with `forceDelete` off, so it stays off. The order is right by itself:
 * services, the cluster's default strategy, capacity provider, group, launch template, cluster.
 *
 * With managed draining ECS also puts the hook `ecs-managed-draining-termination-hook` on the group, which outlives the capacity
 * provider. Nobody answers it then, so that instances stay in `Terminating:Wait` for up to an hour, and then go. The time to
 * wait is longer than that (lib/waits.ts); docs/removing.md has the command that shortens it.
 */
export class Instances extends pulumi.ComponentResource {
  readonly capacityProviderName: pulumi.Output<string>;
  readonly autoScalingGroupName: pulumi.Output<string>;
  readonly securityGroupId: pulumi.Output<string>;
  readonly roleArn: pulumi.Output<string>;

  constructor(name: string, args: InstancesArgs, opts: pulumi.ComponentResourceOptions) {
    super("moodle:cluster:Instances", name, {}, opts);
    const { capacity } = args;
    const warmup = capacity.instanceWarmupSeconds ?? ec2Defaults.instanceWarmupSeconds;
    const child = { parent: this };

    const role = instanceRole(name, args.clusterArn, child);
    const securityGroupId = securityGroup(name, args, child);
    const template = launchTemplate(name, args, role.profileArn, securityGroupId, child);

    const group = new aws.autoscaling.Group(
      `${name}-group`,
      {
        vpcZoneIdentifiers: [...args.network.applicationSubnetIds],
        minSize: capacity.minInstances,
        maxSize: capacity.maxInstances,
        launchTemplate: { id: template.id, version: template.latestVersion.apply(String) },
        // Both are needed by managed termination protection:
        // https://docs.aws.amazon.com/AmazonECS/latest/developerguide/managed-termination-protection.html
        protectFromScaleIn: true,
        tags: [
          // ECS adds this tag to a group that it scales; written down, it is no difference at the next update.
          { key: "AmazonECSManaged", value: "true", propagateAtLaunch: true },
          { key: "Name", value: name, propagateAtLaunch: true },
          // The provider's defaultTags reach neither a group nor what it launches.
          ...Object.entries(args.tags).map(([key, value]) => ({ key, value, propagateAtLaunch: true })),
        ],
        healthCheckType: "EC2",
        maxInstanceLifetime: maxInstanceLifetimeSeconds,
        // Replacements start the new instance before they drain the old one.
        instanceMaintenancePolicy: { minHealthyPercentage: 100, maxHealthyPercentage: 110 },
        instanceRefresh: {
          strategy: "Rolling",
          preferences: { ...refreshPreferences, instanceWarmup: String(warmup) },
        },
        enabledMetrics: ["GroupDesiredCapacity", "GroupInServiceInstances", "GroupMaxSize"],
        ...(capacity.warmPool && {
          // The same number twice sets an absolute size. minSize alone is a floor, under which AWS keeps the difference
          // between maxSize and the desired capacity:
          // https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_PutWarmPool.html No reuse on scale-in: ECS
          // does not support instances that return to the pool
          // (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/using-warm-pool.html).
          warmPool: {
            poolState: "Stopped",
            minSize: capacity.warmPool.size,
            maxGroupPreparedCapacity: capacity.warmPool.size,
          },
          forceDeleteWarmPool: true,
        }),
      },
      // ECS decides the number of instances; an update must not reset it.
      {
        ...child,
        customTimeouts: waits.instances,
        ignoreChanges: ["desiredCapacity", ...(capacity.scheduled === true ? ["minSize"] : [])],
      },
    );

    const provider = new aws.ecs.CapacityProvider(
      `${name}-capacity`,
      {
        autoScalingGroupProvider: {
          autoScalingGroupArn: group.arn,
          managedDraining: "ENABLED",
          managedTerminationProtection: "ENABLED",
          managedScaling: {
            status: "ENABLED",
            targetCapacity: capacity.targetCapacityPercent ?? ec2Defaults.targetCapacityPercent,
            instanceWarmupPeriod: warmup,
            minimumScalingStepSize: minStep(capacity),
            maximumScalingStepSize: ec2Defaults.maxStep,
          },
        },
      },
      child,
    );

    const replacement = capacity.replacement ?? ec2Defaults.replacement;
    if (replacement !== "never") {
      const groupArn = group.arn;
      scheduleReplacement(name, { groupName: group.name, groupArn, replacement, instanceWarmupSeconds: warmup }, child);
    }

    this.capacityProviderName = provider.name;
    this.autoScalingGroupName = group.name;
    this.securityGroupId = securityGroupId;
    this.roleArn = role.roleArn;
    this.registerOutputs({
      capacityProviderName: this.capacityProviderName,
      autoScalingGroupName: this.autoScalingGroupName,
      securityGroupId: this.securityGroupId,
      roleArn: this.roleArn,
    });
  }
}

/** Nothing can connect to an instance. It reaches AWS over HTTPS, and the file server. Tasks have groups of their own. */
function securityGroup(name: string, args: InstancesArgs, child: pulumi.CustomResourceOptions): pulumi.Output<string> {
  const group = new aws.ec2.SecurityGroup(
    `${name}-instance-security-group`,
    {
      vpcId: args.network.vpcId,
      description: "Container instances of the cluster",
      tags: { Name: `${name}-instance` },
    },
    child,
  );
  new aws.vpc.SecurityGroupEgressRule(
    `${name}-instance-https`,
    {
      securityGroupId: group.id,
      ipProtocol: "tcp",
      fromPort: 443,
      toPort: 443,
      // ECS, ECR, S3, Systems Manager: public names whose addresses change, or interface endpoints where there are any.
      cidrIpv4: "0.0.0.0/0",
      description: "AWS services",
    },
    child,
  );
  if (args.nfsMount?.securityGroupId !== undefined) {
    const to = args.nfsMount.securityGroupId;
    connect(`${name}-nfs`, { from: group.id, to, port: 2049, description: "Shared files over NFS 4" }, child);
  } else if (args.nfsMount !== undefined) {
    new aws.vpc.SecurityGroupEgressRule(
      `${name}-nfs`,
      {
        securityGroupId: group.id,
        ipProtocol: "tcp",
        fromPort: 2049,
        toPort: 2049,
        // A server given by name: its addresses are unknown here, and its own rules protect it.
        cidrIpv4: "0.0.0.0/0",
        description: "Shared files over NFS 4, on a server made elsewhere",
      },
      child,
    );
  }
  return group.id;
}

function launchTemplate(
  name: string,
  args: InstancesArgs,
  profileArn: pulumi.Input<string>,
  securityGroupId: pulumi.Input<string>,
  child: pulumi.CustomResourceOptions,
): aws.ec2.LaunchTemplate {
  const { capacity, nfsMount } = args;
  const script = pulumi.all([args.clusterName, nfsMount?.host, nfsMount?.export]).apply(([clusterName, host, path]) =>
    userData({
      clusterName,
      ...(nfsMount && { nfs: { host: host ?? "", export: path ?? "", options: nfsMount.options } }),
    }),
  );
  return new aws.ec2.LaunchTemplate(
    `${name}-template`,
    {
      imageId: amiParameter(capacity.architecture ?? "arm64"),
      instanceType: capacity.instanceTypes[0],
      iamInstanceProfile: { arn: profileArn },
      userData: script.apply((text) => Buffer.from(text).toString("base64")),
      metadataOptions: {
        httpEndpoint: "enabled",
        httpTokens: "required",
        // One hop: the agent runs on the host's network and needs no more, and a container is one hop further away. The
        // agent blocks the address for tasks as well (ECS_AWSVPC_BLOCK_IMDS).
        // https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-retrieval.html
        httpPutResponseHopLimit: 1,
      },
      monitoring: { enabled: true },
      networkInterfaces: [
        { associatePublicIpAddress: "false", deleteOnTermination: "true", securityGroups: [securityGroupId] },
      ],
      blockDeviceMappings: [
        {
          // The root device of the AMI: https://github.com/aws/amazon-ecs-ami
          deviceName: "/dev/xvda",
          ebs: {
            volumeType: "gp3",
            volumeSize: capacity.rootVolumeGib ?? ec2Defaults.rootVolumeGib,
            deleteOnTermination: "true",
            // With the account's default EBS key: with a customer-managed one every launch fails until its policy lets
            // the Auto Scaling service-linked role use it, and the disk holds only the image and a cache.
            // https://docs.aws.amazon.com/autoscaling/ec2/userguide/key-policy-requirements-EBS-encryption.html
            encrypted: "true",
          },
        },
      ],
      // The group's own tags reach the instances, and only these their volumes.
      tagSpecifications: [{ resourceType: "volume", tags: { Name: name, ...args.tags } }],
      updateDefaultVersion: true,
    },
    { ...child, hooks: { beforeUpdate: [refuseUnfitInstances(name, args.clusterName, child)] } },
  );
}
