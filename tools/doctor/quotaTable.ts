import {
  cacheNodes,
  count,
  endpoints,
  fargateVcpus,
  firewallUnits,
  firstFargateVcpus,
  firstVcpus,
  fullest,
  largestVcpus,
  natGatewaysOfFullestZone,
  type Plan,
  rulesOfFullestGroup,
} from "./quotaNeeds";
import type { Use } from "./quotaUse";

/** One of AWS's limits that a stack can meet. */
export interface Quota {
  readonly title: string;
  /** Code in Service Quotas. Undefined where Service Quotas does not have it, or no source gives its code. */
  readonly code?: {
    readonly service: string;
    readonly quota: string;
    /** Part of its name there. */ readonly name: RegExp;
  };
  /** Documented value. An account's value may differ, and Service Quotas' answer takes precedence. */
  readonly documented: number;
  /** Page with the code and the value. */
  readonly source: string;
  /** `edge`: quotas of CloudFront and IAM, which are in us-east-1. */
  readonly region: "stack" | "edge";
  /** Number that the stack needs at its largest. 0: it has none of it. */
  readonly need: (plan: Plan) => number;
  /** Number that the first `up` needs, where it is less. */
  readonly first?: (plan: Plan) => number;
  /** Other uses in the account that count against it and can be counted: see quotaUse.ts. */
  readonly use?: Use;
}

const docs = "https://docs.aws.amazon.com";
const ec2Source = `${docs}/AWSEC2/latest/UserGuide/ec2-on-demand-instances.html#ec2-on-demand-instances-limits`;
const vpcSource = `${docs}/vpc/latest/userguide/amazon-vpc-limits.html`;
const cloudFrontSource = `${docs}/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html`;
const reference = (page: string) => `${docs}/general/latest/gr/${page}.html`;

/**
 * The codes are those of a published listing of Service Quotas' own answers
 * (https://github.com/gruntwork-io/terraform-aws-utilities/blob/04f5883/docs/quotas.md) or of the page at `source`.
 */
export const quotas: readonly Quota[] = [
  {
    title: "vCPUs of On-Demand Standard instances",
    code: { service: "ec2", quota: "L-1216C47A", name: /On-Demand Standard/ },
    documented: 5,
    source: ec2Source,
    region: "stack",
    need: largestVcpus,
    first: firstVcpus,
    use: "vcpus",
  },
  {
    title: "vCPUs of Fargate On-Demand",
    code: { service: "fargate", quota: "L-3032A538", name: /On-Demand vCPU/ },
    documented: 6,
    source: reference("ecs-service"),
    region: "stack",
    need: fargateVcpus("FARGATE"),
    first: firstFargateVcpus("FARGATE"),
  },
  {
    title: "vCPUs of Fargate Spot",
    code: { service: "fargate", quota: "L-36FBB829", name: /Spot vCPU/ },
    documented: 6,
    source: reference("ecs-service"),
    region: "stack",
    need: fargateVcpus("FARGATE_SPOT"),
    first: firstFargateVcpus("FARGATE_SPOT"),
  },
  {
    title: "Elastic IP addresses",
    code: { service: "ec2", quota: "L-0263D0A3", name: /Elastic IPs/ },
    documented: 5,
    source: vpcSource,
    region: "stack",
    need: count("aws:ec2/eip:Eip"),
    use: "addresses",
  },
  {
    title: "VPCs in a region",
    code: { service: "vpc", quota: "L-F678F1CE", name: /VPCs per Region/ },
    documented: 5,
    source: vpcSource,
    region: "stack",
    need: count("aws:ec2/vpc:Vpc"),
    use: "vpcs",
  },
  {
    title: "NAT gateways in a zone",
    code: { service: "vpc", quota: "L-FE5A380F", name: /NAT gateways per/ },
    documented: 5,
    source: vpcSource,
    region: "stack",
    need: natGatewaysOfFullestZone,
  },
  {
    title: "Rules of a security group, one direction",
    code: { service: "vpc", quota: "L-0EA8095F", name: /rules per security group/ },
    documented: 60,
    source: vpcSource,
    region: "stack",
    need: rulesOfFullestGroup,
  },
  {
    title: "Interface endpoints of a VPC",
    code: { service: "vpc", quota: "L-29B6F2EB", name: /Interface VPC endpoints/ },
    documented: 50,
    source: vpcSource,
    region: "stack",
    need: endpoints("Interface"),
  },
  {
    title: "Gateway endpoints in a region",
    code: { service: "vpc", quota: "L-1B52E74A", name: /Gateway VPC endpoints/ },
    documented: 20,
    source: vpcSource,
    region: "stack",
    need: endpoints("Gateway"),
  },
  {
    title: "Application Load Balancers in a region",
    code: { service: "elasticloadbalancing", quota: "L-53DA6B97", name: /Application Load Balancers/ },
    documented: 50,
    source: reference("elb"),
    region: "stack",
    need: count("aws:lb/loadBalancer:LoadBalancer"),
  },
  {
    title: "Auto Scaling groups in a region",
    code: { service: "autoscaling", quota: "L-CDE20ADC", name: /Auto Scaling groups/ },
    documented: 500,
    source: `${docs}/autoscaling/ec2/userguide/ec2-auto-scaling-quotas.html`,
    region: "stack",
    need: count("aws:autoscaling/group:Group"),
  },
  {
    title: "Scheduled actions of an Auto Scaling group",
    documented: 125,
    source: `${docs}/autoscaling/ec2/userguide/ec2-auto-scaling-quotas.html`,
    region: "stack",
    need: fullest("aws:autoscaling/schedule:Schedule", "autoscalingGroupName"),
  },
  {
    title: "Scheduled actions of a scalable target",
    documented: 200,
    source: `${docs}/autoscaling/application/userguide/application-auto-scaling-quotas.html`,
    region: "stack",
    need: fullest("aws:appautoscaling/scheduledAction:ScheduledAction", "resourceId"),
  },
  {
    title: "Database clusters",
    code: { service: "rds", quota: "L-952B80B8", name: /DB clusters/ },
    documented: 40,
    source: reference("rds-service"),
    region: "stack",
    need: count("aws:rds/cluster:Cluster"),
  },
  {
    // One more for each release, which nobody deletes by itself: docs/releasing.md.
    title: "Manual snapshots of database clusters",
    code: { service: "rds", quota: "L-9B510759", name: /Manual DB cluster snapshots/ },
    documented: 100,
    source: reference("rds-service"),
    region: "stack",
    need: count("aws:rds/cluster:Cluster"),
    use: "clusterSnapshots",
  },
  {
    title: "Database instances",
    code: { service: "rds", quota: "L-7B6409FD", name: /DB instances/ },
    documented: 40,
    source: reference("rds-service"),
    region: "stack",
    need: count("aws:rds/clusterInstance:ClusterInstance"),
  },
  {
    title: "Database event subscriptions",
    code: { service: "rds", quota: "L-A59F4C87", name: /Event subscriptions/ },
    documented: 20,
    source: reference("rds-service"),
    region: "stack",
    need: count("aws:rds/eventSubscription:EventSubscription"),
  },
  {
    title: "Cache nodes in a region",
    code: { service: "elasticache", quota: "L-DFE45DF3", name: /Nodes per Region/ },
    documented: 300,
    source: reference("elasticache-service"),
    region: "stack",
    need: cacheNodes,
  },
  {
    title: "EFS file systems",
    code: { service: "elasticfilesystem", quota: "L-848C634D", name: /File systems per account/ },
    documented: 1000,
    source: reference("elasticfilesystem"),
    region: "stack",
    need: count("aws:efs/fileSystem:FileSystem"),
  },
  {
    title: "FSx for OpenZFS file systems",
    code: { service: "fsx", quota: "L-59D0763F", name: /OpenZFS file systems/ },
    documented: 100,
    source: reference("fsxn"),
    region: "stack",
    need: count("aws:fsx/openZfsFileSystem:OpenZfsFileSystem"),
  },
  // Each function may run at once with the others; a new account has 10.
  {
    title: "Lambda functions running at once",
    code: { service: "lambda", quota: "L-B99A9384", name: /Concurrent executions/ },
    documented: 10,
    source: `${docs}/lambda/latest/dg/gettingstarted-limits.html`,
    region: "stack",
    need: count("aws:lambda/function:Function"),
  },
  {
    title: "EventBridge rules of a bus",
    code: { service: "events", quota: "L-244521F2", name: /Number of rules/ },
    documented: 300,
    source: reference("ev"),
    region: "stack",
    need: count("aws:cloudwatch/eventRule:EventRule"),
  },
  {
    title: "Certificates of ACM",
    code: { service: "acm", quota: "L-F141DD1D", name: /ACM certificates/ },
    documented: 2500,
    source: reference("acm"),
    region: "stack",
    need: count("aws:acm/certificate:Certificate"),
  },
  {
    title: "IAM roles",
    code: { service: "iam", quota: "L-FE177D64", name: /Roles per account/ },
    documented: 1000,
    source: reference("iam-service"),
    region: "edge",
    need: count("aws:iam/role:Role"),
  },
  {
    title: "CloudFront distributions",
    code: { service: "cloudfront", quota: "L-24B04930", name: /istributions per AWS account/ },
    documented: 200,
    source: cloudFrontSource,
    region: "edge",
    need: count("aws:cloudfront/distribution:Distribution"),
    use: "distributions",
  },
  {
    title: "CloudFront cache policies",
    code: { service: "cloudfront", quota: "L-7D134442", name: /ache policies/ },
    documented: 20,
    source: cloudFrontSource,
    region: "edge",
    need: count("aws:cloudfront/cachePolicy:CachePolicy"),
    use: "cachePolicies",
  },
  // No page of AWS gives its code, so the answer must have this name.
  {
    title: "CloudFront response headers policies",
    code: { service: "cloudfront", quota: "L-CF0D4FC5", name: /esponse headers policies/ },
    documented: 20,
    source: cloudFrontSource,
    region: "edge",
    need: count("aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy"),
    use: "headersPolicies",
  },
  {
    title: "CloudFront functions",
    documented: 100,
    source: cloudFrontSource,
    region: "edge",
    need: count("aws:cloudfront/function:Function"),
    use: "functions",
  },
  {
    title: "CloudFront key value stores",
    documented: 50,
    source: cloudFrontSource,
    region: "edge",
    need: count("aws:cloudfront/keyValueStore:KeyValueStore"),
    use: "stores",
  },
  {
    title: "CloudFront VPC origins",
    documented: 25,
    source: cloudFrontSource,
    region: "edge",
    need: count("aws:cloudfront/vpcOrigin:VpcOrigin"),
    use: "vpcOrigins",
  },
  {
    title: "Capacity units of a web ACL",
    documented: 5000,
    source: `${docs}/waf/latest/developerguide/aws-waf-capacity-units.html`,
    region: "edge",
    need: firewallUnits,
  },
];

/** Quotas of a stack for which no source gives a code or a way to count: listed in docs/quotas.md. */
export const notChecked: readonly string[] = [
  "Trails of CloudTrail in a region (5 by AWS's documentation, not adjustable; a stack makes one)",
  "Secrets, KMS keys, S3 buckets, log groups, alarms, topics: defaults of a thousand and more",
  "Deliveries of vended logs",
  "API request rates while pulumi up runs",
];
