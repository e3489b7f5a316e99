import { shortType } from "./resource";
import type { Rule } from "./rule";

/**
 * Types of AWS that hold data, take connections from outside, or share something, and that are the resource itself rather than a
 * setting of one. A stack that has one of them and no rule that looks at it must not read "passed". By module; a test compares it with the
 * types of the installed @pulumi/aws that show a sign of it.
 */
const sensitive: readonly string[] = Object.entries({
  glacier: "Vault",
  agentregistry: "Registry",
  amp: "Workspace",
  amplify: "App",
  apigateway: "RestApi",
  apigatewayv2: "Api",
  appflow: "ConnectorProfile Flow",
  apprunner: "Service",
  appstream: "Fleet ImageBuilder",
  appsync: "Api ApiCache GraphQLApi",
  athena: "Database",
  auditmanager: "FrameworkShare",
  backup: "LogicallyAirGappedVault",
  bedrock:
    "AgentAgent AgentDataSource AgentFlow AgentPrompt AgentcoreEvaluator AgentcoreGateway AgentcoreMemory AgentcorePolicyEngine CustomModel EvaluationJob Guardrail",
  bedrockmodel: "InvocationJob",
  chime: "SdkvoiceVoiceProfileDomain",
  cloud9: "EnvironmentEC2",
  cloudfront: "KeyValueStore",
  cloudhsmv2: "Cluster Hsm",
  cloudsearch: "Domain",
  cloudtrail: "EventDataStore Trail",
  cloudwatch: "EventArchive EventBus EventConnection",
  codeartifact: "Domain Repository",
  codebuild: "Fleet",
  codecatalyst: "SourceRepository",
  codecommit: "Repository",
  cognito: "UserPool",
  comprehend: "DocumentClassifier EntityRecognizer",
  connect: "Instance",
  customerprofiles: "Domain",
  datazone: "Domain",
  devicefarm: "TestGridProject",
  directoryservice: "Directory",
  dms: "InstanceProfile S3Endpoint",
  docdb: "ClusterSnapshot ElasticCluster GlobalCluster",
  dsql: "Cluster",
  dynamodb: "GlobalTable TableExport TableReplica",
  ebs: "Snapshot SnapshotImport",
  ec2: "Ami AmiCopy AmiFromInstance Fleet VpcBlockPublicAccessExclusion VpcEndpointService",
  ec2clientvpn: "Endpoint",
  ec2transitgateway: "InstanceConnectEndpoint",
  eks: "AccessEntry AccessPolicyAssociation Cluster",
  elasticache: "GlobalReplicationGroup ServerlessCache",
  elasticbeanstalk: "Environment",
  elastictranscoder: "Pipeline",
  emr: "Cluster Studio",
  finspace: "KxCluster KxDatabase KxEnvironment KxVolume",
  fsx: "FileCache OntapVolume OpenZfsSnapshot OpenZfsVolume",
  gamelift: "Fleet",
  globalaccelerator: "Accelerator",
  glue: "CatalogDatabase CatalogTable DevEndpoint",
  grafana: "Workspace",
  iam: "User",
  imagebuilder: "Image",
  iot: "Thing TopicRuleDestination",
  kendra: "Index",
  keyspaces: "Table",
  kinesis: "FirehoseDeliveryStream VideoStream",
  kinesisanalyticsv2: "ApplicationSnapshot",
  kms: "CustomKeyStore Grant",
  lakeformation: "Permissions",
  lambda: "CapacityProvider MicrovmsImage",
  lambdamicrovms: "Image",
  lightsail: "Bucket ContainerService Instance Lb",
  location: "GeofenceCollection Tracker",
  m2: "Application",
  mailmanager: "Archive",
  medialive: "Channel",
  mediastore: "Container",
  memorydb: "MultiRegionCluster Snapshot",
  msk: "Channel ServerlessCluster Topic",
  mwaa: "Environment",
  neptune: "ClusterSnapshot GlobalCluster",
  neptunegraph: "Graph",
  networkmanager: "ConnectPeer",
  odb: "CloudAutonomousVmCluster CloudVmCluster",
  opensearch: "Application ServerlessCollection",
  opensearchingest: "Pipeline",
  pinpoint: "EventStream",
  qbusiness: "Application",
  qldb: "Ledger Stream",
  ram: "PrincipalAssociation ResourceShare",
  rds: "ClusterActivityStream CustomDbEngineVersion ExportTask GlobalCluster InstanceAutomatedBackupsReplication Integration ProxyEndpoint",
  redshift: "ClusterSnapshot EndpointAccess EndpointAuthorization Integration SnapshotCopy SnapshotScheduleAssociation",
  redshiftserverless: "EndpointAccess Namespace Snapshot",
  rekognition: "Collection StreamProcessor",
  rolesanywhere: "TrustAnchor",
  route53: "ResolverEndpoint",
  s3: "AccessPoint DirectoryBucket FilesFileSystem FilesMountTarget ObjectCopy VectorsIndex VectorsVectorBucket",
  s3control: "AccessGrantsInstance Bucket",
  s3tables: "Table TableBucket",
  sagemaker: "DeviceFleet Domain Endpoint Image MlflowTrackingServer Model NotebookInstance TrainingJob",
  servicecatalog: "PortfolioShare",
  storagegateway: "Cache CachesIscsiVolume NfsFileShare SmbFileShare StoredIscsiVolume",
  timestreamwrite: "Database Table",
  transfer: "Server WebApp",
  verifiedaccess: "Endpoint Instance",
  verifiedpermissions: "PolicyStore",
  vpclattice: "Service ServiceNetwork",
  workmail: "Organization",
  workspaces: "Directory Workspace",
  workspacesweb: "Portal",
}).flatMap(([module, names]) =>
  names.split(" ").map((name) => `aws:${module}/${name.charAt(0).toLowerCase()}${name.slice(1)}:${name}`),
);

/** The same service through Cloud Control has types of its own, which no rule knows. */
const twins =
  /^(aws-native|awscc):(rds|docdb|neptune|redshift|redshiftserverless|dynamodb|elasticache|memorydb|dax|opensearchservice|elasticsearch|opensearchserverless|msk|amazonmq|kinesis|cassandra|qldb|timestream|s3|s3express|efs|fsx|ec2|ecs|eks|lambda|apigateway|apigatewayv2|appsync|apprunner|elasticloadbalancing|elasticloadbalancingv2|cloudfront|iam|kms|secretsmanager|sns|sqs|ssm|ecr|autoscaling|transfer|cognito|sagemaker|emr|emrserverless|workspaces|kinesisfirehose|kinesisanalyticsv2|s3tables|s3vectors|s3objectlambda|s3outposts|dsql|docdbelastic|neptunegraph|dms|backup|batch|codebuild|glue|lightsail|mwaa|grafana|globalaccelerator|elasticbeanstalk|ram|vpclattice|lakeformation|rolesanywhere|events|bedrock|iot|gamelift|mediastore):/;

/** The types that at least one rule looks at, with the names of the rules. */
export function judged(rules: readonly Rule[]): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const rule of rules) {
    for (const type of rule.types) {
      found.set(type, [...(found.get(type) ?? []), rule.id]);
    }
  }
  return found;
}

/**
 * Rules that ask the same of many types say nothing of what a type is for: tags, and secrets in plain sight. A type that only they look
 * at is not judged.
 */
const general = new Set([
  "required-tags",
  "task-without-plain-secrets",
  "stateful-protected",
  "resource-policies-not-public",
]);

/** Whether a rule looks at a type for what it is. */
export function isJudged(rules: readonly Rule[], type: string): boolean {
  return rules.some((rule) => rule.types.includes(type) && !general.has(rule.id));
}

/** The sensitive types that no rule looks at for what they are. */
export function unjudged(rules: readonly Rule[]): readonly string[] {
  return sensitive.filter((type) => !isJudged(rules, type)).sort();
}

/** The resources of a stack that are sensitive and that no rule looks at, as "ec2.Ami". */
export function unseen(
  resources: readonly { readonly type: string; readonly name: string }[],
  types: ReadonlySet<string>,
): readonly string[] {
  return resources
    .filter(({ type }) => types.has(type) || twins.test(type))
    .map(
      ({ type, name }) =>
        `  ${shortType(type)} "${name}"${twins.test(type) ? " (of another provider: use its twin in aws)" : ""}`,
    )
    .sort();
}
