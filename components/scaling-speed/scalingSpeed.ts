import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { join } from "node:path";
import type { Statement } from "../lib/iam";
import { refuse } from "../lib/invalid";
import { lambdaFunction } from "../lib/lambdaFunction";
import { retentionProblems } from "../lib/logRetention";
import { startBudgetSeconds } from "./budget";
import { eventPatterns } from "./eventPatterns";

export interface ScalingSpeedArgs {
  readonly clusterName: pulumi.Input<string>;
  readonly clusterArn: pulumi.Input<string>;
  /** The service behind the load balancer. */
  readonly serviceName: pulumi.Input<string>;
  readonly targetGroupArn: pulumi.Input<string>;
  /** Nothing on Fargate. */
  readonly autoScalingGroupName?: pulumi.Input<string> | undefined;
  /** Topic for messages that capacity arrives too late, or is not measured. */
  readonly signalsTopicArn: pulumi.Input<string>;
  readonly kmsKeyArn: pulumi.Input<string>;
  readonly logRetentionDays: number;
  /** Seconds from an alarm to a healthy task, 60 to 600. @default 240, the simulator's budget */
  readonly budgetSeconds?: number;
}

/** The function's code. */
export const measureEntry = join(__dirname, "lambda", "measure.ts");

/**
 * Measures in production what the simulator promises: the time from a scaling alarm to the first new task that the load
 * balancer finds healthy, and from the decision for a task to its start. Each event leaves a record with its timeline in the log.
 *
 * *Cost.* Three alarms and three metrics, about a dollar a month; a run for each event, of the budget's length at most.
 * *Failure.* A run that fails is retried twice and then reported to the topic; scaling itself does not depend on it.
 * *Limit.* Looks every five seconds. If the service already has its largest number of tasks, the record says "nothing
 * was added": no alarm.
 */
export class ScalingSpeed extends pulumi.ComponentResource {
  /** Records as JSON, one a line: kind, timeline, seconds. */
  readonly logGroupName: pulumi.Output<string>;
  readonly alarmArns: readonly pulumi.Output<string>[];

  constructor(name: string, args: ScalingSpeedArgs, opts?: pulumi.ComponentResourceOptions) {
    super("moodle:scaling-speed:ScalingSpeed", name, {}, opts);
    const budget = args.budgetSeconds ?? startBudgetSeconds;
    const fix = "Leave it out for the simulator's.";
    const allowed = "a whole number from 60 to 600";
    refuse(this, [
      ...retentionProblems("logRetentionDays", args.logRetentionDays),
      ...(Number.isInteger(budget) && budget >= 60 && budget <= 600
        ? []
        : [{ path: "budgetSeconds", given: budget, allowed, fix }]),
    ]);
    const child = { parent: this };

    const { clusterName, serviceName, kmsKeyArn, logRetentionDays } = args;
    const { lambda: measure, logGroupName } = lambdaFunction(
      name,
      {
        description: "Measures how fast web tasks and instances come",
        entry: measureEntry,
        suffix: "measure",
        statements: statements(args, child),
        environment: {
          CLUSTER: clusterName,
          SERVICE: serviceName,
          TARGET_GROUP_ARN: args.targetGroupArn,
          BUDGET_SECONDS: String(budget),
        },
        // The budget, one look after it, and the start.
        timeoutSeconds: budget + 30,
        kmsKeyArn,
        logRetentionDays,
      },
      child,
    );
    listen(name, args, measure, child);

    this.logGroupName = logGroupName;
    this.alarmArns = alarms(name, args, measure.name, budget, child);
    this.registerOutputs({ logGroupName: this.logGroupName, alarmArns: this.alarmArns });
  }
}

function listen(
  name: string,
  args: ScalingSpeedArgs,
  measure: aws.lambda.Function,
  child: pulumi.CustomResourceOptions,
): void {
  const { autoScalingGroupName } = args;
  for (const { role, description, pattern } of eventPatterns({ ...args, autoScalingGroupName })) {
    const rule = new aws.cloudwatch.EventRule(`${name}-${role}`, { description, eventPattern: pattern }, child);
    const allowed = new aws.lambda.Permission(
      `${name}-${role}-permission`,
      {
        action: "lambda:InvokeFunction",
        function: measure.name,
        principal: "events.amazonaws.com",
        sourceArn: rule.arn,
      },
      child,
    );
    new aws.cloudwatch.EventTarget(
      `${name}-${role}-target`,
      {
        rule: rule.name,
        arn: measure.arn,
        // EventBridge's own default is 24 hours: too late to wait for a healthy task.
        retryPolicy: { maximumEventAgeInSeconds: 300, maximumRetryAttempts: 5 },
      },
      { ...child, dependsOn: [allowed] },
    );
  }
}

function statements(
  { clusterName, serviceName }: ScalingSpeedArgs,
  child: pulumi.CustomResourceOptions,
): readonly Statement[] {
  const account = aws.getCallerIdentityOutput({}, child).accountId;
  const { partition } = aws.getPartitionOutput({}, child);
  const { region } = aws.getRegionOutput({}, child);
  return [
    {
      sid: "ReadTheService",
      actions: ["ecs:DescribeServices"],
      resources: [pulumi.interpolate`arn:${partition}:ecs:${region}:${account}:service/${clusterName}/${serviceName}`],
    },
    {
      // Describe actions of the load balancer have no resource type:
      // https://docs.aws.amazon.com/service-authorization/latest/reference/list_awselasticloadbalancingv2.html
      sid: "ReadTargetHealth",
      actions: ["elasticloadbalancing:DescribeTargetHealth"],
      resources: ["*"],
    },
  ];
}

function alarms(
  name: string,
  args: ScalingSpeedArgs,
  functionName: pulumi.Output<string>,
  budget: number,
  child: pulumi.CustomResourceOptions,
): readonly pulumi.Output<string>[] {
  const alarm = (role: string, alarmDescription: string, watched: Partial<aws.cloudwatch.MetricAlarmArgs>) =>
    new aws.cloudwatch.MetricAlarm(
      `${name}-${role}`,
      {
        alarmDescription: `${alarmDescription} Runbook: docs/runbooks/scaling-speed.md`,
        comparisonOperator: "GreaterThanThreshold",
        evaluationPeriods: 1,
        period: 300,
        // Nothing was measured because nothing scaled.
        treatMissingData: "notBreaching",
        alarmActions: [args.signalsTopicArn],
        okActions: [args.signalsTopicArn],
        ...watched,
      },
      child,
    ).arn;
  const speed = (metricName: string): Partial<aws.cloudwatch.MetricAlarmArgs> => ({
    namespace: "Moodle/Scaling",
    metricName,
    dimensions: { ClusterName: args.clusterName },
    statistic: "Maximum",
    threshold: budget,
  });
  return [
    alarm(
      "slow-alarm",
      `More than ${budget} s from a scaling alarm to the first new healthy task.`,
      speed("SecondsToFirstHealthyTask"),
    ),
    alarm(
      "slow-task-alarm",
      `A web task took more than ${budget} s from decision to start: no instance had room, or its image came slowly.`,
      speed("SecondsToRunningTask"),
    ),
    alarm("errors-alarm", "The speed of scaling is not measured: the function fails. Read its log.", {
      namespace: "AWS/Lambda",
      metricName: "Errors",
      dimensions: { FunctionName: functionName },
      statistic: "Sum",
      threshold: 0,
    }),
  ];
}
