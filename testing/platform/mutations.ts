import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

type Props = Record<string, any>;

/** One fault planted in a good program, and what the policies must say of it. */
export interface Mutation {
  /** The rules that must report it, exactly. */
  readonly rules: readonly string[];
  /** The fault, in a few words. */
  readonly fault: string;
  /** Logical names of the broken resources, without the environment's prefix. */
  readonly names?: readonly string[];
  /** Type token, where several resources have the name. */
  readonly type?: string;
  /** The properties that differ. `made` finds a resource that was registered before, by name. */
  readonly change?: (props: Props, made: Made, name: string) => Props;
  readonly options?: pulumi.CustomResourceOptions;
  /** Resources that the program should not have. */
  readonly add?: (made: Made) => void;
  /** The stacks that have what is broken, and a rule that forbids it. @default all */
  readonly stacks?: readonly string[];
}

export type Made = (name: string) => any;

const first = (list: readonly unknown[]) => list.slice(0, 1);
const document = (statement: Props) => ({
  policy: JSON.stringify({ Version: "2012-10-17", Statement: [{ Sid: "Mutation", Effect: "Allow", ...statement }] }),
});
const containers = (change: Props) => () => ({
  containerDefinitions: JSON.stringify([
    {
      name: "nginx",
      image: `example.org/moodle@sha256:${"0".repeat(64)}`,
      user: "1000:1000",
      readonlyRootFilesystem: true,
      linuxParameters: { initProcessEnabled: true, capabilities: { drop: ["ALL"] } },
      logConfiguration: { logDriver: "awslogs", options: { "awslogs-group": "moodle" } },
      ...change,
    },
  ]),
});
/** A cached path that the allow list has, as far as this goes. */
const behaviour = { targetOriginId: "site", viewerProtocolPolicy: "redirect-to-https", compress: true };
const methods = { allowedMethods: ["GET", "HEAD"], cachedMethods: ["GET", "HEAD"] };
/**
 * Stacks other than dev, which lacks this part, or is deliberately allowed more than the others
 * (policies/config/dev.json).
 */
const notDev = ["prod", "staging"];

/** By group, in the order of the catalogue. A rule that is missing here fails the completeness test. */
export const mutations: readonly Mutation[] = [
  // network
  {
    rules: ["compute-spans-zones"],
    fault: "the web service runs in one zone",
    names: ["moodle-web-service"],
    change: ({ networkConfiguration }) => ({
      networkConfiguration: { ...networkConfiguration, subnets: first(networkConfiguration.subnets) },
    }),
  },
  {
    rules: ["data-subnets-isolated"],
    fault: "a data subnet gets the routes of the application tier",
    names: ["network-data-a-routing"],
    change: (_, made) => ({ routeTableId: made("network-application-a-routes").id }),
  },
  {
    rules: ["default-security-group-closed"],
    fault: "the default security group admits its members",
    names: ["network-default"],
    change: () => ({ ingress: [{ protocol: "-1", fromPort: 0, toPort: 0, self: true }] }),
  },
  {
    rules: ["internal-load-balancers"],
    fault: "the load balancer faces the internet",
    names: ["lb-alb"],
    change: () => ({ internal: false }),
    stacks: notDev,
  },
  {
    rules: ["load-balancers-span-zones"],
    fault: "the load balancer stands in one zone",
    names: ["lb-alb"],
    change: ({ subnets }) => ({ subnets: first(subnets) }),
  },
  {
    rules: ["nat-gateways-span-zones"],
    fault: "two NAT gateways share a zone",
    names: ["network-nat-b"],
    change: (_, made) => ({ subnetId: made("network-public-a").id }),
    stacks: ["prod"],
  },
  {
    rules: ["no-open-ingress"],
    fault: "the database's port is open to the world",
    names: ["moodle-database-ingress"],
    change: () => ({ referencedSecurityGroupId: undefined, cidrIpv4: "0.0.0.0/0" }),
  },
  {
    rules: ["no-public-addresses"],
    fault: "cron's task gets a public address",
    names: ["moodle-cron-service"],
    change: ({ networkConfiguration }) => ({ networkConfiguration: { ...networkConfiguration, assignPublicIp: true } }),
  },
  {
    rules: ["subnet-groups-span-zones"],
    fault: "the sessions cache has subnets in one zone",
    names: ["sessions-subnets"],
    change: ({ subnetIds }) => ({ subnetIds: first(subnetIds) }),
  },
  {
    rules: ["vpc-flow-logs"],
    fault: "flow logs watch one subnet",
    names: ["network-flow-log"],
    change: (_, made) => ({ vpcId: undefined, subnetId: made("network-public-a").id }),
    stacks: notDev,
  },
  {
    rules: ["workloads-in-private-subnets"],
    fault: "an application subnet is routed to the internet gateway",
    names: ["network-application-a-internet"],
    change: (_, made) => ({ natGatewayId: undefined, gatewayId: made("network-internet").id }),
  },
  {
    rules: ["endpoints-not-public"],
    fault: "a file server on the internet",
    add: (made) => new aws.transfer.Server("mutation", {}, { provider: made("regional") }),
  },
  // compute
  {
    rules: ["capacity-provider-headroom"],
    fault: "instances are filled to the last task",
    names: ["cluster-capacity"],
    change: ({ autoScalingGroupProvider: group }) => ({
      autoScalingGroupProvider: { ...group, managedScaling: { ...group.managedScaling, targetCapacity: 100 } },
    }),
    stacks: ["prod"],
  },
  {
    rules: ["instance-metadata-v2"],
    fault: "instances answer version 1 of the metadata service",
    names: ["cluster-template"],
    change: ({ metadataOptions }) => ({ metadataOptions: { ...metadataOptions, httpTokens: "optional" } }),
    stacks: notDev,
  },
  {
    rules: ["service-circuit-breaker"],
    fault: "a bad deployment is not rolled back",
    names: ["moodle-web-service"],
    change: () => ({ deploymentCircuitBreaker: { enable: true, rollback: false } }),
  },
  {
    rules: ["service-count-left-to-scaling"],
    fault: "a deployment resets the number of tasks",
    names: ["moodle-web-service"],
    options: { ignoreChanges: [] },
  },
  {
    rules: ["service-keeps-serving"],
    fault: "a deployment may stop every web task at once",
    names: ["moodle-web-service"],
    change: () => ({ deploymentMinimumHealthyPercent: 0 }),
  },
  {
    rules: ["service-min-tasks"],
    fault: "one web task is enough at night",
    names: ["moodle-web-scaling"],
    change: () => ({ minCapacity: 1 }),
    stacks: notDev,
  },
  {
    rules: ["service-scales-on-demand"],
    fault: "nothing scales on requests",
    names: ["moodle-web-requests"],
    change: () => ({
      targetTrackingScalingPolicyConfiguration: {
        targetValue: 60,
        predefinedMetricSpecification: { predefinedMetricType: "ECSServiceAverageMemoryUtilization" },
      },
    }),
    stacks: notDev,
  },
  {
    rules: ["service-zone-spread"],
    fault: "tasks are packed on as few instances as possible",
    names: ["moodle-web-service"],
    change: () => ({ orderedPlacementStrategies: [{ type: "binpack", field: "memory" }] }),
  },
  {
    rules: ["task-hardened"],
    fault: "a container is privileged",
    names: ["moodle-web-task"],
    change: containers({ privileged: true }),
  },
  {
    rules: ["task-image-by-digest"],
    fault: "a container runs whatever the tag is today",
    names: ["moodle-web-task"],
    change: containers({ image: "example.org/moodle:latest" }),
  },
  {
    rules: ["task-logs"],
    fault: "a container writes no log",
    names: ["moodle-web-task"],
    change: containers({ logConfiguration: undefined }),
  },
  {
    rules: ["task-mounts-encrypted"],
    fault: "the files cross the network as they are",
    add: (made) =>
      new aws.ecs.TaskDefinition(
        "mutation-mounts",
        {
          family: "mutation",
          ...containers({})(),
          volumes: [{ name: "files", efsVolumeConfiguration: { fileSystemId: "fs-0123456789abcdef0" } }],
        },
        { provider: made("regional") },
      ),
  },
  {
    rules: ["task-without-plain-secrets"],
    fault: "the database password is an environment variable",
    names: ["moodle-web-task"],
    change: containers({ environment: [{ name: "MOODLE_DB_PASSWORD", value: "mutation" }] }),
  },
  {
    rules: ["group-min-instances"],
    fault: "an environment of one machine",
    add: (made) =>
      new aws.elasticbeanstalk.Environment(
        "mutation",
        {
          application: "mutation",
          settings: [
            { namespace: "aws:elasticbeanstalk:environment", name: "EnvironmentType", value: "SingleInstance" },
          ],
        },
        { provider: made("regional") },
      ),
  },
  // database
  {
    rules: ["aurora-reader-in-other-zone"],
    fault: "the reader stands in the writer's zone",
    names: ["database-instance-2"],
    change: (_, made) => ({ availabilityZone: made("database-instance-1").availabilityZone }),
    stacks: ["prod"],
  },
  {
    rules: ["database-backups"],
    fault: "backups are kept for one day",
    names: ["database-cluster"],
    change: () => ({ backupRetentionPeriod: 1 }),
    stacks: notDev,
  },
  {
    rules: ["database-deletion-protected"],
    fault: "the cluster can be deleted",
    names: ["database-cluster"],
    change: () => ({ deletionProtection: false }),
    stacks: ["prod"],
  },
  {
    rules: ["database-encrypted"],
    fault: "the cluster's storage is not encrypted",
    names: ["database-cluster"],
    change: () => ({ storageEncrypted: false }),
  },
  {
    rules: ["data-in-backup-plan", "database-instance-multi-az"],
    fault: "a database instance without a standby is added",
    add: (made) =>
      new aws.rds.Instance(
        "mutation",
        {
          ...{ instanceClass: "db.t4g.micro", engine: "mysql", allocatedStorage: 20, backupRetentionPeriod: 35 },
          ...{ storageEncrypted: true, deletionProtection: true, manageMasterUserPassword: true, username: "u" },
          ...{ multiAz: false, publiclyAccessible: false, enabledCloudwatchLogsExports: ["error", "slowquery"] },
          ...{ skipFinalSnapshot: false, finalSnapshotIdentifier: "mutation", copyTagsToSnapshot: true },
          kmsKeyId: made("key-key").arn,
          dbSubnetGroupName: made("database-subnets").name,
          parameterGroupName: new aws.rds.ParameterGroup(
            "mutation",
            { family: "mysql8.0", parameters: [{ name: "require_secure_transport", value: "1" }] },
            { provider: made("regional") },
          ).name,
        },
        { provider: made("regional"), protect: true },
      ),
    stacks: ["prod"],
  },
  {
    rules: ["database-not-public"],
    fault: "the writer has a public address",
    names: ["database-instance-1"],
    change: () => ({ publiclyAccessible: true }),
  },
  {
    rules: ["database-password-managed"],
    fault: "the master password is in the program",
    names: ["database-cluster"],
    change: () => ({ manageMasterUserPassword: undefined, masterPassword: "mutation" }),
  },
  {
    rules: ["engines-encrypted"],
    fault: "a stream without a key",
    add: (made) => new aws.kinesis.Stream("mutation", { shardCount: 1 }, { provider: made("regional") }),
  },
  {
    rules: ["engines-redundant"],
    fault: "one machine replicates the database",
    add: (made) =>
      new aws.dms.ReplicationInstance(
        "mutation",
        {
          ...{ replicationInstanceId: "mutation", replicationInstanceClass: "dms.t3.micro", publiclyAccessible: false },
          replicationSubnetGroupId: "mutation",
          vpcSecurityGroupIds: ["sg-0123456789abcdef0"],
        },
        { provider: made("regional") },
      ),
  },
  {
    rules: ["database-tls-required"],
    fault: "clients may connect without TLS",
    names: ["database-cluster-parameters"],
    change: ({ parameters }) => ({
      parameters: parameters.filter(({ name }: Props) => name !== "require_secure_transport"),
    }),
  },
  // cache
  {
    rules: ["cache-encrypted-at-rest"],
    fault: "sessions lie unencrypted on disk",
    names: ["sessions-group"],
    change: () => ({ atRestEncryptionEnabled: false }),
  },
  {
    rules: ["cache-encrypted-in-transit"],
    fault: "sessions travel unencrypted",
    names: ["sessions-group"],
    change: () => ({ transitEncryptionEnabled: false }),
  },
  {
    rules: ["cache-failover"],
    fault: "the sessions' replica does not take over",
    names: ["sessions-group"],
    change: () => ({ automaticFailoverEnabled: false, multiAzEnabled: false }),
    stacks: notDev,
  },
  {
    rules: ["session-cache-no-eviction"],
    fault: "sessions may be evicted",
    names: ["sessions-parameters"],
    change: () => ({ parameters: [{ name: "maxmemory-policy", value: "volatile-lru" }] }),
  },
  // storage
  {
    rules: ["bucket-encrypted"],
    fault: "the objects' encryption is set on another bucket",
    names: ["objects-encryption"],
    change: (_, made) => ({ bucket: made("configuration-bucket").id }),
  },
  {
    rules: ["bucket-private"],
    fault: "the objects' bucket accepts a public policy",
    names: ["objects-public-access"],
    change: () => ({ blockPublicPolicy: false }),
  },
  {
    rules: ["bucket-tls-only"],
    fault: "the objects' bucket answers without TLS",
    names: ["objects-policy"],
    change: () =>
      document({ Action: "s3:GetObject", Resource: "*", Principal: { AWS: "arn:aws:iam::123456789012:role/reader" } }),
  },
  {
    rules: ["bucket-versioned"],
    fault: "overwritten objects are lost",
    names: ["objects-versioning"],
    change: () => ({ versioningConfiguration: { status: "Suspended" } }),
    stacks: notDev,
  },
  {
    rules: ["backup-vault-locked"],
    fault: "the vault of the backups has no lock",
    names: ["backups-lock"],
    change: () => ({ backupVaultName: "another" }),
    stacks: notDev,
  },
  {
    rules: ["data-in-backup-plan"],
    fault: "the plan of the backups takes another database",
    names: ["backup-snapshots-selection"],
    change: () => ({ resources: ["arn:aws:rds:eu-west-2:123456789012:cluster:another"] }),
    stacks: notDev,
  },
  {
    rules: ["file-system-backed-up"],
    fault: "the plan of the backups takes other shared files",
    names: ["backup-files-selection"],
    change: () => ({ resources: ["arn:aws:elasticfilesystem:eu-west-2:123456789012:file-system/fs-another"] }),
    stacks: notDev,
  },
  {
    rules: ["file-system-encrypted"],
    fault: "the shared files are not encrypted",
    names: ["files-file-system"],
    change: () => ({ encrypted: false }),
  },
  {
    rules: ["file-system-regional"],
    fault: "the shared files are kept in one zone",
    names: ["files-file-system"],
    change: () => ({ availabilityZoneName: "eu-west-2a" }),
  },
  {
    rules: ["data-in-backup-plan", "fsx-resilient"],
    fault: "an FSx file system in one zone is added",
    add: (made) =>
      new aws.fsx.OpenZfsFileSystem(
        "mutation",
        {
          ...{ deploymentType: "SINGLE_AZ_2", throughputCapacity: 160, storageCapacity: 64 },
          automaticBackupRetentionDays: 30,
          copyTagsToBackups: true,
          kmsKeyId: made("key-key").arn,
          subnetIds: made("network-data-a").id,
        },
        { provider: made("regional"), protect: true },
      ),
    stacks: ["prod"],
  },
  {
    rules: ["messages-encrypted"],
    fault: "alerts lie unencrypted in SNS",
    names: ["signals-topic"],
    change: () => ({ kmsMasterKeyId: undefined }),
  },
  {
    rules: ["mount-targets-span-zones"],
    fault: "the shared files are mounted in one zone",
    names: ["files-mount-target-a", "files-mount-target-b", "files-mount-target-c"],
    change: (_, made) => ({ subnetId: made("network-data-a").id }),
  },
  {
    rules: ["repository-immutable"],
    fault: "an image's tag can be moved",
    names: ["image-repository"],
    type: "awsx:ecr:Repository",
    change: () => ({ imageTagMutability: "MUTABLE" }),
  },
  {
    rules: ["secrets-recoverable"],
    fault: "a deleted secret is gone at once",
    names: ["sessions-token"],
    type: "aws:secretsmanager/secret:Secret",
    change: () => ({ recoveryWindowInDays: 0 }),
    stacks: ["prod"],
  },
  {
    rules: ["stateful-protected"],
    fault: "pulumi destroy would take the database",
    names: ["database-cluster"],
    options: { protect: false },
    stacks: ["prod"],
  },
  {
    rules: ["volumes-encrypted"],
    fault: "the instances' disks are not encrypted",
    names: ["cluster-template"],
    change: ({ blockDeviceMappings: [device] }) => ({
      blockDeviceMappings: [{ ...device, ebs: { ...device.ebs, encrypted: "false" } }],
    }),
    stacks: notDev,
  },
  // edge
  {
    rules: ["cloudfront-cached-paths"],
    fault: "private files are cached at the edge",
    names: ["cdn-distribution"],
    change: () => ({
      orderedCacheBehaviors: [
        {
          ...behaviour,
          ...methods,
          pathPattern: "/pluginfile.php/*",
          // UseOriginCacheControlHeaders: the only fault is the path.
          cachePolicyId: "83da9c7e-98b4-4e11-a168-04f0df8e2c65",
        },
      ],
    }),
  },
  {
    rules: ["cloudfront-firewall"],
    fault: "nothing stands before the site",
    names: ["cdn-distribution"],
    change: () => ({ webAclId: undefined }),
    stacks: notDev,
  },
  {
    rules: ["cloudfront-min-ttl-zero"],
    fault: "the edge keeps what Moodle says not to",
    names: ["cdn-distribution"],
    change: () => ({
      orderedCacheBehaviors: [
        {
          ...behaviour,
          ...methods,
          pathPattern: "/theme/styles.php/*",
          minTtl: 60,
          forwardedValues: { queryString: true, cookies: { forward: "none" } },
        },
      ],
    }),
  },
  {
    rules: ["cloudfront-tls"],
    fault: "browsers of 2010 are welcome",
    names: ["cdn-distribution"],
    change: ({ viewerCertificate }) => ({
      viewerCertificate: { ...viewerCertificate, minimumProtocolVersion: "TLSv1" },
    }),
  },
  {
    rules: ["health-check-local"],
    fault: "the health check asks for a page of Moodle",
    names: ["lb-tg"],
    change: ({ healthCheck }) => ({ healthCheck: { ...healthCheck, path: "/login/index.php" } }),
  },
  {
    rules: ["target-group-drains"],
    fault: "uploads are cut off five seconds into a deployment",
    names: ["lb-tg"],
    change: () => ({ deregistrationDelay: 5 }),
  },
  {
    rules: ["listener-default-deny"],
    fault: "requests without the secret reach Moodle",
    names: ["lb-https"],
    change: (_, made) => ({ defaultActions: [{ type: "forward", targetGroupArn: made("lb-tg").arn }] }),
  },
  {
    rules: ["listener-tls"],
    fault: "the load balancer speaks TLS 1.0",
    names: ["lb-https"],
    change: () => ({ sslPolicy: "ELBSecurityPolicy-2016-08" }),
  },
  {
    rules: ["load-balancer-hardened"],
    fault: "malformed headers pass",
    names: ["lb-alb"],
    change: () => ({ dropInvalidHeaderFields: false }),
  },
  {
    rules: ["endpoints-tls"],
    fault: "alerts go out over plain HTTP",
    add: (made) =>
      new aws.sns.TopicSubscription(
        "mutation",
        { topic: made("signals-topic").arn, protocol: "http", endpoint: "http://hooks.example.org/alerts" },
        { provider: made("regional") },
      ),
  },
  // identity
  {
    rules: ["key-rotation"],
    fault: "the key is never rotated",
    names: ["key-key"],
    change: () => ({ enableKeyRotation: false }),
    stacks: ["prod"],
  },
  {
    rules: ["least-privilege"],
    fault: "tasks may do anything to any bucket",
    names: ["moodle-task-policy"],
    change: () => document({ Action: "s3:*", Resource: "*" }),
  },
  {
    rules: ["no-admin-policies"],
    fault: "tasks may do everything",
    names: ["moodle-task-policy"],
    change: () => document({ Action: "*", Resource: "*" }),
  },
  {
    rules: ["no-long-lived-keys"],
    fault: "an access key is added",
    add: (made) => new aws.iam.AccessKey("mutation", { user: "mutation" }, { provider: made("regional") }),
  },
  {
    rules: ["nothing-shared-with-everyone"],
    fault: "an image for every account",
    add: (made) =>
      new aws.ec2.AmiLaunchPermission(
        "mutation",
        { imageId: "ami-0123456789abcdef0", group: "all" },
        { provider: made("regional") },
      ),
  },
  {
    rules: ["resource-policies-not-public"],
    fault: "anybody may publish alerts",
    names: ["signals-policy"],
    change: () => document({ Action: "sns:Publish", Resource: "*", Principal: "*" }),
  },
  {
    rules: ["trust-pinned"],
    fault: "another account's everybody may be the task",
    names: ["moodle-task-role"],
    change: () => ({
      assumeRolePolicy: document({ Action: "sts:AssumeRole", Principal: { AWS: "*" } }).policy,
    }),
  },
  {
    rules: ["apis-authorized"],
    fault: "everybody may publish on the status page",
    names: ["status-editor-publish"],
    change: () => ({ authorizationType: "NONE" }),
    stacks: notDev,
  },
  {
    rules: ["user-pools-hardened"],
    fault: "status editors sign in with a password alone",
    names: ["status-editor-users"],
    change: () => ({ mfaConfiguration: "OFF" }),
    stacks: notDev,
  },
  // observability
  {
    rules: ["alarms-act"],
    fault: "an alarm tells nobody",
    add: (made) =>
      new aws.cloudwatch.MetricAlarm(
        "mutation",
        {
          ...{ comparisonOperator: "GreaterThanThreshold", evaluationPeriods: 1, threshold: 1, period: 60 },
          ...{ metricName: "CPUUtilization", namespace: "AWS/ECS", statistic: "Average" },
        },
        { provider: made("regional") },
      ),
    stacks: ["prod"],
  },
  {
    rules: ["cloudfront-logs"],
    fault: "the log delivery watches another distribution",
    names: ["cdn-log-source"],
    change: () => ({ resourceArn: "arn:aws:cloudfront::123456789012:distribution/EOTHER" }),
    stacks: notDev,
  },
  {
    rules: ["container-insights"],
    fault: "the cluster has no container metrics",
    names: ["cluster-ecs"],
    change: () => ({ settings: [{ name: "containerInsights", value: "disabled" }] }),
    stacks: notDev,
  },
  {
    rules: ["database-logs-exported"],
    fault: "slow queries are not logged",
    names: ["database-cluster"],
    change: () => ({ enabledCloudwatchLogsExports: ["error"] }),
  },
  {
    rules: ["load-balancer-logs"],
    fault: "the load balancer writes no access log",
    names: ["lb-alb"],
    change: ({ accessLogs }) => ({ accessLogs: { ...accessLogs, enabled: false } }),
    stacks: notDev,
  },
  {
    rules: ["log-retention"],
    fault: "logs of web tasks are kept for a day",
    names: ["moodle-web-logs"],
    change: () => ({ retentionInDays: 1 }),
    stacks: ["prod"],
  },
  {
    rules: ["logs-encrypted"],
    fault: "logs of web tasks have no key of the account",
    names: ["moodle-web-logs"],
    change: () => ({ kmsKeyId: undefined }),
    stacks: ["prod"],
  },
  // tagging
  {
    rules: ["required-tags"],
    fault: "nobody owns what is made in us-east-1",
    names: ["edge"],
    type: "pulumi:providers:aws",
    change: ({ defaultTags }) => ({ defaultTags: { tags: { ...defaultTags.tags, Owner: undefined } } }),
    stacks: ["prod"],
  },
  // cost
  {
    rules: ["instance-size-ceiling"],
    fault: "the reader is twelve times as large",
    names: ["database-instance-2"],
    change: () => ({ instanceClass: "db.r7g.12xlarge" }),
    stacks: ["prod"],
  },
  {
    rules: ["nat-gateway-ceiling"],
    fault: "there is one NAT gateway too many",
    add: (made) =>
      new aws.ec2.NatGateway(
        "zz-mutation",
        { subnetId: made("network-public-a").id, connectivityType: "private" },
        { provider: made("regional") },
      ),
    stacks: ["dev"],
  },
];
