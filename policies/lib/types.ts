/**
 * Type tokens of @pulumi/aws 7, as strings, so that the pack never loads the provider's package (which costs seconds
 * and would bind the pack to programs in TypeScript). Tested against the installed @pulumi/aws.
 *
 * Several resources have more than one token for the same thing: `aws.lb` and `aws.alb`, and the names of older
 * versions that programs still use.
 */
export const vpcs = ["aws:ec2/vpc:Vpc", "aws:ec2/defaultVpc:DefaultVpc"] as const;
export const subnets = ["aws:ec2/subnet:Subnet", "aws:ec2/defaultSubnet:DefaultSubnet"] as const;
export const routeTables = ["aws:ec2/routeTable:RouteTable", "aws:ec2/defaultRouteTable:DefaultRouteTable"] as const;
export const internetGateway = "aws:ec2/internetGateway:InternetGateway";
export const egressOnlyGateway = "aws:ec2/egressOnlyInternetGateway:EgressOnlyInternetGateway";
export const natGateway = "aws:ec2/natGateway:NatGateway";
export const securityGroups = [
  "aws:ec2/securityGroup:SecurityGroup",
  "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",
] as const;

export const loadBalancers = [
  "aws:lb/loadBalancer:LoadBalancer",
  "aws:alb/loadBalancer:LoadBalancer",
  "aws:elasticloadbalancingv2/loadBalancer:LoadBalancer",
  "aws:applicationloadbalancing/loadBalancer:LoadBalancer",
] as const;
export const listeners = [
  "aws:lb/listener:Listener",
  "aws:alb/listener:Listener",
  "aws:elasticloadbalancingv2/listener:Listener",
  "aws:applicationloadbalancing/listener:Listener",
] as const;
export const listenerRules: readonly string[] = [
  "aws:lb/listenerRule:ListenerRule",
  "aws:alb/listenerRule:ListenerRule",
  "aws:elasticloadbalancingv2/listenerRule:ListenerRule",
  "aws:applicationloadbalancing/listenerRule:ListenerRule",
];
export const classicLoadBalancer = "aws:elb/loadBalancer:LoadBalancer";
export const targetGroups = [
  "aws:lb/targetGroup:TargetGroup",
  "aws:alb/targetGroup:TargetGroup",
  "aws:elasticloadbalancingv2/targetGroup:TargetGroup",
  "aws:applicationloadbalancing/targetGroup:TargetGroup",
] as const;

export const ecsService = "aws:ecs/service:Service";
export const taskDefinition = "aws:ecs/taskDefinition:TaskDefinition";
export const autoScalingGroup = "aws:autoscaling/group:Group";
export const scalableTarget = "aws:appautoscaling/target:Target";

export const dbCluster = "aws:rds/cluster:Cluster";
export const dbClusterInstance = "aws:rds/clusterInstance:ClusterInstance";
export const dbInstance = "aws:rds/instance:Instance";
export const dbSubnetGroup = "aws:rds/subnetGroup:SubnetGroup";

export const replicationGroup = "aws:elasticache/replicationGroup:ReplicationGroup";

export const fileSystem = "aws:efs/fileSystem:FileSystem";
export const mountTarget = "aws:efs/mountTarget:MountTarget";
export const fsxFileSystems = [
  "aws:fsx/openZfsFileSystem:OpenZfsFileSystem",
  "aws:fsx/ontapFileSystem:OntapFileSystem",
  "aws:fsx/windowsFileSystem:WindowsFileSystem",
  "aws:fsx/lustreFileSystem:LustreFileSystem",
] as const;

export const buckets = ["aws:s3/bucket:Bucket", "aws:s3/bucketV2:BucketV2"] as const;

export const distribution = "aws:cloudfront/distribution:Distribution";
