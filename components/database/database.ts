import type { DatabaseArgs, DatabaseSource } from "./arguments";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { generatedSecret } from "../lib/generatedSecret";
import { refuse } from "../lib/invalid";
import { defaultWindows } from "../lib/windows";
import { maxConnections } from "./connections";
import { defaultEngineVersion, parameterGroupFamily } from "./engine";
import { announceEvents, enhancedMonitoringRole, insightsRetentionDays, monitoringSeconds } from "./monitoring";
import { clusterParameters, exportedLogs, instanceParameters } from "./parameters";
import { databaseProblems } from "./problems";

/** Tag of a cluster that was made from a backup. */
export const sourceTag = "RestoredFrom";

/** A backup in words, for the tag: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_Tagging.html */
export function describeSource(source: DatabaseSource): string {
  return "snapshotArn" in source ? source.snapshotArn : `${source.clusterIdentifier} at ${source.time}`;
}

/**
 * An Aurora MySQL cluster for Moodle: a writer and readers spread over the zones, TLS only, encrypted, backed up, with
 * its logs in CloudWatch.
 *
 * - The master password is made and rotated by RDS and used only to install. Moodle's own user, `moodle`, has a first
 *   password made here; the SQL user itself is made by the image's `install` role. `make rotate WHAT=database` moves to
 *   another user and back, so that two are good while tasks are replaced.
 * - Clients use `endpoint`, which follows the writer at a failover. Expect 30 to 60 seconds without writes, then error
 *   1290 on connections that were held open: Moodle must not use persistent connections.
 * - The engine is upgraded by changing `engineVersion`, in the maintenance window, and never by AWS on its own.
 */
export class Database extends pulumi.ComponentResource {
  readonly clusterIdentifier: pulumi.Output<string>;
  readonly clusterArn: pulumi.Output<string>;
  readonly instanceIdentifiers: pulumi.Output<string>[];
  /** Host name of the writer. Known once the instances are up, so that its clients can connect. */
  readonly endpoint: pulumi.Output<string>;
  /** Host name that spreads connections over the readers; the writer itself when there are none. */
  readonly readerEndpoint: pulumi.Output<string>;
  readonly port: pulumi.Output<number>;
  readonly databaseName = "moodle";
  /** JSON `{username, password}`, rotated by RDS every seven days. For installation and emergencies. */
  readonly masterSecretArn: pulumi.Output<string>;
  /** JSON `{username, password}` of Moodle's own user, which is another one after each rotation. */
  readonly applicationSecretArn: pulumi.Output<string>;
  /** Closed: open a path to it with `connect`. */
  readonly securityGroupId: pulumi.Output<string>;
  /** Connections that one instance accepts, for the connection budget. */
  readonly maxConnections: number;

  constructor(name: string, args: DatabaseArgs, opts?: pulumi.ComponentResourceOptions) {
    super("moodle:database:Database", name, {}, opts);
    const engineVersion = args.engineVersion ?? defaultEngineVersion;
    const windows = args.windows ?? defaultWindows;
    const insights = args.databaseInsights ?? "standard";
    const retentionInDays = args.logRetentionDays ?? 90;
    refuse(this, databaseProblems({ ...args, engineVersion, windows }));
    const child = { parent: this };
    const { network, capacity, kmsKeyArn } = args;

    const securityGroup = new aws.ec2.SecurityGroup(
      `${name}-security-group`,
      { vpcId: network.vpcId, description: "Aurora MySQL: only the paths that are opened by rules of their own" },
      child,
    );
    const subnetGroup = new aws.rds.SubnetGroup(`${name}-subnets`, { subnetIds: network.dataSubnetIds }, child);
    const clusterGroup = new aws.rds.ClusterParameterGroup(
      `${name}-cluster-parameters`,
      { family: parameterGroupFamily, parameters: [...clusterParameters] },
      child,
    );
    const instanceGroup = new aws.rds.ParameterGroup(
      `${name}-instance-parameters`,
      { family: parameterGroupFamily, parameters: [...instanceParameters] },
      child,
    );

    // The identifier must be known before the cluster exists: the log groups carry it, and so does the final snapshot.
    // A snapshot outlives its cluster, so a fixed name would block the destroy of the next cluster of that name; this
    // suffix is new in each stack and stays the same until the stack is gone. To replace the cluster inside a stack a
    // second time, replace the suffix with it.
    const suffix = new random.RandomString(
      `${name}-suffix`,
      { length: 6, special: false, upper: false, numeric: false },
      child,
    );
    const clusterIdentifier = pulumi.interpolate`${name}-${suffix.result}`;

    // The program makes them, since RDS would make them without encryption and keep them forever.
    const logGroups = exportedLogs.map(
      (log) =>
        new aws.cloudwatch.LogGroup(
          `${name}-${log}-log`,
          {
            name: pulumi.interpolate`/aws/rds/cluster/${clusterIdentifier}/${log}`,
            retentionInDays,
            kmsKeyId: kmsKeyArn,
          },
          child,
        ),
    );
    const monitoring = enhancedMonitoringRole(name, this);

    const cluster = new aws.rds.Cluster(
      `${name}-cluster`,
      {
        clusterIdentifier,
        engine: "aurora-mysql",
        engineVersion,
        allowMajorVersionUpgrade: false,
        ...(capacity.kind === "serverless" && {
          serverlessv2ScalingConfiguration: { minCapacity: capacity.minAcu, maxCapacity: capacity.maxAcu },
        }),
        ...restored(args.source),
        databaseName: this.databaseName,
        masterUsername: "moodleadmin",
        manageMasterUserPassword: true,
        masterUserSecretKmsKeyId: kmsKeyArn,
        // Moodle cannot sign in with IAM tokens.
        iamDatabaseAuthenticationEnabled: false,
        dbSubnetGroupName: subnetGroup.name,
        vpcSecurityGroupIds: [securityGroup.id],
        dbClusterParameterGroupName: clusterGroup.name,
        storageEncrypted: true,
        kmsKeyId: kmsKeyArn,
        backupRetentionPeriod: args.backupRetentionDays,
        preferredBackupWindow: windows.backup,
        preferredMaintenanceWindow: windows.maintenance,
        copyTagsToSnapshot: true,
        // A throw-away database leaves no snapshot, which would cost money and outlive the key that reads it.
        skipFinalSnapshot: !args.deletionProtection,
        finalSnapshotIdentifier: args.deletionProtection ? pulumi.interpolate`${clusterIdentifier}-final` : undefined,
        deletionProtection: args.deletionProtection,
        enabledCloudwatchLogsExports: [...exportedLogs],
        databaseInsightsMode: insights,
        performanceInsightsEnabled: true,
        performanceInsightsKmsKeyId: kmsKeyArn,
        performanceInsightsRetentionPeriod: insightsRetentionDays[insights],
        monitoringInterval: monitoringSeconds,
        monitoringRoleArn: monitoring.role.arn,
        // Changes that need a restart wait for the maintenance window.
        applyImmediately: false,
      },
      {
        ...child,
        dependsOn: [...logGroups, monitoring.attachment],
        // Both would replace the cluster when they are taken away, once it is made.
        ...(args.source === undefined && { ignoreChanges: ["snapshotIdentifier", "restoreToPointInTime"] }),
      },
    );

    // Zones are explicit, one after the other: otherwise AWS may put a reader beside its writer, unseen by a preview.
    // Instances are numbered and not called writer and reader, because a failover swaps the two.
    const instances = Array.from(
      { length: 1 + args.readers },
      (_, index) =>
        new aws.rds.ClusterInstance(
          `${name}-instance-${index + 1}`,
          {
            clusterIdentifier: cluster.id,
            engine: aws.rds.EngineType.AuroraMysql,
            engineVersion: cluster.engineVersion,
            instanceClass: capacity.kind === "serverless" ? "db.serverless" : capacity.instanceClass,
            availabilityZone: network.availabilityZones[index % network.availabilityZones.length],
            // Tier 0 and 1 are promoted first, and in Serverless v2 they grow and shrink with the writer.
            promotionTier: index,
            dbSubnetGroupName: subnetGroup.name,
            dbParameterGroupName: instanceGroup.name,
            publiclyAccessible: false,
            autoMinorVersionUpgrade: false,
            preferredMaintenanceWindow: windows.maintenance,
            monitoringInterval: monitoringSeconds,
            monitoringRoleArn: monitoring.role.arn,
            applyImmediately: false,
          },
          child,
        ),
    );

    const application = generatedSecret(
      `${name}-application`,
      {
        description: "Moodle's database user",
        kmsKeyArn,
        length: 40,
        content: (password) => ({ username: "moodle", password }),
        rotated: true,
      },
      child,
    );
    if (args.signalsTopicArn !== undefined) {
      announceEvents(name, args.signalsTopicArn, cluster, instances, child);
    }

    this.clusterIdentifier = cluster.clusterIdentifier;
    this.clusterArn = cluster.arn;
    this.instanceIdentifiers = instances.map((instance) => instance.identifier);
    const up = pulumi.all(instances.map((instance) => instance.id));
    this.endpoint = pulumi.all([cluster.endpoint, up]).apply(([host]) => host);
    this.readerEndpoint = pulumi.all([cluster.readerEndpoint, up]).apply(([host]) => host);
    this.port = cluster.port;
    this.masterSecretArn = cluster.masterUserSecrets.apply(([secret]) => secret!.secretArn);
    this.applicationSecretArn = application.arn;
    this.securityGroupId = securityGroup.id;
    this.maxConnections = maxConnections(capacity);
    this.registerOutputs({
      clusterIdentifier: this.clusterIdentifier,
      clusterArn: this.clusterArn,
      instanceIdentifiers: this.instanceIdentifiers,
      endpoint: this.endpoint,
      readerEndpoint: this.readerEndpoint,
      port: this.port,
      databaseName: this.databaseName,
      masterSecretArn: this.masterSecretArn,
      applicationSecretArn: this.applicationSecretArn,
      securityGroupId: this.securityGroupId,
      maxConnections: this.maxConnections,
    });
  }
}

/** Arguments of a cluster that is made from a backup. */
function restored(source: DatabaseSource | undefined): Partial<aws.rds.ClusterArgs> {
  if (source === undefined) {
    return {};
  }
  return {
    tags: { [sourceTag]: describeSource(source) },
    ...("snapshotArn" in source
      ? { snapshotIdentifier: source.snapshotArn }
      : {
          restoreToPointInTime: {
            sourceClusterIdentifier: source.clusterIdentifier,
            restoreToTime: source.time,
            // A clone shares its pages with the source and is always of now:
            // https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_RestoreDBClusterToPointInTime.html
            restoreType: "full-copy",
          },
        }),
  };
}
