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

/** The one table of defaults that rules read. Where AWS puts what names no subnets is in placement.ts. */
export const awsDefaults = {
  backupDays: byDefault("Days of automatic backups of a database", 1, sdk("rds/cluster")),
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
} as const;

/**
 * The first major version of an engine that refuses connections without TLS by itself, in its default parameter group.
 * Instances: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/PostgreSQL.Concepts.General.SSL.html
 * Aurora: https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/AuroraPostgreSQL.Security.html
 * MariaDB: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/mariadb-ssl-connections.html
 */
const tlsFrom: Readonly<Record<string, number>> = { postgres: 15, "aurora-postgresql": 17, mariadb: 11.8 };

/**
 * Whether an engine refuses plain connections by itself. Without a version AWS takes its own default, which for PostgreSQL
 * has been past 15 since 2024: https://docs.aws.amazon.com/AmazonRDS/latest/PostgreSQLReleaseNotes/postgresql-release-calendar.html
 */
export function requiresTlsByDefault(engine: string, version: string | undefined): boolean {
  const first = tlsFrom[engine];
  if (first === undefined) {
    return false;
  }
  if (version === undefined || version === "") {
    return engine === "postgres";
  }
  const [major = "0", minor = "0"] = version.split(".");
  return Number.isInteger(first)
    ? Number(major) >= first
    : Number(`${major}.${minor}`) >= first || Number(major) > first;
}
