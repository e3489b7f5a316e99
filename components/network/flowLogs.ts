import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { policyDocument, serviceTrust } from "../lib/iam";

export interface FlowLogsArgs {
  readonly vpcId: pulumi.Input<string>;
  readonly retentionDays: number;
  readonly kmsKeyArn?: pulumi.Input<string>;
}

/**
 * Logs one line for every connection in the VPC, accepted or not: the only evidence after an intrusion.
 *
 * *Cost*: CloudWatch Logs charges by volume, and a busy term can write some gigabytes a day.
 */
export function createFlowLogs(name: string, args: FlowLogsArgs, opts: pulumi.CustomResourceOptions): void {
  const group = new aws.cloudwatch.LogGroup(
    `${name}-flow-logs`,
    { retentionInDays: args.retentionDays, kmsKeyId: args.kmsKeyArn },
    opts,
  );
  const account = aws.getCallerIdentityOutput({}, { parent: opts.parent }).accountId;
  const role = new aws.iam.Role(
    `${name}-flow-logs-role`,
    {
      description: "Writes VPC flow logs to CloudWatch",
      assumeRolePolicy: serviceTrust("vpc-flow-logs.amazonaws.com", account),
    },
    opts,
  );
  // https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-iam-role.html, without the right to create log groups:
  // a group that the service made itself would have neither retention nor our key.
  const policy = new aws.iam.RolePolicy(
    `${name}-flow-logs-policy`,
    {
      role: role.name,
      policy: policyDocument([
        {
          sid: "WriteFlowLogs",
          actions: ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
          resources: [group.arn, pulumi.interpolate`${group.arn}:*`],
        },
        // A list operation: it names log groups and shows no content, and cannot be limited to one of them.
        { sid: "FindLogGroup", actions: ["logs:DescribeLogGroups"], resources: ["*"] },
      ]),
    },
    opts,
  );
  new aws.ec2.FlowLog(
    `${name}-flow-log`,
    {
      vpcId: args.vpcId,
      trafficType: "ALL",
      logDestination: group.arn,
      iamRoleArn: role.arn,
      tags: { Name: `${name}-flow-logs` },
    },
    // Delivery starts at once; without its permissions it reports an error and logs nothing.
    { ...opts, dependsOn: policy },
  );
}
