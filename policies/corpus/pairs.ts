import * as aws from "@pulumi/aws";
import type { Entry, Style } from "./corpus";

type Program = () => unknown;
type Pair = readonly [rule: string, style: Style, bad: readonly [string, Program], good: readonly [string, Program]];

const doc = (...Statement: readonly object[]) => JSON.stringify({ Version: "2012-10-17", Statement });
const database = (more: Partial<aws.rds.InstanceArgs>) => () =>
  void new aws.rds.Instance("x", { engine: "mysql", engineVersion: "8.4", instanceClass: "db.t4g.medium", ...more });
const cache = (more: Partial<aws.elasticache.ReplicationGroupArgs>) => () =>
  void new aws.elasticache.ReplicationGroup("x", { description: "cache", nodeType: "cache.t4g.small", ...more });
const sessions = (evicts: string) => () => {
  const group = new aws.elasticache.ParameterGroup("kept", {
    family: "valkey8",
    parameters: [{ name: "maxmemory-policy", value: evicts }],
  });
  new aws.elasticache.ReplicationGroup("x", { description: "sessions", parameterGroupName: group.name });
};
const cluster =
  (...zones: readonly string[]) =>
  () => {
    const { id } = new aws.rds.Cluster("x", { engine: "aurora-mysql" });
    zones.forEach(
      (availabilityZone, index) =>
        new aws.rds.ClusterInstance(`one-${index}`, {
          ...{ clusterIdentifier: id, engine: "aurora-mysql", instanceClass: "db.r7g.large", availabilityZone },
        }),
    );
  };
const planned = (takes: boolean) => () => {
  const files = new aws.fsx.OpenZfsFileSystem("x", {
    deploymentType: "MULTI_AZ_1",
    throughputCapacity: 160,
    subnetIds: [],
  });
  const plan = new aws.backup.Plan("nightly", { rules: [{ ruleName: "nightly", targetVaultName: "vault" }] });
  const others = "arn:aws:dynamodb:us-east-1:111122223333:table/*";
  new aws.backup.Selection("all", { planId: plan.id, iamRoleArn: "r", resources: [takes ? files.arn : others] });
};
const vault = (locked: boolean) => () => {
  const { name } = new aws.backup.Vault("x", {});
  if (locked) {
    new aws.backup.VaultLockConfiguration("locked", { backupVaultName: name, minRetentionDays: 35 });
  }
};
const bucket = (settings: (bucket: aws.s3.Bucket) => void) => () => settings(new aws.s3.Bucket("x", {}));
const site =
  (more: Partial<aws.cloudfront.DistributionArgs>, cachePolicyId = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad") =>
  () =>
    void new aws.cloudfront.Distribution("x", {
      ...{ enabled: true, restrictions: { geoRestriction: { restrictionType: "none" } } },
      viewerCertificate: { acmCertificateArn: "c", sslSupportMethod: "sni-only" },
      origins: [
        {
          ...{ originId: "web", domainName: "lb.example.org" },
          customOriginConfig: {
            ...{ httpPort: 80, httpsPort: 443, originProtocolPolicy: "https-only", originSslProtocols: ["TLSv1.2"] },
          },
        },
      ],
      defaultCacheBehavior: {
        ...{ targetOriginId: "web", viewerProtocolPolicy: "redirect-to-https", allowedMethods: ["GET", "HEAD"] },
        ...{ cachedMethods: ["GET", "HEAD"], cachePolicyId },
      },
      ...more,
    });
const guarded = (action: aws.types.input.wafv2.WebAclRule["overrideAction"]) => () => {
  const acl = new aws.wafv2.WebAcl("firewall", {
    ...{ scope: "CLOUDFRONT", defaultAction: { allow: {} } },
    visibilityConfig: { cloudwatchMetricsEnabled: true, metricName: "all", sampledRequestsEnabled: true },
    rules: [
      {
        ...{ name: "common", priority: 1, overrideAction: action },
        statement: { managedRuleGroupStatement: { name: "AWSManagedRulesCommonRuleSet", vendorName: "AWS" } },
        visibilityConfig: { cloudwatchMetricsEnabled: true, metricName: "common", sampledRequestsEnabled: true },
      },
    ],
  });
  site({ webAclId: acl.arn })();
};
const web = [{ targetGroupArn: "arn:tg", containerName: "web", containerPort: 80 }];
const service = (more: Partial<aws.ecs.ServiceArgs>) => () =>
  void new aws.ecs.Service("x", { cluster: "c", taskDefinition: "web:1", ...more });
const scaled = (ignoreChanges: string[]) => () => {
  const one = new aws.ecs.Service("x", { cluster: "c", taskDefinition: "web:1" }, { ignoreChanges });
  new aws.appautoscaling.Target("scale", {
    ...{ serviceNamespace: "ecs", scalableDimension: "ecs:service:DesiredCount", minCapacity: 2, maxCapacity: 6 },
    resourceId: one.name.apply((name) => `service/c/${name}`),
  });
};
const task =
  (container: object, more: Partial<aws.ecs.TaskDefinitionArgs> = {}) =>
  () =>
    void new aws.ecs.TaskDefinition("x", {
      ...{ family: "web", containerDefinitions: JSON.stringify([{ name: "web", image: "moodle:5.1", ...container }]) },
      ...more,
    });
const mounting = (transitEncryption: string) =>
  task({}, { volumes: [{ name: "files", efsVolumeConfiguration: { fileSystemId: "fs-1", transitEncryption } }] });
const capacity = (targetCapacity: number) => () =>
  void new aws.ecs.CapacityProvider("x", {
    autoScalingGroupProvider: {
      ...{ autoScalingGroupArn: "arn:asg", managedTerminationProtection: "ENABLED" },
      managedScaling: { status: "ENABLED", targetCapacity },
    },
  });
const targets = (more: Partial<aws.lb.TargetGroupArgs>) => () =>
  void new aws.lb.TargetGroup("x", { port: 80, protocol: "HTTP", vpcId: "vpc-1", ...more });
const balancer = (more: Partial<aws.lb.LoadBalancerArgs>) => () => void new aws.lb.LoadBalancer("x", more);
const logs = (more: aws.cloudwatch.LogGroupArgs) => () => void new aws.cloudwatch.LogGroup("x", more);
const alarm = (more: Partial<aws.cloudwatch.MetricAlarmArgs>) => () =>
  void new aws.cloudwatch.MetricAlarm("x", {
    ...{ comparisonOperator: "GreaterThanThreshold", evaluationPeriods: 1, metricName: "5XX", namespace: "AWS/ELB" },
    ...{ period: 60, statistic: "Sum", threshold: 5, treatMissingData: "notBreaching" },
    ...more,
  });
const vpc = (settings: (vpc: aws.ec2.Vpc) => void) => () =>
  settings(new aws.ec2.Vpc("x", { cidrBlock: "10.0.0.0/16" }));
const subnetsOf = (network: aws.ec2.Vpc, zones: string) =>
  [...zones].map(
    (zone) => new aws.ec2.Subnet(`net-${zone}`, { vpcId: network.id, availabilityZone: `us-east-1${zone}` }),
  );
const spanning = (zones: string) => () => {
  const network = new aws.ec2.Vpc("net", { cidrBlock: "10.0.0.0/16" });
  balancer({ internal: true, subnets: subnetsOf(network, zones).map(({ id }) => id) })();
};
const mounted = (zones: string) => () => {
  const network = new aws.ec2.Vpc("net", { cidrBlock: "10.0.0.0/16" });
  const files = new aws.efs.FileSystem("x", { encrypted: true });
  subnetsOf(network, zones).forEach(
    ({ id }, index) => new aws.efs.MountTarget(`mount-${index}`, { fileSystemId: files.id, subnetId: id }),
  );
};
const nats =
  (...names: readonly string[]) =>
  () =>
    names.forEach((name) => new aws.ec2.NatGateway(name, { subnetId: "subnet-1", allocationId: "eipalloc-1" }));
const repository = (imageTagMutability: string) => () =>
  void new aws.ecr.Repository("x", { imageTagMutability, imageScanningConfiguration: { scanOnPush: true } });
const broker = (clientBroker: string) => () =>
  void new aws.msk.Cluster("x", {
    ...{ clusterName: "s", kafkaVersion: "3.7.x", numberOfBrokerNodes: 3 },
    brokerNodeGroupInfo: { clientSubnets: ["subnet-1"], instanceType: "kafka.m5.large", securityGroups: ["sg-1"] },
    encryptionInfo: { encryptionInTransit: { clientBroker, inCluster: true } },
  });
const search = (Principal: object | string) => () =>
  void new aws.opensearch.Domain("x", {
    accessPolicies: doc({ Effect: "Allow", Principal, Action: "es:*", Resource: "*" }),
  });
const queue = (Principal: object | string, NotAction: string) => () =>
  void new aws.sqs.Queue("x", { policy: doc({ Effect: "Allow", Principal, NotAction, Resource: "*" }) });
const own = { AWS: "arn:aws:iam::111122223333:role/app" };

const graph = (replicaCount: number) => () =>
  void new aws.neptunegraph.Graph("x", { provisionedMemory: 16, replicaCount });
const collection = (standbyReplicas: string) => () =>
  void new aws.opensearch.ServerlessCollection("x", { standbyReplicas });
const index = (multiAz: boolean) => () => void new aws.cloudsearch.Domain("x", { multiAz });
const elastic = (shardInstanceCount: number) => () =>
  void new aws.docdb.ElasticCluster("x", {
    ...{ adminUserName: "app", adminUserPassword: "arn:secret", authType: "SECRET_ARN" },
    ...{ shardCapacity: 4, shardCount: 1, shardInstanceCount },
  });
const series = (failoverMode: string) => () =>
  void new aws.timestreaminfluxdb.DbCluster("x", {
    ...{ dbInstanceType: "db.influx.medium", vpcSecurityGroupIds: ["sg-1"], vpcSubnetIds: ["subnet-1", "subnet-2"] },
    failoverMode,
  });
const engines: readonly (readonly [what: string, bad: Program, good: Program])[] = [
  ["machine of a graph in memory", graph(0), graph(1)],
  ["zone of a search collection", collection("DISABLED"), collection("ENABLED")],
  ["zone of a search index", index(false), index(true)],
  ["machine of a shard of documents", elastic(1), elastic(2)],
  ["machine that can write time series", series("NO_FAILOVER"), series("AUTOMATIC")],
];

/** A bad program and a good one, which differ in what the rule asks for. Each is about the resource "x". */
const pairs: readonly Pair[] = [
  [
    "alarms-act",
    "terraform",
    ["an alarm that nobody hears", alarm({})],
    ["an alarm that tells a topic", alarm({ alarmActions: ["arn:aws:sns:us-east-1:111122223333:page"] })],
  ],
  [
    "aurora-reader-in-other-zone",
    "pulumi/examples",
    ["Aurora with two instances in one zone", cluster("us-east-1a", "us-east-1a")],
    ["Aurora with two instances in two zones", cluster("us-east-1a", "us-east-1b")],
  ],
  [
    "backup-vault-locked",
    "terraform",
    ["a vault that whoever may write to it can empty", vault(false)],
    ["a vault with a lock", vault(true)],
  ],
  [
    "bucket-encrypted",
    "terraform",
    ["a bucket without a word about encryption", bucket(() => undefined)],
    [
      "a bucket with a key",
      bucket(
        (to) =>
          void new aws.s3.BucketServerSideEncryptionConfiguration("key", {
            bucket: to.id,
            rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms" } }],
          }),
      ),
    ],
  ],
  [
    "bucket-tls-only",
    "tutorial",
    ["a bucket that answers plain HTTP", bucket(() => undefined)],
    [
      "a bucket that refuses plain HTTP",
      bucket(
        (to) =>
          void new aws.s3.BucketPolicy("tls", {
            bucket: to.id,
            policy: doc({
              ...{ Effect: "Deny", Principal: "*", Action: "s3:*", Resource: "*" },
              Condition: { Bool: { "aws:SecureTransport": "false" } },
            }),
          }),
      ),
    ],
  ],
  [
    "bucket-versioned",
    "pulumi/examples",
    ["a bucket that keeps no versions", bucket(() => undefined)],
    [
      "a bucket that keeps versions",
      bucket(
        (to) =>
          void new aws.s3.BucketVersioning("kept", {
            bucket: to.id,
            versioningConfiguration: { status: "Enabled" },
          }),
      ),
    ],
  ],
  [
    "cache-encrypted-at-rest",
    "tutorial",
    ["a Redis cache without a word about encryption", cache({})],
    ["a Redis cache that is encrypted", cache({ atRestEncryptionEnabled: true })],
  ],
  [
    "cache-encrypted-in-transit",
    "terraform",
    [
      "a cache that takes plain text beside TLS",
      cache({ transitEncryptionEnabled: true, transitEncryptionMode: "preferred", userGroupIds: ["app"] }),
    ],
    ["a cache with TLS and users", cache({ transitEncryptionEnabled: true, userGroupIds: ["app"] })],
  ],
  [
    "cache-failover",
    "tutorial",
    ["a cache of one node", cache({ numCacheClusters: 1 })],
    ["a cache of two zones", cache({ numCacheClusters: 2, multiAzEnabled: true, automaticFailoverEnabled: true })],
  ],
  [
    "capacity-provider-headroom",
    "terraform",
    ["machines that are always full", capacity(100)],
    ["machines with room for a peak", capacity(80)],
  ],
  [
    "cloudfront-firewall",
    "terraform",
    ["a site whose firewall only counts", guarded({ count: {} })],
    ["a site behind a firewall", guarded({ none: {} })],
  ],
  [
    "cloudfront-logs",
    "tutorial",
    ["a site that keeps no log", site({})],
    ["a site with a log", site({ loggingConfig: { bucket: "logs.s3.amazonaws.com" } })],
  ],
  [
    "cloudfront-min-ttl-zero",
    "console",
    ["a site that is kept a second, whatever it says", site({}, "658327ea-f89d-4fab-a63d-7e88639e58f6")],
    ["a site that is kept as it says", site({}, "83da9c7e-98b4-4e11-a168-04f0df8e2c65")],
  ],
  [
    "container-insights",
    "pulumi/examples",
    ["a cluster without insights", () => void new aws.ecs.Cluster("x", {})],
    [
      "a cluster with insights",
      () => void new aws.ecs.Cluster("x", { settings: [{ name: "containerInsights", value: "enhanced" }] }),
    ],
  ],
  [
    "data-in-backup-plan",
    "terraform",
    ["a file system beside a plan of backups", planned(false)],
    ["a file system in a plan of backups", planned(true)],
  ],
  [
    "database-backups",
    "tutorial",
    ["a database without backups", database({})],
    ["a database with backups of a month", database({ backupRetentionPeriod: 35 })],
  ],
  [
    "database-deletion-protected",
    "tutorial",
    ["a database that one command deletes", database({ skipFinalSnapshot: true })],
    ["a database that is protected", database({ deletionProtection: true })],
  ],
  [
    "database-instance-multi-az",
    "tutorial",
    ["a database without a standby", database({})],
    ["a database with a standby", database({ multiAz: true })],
  ],
  [
    "database-logs-exported",
    "terraform",
    ["a database whose log stays on its disk", database({ enabledCloudwatchLogsExports: ["error"] })],
    ["a database that exports its logs", database({ enabledCloudwatchLogsExports: ["error", "slowquery"] })],
  ],
  [
    "database-not-public",
    "console",
    ["a database with a public address", database({ publiclyAccessible: true })],
    ["a database without a public address", database({})],
  ],
  [
    "default-security-group-closed",
    "terraform",
    ["a network whose default group is as AWS makes it", vpc(() => undefined)],
    [
      "a network whose default group is closed",
      vpc(({ id }) => void new aws.ec2.DefaultSecurityGroup("closed", { vpcId: id })),
    ],
  ],
  [
    "engines-encrypted",
    "terraform",
    ["brokers that take plain text beside TLS", broker("TLS_PLAINTEXT")],
    ["brokers that take TLS alone", broker("TLS")],
  ],
  [
    "default-security-group-closed",
    "tutorial",
    [
      "a machine without a security group",
      () => void new aws.ec2.Instance("x", { ami: "ami-1", subnetId: "subnet-1" }),
    ],
    [
      "a machine with a security group",
      () => void new aws.ec2.Instance("x", { ami: "ami-1", subnetId: "subnet-1", vpcSecurityGroupIds: ["sg-1"] }),
    ],
  ],
  [
    "default-security-group-closed",
    "terraform",
    ["a service of tasks without a security group", service({ networkConfiguration: { subnets: ["subnet-1"] } })],
    [
      "a service of tasks with a security group",
      service({ networkConfiguration: { subnets: ["subnet-1"], securityGroups: ["sg-1"] } }),
    ],
  ],
  ...engines.map(([what, bad, good]): Pair => [
    "engines-redundant",
    "terraform",
    [`one ${what}`, bad],
    [`a second ${what}`, good],
  ]),
  [
    "file-system-encrypted",
    "tutorial",
    ["files in plain text", () => void new aws.efs.FileSystem("x", {})],
    ["files that are encrypted", () => void new aws.efs.FileSystem("x", { encrypted: true })],
  ],
  [
    "file-system-regional",
    "console",
    ["files in one zone", () => void new aws.efs.FileSystem("x", { availabilityZoneName: "us-east-1a" })],
    ["files in all zones", () => void new aws.efs.FileSystem("x", {})],
  ],
  [
    "fsx-resilient",
    "terraform",
    [
      "a file server in one zone",
      () =>
        void new aws.fsx.WindowsFileSystem("x", {
          ...{ subnetIds: ["subnet-1"], throughputCapacity: 32, deploymentType: "SINGLE_AZ_2" },
          automaticBackupRetentionDays: 35,
        }),
    ],
    [
      "a file server in two zones",
      () =>
        void new aws.fsx.WindowsFileSystem("x", {
          ...{ subnetIds: ["subnet-1", "subnet-2"], throughputCapacity: 32, deploymentType: "MULTI_AZ_1" },
          automaticBackupRetentionDays: 35,
        }),
    ],
  ],
  [
    "health-check-local",
    "tutorial",
    ["a health check that asks for the first page", targets({ healthCheck: { path: "/", matcher: "200-399" } })],
    [
      "a health check of its own",
      targets({ healthCheck: { path: "/healthz", matcher: "200", interval: 10, unhealthyThreshold: 2 } }),
    ],
  ],
  [
    "instance-size-ceiling",
    "console",
    ["a database larger than any school", database({ instanceClass: "db.r7g.24xlarge" })],
    ["a database of a usual size", database({ instanceClass: "db.r7g.2xlarge" })],
  ],
  [
    "internal-load-balancers",
    "tutorial",
    ["a load balancer on the internet", balancer({})],
    ["a load balancer inside", balancer({ internal: true })],
  ],
  [
    "key-rotation",
    "pulumi/examples",
    ["a key that stays as it is", () => void new aws.kms.Key("x", { deletionWindowInDays: 7 })],
    ["a key that rotates", () => void new aws.kms.Key("x", { enableKeyRotation: true })],
  ],
  [
    "load-balancer-hardened",
    "tutorial",
    ["a load balancer as it comes", balancer({})],
    ["a hardened load balancer", balancer({ dropInvalidHeaderFields: true, enableDeletionProtection: true })],
  ],
  [
    "load-balancer-logs",
    "tutorial",
    ["a load balancer that keeps no log", balancer({ accessLogs: { bucket: "logs", enabled: false } })],
    ["a load balancer with a log", balancer({ accessLogs: { bucket: "logs", enabled: true } })],
  ],
  [
    "load-balancers-span-zones",
    "pulumi/examples",
    ["a load balancer in two zones", spanning("ab")],
    ["a load balancer in three zones", spanning("abc")],
  ],
  [
    "log-retention",
    "tutorial",
    ["logs that are kept forever", logs({})],
    ["logs of half a year", logs({ retentionInDays: 180 })],
  ],
  [
    "logs-encrypted",
    "tutorial",
    ["logs without a key", logs({})],
    ["logs with a key", logs({ kmsKeyId: "arn:aws:kms:us-east-1:111122223333:key/k" })],
  ],
  [
    "messages-encrypted",
    "tutorial",
    ["a topic in plain text", () => void new aws.sns.Topic("x", {})],
    ["a topic with a key", () => void new aws.sns.Topic("x", { kmsMasterKeyId: "alias/topics" })],
  ],
  [
    "mount-targets-span-zones",
    "pulumi/examples",
    ["files that one zone reaches", mounted("a")],
    ["files that three zones reach", mounted("abc")],
  ],
  [
    "nat-gateway-ceiling",
    "terraform",
    ["a NAT gateway for each subnet", nats("a", "b", "c", "x")],
    ["a NAT gateway for each zone", nats("a", "b", "x")],
  ],
  [
    "no-public-addresses",
    "tutorial",
    [
      "a machine with a public address",
      () => void new aws.ec2.Instance("x", { ami: "ami-1", associatePublicIpAddress: true }),
    ],
    [
      "a machine without a public address",
      () => void new aws.ec2.Instance("x", { ami: "ami-1", associatePublicIpAddress: false }),
    ],
  ],
  [
    "repository-immutable",
    "tutorial",
    ["images whose tags can be moved", repository("MUTABLE")],
    ["images whose tags stay", repository("IMMUTABLE")],
  ],
  [
    "required-tags",
    "console",
    ["a queue that nobody owns", () => void new aws.sqs.Queue("x", { tags: { Name: "jobs" } })],
    [
      "a queue with an owner",
      () =>
        void new aws.sqs.Queue("x", {
          tags: { Project: "lms", Environment: "prod", Owner: "platform", CostCentre: "4711" },
        }),
    ],
  ],
  [
    "resource-policies-not-public",
    "terraform",
    ["a queue for everyone, in all but one action", queue("*", "sqs:DeleteQueue")],
    ["a queue for one role, in all but one action", queue(own, "sqs:DeleteQueue")],
  ],
  [
    "resource-policies-not-public",
    "console",
    ["a search domain whose own policy is for everyone", search("*")],
    ["a search domain whose own policy is for one role", search(own)],
  ],
  [
    "secrets-recoverable",
    "tutorial",
    [
      "a secret that is gone at once",
      () => void new aws.secretsmanager.Secret("x", { recoveryWindowInDays: 0, kmsKeyId: "k" }),
    ],
    ["a secret that comes back", () => void new aws.secretsmanager.Secret("x", { kmsKeyId: "k" })],
  ],
  [
    "service-circuit-breaker",
    "tutorial",
    [
      "a service that tries a broken version for hours",
      service({ deploymentCircuitBreaker: { enable: true, rollback: false } }),
    ],
    ["a service that goes back by itself", service({ deploymentCircuitBreaker: { enable: true, rollback: true } })],
  ],
  [
    "service-count-left-to-scaling",
    "pulumi/examples",
    ["a deployment that undoes the scaling", scaled([])],
    ["a deployment that leaves the scaling alone", scaled(["desiredCount"])],
  ],
  [
    "service-min-tasks",
    "tutorial",
    ["a site of one task", service({ loadBalancers: web, desiredCount: 1 })],
    ["a site of three tasks", service({ loadBalancers: web, desiredCount: 3 })],
  ],
  [
    "service-zone-spread",
    "console",
    [
      "tasks that fill one machine first",
      service({ orderedPlacementStrategies: [{ type: "binpack", field: "memory" }] }),
    ],
    [
      "tasks that spread over the zones",
      service({ orderedPlacementStrategies: [{ type: "spread", field: "attribute:ecs.availability-zone" }] }),
    ],
  ],
  [
    "session-cache-no-eviction",
    "terraform",
    ["sessions that go when memory runs out", sessions("volatile-lru")],
    ["sessions that stay", sessions("noeviction")],
  ],
  [
    "target-group-drains",
    "tutorial",
    ["targets that are cut off", targets({ deregistrationDelay: 5 })],
    ["targets that end what they began", targets({ deregistrationDelay: 240 })],
  ],
  [
    "task-image-by-digest",
    "tutorial",
    ["an image by its tag", task({ image: "moodle:latest" })],
    ["an image by its digest", task({ image: `moodle@sha256:${"0f".repeat(32)}` })],
  ],
  [
    "task-logs",
    "tutorial",
    ["a task that writes nowhere", task({})],
    ["a task with logs", task({ logConfiguration: { logDriver: "awslogs" } })],
  ],
  [
    "task-mounts-encrypted",
    "terraform",
    ["files that travel in plain text", mounting("DISABLED")],
    ["files that travel over TLS", mounting("ENABLED")],
  ],
  [
    "vpc-flow-logs",
    "terraform",
    ["a network that keeps no log", vpc(() => undefined)],
    [
      "a network with a log",
      vpc(({ id }) => void new aws.ec2.FlowLog("log", { vpcId: id, trafficType: "ALL", logDestination: "arn:logs" })),
    ],
  ],
];

export const pairEntries: readonly Entry[] = [
  ...pairs.flatMap(([rule, style, [bad, badProgram], [good, goodProgram]]): readonly Entry[] => [
    { name: bad, style, program: badProgram, about: [rule], faults: [`${rule}: x`] },
    { name: good, style, program: goodProgram, about: [rule] },
  ]),
  {
    name: "a key of a user",
    style: "tutorial",
    program: () => void new aws.iam.AccessKey("x", { user: "app" }),
    about: ["no-long-lived-keys"],
    faults: ["no-long-lived-keys: x"],
  },
];
