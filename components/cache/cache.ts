import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { waits } from "../lib/waits";
import { generatedSecret } from "../lib/generatedSecret";
import { refuse, type Problem } from "../lib/invalid";
import { retentionProblems } from "../lib/logRetention";
import { defaultWindows, windowProblems, type Windows } from "../lib/windows";
import type { Network } from "../network/network";
import {
  defaultEngineVersions,
  engineVersionProblems,
  nodeTypeProblems,
  parameterGroupFamily,
  type Engine,
} from "./engine";

export interface CacheArgs {
  readonly network: Pick<Network, "vpcId" | "dataSubnetIds">;
  /** Content of the cache. Decides what happens when memory is full, see {@link evictionPolicies}. */
  readonly purpose: "sessions" | "application";
  /** @default "valkey" */
  readonly engine?: Engine;
  /** Major and minor. @default the newest listed in engine.ts */
  readonly engineVersion?: string;
  /** *Cost*: per node-hour, times `replicas` + 1. */
  readonly nodeType: string;
  /** Copies beside the primary, 0 to 5. From 1 on they are in other zones and take over within a minute or so. */
  readonly replicas: number;
  /**
   * Days that daily snapshots are kept; 0 makes none. Neither kind of data is worth restoring: the cache is rebuilt
   * from the database, and restored sessions would sign in people again who had signed out. A snapshot also needs
   * memory while it is made. @default 0
   */
  readonly snapshotRetentionDays?: number;
  readonly kmsKeyArn: pulumi.Input<string>;
  /** In UTC. @default a snapshot at 02:00 and maintenance on Sunday at 03:30, outside European teaching hours */
  readonly windows?: Windows;
  /** @default 90 */
  readonly logRetentionDays?: number;
}

/**
 * Eviction policy when memory is full. Moodle's application cache keeps keys without an expiry, and sessions have one.
 * With ElastiCache's default (volatile-lru) and one shared cache only sessions would be evicted: a mass sign-out.
 * - Sessions are never dropped: a full cache refuses writes instead and sign-ins fail, so its memory needs an alarm.
 * - The application cache evicts the least recently used keys; all of them can be rebuilt.
 *   https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/ParameterGroups.Engine.html
 */
export const evictionPolicies = { sessions: "noeviction", application: "allkeys-lru" } as const;

/**
 * One ElastiCache replication group, with TLS and a token, in as many zones as it has nodes. A site has two, since
 * sessions and the application cache need opposite behaviour when full.
 *
 * Cluster mode is off: Moodle takes a host with a comma for a Redis Cluster, uses numbered databases, and a session
 * lock needs one primary. ElastiCache Serverless is always in cluster mode and is no substitute.
 *
 * A failover loses the writes of the last moments, at worst a few sessions.
 */
export class Cache extends pulumi.ComponentResource {
  readonly replicationGroupId: pulumi.Output<string>;
  readonly replicationGroupArn: pulumi.Output<string>;
  /** The nodes, which have the metrics; the first is the primary until a failover. */
  readonly nodeIds: readonly pulumi.Output<string>[];
  /** Host name that always points to the primary. */
  readonly primaryEndpoint: pulumi.Output<string>;
  /** Host name that spreads connections over the replicas. */
  readonly readerEndpoint: pulumi.Output<string>;
  readonly port = 6379;
  /** JSON `{token}`. */
  readonly authSecretArn: pulumi.Output<string>;
  /** Statements that took long, of all nodes. */
  readonly slowLogGroupName: pulumi.Output<string>;
  /** Closed: open a path to it with `connect`. */
  readonly securityGroupId: pulumi.Output<string>;

  constructor(name: string, args: CacheArgs, opts?: pulumi.ComponentResourceOptions) {
    super("moodle:cache:Cache", name, {}, opts);
    const engine = args.engine ?? "valkey";
    const engineVersion = args.engineVersion ?? defaultEngineVersions[engine];
    const windows = args.windows ?? defaultWindows;
    const snapshotRetentionDays = args.snapshotRetentionDays ?? 0;
    const retentionInDays = args.logRetentionDays ?? 90;
    refuse(this, [
      ...problems({ ...args, engine, engineVersion, windows, snapshotRetentionDays }),
      ...retentionProblems("logRetentionDays", retentionInDays),
    ]);
    const child = { parent: this };
    const highlyAvailable = args.replicas > 0;

    const securityGroup = new aws.ec2.SecurityGroup(
      `${name}-security-group`,
      { vpcId: args.network.vpcId, description: "ElastiCache: only the paths that are opened by rules of their own" },
      child,
    );
    const subnetGroup = new aws.elasticache.SubnetGroup(
      `${name}-subnets`,
      { subnetIds: args.network.dataSubnetIds, description: `Subnets of the ${args.purpose} cache` },
      child,
    );
    const parameters = new aws.elasticache.ParameterGroup(
      `${name}-parameters`,
      {
        family: parameterGroupFamily(engine, engineVersion)!,
        description: `Moodle ${args.purpose}`,
        parameters: [{ name: "maxmemory-policy", value: evictionPolicies[args.purpose] }],
      },
      child,
    );
    // 16 to 128 characters: https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/auth.html
    const token = generatedSecret(
      `${name}-token`,
      {
        description: `Token of the ${args.purpose} cache`,
        kmsKeyArn: args.kmsKeyArn,
        length: 64,
        content: (value) => ({ token: value }),
        rotated: true,
      },
      child,
    );
    const slowLog = logGroup(`${name}-slow-log`, retentionInDays, args.kmsKeyArn, child);
    const engineLog = logGroup(`${name}-engine-log`, retentionInDays, args.kmsKeyArn, child);

    const group = new aws.elasticache.ReplicationGroup(
      `${name}-group`,
      {
        description: `Moodle ${args.purpose}`,
        engine,
        engineVersion,
        nodeType: args.nodeType,
        clusterMode: "disabled",
        numCacheClusters: 1 + args.replicas,
        automaticFailoverEnabled: highlyAvailable,
        multiAzEnabled: highlyAvailable,
        port: this.port,
        subnetGroupName: subnetGroup.name,
        securityGroupIds: [securityGroup.id],
        parameterGroupName: parameters.name,
        atRestEncryptionEnabled: true,
        kmsKeyId: args.kmsKeyArn,
        transitEncryptionEnabled: true,
        transitEncryptionMode: "required",
        authToken: token.value,
        // Applies to the first token alone, which the provider does not send. `make rotate` makes the later ones: first
        // beside the old one (ROTATE), and then alone (SET).
        authTokenUpdateStrategy: "ROTATE",
        snapshotRetentionLimit: snapshotRetentionDays,
        snapshotWindow: windows.backup,
        maintenanceWindow: windows.maintenance,
        logDeliveryConfigurations: [
          { logType: "slow-log", logFormat: "json", destinationType: "cloudwatch-logs", destination: slowLog.name },
          { logType: "engine-log", logFormat: "json", destinationType: "cloudwatch-logs", destination: engineLog.name },
        ],
        // The version is written down above; AWS would otherwise move past it and leave a difference in every preview.
        autoMinorVersionUpgrade: false,
        applyImmediately: false,
      },
      // The secret would name a new token minutes before the nodes take it, and tasks that start then are refused.
      { ...child, customTimeouts: waits.cache, ignoreChanges: ["authToken"] },
    );

    this.replicationGroupId = group.id;
    this.replicationGroupArn = group.arn;
    // ElastiCache names nodes like this when cluster mode is off; `memberClusters` is known only once they exist.
    // https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Replication.CreatingReplGroup.html
    this.nodeIds = Array.from(
      { length: 1 + args.replicas },
      (_, index) => pulumi.interpolate`${group.id}-00${index + 1}`,
    );
    this.primaryEndpoint = group.primaryEndpointAddress;
    this.readerEndpoint = group.readerEndpointAddress;
    this.authSecretArn = token.arn;
    this.slowLogGroupName = slowLog.name;
    this.securityGroupId = securityGroup.id;
    this.registerOutputs({
      replicationGroupId: this.replicationGroupId,
      replicationGroupArn: this.replicationGroupArn,
      nodeIds: this.nodeIds,
      primaryEndpoint: this.primaryEndpoint,
      readerEndpoint: this.readerEndpoint,
      port: this.port,
      authSecretArn: this.authSecretArn,
      slowLogGroupName: this.slowLogGroupName,
      securityGroupId: this.securityGroupId,
    });
  }
}

function problems(
  args: CacheArgs & Required<Pick<CacheArgs, "engine" | "engineVersion" | "windows" | "snapshotRetentionDays">>,
): Problem[] {
  const inRange = (value: number, from: number, to: number) => Number.isInteger(value) && value >= from && value <= to;
  const found = [
    ...engineVersionProblems("engineVersion", args.engine, args.engineVersion),
    ...nodeTypeProblems("nodeType", args.nodeType),
    ...windowProblems("windows", args.windows, 60),
  ];
  // https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CreateReplicationGroup.html
  if (!inRange(args.replicas, 0, 5)) {
    const fix = "One replica survives the loss of a zone.";
    found.push({ path: "replicas", given: args.replicas, allowed: "a whole number from 0 to 5", fix });
  }
  if (args.replicas > 0 && args.network.dataSubnetIds.length < 2) {
    found.push({
      path: "network.dataSubnetIds",
      given: args.network.dataSubnetIds.length,
      allowed: "two subnets or more with a replica",
      fix: "Give subnets in two zones, so that the replica is not lost with the primary.",
    });
  }
  if (!inRange(args.snapshotRetentionDays, 0, 35)) {
    const fix = "0 makes no snapshots.";
    const given = args.snapshotRetentionDays;
    found.push({ path: "snapshotRetentionDays", given, allowed: "a whole number from 0 to 35", fix });
  }
  return found;
}

/**
 * A log group that ElastiCache may write to. The prefix keeps it within the resource policy that AWS keeps for all
 * vended logs of an account, which is limited in size
 * (https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/AWS-logs-infrastructure-CWL.html).
 */
function logGroup(
  name: string,
  retentionInDays: number,
  kmsKeyId: pulumi.Input<string>,
  opts: pulumi.CustomResourceOptions,
): aws.cloudwatch.LogGroup {
  return new aws.cloudwatch.LogGroup(
    name,
    { namePrefix: `/aws/vendedlogs/elasticache/${name}-`, retentionInDays, kmsKeyId },
    opts,
  );
}
