import { shortType } from "./resource";
import type { Rule } from "./rule";

/**
 * Types of AWS that hold data, take connections from outside, or share something, and that are the resource itself rather than a
 * setting of one. A stack that has one of them and no rule that looks at it must not read "passed".
 */
const sensitive: readonly string[] = [
  // What holds data
  ...["docdb/globalCluster:GlobalCluster", "docdb/elasticCluster:ElasticCluster"],
  ...["dynamodb/globalTable:GlobalTable", "dsql/cluster:Cluster", "keyspaces/table:Table", "qldb/ledger:Ledger"],
  ...[
    "neptune/globalCluster:GlobalCluster",
    "neptunegraph/graph:Graph",
    "memorydb/multiRegionCluster:MultiRegionCluster",
  ],
  ...["elasticache/globalReplicationGroup:GlobalReplicationGroup", "elasticache/serverlessCache:ServerlessCache"],
  ...["opensearch/serverlessCollection:ServerlessCollection", "opensearchingest/pipeline:Pipeline"],
  ...[
    "cloudsearch/domain:Domain",
    "kendra/index:Index",
    "timestreamwrite/table:Table",
    "redshiftserverless/namespace:Namespace",
  ],
  ...["msk/serverlessCluster:ServerlessCluster", "kinesis/firehoseDeliveryStream:FirehoseDeliveryStream"],
  ...[
    "s3/directoryBucket:DirectoryBucket",
    "s3tables/table:Table",
    "s3tables/tableBucket:TableBucket",
    "s3control/bucket:Bucket",
  ],
  ...["s3/vectorsVectorBucket:VectorsVectorBucket", "storagegateway/nfsFileShare:NfsFileShare"],
  ...["storagegateway/smbFileShare:SmbFileShare", "lakeformation/permissions:Permissions"],
  ...["cognito/userPool:UserPool", "directoryservice/directory:Directory", "workspaces/workspace:Workspace"],
  ...["ebs/snapshot:Snapshot", "ec2/ami:Ami", "ec2/amiCopy:AmiCopy", "rds/globalCluster:GlobalCluster"],
  // What takes connections
  ...[
    "apigateway/restApi:RestApi",
    "apigatewayv2/api:Api",
    "appsync/graphQLApi:GraphQLApi",
    "apprunner/service:Service",
  ],
  ...["amplify/app:App", "eks/cluster:Cluster", "elasticbeanstalk/environment:Environment", "emr/cluster:Cluster"],
  ...["globalaccelerator/accelerator:Accelerator", "grafana/workspace:Workspace", "iot/thing:Thing"],
  ...[
    "lightsail/instance:Instance",
    "lightsail/bucket:Bucket",
    "lightsail/containerService:ContainerService",
    "lightsail/lb:Lb",
  ],
  ...["mwaa/environment:Environment", "sagemaker/notebookInstance:NotebookInstance", "sagemaker/domain:Domain"],
  ...[
    "sagemaker/endpoint:Endpoint",
    "transfer/server:Server",
    "vpclattice/service:Service",
    "verifiedaccess/instance:Instance",
  ],
  ...[
    "medialive/channel:Channel",
    "mediastore/container:Container",
    "ec2clientvpn/endpoint:Endpoint",
    "gamelift/fleet:Fleet",
  ],
  // What shares
  ...[
    "ram/resourceShare:ResourceShare",
    "ram/principalAssociation:PrincipalAssociation",
    "ec2/vpcEndpointService:VpcEndpointService",
  ],
  ...[
    "redshift/endpointAuthorization:EndpointAuthorization",
    "redshift/snapshotScheduleAssociation:SnapshotScheduleAssociation",
  ],
  ...["iam/user:User", "rolesanywhere/trustAnchor:TrustAnchor"],
].map((type) => `aws:${type}`);

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

/** The sensitive types that no rule looks at for what they are. */
export function unjudged(rules: readonly Rule[]): readonly string[] {
  const known = judged(rules);
  return sensitive.filter((type) => (known.get(type) ?? []).every((id) => general.has(id))).sort();
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
