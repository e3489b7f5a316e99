/** What notices that something is wrong with a resource of this repository's stacks. */
export type Watch =
  /** An alarm on a metric with a dimension of the resource's own. */
  | { readonly by: "alarm" }
  /** An alarm on any metric of the namespace: the dimension is a name that is written out and no output. */
  | { readonly by: "metrics"; readonly namespace: string }
  /** An EventBridge rule whose pattern names the resource; by the rule's name without environment and `edge-`. */
  | { readonly by: "event"; readonly rule: string }
  /** Nothing, and why. */
  | { readonly by: "nobody"; readonly reason: string };

/** How the picture of a plan shows a type. */
export type Drawn =
  | {
      /** Before the VPC, in the tier of its subnets, or beside the VPC: what keeps something, and what operates the site. */
      readonly place: "edge" | "tier" | "storage" | "operations";
      /** What it is, in a reader's words. */
      readonly label: string;
      /** Within a tier: what comes first on a request's way. @default 0 */
      readonly row?: number;
      /** Several of them are one box with a number, with their names or without. Left out: each has a box. */
      readonly together?: "by name" | "by number";
    }
  /** Part of the box of what refers to it: a service is also its task definition, and that its role. */
  | "in its user"
  /** Part of the box of what it refers to: a reader belongs to its cluster, a rule to its listener. */
  | "in what it refers to";

/** What is known about a type of AWS. */
export interface ResourceType {
  /** What is lost, or unreadable, when such a resource is deleted or made again. Left out: the program can make it again. */
  readonly holds?: string;
  /** Policy stateful-protected asks for Pulumi's `protect`. @default false */
  readonly protect?: true;
  /** What watches it. Asked of what holds data and is `charged`, and given for what carries all requests. */
  readonly watched?: Watch;
  /**
   * How AWS charges it: not at all, by volume (tools/cost/volumes.ts), by what the simulator finds in use, or by what a plan says
   * (tools/cost/planCost.ts). Left out: no stack of ours has one, and `make cost` stops at it.
   */
  readonly charged?: "free" | "perUse" | "simulated" | "byPlan";
  /** The property through which it takes subnets, and which tier they are by that use. */
  readonly subnets?: { readonly tier: "data" | "application"; readonly path: string };
  /** On the bill by itself, so that policy required-tags asks whose it is. What `holds` something is asked anyway. */
  readonly billed?: true;
  /** Left out: not in the picture. */
  readonly drawn?: Drawn;
}

const alarm: Watch = { by: "alarm" };
const metrics = (namespace: string): Watch => ({ by: "metrics", namespace });
const event = (rule: string): Watch => ({ by: "event", rule });
const nobody = (reason: string): Watch => ({ by: "nobody", reason });
const notice = (id: string): Watch => event(`notices-${id}`);

/**
 * The one table of resource types. The plan report's gate, `make cost`, the picture of a plan, the policies and the tests of what
 * is watched read it. A plan with a type that is not here stops all of them but the policies, which judge any program.
 */
export const resourceTypes: Readonly<Record<string, ResourceType>> = {
  "aws:acm/certificate:Certificate": { charged: "free" },
  "aws:acm/certificateValidation:CertificateValidation": { watched: alarm, charged: "free" },
  "aws:acmpca/certificateAuthority:CertificateAuthority": { holds: "key" },
  "aws:apigatewayv2/api:Api": { charged: "perUse", drawn: { place: "operations", label: "Status editor" } },
  "aws:apigatewayv2/authorizer:Authorizer": { charged: "free" },
  "aws:apigatewayv2/integration:Integration": { charged: "free" },
  "aws:apigatewayv2/route:Route": { charged: "free" },
  "aws:apigatewayv2/stage:Stage": { charged: "free" },
  "aws:appautoscaling/policy:Policy": { charged: "free" },
  "aws:appautoscaling/scheduledAction:ScheduledAction": { charged: "free" },
  "aws:appautoscaling/target:Target": { charged: "free" },
  "aws:apprunner/service:Service": { billed: true },
  "aws:apprunner/vpcConnector:VpcConnector": { subnets: { tier: "application", path: "subnets" } },
  "aws:appstream/fleet:Fleet": { subnets: { tier: "application", path: "vpcConfig.subnetIds" } },
  "aws:athena/namedQuery:NamedQuery": { charged: "perUse" },
  "aws:athena/workgroup:Workgroup": { charged: "perUse" },
  "aws:autoscaling/group:Group": {
    charged: "simulated",
    subnets: { tier: "application", path: "vpcZoneIdentifiers" },
    drawn: { place: "tier", label: "EC2 instances" },
  },
  "aws:autoscaling/lifecycleHook:LifecycleHook": { charged: "free" },
  "aws:autoscaling/notification:Notification": { charged: "free" },
  "aws:autoscaling/policy:Policy": { charged: "free" },
  "aws:autoscaling/schedule:Schedule": { charged: "free" },
  "aws:backup/plan:Plan": { charged: "free" },
  "aws:backup/restoreTestingPlan:RestoreTestingPlan": { charged: "perUse" },
  "aws:backup/restoreTestingSelection:RestoreTestingSelection": { charged: "perUse" },
  "aws:backup/selection:Selection": { charged: "free" },
  "aws:backup/vault:Vault": {
    holds: "backups",
    watched: nobody("A vault with backups in it cannot be deleted. Its jobs have notices of their own."),
    charged: "free",
  },
  "aws:backup/vaultLockConfiguration:VaultLockConfiguration": { charged: "free" },
  "aws:backup/vaultNotifications:VaultNotifications": { charged: "free" },
  "aws:backup/vaultPolicy:VaultPolicy": { charged: "free" },
  "aws:batch/computeEnvironment:ComputeEnvironment": {
    billed: true,
    subnets: { tier: "application", path: "computeResources.subnets" },
  },
  "aws:budgets/budget:Budget": { charged: "free" },
  "aws:chatbot/slackChannelConfiguration:SlackChannelConfiguration": { charged: "free" },
  "aws:chatbot/teamsChannelConfiguration:TeamsChannelConfiguration": { charged: "free" },
  "aws:cloudfront/cachePolicy:CachePolicy": { charged: "free" },
  "aws:cloudfront/distribution:Distribution": {
    watched: alarm,
    charged: "perUse",
    drawn: { place: "edge", label: "CloudFront" },
  },
  "aws:cloudfront/function:Function": { charged: "perUse", drawn: { place: "edge", label: "CloudFront function" } },
  "aws:cloudfront/keyGroup:KeyGroup": { charged: "free" },
  "aws:cloudfront/keyValueStore:KeyValueStore": {
    holds: "outage switch",
    watched: event("outage-switch-turned"),
    charged: "perUse",
    drawn: { place: "edge", label: "Key value store" },
  },
  "aws:cloudfront/keyvaluestoreKey:KeyvaluestoreKey": { charged: "free" },
  "aws:cloudfront/originAccessControl:OriginAccessControl": { charged: "free" },
  "aws:cloudfront/originRequestPolicy:OriginRequestPolicy": { charged: "free" },
  "aws:cloudfront/publicKey:PublicKey": {
    holds: "key",
    watched: nobody("CloudFront deletes no key that a key group has, and its text is in the stack file."),
    charged: "free",
  },
  "aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy": { charged: "free" },
  "aws:cloudfront/vpcOrigin:VpcOrigin": { charged: "free", drawn: "in its user" },
  "aws:cloudhsmv2/cluster:Cluster": { subnets: { tier: "data", path: "subnetIds" } },
  "aws:cloudtrail/trail:Trail": { charged: "perUse" },
  "aws:cloudwatch/compositeAlarm:CompositeAlarm": { charged: "byPlan" },
  "aws:cloudwatch/dashboard:Dashboard": {
    charged: "byPlan",
    drawn: { place: "operations", label: "Dashboard", together: "by number" },
  },
  "aws:cloudwatch/eventArchive:EventArchive": { charged: "free" },
  "aws:cloudwatch/eventRule:EventRule": { charged: "free" },
  "aws:cloudwatch/eventTarget:EventTarget": {
    charged: "free",
    subnets: { tier: "application", path: "ecsTarget.networkConfiguration.subnets" },
  },
  "aws:cloudwatch/logDelivery:LogDelivery": { charged: "free" },
  "aws:cloudwatch/logDeliveryDestination:LogDeliveryDestination": { charged: "free" },
  "aws:cloudwatch/logDeliverySource:LogDeliverySource": { charged: "free" },
  "aws:cloudwatch/logGroup:LogGroup": {
    holds: "logs",
    watched: notice("log-group-deleted"),
    charged: "perUse",
    drawn: { place: "operations", label: "Log group", together: "by number" },
  },
  "aws:cloudwatch/logMetricFilter:LogMetricFilter": { charged: "byPlan" },
  "aws:cloudwatch/logResourcePolicy:LogResourcePolicy": { charged: "free" },
  "aws:cloudwatch/logSubscriptionFilter:LogSubscriptionFilter": { charged: "free" },
  "aws:cloudwatch/metricAlarm:MetricAlarm": {
    charged: "byPlan",
    drawn: { place: "operations", label: "Alarm", together: "by number" },
  },
  "aws:cloudwatch/metricStream:MetricStream": { charged: "free" },
  "aws:cloudwatch/queryDefinition:QueryDefinition": { charged: "free" },
  "aws:codebuild/project:Project": {
    billed: true,
    charged: "perUse",
    subnets: { tier: "application", path: "vpcConfig.subnets" },
  },
  "aws:cognito/identityProvider:IdentityProvider": { charged: "free" },
  "aws:cognito/managedLoginBranding:ManagedLoginBranding": { charged: "free" },
  "aws:cognito/user:User": { charged: "free" },
  "aws:cognito/userPool:UserPool": {
    holds: "accounts",
    protect: true,
    watched: nobody("The settings name all who are in it: a deployment invites them again."),
    charged: "perUse",
  },
  "aws:cognito/userPoolClient:UserPoolClient": { charged: "free" },
  "aws:cognito/userPoolDomain:UserPoolDomain": { charged: "free" },
  "aws:dax/cluster:Cluster": { billed: true },
  "aws:dax/subnetGroup:SubnetGroup": { subnets: { tier: "data", path: "subnetIds" } },
  "aws:directoryservice/directory:Directory": { subnets: { tier: "application", path: "vpcSettings.subnetIds" } },
  "aws:dms/replicationInstance:ReplicationInstance": { billed: true },
  "aws:dms/replicationSubnetGroup:ReplicationSubnetGroup": { subnets: { tier: "data", path: "subnetIds" } },
  "aws:docdb/cluster:Cluster": { holds: "database", protect: true },
  "aws:docdb/clusterInstance:ClusterInstance": { holds: "database" },
  "aws:docdb/elasticCluster:ElasticCluster": { subnets: { tier: "data", path: "subnetIds" } },
  "aws:docdb/subnetGroup:SubnetGroup": { subnets: { tier: "data", path: "subnetIds" } },
  "aws:dynamodb/table:Table": { holds: "database", protect: true, watched: alarm, charged: "perUse" },
  "aws:ebs/snapshot:Snapshot": { holds: "backups" },
  "aws:ebs/volume:Volume": { holds: "file system" },
  "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": { charged: "free" },
  "aws:ec2/eip:Eip": { billed: true, charged: "byPlan" },
  "aws:ec2/fleet:Fleet": {
    billed: true,
    subnets: { tier: "application", path: "launchTemplateConfigs.*.overrides.*.subnetId" },
  },
  "aws:ec2/flowLog:FlowLog": { charged: "perUse" },
  "aws:ec2/instance:Instance": { billed: true, subnets: { tier: "application", path: "subnetId" } },
  "aws:ec2/internetGateway:InternetGateway": { charged: "free", drawn: { place: "tier", label: "Internet gateway" } },
  "aws:ec2/launchTemplate:LaunchTemplate": { billed: true, charged: "free", drawn: "in its user" },
  "aws:ec2/natGateway:NatGateway": {
    charged: "byPlan",
    drawn: { place: "tier", label: "NAT gateway", together: "by number" },
  },
  "aws:ec2/placementGroup:PlacementGroup": { charged: "free" },
  "aws:ec2/route:Route": { charged: "free" },
  "aws:ec2/routeTable:RouteTable": { charged: "free" },
  "aws:ec2/routeTableAssociation:RouteTableAssociation": { charged: "free" },
  "aws:ec2/securityGroup:SecurityGroup": { charged: "free" },
  "aws:ec2/spotFleetRequest:SpotFleetRequest": {
    billed: true,
    subnets: { tier: "application", path: "launchSpecifications.*.subnetId" },
  },
  "aws:ec2/spotInstanceRequest:SpotInstanceRequest": {
    billed: true,
    subnets: { tier: "application", path: "subnetId" },
  },
  "aws:ec2/subnet:Subnet": { charged: "free" },
  "aws:ec2/vpc:Vpc": { billed: true, charged: "free" },
  "aws:ec2/vpcEndpoint:VpcEndpoint": {
    billed: true,
    charged: "byPlan",
    drawn: { place: "tier", label: "VPC endpoint", together: "by number" },
  },
  "aws:ec2/vpnGatewayAttachment:VpnGatewayAttachment": { charged: "free" },
  "aws:ec2transitgateway/vpcAttachment:VpcAttachment": {
    charged: "byPlan",
    drawn: { place: "tier", label: "Transit gateway attachment" },
  },
  "aws:ecr/lifecyclePolicy:LifecyclePolicy": { charged: "free" },
  "aws:ecr/repository:Repository": {
    holds: "images",
    watched: notice("image-deleted"),
    charged: "perUse",
    drawn: { place: "storage", label: "Image repository" },
  },
  "aws:ecr/repositoryPolicy:RepositoryPolicy": { charged: "free" },
  "aws:ecs/accountSettingDefault:AccountSettingDefault": { charged: "free" },
  "aws:ecs/capacityProvider:CapacityProvider": { charged: "free", drawn: "in its user" },
  "aws:ecs/cluster:Cluster": { billed: true, charged: "free" },
  "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders": { charged: "free" },
  "aws:ecs/service:Service": {
    watched: alarm,
    charged: "simulated",
    subnets: { tier: "application", path: "networkConfiguration.subnets" },
    drawn: { place: "tier", label: "ECS service", row: 1 },
  },
  "aws:ecs/taskDefinition:TaskDefinition": { charged: "free", drawn: "in its user" },
  "aws:ecs/taskSet:TaskSet": { subnets: { tier: "application", path: "networkConfiguration.subnets" } },
  "aws:efs/accessPoint:AccessPoint": { charged: "free" },
  "aws:efs/backupPolicy:BackupPolicy": { charged: "free" },
  "aws:efs/fileSystem:FileSystem": {
    holds: "file system",
    protect: true,
    watched: alarm,
    charged: "perUse",
    drawn: { place: "tier", label: "EFS" },
  },
  "aws:efs/fileSystemPolicy:FileSystemPolicy": { charged: "free" },
  "aws:efs/mountTarget:MountTarget": {
    charged: "free",
    subnets: { tier: "data", path: "subnetId" },
    drawn: "in what it refers to",
  },
  "aws:efs/replicationConfiguration:ReplicationConfiguration": { charged: "free" },
  "aws:eks/cluster:Cluster": { billed: true },
  "aws:eks/fargateProfile:FargateProfile": { billed: true, subnets: { tier: "application", path: "subnetIds" } },
  "aws:eks/nodeGroup:NodeGroup": { billed: true, subnets: { tier: "application", path: "subnetIds" } },
  "aws:elasticache/cluster:Cluster": { holds: "cache", watched: alarm },
  "aws:elasticache/parameterGroup:ParameterGroup": { charged: "free" },
  "aws:elasticache/replicationGroup:ReplicationGroup": {
    holds: "cache",
    protect: true,
    watched: alarm,
    charged: "byPlan",
    drawn: { place: "tier", label: "ElastiCache" },
  },
  "aws:elasticache/serverlessCache:ServerlessCache": {
    holds: "cache",
    subnets: { tier: "data", path: "subnetIds" },
  },
  "aws:elasticache/subnetGroup:SubnetGroup": {
    charged: "free",
    subnets: { tier: "data", path: "subnetIds" },
    drawn: "in its user",
  },
  "aws:elasticache/user:User": { charged: "free" },
  "aws:elasticache/userGroup:UserGroup": { charged: "free" },
  "aws:elasticbeanstalk/environment:Environment": { billed: true },
  "aws:elasticsearch/domain:Domain": {
    holds: "search index",
    protect: true,
    subnets: { tier: "data", path: "vpcOptions.subnetIds" },
  },
  "aws:emr/cluster:Cluster": { billed: true, subnets: { tier: "application", path: "ec2Attributes.subnetId" } },
  "aws:emrserverless/application:Application": {
    subnets: { tier: "application", path: "networkConfiguration.subnetIds" },
  },
  "aws:fsx/backup:Backup": { holds: "backups" },
  "aws:fsx/fileCache:FileCache": { subnets: { tier: "data", path: "subnetIds" } },
  "aws:fsx/lustreFileSystem:LustreFileSystem": {
    holds: "file system",
    protect: true,
    subnets: { tier: "data", path: "subnetIds" },
  },
  "aws:fsx/ontapFileSystem:OntapFileSystem": {
    holds: "file system",
    protect: true,
    subnets: { tier: "data", path: "subnetIds" },
  },
  "aws:fsx/ontapVolume:OntapVolume": { holds: "file system" },
  "aws:fsx/openZfsFileSystem:OpenZfsFileSystem": {
    holds: "file system",
    protect: true,
    watched: alarm,
    charged: "byPlan",
    subnets: { tier: "data", path: "subnetIds" },
    drawn: { place: "tier", label: "FSx for OpenZFS" },
  },
  "aws:fsx/openZfsVolume:OpenZfsVolume": { holds: "file system" },
  "aws:fsx/windowsFileSystem:WindowsFileSystem": {
    holds: "file system",
    protect: true,
    subnets: { tier: "data", path: "subnetIds" },
  },
  "aws:globalaccelerator/accelerator:Accelerator": { billed: true },
  "aws:glue/catalogDatabase:CatalogDatabase": { charged: "perUse" },
  "aws:glue/catalogTable:CatalogTable": { charged: "perUse" },
  "aws:glue/connection:Connection": {
    subnets: { tier: "application", path: "physicalConnectionRequirements.subnetId" },
  },
  "aws:iam/instanceProfile:InstanceProfile": { charged: "free" },
  "aws:iam/openIdConnectProvider:OpenIdConnectProvider": { charged: "free" },
  "aws:iam/policy:Policy": { charged: "free" },
  "aws:iam/role:Role": { charged: "free", drawn: "in its user" },
  "aws:iam/rolePolicy:RolePolicy": { charged: "free", drawn: "in what it refers to" },
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment": { charged: "free" },
  "aws:imagebuilder/infrastructureConfiguration:InfrastructureConfiguration": {
    subnets: { tier: "application", path: "subnetId" },
  },
  "aws:kendra/index:Index": { billed: true },
  "aws:keyspaces/table:Table": { holds: "database", protect: true },
  "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream": { billed: true },
  "aws:kinesis/stream:Stream": { holds: "messages" },
  "aws:kinesisanalyticsv2/application:Application": {
    subnets: { tier: "application", path: "applicationConfiguration.vpcConfiguration.subnetIds" },
  },
  "aws:kms/alias:Alias": { charged: "free" },
  "aws:kms/externalKey:ExternalKey": { holds: "key" },
  "aws:kms/key:Key": {
    holds: "key",
    watched: notice("key-disabled"),
    charged: "byPlan",
    drawn: { place: "storage", label: "Key", together: "by name" },
  },
  "aws:kms/replicaKey:ReplicaKey": { holds: "key" },
  "aws:lambda/alias:Alias": { charged: "free" },
  "aws:lambda/eventSourceMapping:EventSourceMapping": { charged: "free" },
  "aws:lambda/function:Function": {
    billed: true,
    charged: "perUse",
    subnets: { tier: "application", path: "vpcConfig.subnetIds" },
    drawn: { place: "operations", label: "Lambda function", together: "by name" },
  },
  "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig": { charged: "free" },
  "aws:lambda/permission:Permission": { charged: "free" },
  "aws:lb/listener:Listener": { charged: "free", drawn: "in what it refers to" },
  "aws:lb/listenerCertificate:ListenerCertificate": { charged: "free" },
  "aws:lb/listenerRule:ListenerRule": { charged: "free", drawn: "in what it refers to" },
  "aws:lb/loadBalancer:LoadBalancer": {
    watched: alarm,
    charged: "byPlan",
    drawn: { place: "tier", label: "Load balancer" },
  },
  "aws:lb/targetGroup:TargetGroup": { charged: "free" },
  "aws:lightsail/containerService:ContainerService": { billed: true },
  "aws:lightsail/database:Database": { billed: true },
  "aws:lightsail/instance:Instance": { billed: true },
  "aws:memorydb/cluster:Cluster": { holds: "database", protect: true },
  "aws:memorydb/subnetGroup:SubnetGroup": { subnets: { tier: "data", path: "subnetIds" } },
  "aws:mq/broker:Broker": { holds: "messages", protect: true, subnets: { tier: "data", path: "subnetIds" } },
  "aws:msk/cluster:Cluster": {
    holds: "messages",
    protect: true,
    subnets: { tier: "data", path: "brokerNodeGroupInfo.clientSubnets" },
  },
  "aws:msk/serverlessCluster:ServerlessCluster": { subnets: { tier: "data", path: "vpcConfigs.*.subnetIds" } },
  "aws:mskconnect/connector:Connector": {
    subnets: { tier: "application", path: "kafkaCluster.apacheKafkaCluster.vpc.subnets" },
  },
  "aws:mwaa/environment:Environment": {
    billed: true,
    subnets: { tier: "application", path: "networkConfiguration.subnetIds" },
  },
  "aws:neptune/cluster:Cluster": { holds: "database", protect: true },
  "aws:neptune/clusterInstance:ClusterInstance": { holds: "database" },
  "aws:neptune/subnetGroup:SubnetGroup": { subnets: { tier: "data", path: "subnetIds" } },
  "aws:neptunegraph/privateGraphEndpoint:PrivateGraphEndpoint": { subnets: { tier: "data", path: "subnetIds" } },
  "aws:opensearch/domain:Domain": {
    holds: "search index",
    protect: true,
    subnets: { tier: "data", path: "vpcOptions.subnetIds" },
  },
  "aws:opensearch/serverlessCollection:ServerlessCollection": { holds: "search index" },
  "aws:qldb/ledger:Ledger": { holds: "database" },
  "aws:rds/cluster:Cluster": {
    holds: "database",
    protect: true,
    watched: alarm,
    charged: "perUse",
    drawn: { place: "tier", label: "Aurora" },
  },
  "aws:rds/clusterInstance:ClusterInstance": {
    holds: "database",
    watched: nobody("The alarms of its cluster see each instance."),
    charged: "byPlan",
    drawn: "in what it refers to",
  },
  "aws:rds/clusterParameterGroup:ClusterParameterGroup": { charged: "free" },
  "aws:rds/clusterSnapshot:ClusterSnapshot": { holds: "backups" },
  "aws:rds/eventSubscription:EventSubscription": { charged: "free" },
  "aws:rds/globalCluster:GlobalCluster": { holds: "database" },
  "aws:rds/instance:Instance": { holds: "database", protect: true, watched: alarm },
  "aws:rds/parameterGroup:ParameterGroup": { charged: "free" },
  "aws:rds/proxy:Proxy": { billed: true },
  "aws:rds/snapshotCopy:SnapshotCopy": { holds: "backups" },
  "aws:rds/subnetGroup:SubnetGroup": {
    charged: "free",
    subnets: { tier: "data", path: "subnetIds" },
    drawn: "in its user",
  },
  "aws:redshift/cluster:Cluster": { holds: "database", protect: true },
  "aws:redshift/subnetGroup:SubnetGroup": { subnets: { tier: "data", path: "subnetIds" } },
  "aws:redshiftserverless/namespace:Namespace": { holds: "database", protect: true },
  "aws:redshiftserverless/workgroup:Workgroup": { billed: true, subnets: { tier: "data", path: "subnetIds" } },
  "aws:route53/record:Record": { charged: "free" },
  "aws:route53/resolverRuleAssociation:ResolverRuleAssociation": { charged: "free" },
  "aws:route53/zone:Zone": {
    holds: "DNS zone",
    watched: nobody("Route 53 deletes no zone that still has records."),
    charged: "byPlan",
  },
  "aws:s3/bucket:Bucket": {
    holds: "bucket",
    protect: true,
    watched: notice("bucket-opened"),
    charged: "perUse",
    drawn: { place: "storage", label: "S3 bucket", together: "by name" },
  },
  "aws:s3/bucketCorsConfiguration:BucketCorsConfiguration": { charged: "free" },
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": { charged: "free" },
  "aws:s3/bucketLogging:BucketLogging": { charged: "free" },
  "aws:s3/bucketMetric:BucketMetric": { charged: "free" },
  "aws:s3/bucketNotification:BucketNotification": { charged: "free" },
  "aws:s3/bucketObjectv2:BucketObjectv2": { charged: "free" },
  "aws:s3/bucketOwnershipControls:BucketOwnershipControls": { charged: "free" },
  "aws:s3/bucketPolicy:BucketPolicy": { charged: "free" },
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": { charged: "free" },
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": { charged: "free" },
  "aws:s3/bucketV2:BucketV2": { holds: "bucket", protect: true },
  "aws:s3/bucketVersioning:BucketVersioning": { charged: "free" },
  "aws:s3/directoryBucket:DirectoryBucket": { holds: "bucket" },
  "aws:s3tables/table:Table": { holds: "bucket" },
  "aws:sagemaker/domain:Domain": { subnets: { tier: "application", path: "subnetIds" } },
  "aws:sagemaker/endpoint:Endpoint": { billed: true },
  "aws:sagemaker/model:Model": { subnets: { tier: "application", path: "vpcConfig.subnets" } },
  "aws:sagemaker/notebookInstance:NotebookInstance": {
    billed: true,
    subnets: { tier: "application", path: "subnetId" },
  },
  "aws:scheduler/schedule:Schedule": {
    charged: "perUse",
    subnets: { tier: "application", path: "target.ecsParameters.networkConfiguration.subnets" },
  },
  "aws:scheduler/scheduleGroup:ScheduleGroup": { charged: "free" },
  "aws:secretsmanager/secret:Secret": {
    holds: "key",
    watched: notice("secret-deleted"),
    charged: "byPlan",
    drawn: { place: "storage", label: "Secret", together: "by name" },
  },
  "aws:secretsmanager/secretPolicy:SecretPolicy": { charged: "free" },
  "aws:secretsmanager/secretRotation:SecretRotation": { charged: "free" },
  "aws:secretsmanager/secretVersion:SecretVersion": { charged: "free" },
  "aws:sesv2/configurationSet:ConfigurationSet": { charged: "free" },
  "aws:sesv2/configurationSetEventDestination:ConfigurationSetEventDestination": { charged: "free" },
  "aws:sesv2/emailIdentity:EmailIdentity": { charged: "free" },
  "aws:sesv2/emailIdentityMailFromAttributes:EmailIdentityMailFromAttributes": { charged: "free" },
  "aws:sfn/stateMachine:StateMachine": {
    billed: true,
    charged: "perUse",
    drawn: { place: "operations", label: "State machine" },
  },
  "aws:signer/signingProfile:SigningProfile": { charged: "free" },
  "aws:sns/topic:Topic": {
    billed: true,
    charged: "perUse",
    drawn: { place: "operations", label: "Topic", together: "by name" },
  },
  "aws:sns/topicPolicy:TopicPolicy": { charged: "free" },
  "aws:sns/topicSubscription:TopicSubscription": { charged: "free" },
  "aws:sqs/queue:Queue": {
    holds: "messages",
    watched: alarm,
    charged: "perUse",
    drawn: { place: "operations", label: "Queue", together: "by name" },
  },
  "aws:sqs/queuePolicy:QueuePolicy": { charged: "free" },
  "aws:ssm/association:Association": { charged: "free" },
  "aws:ssm/document:Document": { charged: "free" },
  "aws:ssm/parameter:Parameter": { charged: "free" },
  "aws:synthetics/canary:Canary": {
    charged: "perUse",
    subnets: { tier: "application", path: "vpcConfig.subnetIds" },
  },
  "aws:timestreaminfluxdb/dbCluster:DbCluster": { subnets: { tier: "data", path: "vpcSubnetIds" } },
  "aws:timestreaminfluxdb/dbInstance:DbInstance": {
    holds: "database",
    subnets: { tier: "data", path: "vpcSubnetIds" },
  },
  "aws:transfer/server:Server": { billed: true },
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": { charged: "free" },
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": { charged: "free" },
  "aws:wafv2/ipSet:IpSet": { charged: "free" },
  "aws:wafv2/regexPatternSet:RegexPatternSet": { charged: "free" },
  "aws:wafv2/ruleGroup:RuleGroup": { charged: "byPlan" },
  "aws:wafv2/webAcl:WebAcl": {
    watched: metrics("AWS/WAFV2"),
    charged: "byPlan",
    drawn: { place: "edge", label: "Firewall (WAF)" },
  },
  "aws:wafv2/webAclAssociation:WebAclAssociation": { charged: "free" },
  "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration": { charged: "free" },
  "aws:workspaces/workspace:Workspace": { billed: true },
  "random:index/randomPassword:RandomPassword": { holds: "key" },
};

/** The types that a column has an entry for. */
export function typesWith<C extends keyof ResourceType>(
  column: C,
): readonly (readonly [type: string, value: NonNullable<ResourceType[C]>])[] {
  return Object.entries(resourceTypes).flatMap(([type, row]) => {
    const value = row[column];
    return value === undefined ? [] : [[type, value as NonNullable<ResourceType[C]>] as const];
  });
}

/** The types among these that belong on the table and are not there. */
export function unlisted(types: Iterable<string>): readonly string[] {
  return [...new Set(types)].filter((type) => type.startsWith("aws:") && !(type in resourceTypes)).sort();
}
