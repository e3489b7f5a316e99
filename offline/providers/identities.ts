/**
 * The form of the physical id and of the ARN of each AWS type, as the ids table of the real provider gives them.
 *
 * Placeholders: `{partition}`, `{region}`, `{account}`, `{hex8}`, `{hex17}`, `{hex32}`, `{uuid}`, `{id}` (in an ARN),
 * `{arn}` (in an id), or the name of any property, known inputs included.
 * Resource ids: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/resource-ids.html (a prefix and 17 digits).
 * ARNs: https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
 */
export interface Identity {
  readonly id: string;
  readonly arn?: string;
}

const ec2 = (path: string) => `arn:{partition}:ec2:{region}:{account}:${path}/{id}`;
const ec2Id = (prefix: string, path?: string): Identity => ({
  id: `${prefix}-{hex17}`,
  ...(path === undefined ? {} : { arn: ec2(path) }),
});
/** Types whose id in Pulumi is their ARN. */
const arn = (form: string): Identity => ({ id: "{arn}", arn: form });

export const identities: Readonly<Record<string, Identity>> = {
  "aws:acm/certificate:Certificate": arn("arn:{partition}:acm:{region}:{account}:certificate/{uuid}"),
  "aws:acm/certificateValidation:CertificateValidation": { id: "2024-01-01 00:00:00 +0000 UTC" },
  "aws:appautoscaling/policy:Policy": {
    id: "{name}",
    arn: "arn:{partition}:autoscaling:{region}:{account}:scalingPolicy:{uuid}:resource/{serviceNamespace}/{resourceId}:policyName/{name}",
  },
  "aws:appautoscaling/scheduledAction:ScheduledAction": {
    id: "{name}-{serviceNamespace}-{resourceId}",
    arn: "arn:{partition}:autoscaling:{region}:{account}:scheduledAction:{uuid}:resource/{serviceNamespace}/{resourceId}:scheduledActionName/{name}",
  },
  "aws:appautoscaling/target:Target": {
    id: "{resourceId}",
    arn: "arn:{partition}:application-autoscaling:{region}:{account}:scalable-target/{hex32}",
  },
  "aws:autoscaling/group:Group": {
    id: "{name}",
    arn: "arn:{partition}:autoscaling:{region}:{account}:autoScalingGroup:{uuid}:autoScalingGroupName/{name}",
  },
  "aws:autoscaling/schedule:Schedule": {
    id: "{scheduledActionName}",
    arn: "arn:{partition}:autoscaling:{region}:{account}:scheduledUpdateGroupAction:{uuid}:autoScalingGroupName/{autoscalingGroupName}:scheduledActionName/{scheduledActionName}",
  },
  "aws:autoscaling/lifecycleHook:LifecycleHook": { id: "{name}" },
  "aws:backup/plan:Plan": { id: "{uuid}", arn: "arn:{partition}:backup:{region}:{account}:backup-plan:{id}" },
  "aws:backup/selection:Selection": { id: "{uuid}" },
  "aws:backup/vault:Vault": { id: "{name}", arn: "arn:{partition}:backup:{region}:{account}:backup-vault:{name}" },
  // Pulumi's ids of both are unknown here.
  "aws:chatbot/slackChannelConfiguration:SlackChannelConfiguration": {
    id: "{configurationName}",
    arn: "arn:{partition}:chatbot::{account}:chat-configuration/slack-channel/{configurationName}",
  },
  "aws:chatbot/teamsChannelConfiguration:TeamsChannelConfiguration": {
    id: "{configurationName}",
    arn: "arn:{partition}:chatbot::{account}:chat-configuration/microsoft-teams-channel/{configurationName}",
  },
  "aws:cloudfront/distribution:Distribution": {
    id: "E{HEX13}",
    arn: "arn:{partition}:cloudfront::{account}:distribution/{id}",
  },
  "aws:cloudfront/cachePolicy:CachePolicy": {
    id: "{uuid}",
    arn: "arn:{partition}:cloudfront::{account}:cache-policy/{id}",
  },
  "aws:cloudfront/originRequestPolicy:OriginRequestPolicy": {
    id: "{uuid}",
    arn: "arn:{partition}:cloudfront::{account}:origin-request-policy/{id}",
  },
  "aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy": {
    id: "{uuid}",
    arn: "arn:{partition}:cloudfront::{account}:response-headers-policy/{id}",
  },
  "aws:cloudfront/keyValueStore:KeyValueStore": {
    id: "{name}",
    arn: "arn:{partition}:cloudfront::{account}:key-value-store/{uuid}",
  },
  "aws:cloudfront/keyvaluestoreKey:KeyvaluestoreKey": { id: "{keyValueStoreArn},{key}" },
  "aws:cloudfront/originAccessControl:OriginAccessControl": {
    id: "E{HEX13}",
    arn: "arn:{partition}:cloudfront::{account}:origin-access-control/{id}",
  },
  "aws:cloudtrail/trail:Trail": { id: "{arn}", arn: "arn:{partition}:cloudtrail:{region}:{account}:trail/{name}" },
  "aws:cloudfront/vpcOrigin:VpcOrigin": {
    id: "vo_{hex22}",
    arn: "arn:{partition}:cloudfront::{account}:vpcorigin/{id}",
  },
  "aws:cloudfront/function:Function": { id: "{name}", arn: "arn:{partition}:cloudfront::{account}:function/{name}" },
  "aws:apigatewayv2/api:Api": { id: "{hex10}", arn: "arn:{partition}:apigateway:{region}::/apis/{id}" },
  "aws:apigatewayv2/authorizer:Authorizer": { id: "{hex6}" },
  "aws:apigatewayv2/integration:Integration": { id: "{hex7}" },
  "aws:apigatewayv2/route:Route": { id: "{hex7}" },
  "aws:apigatewayv2/stage:Stage": {
    id: "{name}",
    arn: "arn:{partition}:apigateway:{region}::/apis/{apiId}/stages/{name}",
  },
  "aws:cognito/identityProvider:IdentityProvider": { id: "{userPoolId}:{providerName}" },
  "aws:cognito/userPool:UserPool": {
    id: "{region}_{hex9}",
    arn: "arn:{partition}:cognito-idp:{region}:{account}:userpool/{id}",
  },
  "aws:cognito/user:User": { id: "{userPoolId}/{username}" },
  "aws:cognito/userPoolClient:UserPoolClient": { id: "{hex26}" },
  "aws:cognito/userPoolDomain:UserPoolDomain": { id: "{domain}" },
  "aws:cloudwatch/dashboard:Dashboard": {
    id: "{dashboardName}",
    arn: "arn:{partition}:cloudwatch::{account}:dashboard/{dashboardName}",
  },
  "aws:cloudwatch/eventRule:EventRule": { id: "{name}", arn: "arn:{partition}:events:{region}:{account}:rule/{name}" },
  "aws:cloudwatch/eventTarget:EventTarget": { id: "{rule}-{targetId}" },
  "aws:cloudwatch/logDelivery:LogDelivery": {
    id: "{hex16}",
    arn: "arn:{partition}:logs:{region}:{account}:delivery:{id}",
  },
  "aws:cloudwatch/logDeliveryDestination:LogDeliveryDestination": {
    id: "{name}",
    arn: "arn:{partition}:logs:{region}:{account}:delivery-destination:{name}",
  },
  "aws:cloudwatch/logDeliverySource:LogDeliverySource": {
    id: "{name}",
    arn: "arn:{partition}:logs:{region}:{account}:delivery-source:{name}",
  },
  "aws:cloudwatch/logGroup:LogGroup": { id: "{name}", arn: "arn:{partition}:logs:{region}:{account}:log-group:{name}" },
  "aws:cloudwatch/logResourcePolicy:LogResourcePolicy": { id: "{policyName}" },
  "aws:budgets/budget:Budget": { id: "{account}:{name}", arn: "arn:{partition}:budgets::{account}:budget/{name}" },
  "aws:cloudwatch/compositeAlarm:CompositeAlarm": {
    id: "{alarmName}",
    arn: "arn:{partition}:cloudwatch:{region}:{account}:alarm:{alarmName}",
  },
  "aws:cloudwatch/logMetricFilter:LogMetricFilter": { id: "{name}" },
  "aws:cloudwatch/queryDefinition:QueryDefinition": {
    id: "{uuid}",
    arn: "arn:{partition}:logs:{region}:{account}:query-definition:{id}",
  },
  "aws:cloudwatch/metricAlarm:MetricAlarm": {
    id: "{name}",
    arn: "arn:{partition}:cloudwatch:{region}:{account}:alarm:{name}",
  },
  "aws:dynamodb/table:Table": { id: "{name}", arn: "arn:{partition}:dynamodb:{region}:{account}:table/{name}" },
  "aws:ec2/defaultNetworkAcl:DefaultNetworkAcl": ec2Id("acl", "network-acl"),
  "aws:ec2/defaultRouteTable:DefaultRouteTable": ec2Id("rtb", "route-table"),
  "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": ec2Id("sg", "security-group"),
  "aws:ec2/eip:Eip": ec2Id("eipalloc", "elastic-ip"),
  "aws:ec2/flowLog:FlowLog": ec2Id("fl", "vpc-flow-log"),
  "aws:ec2/internetGateway:InternetGateway": ec2Id("igw", "internet-gateway"),
  "aws:ec2/launchTemplate:LaunchTemplate": ec2Id("lt", "launch-template"),
  "aws:ec2/natGateway:NatGateway": ec2Id("nat"),
  "aws:ec2/networkAcl:NetworkAcl": ec2Id("acl", "network-acl"),
  "aws:ec2/route:Route": { id: "r-{routeTableId}{hex10}" },
  "aws:ec2/routeTable:RouteTable": ec2Id("rtb", "route-table"),
  "aws:ec2/routeTableAssociation:RouteTableAssociation": ec2Id("rtbassoc"),
  "aws:ec2/securityGroup:SecurityGroup": ec2Id("sg", "security-group"),
  "aws:ec2/securityGroupRule:SecurityGroupRule": { id: "sgrule-{hex10}" },
  "aws:ec2/subnet:Subnet": ec2Id("subnet", "subnet"),
  "aws:ec2/vpc:Vpc": ec2Id("vpc", "vpc"),
  "aws:ec2/vpcEndpoint:VpcEndpoint": ec2Id("vpce", "vpc-endpoint"),
  "aws:ec2/vpnGatewayAttachment:VpnGatewayAttachment": ec2Id("vpn-attachment"),
  "aws:ec2transitgateway/vpcAttachment:VpcAttachment": ec2Id("tgw-attach", "transit-gateway-attachment"),
  "aws:route53/resolverRuleAssociation:ResolverRuleAssociation": ec2Id("rslvr-rrassoc"),
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": ec2Id("sgr", "security-group-rule"),
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": ec2Id("sgr", "security-group-rule"),
  "aws:ecr/repository:Repository": { id: "{name}", arn: "arn:{partition}:ecr:{region}:{account}:repository/{name}" },
  "aws:ecr/lifecyclePolicy:LifecyclePolicy": { id: "{repository}" },
  "aws:ecs/capacityProvider:CapacityProvider": arn("arn:{partition}:ecs:{region}:{account}:capacity-provider/{name}"),
  "aws:ecs/cluster:Cluster": arn("arn:{partition}:ecs:{region}:{account}:cluster/{name}"),
  "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders": { id: "{clusterName}" },
  "aws:ecs/service:Service": arn("arn:{partition}:ecs:{region}:{account}:service/{clusterName}/{name}"),
  "aws:ecs/taskDefinition:TaskDefinition": {
    id: "{family}",
    arn: "arn:{partition}:ecs:{region}:{account}:task-definition/{family}:{revision}",
  },
  "aws:efs/accessPoint:AccessPoint": {
    id: "fsap-{hex17}",
    arn: "arn:{partition}:elasticfilesystem:{region}:{account}:access-point/{id}",
  },
  "aws:efs/backupPolicy:BackupPolicy": { id: "{fileSystemId}" },
  "aws:efs/fileSystem:FileSystem": {
    id: "fs-{hex17}",
    arn: "arn:{partition}:elasticfilesystem:{region}:{account}:file-system/{id}",
  },
  "aws:efs/fileSystemPolicy:FileSystemPolicy": { id: "{fileSystemId}" },
  "aws:efs/mountTarget:MountTarget": { id: "fsmt-{hex17}" },
  "aws:elasticache/parameterGroup:ParameterGroup": {
    id: "{name}",
    arn: "arn:{partition}:elasticache:{region}:{account}:parametergroup:{name}",
  },
  "aws:elasticache/replicationGroup:ReplicationGroup": {
    id: "{replicationGroupId}",
    arn: "arn:{partition}:elasticache:{region}:{account}:replicationgroup:{replicationGroupId}",
  },
  "aws:elasticache/subnetGroup:SubnetGroup": {
    id: "{name}",
    arn: "arn:{partition}:elasticache:{region}:{account}:subnetgroup:{name}",
  },
  "aws:elasticache/user:User": { id: "{userId}", arn: "arn:{partition}:elasticache:{region}:{account}:user:{userId}" },
  "aws:elasticache/userGroup:UserGroup": {
    id: "{userGroupId}",
    arn: "arn:{partition}:elasticache:{region}:{account}:usergroup:{userGroupId}",
  },
  "aws:fsx/openZfsFileSystem:OpenZfsFileSystem": {
    id: "fs-{hex17}",
    arn: "arn:{partition}:fsx:{region}:{account}:file-system/{id}",
  },
  "aws:fsx/openZfsVolume:OpenZfsVolume": {
    id: "fsvol-{hex17}",
    arn: "arn:{partition}:fsx:{region}:{account}:volume/{id}",
  },
  "aws:glue/catalogDatabase:CatalogDatabase": {
    id: "{account}:{name}",
    arn: "arn:{partition}:glue:{region}:{account}:database/{name}",
  },
  "aws:glue/catalogTable:CatalogTable": {
    id: "{account}:{databaseName}:{name}",
    arn: "arn:{partition}:glue:{region}:{account}:table/{databaseName}/{name}",
  },
  "aws:iam/instanceProfile:InstanceProfile": {
    id: "{name}",
    arn: "arn:{partition}:iam::{account}:instance-profile/{name}",
  },
  "aws:iam/openIdConnectProvider:OpenIdConnectProvider": arn("arn:{partition}:iam::{account}:oidc-provider/{host}"),
  "aws:iam/policy:Policy": arn("arn:{partition}:iam::{account}:policy/{name}"),
  "aws:iam/role:Role": { id: "{name}", arn: "arn:{partition}:iam::{account}:role/{name}" },
  "aws:iam/rolePolicy:RolePolicy": { id: "{role}:{name}" },
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment": { id: "{role}/{policyArn}" },
  "aws:kms/alias:Alias": { id: "{name}", arn: "arn:{partition}:kms:{region}:{account}:{name}" },
  "aws:kms/key:Key": { id: "{uuid}", arn: "arn:{partition}:kms:{region}:{account}:key/{id}" },
  "aws:lambda/function:Function": { id: "{name}", arn: "arn:{partition}:lambda:{region}:{account}:function:{name}" },
  "aws:lb/listener:Listener": arn(
    "arn:{partition}:elasticloadbalancing:{region}:{account}:listener/app/{loadBalancerArn#}/{hex16}",
  ),
  "aws:lb/listenerCertificate:ListenerCertificate": { id: "{listenerArn}_{certificateArn}" },
  "aws:lb/listenerRule:ListenerRule": arn(
    "arn:{partition}:elasticloadbalancing:{region}:{account}:listener-rule/app/{listenerArn#}/{hex16}",
  ),
  "aws:lb/loadBalancer:LoadBalancer": arn(
    "arn:{partition}:elasticloadbalancing:{region}:{account}:loadbalancer/app/{name}/{hex16}",
  ),
  "aws:lb/targetGroup:TargetGroup": arn(
    "arn:{partition}:elasticloadbalancing:{region}:{account}:targetgroup/{name}/{hex16}",
  ),
  "aws:rds/cluster:Cluster": {
    id: "{clusterIdentifier}",
    arn: "arn:{partition}:rds:{region}:{account}:cluster:{clusterIdentifier}",
  },
  "aws:rds/clusterInstance:ClusterInstance": {
    id: "{identifier}",
    arn: "arn:{partition}:rds:{region}:{account}:db:{identifier}",
  },
  "aws:rds/clusterParameterGroup:ClusterParameterGroup": {
    id: "{name}",
    arn: "arn:{partition}:rds:{region}:{account}:cluster-pg:{name}",
  },
  "aws:rds/eventSubscription:EventSubscription": {
    id: "{name}",
    arn: "arn:{partition}:rds:{region}:{account}:es:{name}",
  },
  "aws:rds/parameterGroup:ParameterGroup": { id: "{name}", arn: "arn:{partition}:rds:{region}:{account}:pg:{name}" },
  "aws:rds/subnetGroup:SubnetGroup": { id: "{name}", arn: "arn:{partition}:rds:{region}:{account}:subgrp:{name}" },
  "aws:route53/record:Record": { id: "{zoneId}_{name}_{type}" },
  "aws:route53/zone:Zone": { id: "Z{HEX20}", arn: "arn:{partition}:route53:::hostedzone/{id}" },
  "aws:s3/bucket:Bucket": { id: "{bucket}", arn: "arn:{partition}:s3:::{bucket}" },
  "aws:s3/bucketObject:BucketObject": { id: "{key}", arn: "arn:{partition}:s3:::{bucket}/{key}" },
  "aws:s3/bucketObjectv2:BucketObjectv2": { id: "{bucket}/{key}", arn: "arn:{partition}:s3:::{bucket}/{key}" },
  "aws:s3/bucketNotification:BucketNotification": { id: "{bucket}" },
  "aws:s3/bucketPolicy:BucketPolicy": { id: "{bucket}" },
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": { id: "{bucket}" },
  "aws:s3/bucketVersioning:BucketVersioning": { id: "{bucket}" },
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": { id: "{bucket}" },
  "aws:s3/bucketOwnershipControls:BucketOwnershipControls": { id: "{bucket}" },
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": { id: "{bucket}" },
  "aws:s3/bucketLogging:BucketLogging": { id: "{bucket}" },
  "aws:scheduler/schedule:Schedule": {
    id: "default/{name}",
    arn: "arn:{partition}:scheduler:{region}:{account}:schedule/default/{name}",
  },
  "aws:secretsmanager/secret:Secret": arn("arn:{partition}:secretsmanager:{region}:{account}:secret:{name}-{hex6}"),
  "aws:secretsmanager/secretVersion:SecretVersion": { id: "{secretId}|{uuid}", arn: "{secretId}" },
  "aws:secretsmanager/secretPolicy:SecretPolicy": { id: "{secretArn}" },
  "aws:sesv2/configurationSet:ConfigurationSet": {
    id: "{configurationSetName}",
    arn: "arn:{partition}:ses:{region}:{account}:configuration-set/{configurationSetName}",
  },
  "aws:sesv2/configurationSetEventDestination:ConfigurationSetEventDestination": {
    id: "{configurationSetName}|{eventDestinationName}",
  },
  "aws:sesv2/emailIdentity:EmailIdentity": {
    id: "{emailIdentity}",
    arn: "arn:{partition}:ses:{region}:{account}:identity/{emailIdentity}",
  },
  "aws:sesv2/emailIdentityMailFromAttributes:EmailIdentityMailFromAttributes": { id: "{emailIdentity}" },
  "aws:sfn/stateMachine:StateMachine": arn("arn:{partition}:states:{region}:{account}:stateMachine:{name}"),
  "aws:signer/signingProfile:SigningProfile": {
    id: "{name}",
    arn: "arn:{partition}:signer:{region}:{account}:/signing-profiles/{name}",
  },
  "aws:sns/topic:Topic": arn("arn:{partition}:sns:{region}:{account}:{name}"),
  "aws:sns/topicPolicy:TopicPolicy": { id: "{arn}" },
  "aws:sns/topicSubscription:TopicSubscription": arn("{topic}:{uuid}"),
  "aws:sqs/queue:Queue": {
    id: "https://sqs.{region}.amazonaws.com/{account}/{name}",
    arn: "arn:{partition}:sqs:{region}:{account}:{name}",
  },
  "aws:ssm/parameter:Parameter": { id: "{name}", arn: "arn:{partition}:ssm:{region}:{account}:parameter{name}" },
  "aws:synthetics/canary:Canary": {
    id: "{name}",
    arn: "arn:{partition}:synthetics:{region}:{account}:canary:{name}",
  },
  "aws:wafv2/ipSet:IpSet": {
    id: "{uuid}",
    arn: "arn:{partition}:wafv2:{region}:{account}:{wafScope}/ipset/{name}/{id}",
  },
  "aws:wafv2/webAcl:WebAcl": {
    id: "{uuid}",
    arn: "arn:{partition}:wafv2:{region}:{account}:{wafScope}/webacl/{name}/{id}",
  },
  "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration": { id: "{resourceArn}" },
};

/** For every type that is not in the table. */
export const fallback: Identity = {
  id: "{type}-{hex17}",
  arn: "arn:{partition}:{module}:{region}:{account}:{type}/{id}",
};

/** Types whose generated physical name is not the property `name`, or is shorter than usual. */
export const autoNames: Readonly<Record<string, { readonly property: string; readonly limit?: number }>> = {
  "aws:elasticache/replicationGroup:ReplicationGroup": { property: "replicationGroupId", limit: 40 },
  "aws:lb/loadBalancer:LoadBalancer": { property: "name", limit: 32 },
  "aws:lb/targetGroup:TargetGroup": { property: "name", limit: 32 },
  "aws:rds/cluster:Cluster": { property: "clusterIdentifier" },
  "aws:rds/clusterInstance:ClusterInstance": { property: "identifier" },
  "aws:s3/bucket:Bucket": { property: "bucket", limit: 63 },
  "aws:cloudwatch/dashboard:Dashboard": { property: "dashboardName" },
  "aws:cloudwatch/logResourcePolicy:LogResourcePolicy": { property: "policyName" },
  "aws:elasticache/user:User": { property: "userId", limit: 40 },
  "aws:elasticache/userGroup:UserGroup": { property: "userGroupId", limit: 40 },
};

/** Types that have a `name` which is what they describe, never a generated one. */
export const neverAutoNamed: ReadonlySet<string> = new Set([
  "aws:route53/record:Record",
  "aws:route53/zone:Zone",
  "aws:docker/image:Image",
]);
