import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { join } from "node:path";
import { policyDocument, serviceTrust, type Statement } from "../lib/iam";
import { refuse } from "../lib/invalid";
import { lambdaFunction, publishStatements } from "../lib/lambdaFunction";
import { retentionProblems } from "../lib/logRetention";
import type { PrivateBucket } from "../storage/bucket";
import type { SloDefinition } from "./definition";
import { requestMetric } from "./slo";

/** The function's code. */
export const weeklyEntry = join(__dirname, "lambda", "weekly.ts");

/** Settings that the function reads from its environment, as JSON. */
export interface ReportSettings {
  readonly environment: string;
  /** Namespace of the metrics of requests. */
  readonly namespace: string;
  readonly objectives: readonly SloDefinition[];
  readonly cluster: string;
  /** The web service. */
  readonly service: string;
  /** `app/<name>/<id>`, as the metrics of a load balancer name it. */
  readonly loadBalancer: string;
  /** Nodes of both caches. */
  readonly cacheNodes: readonly string[];
  /** vCPUs of one web task. */
  readonly taskVcpu: number;
  /** Names of the log groups of Moodle's tasks. */
  readonly logGroups: readonly string[];
}

/** The file beside the code with what is open after incidents. */
export const actionsFile = "actions.json";

/** What is open after incidents, as it was at the last deployment. */
export interface ReportedActions {
  /** `due`: the last day on which it is not overdue, YYYY-MM-DD. The first due on top. */
  readonly open: readonly { readonly action: string; readonly owner: string; readonly due: string }[];
  /** Names of records that could not be read. */
  readonly unreadable: readonly string[];
}

export interface WeeklyReportArgs {
  readonly environment: string;
  readonly slos: readonly SloDefinition[];
  readonly clusterName: pulumi.Input<string>;
  /** The service of the web tasks: its image is the release. */
  readonly webServiceName: pulumi.Input<string>;
  /** vCPU of one web task. */
  readonly taskVcpu: number;
  /** Log groups of Moodle's tasks: each task writes there with which overrides it starts. */
  readonly logGroupNames: readonly pulumi.Input<string>[];
  /** `app/<name>/<id>` */
  readonly loadBalancerArnSuffix: pulumi.Input<string>;
  /** Nodes of both caches. */
  readonly cacheNodeIds: readonly pulumi.Input<string>[];
  /** @default none */
  readonly actions?: ReportedActions;
  /** Gets the reports, below `reports/`. Encrypted with S3's own key. */
  readonly bucket: Pick<PrivateBucket, "bucketName" | "arn">;
  /** Topic of signals: the channel sends the report to people, as it does with all messages. */
  readonly topicArn: pulumi.Input<string>;
  readonly kmsKeyArn: pulumi.Input<string>;
  readonly logRetentionDays: number;
}

/** Monday at seven, before the week begins; in UTC, like all times of the report. */
export const reportSchedule = "cron(0 7 ? * MON *)";

/**
 * Sends the team a short report each Monday: the objective and the result of each path class, the error budgets left,
 * and the running release compared with the one before it: p95 by kind of request, requests per second of vCPU in use,
 * bytes from the caches per request. It names the overrides of the configuration with which tasks started, by their hashes,
 * and which of them changed, and what is open and overdue after incidents. The full report is kept as JSON and Markdown, and `reports/releases.json` grows by
 * a line each week.
 *
 * *Limits.* A release counts from its deployment; one that ended before a Monday is in no list. The p95 of a week is
 * the mean of the p95 of its hours, weighted by their requests: percentiles cannot be added up. Bytes of the caches are
 * what their nodes send, copies to replicas included. Requests are those that reach the load balancer. An override that no task of the week
 * started with is not seen. Actions are those of the last deployment. *Cost.* Some 40 series a run, and a query over a week of the tasks' logs: a few cents a month,
 * and half a cent for each gigabyte of logs (https://aws.amazon.com/cloudwatch/pricing/).
 */
export class WeeklyReport extends pulumi.ComponentResource {
  constructor(name: string, args: WeeklyReportArgs, opts?: pulumi.ComponentResourceOptions) {
    super("moodle:observability:WeeklyReport", name, {}, opts);
    refuse(this, retentionProblems("logRetentionDays", args.logRetentionDays));
    const child = { parent: this };
    const account = aws.getCallerIdentityOutput({}, child).accountId;
    const { partition } = aws.getPartitionOutput({}, child);
    const { region } = aws.getRegionOutput({}, child);
    const service = pulumi.interpolate`arn:${partition}:ecs:${region}:${account}:service/${args.clusterName}/${args.webServiceName}`;
    const logGroups = args.logGroupNames.map(
      (group) => pulumi.interpolate`arn:${partition}:logs:${region}:${account}:log-group:${group}`,
    );

    const { lambda: report } = lambdaFunction(
      name,
      {
        description: "Writes the weekly report of objectives and releases",
        entry: weeklyEntry,
        statements: statements(args, service, logGroups),
        environment: {
          SETTINGS: pulumi.jsonStringify({
            environment: args.environment,
            namespace: requestMetric(args.environment, "login", "seconds", "Sum").namespace,
            objectives: args.slos,
            cluster: args.clusterName,
            service: args.webServiceName,
            loadBalancer: args.loadBalancerArnSuffix,
            cacheNodes: args.cacheNodeIds,
            taskVcpu: args.taskVcpu,
            logGroups: args.logGroupNames,
          }),
          BUCKET: args.bucket.bucketName,
          TOPIC_ARN: args.topicArn,
        },
        files: { [actionsFile]: JSON.stringify(args.actions ?? { open: [], unreadable: [] }) },
        timeoutSeconds: 120,
        onFailureArn: args.topicArn,
        kmsKeyArn: args.kmsKeyArn,
        logRetentionDays: args.logRetentionDays,
      },
      child,
    );
    const role = new aws.iam.Role(
      `${name}-schedule-role`,
      {
        description: "EventBridge Scheduler starts the weekly report",
        assumeRolePolicy: serviceTrust("scheduler.amazonaws.com", account),
      },
      child,
    );
    const policy = new aws.iam.RolePolicy(
      `${name}-schedule-policy`,
      {
        role: role.id,
        policy: policyDocument([{ sid: "StartReport", actions: ["lambda:InvokeFunction"], resources: [report.arn] }]),
      },
      child,
    );
    new aws.scheduler.Schedule(
      `${name}-schedule`,
      {
        description: "The weekly report",
        scheduleExpression: reportSchedule,
        scheduleExpressionTimezone: "UTC",
        flexibleTimeWindow: { mode: "OFF" },
        target: {
          arn: report.arn,
          roleArn: role.arn,
          retryPolicy: { maximumEventAgeInSeconds: 3600, maximumRetryAttempts: 3 },
        },
      },
      { ...child, dependsOn: policy },
    );
    this.registerOutputs({});
  }
}

function statements(
  args: WeeklyReportArgs,
  service: pulumi.Output<string>,
  logGroups: readonly pulumi.Output<string>[],
): readonly Statement[] {
  return [
    // Neither action has a resource type:
    // https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatch.html and
    // list_amazonelasticcontainerservice.html
    { sid: "ReadMetrics", actions: ["cloudwatch:GetMetricData"], resources: ["*"] },
    { sid: "ReadTaskDefinition", actions: ["ecs:DescribeTaskDefinition"], resources: ["*"] },
    { sid: "ReadService", actions: ["ecs:DescribeServices"], resources: [service] },
    {
      // AWS names a log group in a request with and without what is below it.
      sid: "AskLogs",
      actions: ["logs:StartQuery", "logs:GetQueryResults"],
      resources: logGroups.flatMap((arn) => [arn, pulumi.interpolate`${arn}:*`]),
    },
    {
      sid: "WriteReports",
      actions: ["s3:GetObject", "s3:PutObject"],
      resources: [pulumi.interpolate`${args.bucket.arn}/reports/*`],
    },
    {
      // Without it S3 answers that access is denied, when there is no list of releases yet.
      sid: "FindReports",
      actions: ["s3:ListBucket"],
      resources: [args.bucket.arn],
      conditions: { StringLike: { "s3:prefix": "reports/*" } },
    },
    ...publishStatements([args.topicArn], args.kmsKeyArn),
  ];
}
