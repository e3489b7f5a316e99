/** What AWS, or the provider before it, does where a program says nothing, with where that is written. */
interface Default<T> {
  readonly what: string;
  readonly value: T;
  readonly source: string;
}

function byDefault<T>(what: string, value: T, source: string): Default<T> {
  return { what, value, source };
}

const sdk = (path: string): string => `https://www.pulumi.com/registry/packages/aws/api-docs/${path}/`;

const capacityProviders =
  "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CapacityProviderStrategyItem.html";

/** The one table of defaults that rules read. Where AWS puts what names no subnets is in placement.ts. */
export const awsDefaults = {
  backupDays: byDefault("Days of automatic backups of a cluster", 1, sdk("rds/cluster")),
  listenerProtocol: byDefault("Protocol of an application load balancer's listener", "HTTP", sdk("lb/listener")),
  cacheEngine: byDefault("Engine of a replication group", "redis", sdk("elasticache/replicationgroup")),
  valkeyEncryptedAtRest: byDefault("Encryption at rest of Valkey", true, sdk("elasticache/replicationgroup")),
  redisEncryptedAtRest: byDefault("Encryption at rest of Redis OSS", false, sdk("elasticache/replicationgroup")),
  minimumHealthyPercent: byDefault("deploymentMinimumHealthyPercent of a service", 100, sdk("ecs/service")),
  taskCount: byDefault("desiredCount of a service", 0, sdk("ecs/service")),
  healthCheckSeconds: byDefault(
    "Interval of a target group's health check",
    30,
    "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html",
  ),
  drainSeconds: byDefault(
    "deregistrationDelay of a target group",
    300,
    "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-target-group-attributes.html#deregistration-delay",
  ),
  queueEncrypted: byDefault(
    "Encryption of a queue",
    true,
    "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-configure-sqs-sse-queue.html",
  ),
  replicationInstancePublic: byDefault(
    "Public address of a DMS replication instance",
    true,
    "https://docs.aws.amazon.com/dms/latest/APIReference/API_CreateReplicationInstance.html",
  ),
  kmsDeletionDays: byDefault("Days until a deleted key is gone", 30, sdk("kms/key")),
  secretRecoveryDays: byDefault("Days in which a deleted secret can be restored", 30, sdk("secretsmanager/secret")),
  mountTransitEncryption: byDefault(
    "TLS of a file system in a task definition",
    "DISABLED",
    "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_EFSVolumeConfiguration.html",
  ),
  eksPublicEndpoint: byDefault(
    "Public endpoint of a Kubernetes cluster",
    true,
    "https://docs.aws.amazon.com/eks/latest/userguide/cluster-endpoint.html",
  ),
  transferEndpoint: byDefault("Endpoint of a Transfer Family server", "PUBLIC", sdk("transfer/server")),
  appRunnerPublic: byDefault(
    "Public address of an App Runner service",
    true,
    "https://docs.aws.amazon.com/apprunner/latest/api/API_IngressConfiguration.html",
  ),
  notebookInternet: byDefault(
    "Way to the internet of a notebook instance",
    "Enabled",
    sdk("sagemaker/notebookinstance"),
  ),
  studioNetwork: byDefault("Network of a SageMaker domain", "PublicInternetOnly", sdk("sagemaker/domain")),
  warehouseBackupDays: byDefault("Days of automatic snapshots of a warehouse", 1, sdk("redshift/cluster")),
  memoryBackupDays: byDefault("Days of automatic snapshots of MemoryDB", 0, sdk("memorydb/cluster")),
  connectorTransit: byDefault(
    "Encryption between a Kafka connector and its cluster",
    "PLAINTEXT",
    sdk("mskconnect/connector"),
  ),
  instanceBackupDays: byDefault("Days of automatic backups of an RDS instance", 0, sdk("rds/instance")),
  windowsBackupDays: byDefault("Days of automatic backups of a Windows file system", 7, sdk("fsx/windowsfilesystem")),
  fileSystemBackupDays: byDefault(
    "Days of automatic backups of another FSx file system",
    0,
    sdk("fsx/openzfsfilesystem"),
  ),
  healthCheckFailures: byDefault("Failures after which a target is unhealthy", 3, sdk("lb/targetgroup")),
  healthCheckMatcher: byDefault("Answer to a health check that counts as healthy", "200", sdk("lb/targetgroup")),
  healthCheckPath: byDefault("Path that a health check asks for", "/", sdk("lb/targetgroup")),
  loadBalancerType: byDefault("Type of a load balancer", "application", sdk("lb/loadbalancer")),
  maxTtl: byDefault(
    "Longest time in CloudFront's cache, in seconds",
    31_536_000,
    "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/Expiration.html",
  ),
  minTtl: byDefault(
    "Shortest time in CloudFront's cache, in seconds",
    0,
    "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/Expiration.html",
  ),
  targetCapacity: byDefault(
    "Share of the instances that a capacity provider fills, in percent",
    100,
    "https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ManagedScaling.html",
  ),
  providerWeight: byDefault("weight of a capacity provider among several", 0, capacityProviders),
  providerBase: byDefault("base of a capacity provider", 0, capacityProviders),
  memoryReplicas: byDefault("Replicas of a MemoryDB shard", 1, sdk("memorydb/cluster")),
  cacheReplicas: byDefault("Replicas of a replication group", 0, sdk("elasticache/replicationgroup")),
  cacheEviction: byDefault(
    "maxmemory-policy of a cache",
    "volatile-lru",
    "https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/ParameterGroups.Engine.html",
  ),
  warehouseNodes: byDefault("Nodes of a Redshift cluster", 1, sdk("redshift/cluster")),
  searchNodes: byDefault(
    "Data nodes of a search domain",
    1,
    "https://docs.aws.amazon.com/opensearch-service/latest/APIReference/API_ClusterConfig.html",
  ),
  searchMasters: byDefault(
    "Dedicated masters of a search domain",
    0,
    "https://docs.aws.amazon.com/opensearch-service/latest/APIReference/API_ClusterConfig.html",
  ),
  hadoopMasters: byDefault("Masters of an EMR cluster", 1, sdk("emr/cluster")),
  graphReplicas: byDefault(
    "Replicas of a graph of Neptune Analytics",
    1,
    "https://docs.aws.amazon.com/neptune-analytics/latest/apiref/API_CreateGraph.html",
  ),
  collectionStandby: byDefault(
    "standbyReplicas of a collection of OpenSearch Serverless",
    "ENABLED",
    sdk("opensearch/serverlesscollection"),
  ),
  shardRedundancy: byDefault("Standbys of a shard group of Aurora Limitless", 0, sdk("rds/shardgroup")),
  shardInstances: byDefault("Instances of a shard of an elastic cluster", 2, sdk("docdb/elasticcluster")),
  imageTags: byDefault("imageTagMutability of a repository", "MUTABLE", sdk("ecr/repository")),
  logDays: byDefault("Days after which logs are deleted, where 0 is never", 0, sdk("cloudwatch/loggroup")),
  accountPasswordLength: byDefault(
    "Shortest password of the account's users",
    8,
    "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_passwords_account-policy.html",
  ),
  passwordLength: byDefault(
    "Shortest password of a user pool",
    8,
    "https://docs.aws.amazon.com/cognito/latest/developerguide/managing-users-passwords.html",
  ),
  routeAuthorization: byDefault("Authorization of a route", "NONE", sdk("apigatewayv2/route")),
  buildVariable: byDefault("Type of a variable of a build", "PLAINTEXT", sdk("codebuild/project")),
  subnetPublicAddresses: byDefault("mapPublicIpOnLaunch of a subnet", false, sdk("ec2/subnet")),
  postgresTlsFrom: byDefault(
    "First version of PostgreSQL that refuses connections without TLS",
    "15",
    "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/PostgreSQL.Concepts.General.SSL.html",
  ),
  auroraPostgresTlsFrom: byDefault(
    "First version of Aurora PostgreSQL that refuses connections without TLS",
    "17",
    "https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/AuroraPostgreSQL.Security.html",
  ),
  mariadbTlsFrom: byDefault(
    "First version of MariaDB that refuses connections without TLS",
    "11.8",
    "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/mariadb-ssl-connections.html",
  ),
} as const;
