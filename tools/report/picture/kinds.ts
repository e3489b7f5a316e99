import type { Resource } from "../changes";

/** How a type is drawn. */
export interface Kind {
  /** Where: before the VPC, in the tier of its subnets, or beside it. */
  readonly place: "edge" | "tier" | "regional";
  /** What it is, in a reader's words. */
  readonly label: string;
  /** Within a tier: what comes first on a request's way. */
  readonly row?: number;
  /** Drawn as one box with a number when there are several. */
  readonly collapsed?: boolean;
  /** Size and the like. */
  readonly details?: (inputs: Resource["inputs"]) => string;
}

const text = (value: unknown): string => (typeof value === "string" || typeof value === "number" ? String(value) : "");

export const kinds: Readonly<Record<string, Kind>> = {
  "aws:cloudfront/distribution:Distribution": {
    place: "edge",
    label: "CloudFront",
    details: ({ aliases }) => (Array.isArray(aliases) ? aliases.map(text).join(", ") : ""),
  },
  "aws:wafv2/webAcl:WebAcl": { place: "edge", label: "Firewall (WAF)" },
  "aws:cloudfront/function:Function": { place: "edge", label: "CloudFront function" },
  "aws:cloudfront/keyValueStore:KeyValueStore": { place: "edge", label: "Key value store" },
  "aws:ec2/internetGateway:InternetGateway": { place: "tier", label: "Internet gateway" },
  "aws:ec2/natGateway:NatGateway": { place: "tier", label: "NAT gateway", row: 1 },
  "aws:lb/loadBalancer:LoadBalancer": {
    place: "tier",
    label: "Load balancer",
    details: ({ internal }) => (internal === true ? "internal" : "reachable from the internet"),
  },
  "aws:autoscaling/group:Group": {
    place: "tier",
    label: "EC2 instances",
    details: ({ minSize, maxSize }) => `${text(minSize)} to ${text(maxSize)}`,
  },
  "aws:ec2/vpcEndpoint:VpcEndpoint": { place: "tier", label: "VPC endpoints", collapsed: true },
  "aws:ecs/service:Service": {
    place: "tier",
    label: "ECS service",
    row: 1,
    details: ({ desiredCount }) => (desiredCount === undefined ? "" : `${text(desiredCount)} at first`),
  },
  "aws:rds/cluster:Cluster": {
    place: "tier",
    label: "Aurora",
    details: ({ engineVersion }) => text(engineVersion).replace(/^.*aurora\./, ""),
  },
  "aws:elasticache/replicationGroup:ReplicationGroup": {
    place: "tier",
    label: "ElastiCache",
    details: ({ engine, nodeType, numCacheClusters }) =>
      `${text(numCacheClusters)} × ${text(nodeType)}, ${text(engine)}`,
  },
  "aws:efs/fileSystem:FileSystem": {
    place: "tier",
    label: "EFS",
    details: ({ throughputMode }) => (throughputMode === undefined ? "" : `${text(throughputMode)} throughput`),
  },
  "aws:fsx/openZfsFileSystem:OpenZfsFileSystem": {
    place: "tier",
    label: "FSx for OpenZFS",
    details: ({ storageCapacity }) => `${text(storageCapacity)} GiB`,
  },
  "aws:s3/bucket:Bucket": { place: "regional", label: "S3 bucket" },
  "aws:ecr/repository:Repository": { place: "regional", label: "Image repository" },
  "aws:lambda/function:Function": { place: "regional", label: "Lambda function" },
  "aws:sfn/stateMachine:StateMachine": { place: "regional", label: "State machine" },
  "aws:sns/topic:Topic": { place: "regional", label: "Topic" },
  "aws:sqs/queue:Queue": { place: "regional", label: "Queue" },
  "aws:kms/key:Key": { place: "regional", label: "Keys", collapsed: true },
  "aws:secretsmanager/secret:Secret": { place: "regional", label: "Secrets", collapsed: true },
  "aws:cloudwatch/logGroup:LogGroup": { place: "regional", label: "Log groups", collapsed: true },
  "aws:cloudwatch/metricAlarm:MetricAlarm": { place: "regional", label: "Alarms", collapsed: true },
  "aws:cloudwatch/dashboard:Dashboard": { place: "regional", label: "Dashboards", collapsed: true },
};

/** Not drawn, but part of what refers to it: a service is also its task definition, and that its role. */
export const parts = new Set([
  "aws:rds/subnetGroup:SubnetGroup",
  "aws:elasticache/subnetGroup:SubnetGroup",
  "aws:ec2/launchTemplate:LaunchTemplate",
  "aws:ecs/taskDefinition:TaskDefinition",
  "aws:ecs/capacityProvider:CapacityProvider",
  "aws:iam/role:Role",
  "aws:cloudfront/vpcOrigin:VpcOrigin",
]);

/** Not drawn, but part of what it refers to: a reader belongs to its cluster, a rule to its listener. */
export const attachments = new Set([
  "aws:rds/clusterInstance:ClusterInstance",
  "aws:efs/mountTarget:MountTarget",
  "aws:iam/rolePolicy:RolePolicy",
  "aws:lb/listener:Listener",
  "aws:lb/listenerRule:ListenerRule",
]);
