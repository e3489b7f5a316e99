import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { policyDocument, serviceTrust, type Statement } from "../lib/iam";
import type { Network } from "../network/network";
import { PrivateBucket } from "../storage/bucket";

export interface LoadTestArgs {
  readonly network: Pick<Network, "vpcId" | "applicationSubnetIds">;
  readonly region: string;
  readonly kmsKeyArn: pulumi.Input<string>;
  /** Let a destroy delete the results with their bucket. @default false */
  readonly forceDestroy?: boolean;
}

/**
 * AWS resources for load tests: a bucket for results; and, for tests that need more than one machine, the role and the
 * security group of load generators on Fargate. The generators themselves are Artillery's: it makes its cluster, its
 * queue and its tasks for a run, and names all of them `artilleryio...`.
 *
 * *Cost.* Nothing but the stored results; a generator of 4 vCPU and 8 GiB is paid for while a run lasts. *Limit.* One
 * role is both task role and execution role, as Artillery 2.0 knows only one.
 */
export class LoadTest extends pulumi.ComponentResource {
  readonly resultsBucket: pulumi.Output<string>;
  /** For `--task-role-name`. */
  readonly taskRoleName: pulumi.Output<string>;
  /** For `--security-group-ids`. */
  readonly securityGroupId: pulumi.Output<string>;
  /** For `--subnet-ids`: private, with a route through the NAT gateway. */
  readonly subnetIds: readonly pulumi.Output<string>[];

  constructor(name: string, args: LoadTestArgs, opts?: pulumi.ComponentResourceOptions) {
    super("moodle:load-test:LoadTest", name, {}, opts);
    const child = { parent: this };
    const account = aws.getCallerIdentityOutput({}, child).accountId;
    const partition = aws.getPartitionOutput({}, child).partition;

    const results = new PrivateBucket(
      `${name}-results`,
      { kmsKeyArn: args.kmsKeyArn, forceDestroy: args.forceDestroy },
      child,
    );
    const role = new aws.iam.Role(
      `${name}-generator`,
      {
        description: "Load generators of Artillery on Fargate",
        assumeRolePolicy: serviceTrust("ecs-tasks.amazonaws.com", account),
      },
      child,
    );
    new aws.iam.RolePolicy(
      `${name}-generator-policy`,
      { role: role.name, policy: policyDocument(generatorStatements(partition, args.region, account)) },
      child,
    );
    const group = new aws.ec2.SecurityGroup(
      `${name}-generator-group`,
      {
        vpcId: args.network.vpcId,
        description: "Load generators: nobody reaches them",
        tags: { Name: `${name}-generator` },
      },
      child,
    );
    new aws.vpc.SecurityGroupEgressRule(
      `${name}-generator-egress`,
      {
        securityGroupId: group.id,
        ipProtocol: "tcp",
        fromPort: 443,
        toPort: 443,
        // The site through CloudFront, as its users reach it, and AWS's own services.
        cidrIpv4: "0.0.0.0/0",
        description: "HTTPS to the site and to AWS",
      },
      child,
    );

    this.resultsBucket = results.bucketName;
    this.taskRoleName = role.name;
    this.securityGroupId = group.id;
    this.subnetIds = args.network.applicationSubnetIds;
    this.registerOutputs({
      resultsBucket: this.resultsBucket,
      taskRoleName: this.taskRoleName,
      securityGroupId: this.securityGroupId,
      subnetIds: this.subnetIds,
    });
  }
}

/**
 * Permissions of a worker: it takes the test from Artillery's bucket, reports progress by a queue and writes its log.
 * Narrower than the role that Artillery would make (https://www.artillery.io/docs/load-testing-at-scale/aws-fargate),
 * which may do everything with these queues, buckets and logs. Taken from the worker script of version 2.0.34.
 */
function generatorStatements(
  partition: pulumi.Output<string>,
  region: string,
  account: pulumi.Output<string>,
): readonly Statement[] {
  const bucket = pulumi.interpolate`arn:${partition}:s3:::artilleryio-test-data-${account}`;
  const here = (service: string, resource: string) =>
    pulumi.interpolate`arn:${partition}:${service}:${region}:${account}:${resource}`;
  return [
    { sid: "ListTest", actions: ["s3:ListBucket"], resources: [bucket] },
    {
      sid: "ReadTestAndWriteLog",
      actions: ["s3:GetObject", "s3:PutObject"],
      resources: [pulumi.interpolate`${bucket}/*`],
    },
    {
      sid: "TellHowItGoes",
      actions: ["sqs:SendMessage", "sqs:GetQueueUrl", "sqs:GetQueueAttributes"],
      resources: [here("sqs", "artilleryio*")],
    },
    {
      sid: "WriteOutput",
      actions: ["logs:CreateLogStream", "logs:PutLogEvents"],
      resources: [here("logs", "log-group:artilleryio-log-group*:*")],
    },
    {
      sid: "ReadParameters",
      actions: ["ssm:GetParameters", "ssm:GetParameter", "ssm:GetParametersByPath"],
      resources: [here("ssm", "parameter/artilleryio/*")],
    },
  ];
}
