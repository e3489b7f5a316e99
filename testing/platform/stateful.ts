/** What notices that something is wrong with a resource. */
export type Watch =
  /** An alarm on a metric with a dimension of the resource's own. */
  | { readonly by: "alarm" }
  /** An alarm on any metric of the namespace: the dimension is a name that is written out and no output. */
  | { readonly by: "metrics"; readonly namespace: string }
  /** An EventBridge rule whose pattern names the resource; by the rule's name without environment and `edge-`. */
  | { readonly by: "event"; readonly rule: string }
  /** Nothing, and why. */
  | { readonly by: "nobody"; readonly reason: string };

const alarm: Watch = { by: "alarm" };
const notice = (id: string): Watch => ({ by: "event", rule: `notices-${id}` });
const nobody = (reason: string): Watch => ({ by: "nobody", reason });

/** Types that hold data, or that all requests go through, and what watches each resource of them. */
export const stateful: Readonly<Record<string, Watch>> = {
  "aws:rds/cluster:Cluster": alarm,
  "aws:rds/instance:Instance": alarm,
  "aws:elasticache/replicationGroup:ReplicationGroup": alarm,
  "aws:elasticache/cluster:Cluster": alarm,
  "aws:efs/fileSystem:FileSystem": alarm,
  "aws:fsx/openZfsFileSystem:OpenZfsFileSystem": alarm,
  "aws:dynamodb/table:Table": alarm,
  "aws:ecs/service:Service": alarm,
  "aws:lb/loadBalancer:LoadBalancer": alarm,
  "aws:cloudfront/distribution:Distribution": alarm,
  "aws:wafv2/webAcl:WebAcl": { by: "metrics", namespace: "AWS/WAFV2" },
  // A certificate that is in use: what uses it, and its alarm, wait for this.
  "aws:acm/certificateValidation:CertificateValidation": alarm,
  // Request metrics of S3 cost by the metric and say no more than the errors of those that use the bucket.
  "aws:s3/bucket:Bucket": notice("bucket-opened"),
  // The one metric of KMS about a key's end is of imported key material, which there is none of:
  // https://docs.aws.amazon.com/kms/latest/developerguide/monitoring-cloudwatch.html
  "aws:kms/key:Key": notice("key-disabled"),
  "aws:secretsmanager/secret:Secret": notice("secret-deleted"),
  "aws:ecr/repository:Repository": notice("image-deleted"),
  "aws:cloudwatch/logGroup:LogGroup": notice("log-group-deleted"),
  // The outage switch: every turn of it is told.
  "aws:cloudfront/keyValueStore:KeyValueStore": { by: "event", rule: "outage-switch-turned" },
};

const diagnosis = (of: string): Watch =>
  nobody(`Read by people who look for a cause: ${of}. Nothing counts its lines.`);

/** Single resources that another thing watches than the rest of their type, by logical name without the environment. */
export const exceptions: Readonly<Record<string, Watch>> = {
  "release-lock": nobody("Holds who is releasing. Without it a release stops and says so."),
  "cache-engine-log": diagnosis("the application cache"),
  "cache-slow-log": diagnosis("the application cache"),
  "sessions-engine-log": diagnosis("the session store"),
  "sessions-slow-log": diagnosis("the session store"),
  "database-error-log": diagnosis("the database"),
  "database-slowquery-log": diagnosis("the database"),
  "ses-events": diagnosis("mail that did not arrive, whose rates have alarms"),
  "cluster-exec": diagnosis("what was typed in a task"),
  "firewall-logs": diagnosis("the firewall, which has metrics of its own"),
  "network-flow-logs": diagnosis("the network"),
  "moodle-install-logs": diagnosis("an installation, which fails where somebody waits for it"),
  "moodle-upgrade-logs": diagnosis("an upgrade, whose release fails and says so"),
  "release-logs": diagnosis("a release"),
  "scaling-speed-logs": diagnosis("the function that measures scaling"),
  "channel-relay-logs": diagnosis("the function that writes to people, whose errors have an alarm"),
  "edge-channel-relay-logs": diagnosis("the same function in us-east-1, whose errors have an alarm"),
  "weekly-report-logs": diagnosis("the report, which is missed on a Monday"),
};

/** Types that hold nothing that cannot be had again from the program, and that no request needs by itself. */
export const stateless: ReadonlySet<string> = new Set([
  // Waits for its validation, which is above.
  "aws:acm/certificate:Certificate",
  "aws:appautoscaling/policy:Policy",
  "aws:appautoscaling/scheduledAction:ScheduledAction",
  "aws:appautoscaling/target:Target",
  "aws:athena/namedQuery:NamedQuery",
  "aws:athena/workgroup:Workgroup",
  "aws:autoscaling/group:Group",
  "aws:autoscaling/schedule:Schedule",
  "aws:cloudfront/cachePolicy:CachePolicy",
  "aws:cloudfront/function:Function",
  // The value in the store above.
  "aws:cloudfront/keyvaluestoreKey:KeyvaluestoreKey",
  "aws:cloudfront/originAccessControl:OriginAccessControl",
  "aws:cloudfront/originRequestPolicy:OriginRequestPolicy",
  "aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy",
  "aws:cloudfront/vpcOrigin:VpcOrigin",
  // Its records are in a bucket.
  "aws:cloudtrail/trail:Trail",
  "aws:cloudwatch/compositeAlarm:CompositeAlarm",
  "aws:cloudwatch/dashboard:Dashboard",
  "aws:cloudwatch/eventRule:EventRule",
  "aws:cloudwatch/eventTarget:EventTarget",
  "aws:cloudwatch/logDelivery:LogDelivery",
  "aws:cloudwatch/logDeliveryDestination:LogDeliveryDestination",
  "aws:cloudwatch/logDeliverySource:LogDeliverySource",
  "aws:cloudwatch/logMetricFilter:LogMetricFilter",
  "aws:cloudwatch/logResourcePolicy:LogResourcePolicy",
  "aws:cloudwatch/metricAlarm:MetricAlarm",
  "aws:cloudwatch/queryDefinition:QueryDefinition",
  "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",
  "aws:ec2/eip:Eip",
  "aws:ec2/flowLog:FlowLog",
  "aws:ec2/internetGateway:InternetGateway",
  "aws:ec2/launchTemplate:LaunchTemplate",
  "aws:ec2/natGateway:NatGateway",
  "aws:ec2/route:Route",
  "aws:ec2/routeTable:RouteTable",
  "aws:ec2/routeTableAssociation:RouteTableAssociation",
  "aws:ec2/securityGroup:SecurityGroup",
  "aws:ec2/subnet:Subnet",
  "aws:ec2/vpc:Vpc",
  "aws:ec2/vpcEndpoint:VpcEndpoint",
  "aws:ecr/lifecyclePolicy:LifecyclePolicy",
  "aws:ecs/capacityProvider:CapacityProvider",
  "aws:ecs/cluster:Cluster",
  "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders",
  "aws:ecs/taskDefinition:TaskDefinition",
  "aws:efs/accessPoint:AccessPoint",
  "aws:efs/backupPolicy:BackupPolicy",
  "aws:efs/fileSystemPolicy:FileSystemPolicy",
  "aws:efs/mountTarget:MountTarget",
  "aws:elasticache/parameterGroup:ParameterGroup",
  "aws:elasticache/subnetGroup:SubnetGroup",
  "aws:glue/catalogDatabase:CatalogDatabase",
  "aws:glue/catalogTable:CatalogTable",
  "aws:iam/instanceProfile:InstanceProfile",
  "aws:iam/role:Role",
  "aws:iam/rolePolicy:RolePolicy",
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
  "aws:kms/alias:Alias",
  "aws:lambda/function:Function",
  "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig",
  "aws:lambda/permission:Permission",
  "aws:lb/listener:Listener",
  "aws:lb/listenerRule:ListenerRule",
  "aws:lb/targetGroup:TargetGroup",
  // The data of Aurora is the cluster's, and so are its alarms.
  "aws:rds/clusterInstance:ClusterInstance",
  "aws:rds/clusterParameterGroup:ClusterParameterGroup",
  "aws:rds/eventSubscription:EventSubscription",
  "aws:rds/parameterGroup:ParameterGroup",
  "aws:rds/subnetGroup:SubnetGroup",
  "aws:route53/record:Record",
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
  "aws:s3/bucketNotification:BucketNotification",
  "aws:s3/bucketObjectv2:BucketObjectv2",
  "aws:s3/bucketOwnershipControls:BucketOwnershipControls",
  "aws:s3/bucketPolicy:BucketPolicy",
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
  "aws:s3/bucketVersioning:BucketVersioning",
  "aws:scheduler/schedule:Schedule",
  "aws:secretsmanager/secretVersion:SecretVersion",
  // Mail that SES does not take or deliver has alarms on the rates of the account.
  "aws:sesv2/configurationSet:ConfigurationSet",
  "aws:sesv2/configurationSetEventDestination:ConfigurationSetEventDestination",
  "aws:sesv2/emailIdentity:EmailIdentity",
  "aws:sesv2/emailIdentityMailFromAttributes:EmailIdentityMailFromAttributes",
  "aws:sfn/stateMachine:StateMachine",
  "aws:sns/topic:Topic",
  "aws:sns/topicPolicy:TopicPolicy",
  "aws:sns/topicSubscription:TopicSubscription",
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
  "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration",
]);
