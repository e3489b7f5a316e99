import type * as pulumi from "@pulumi/pulumi";
import type { AlarmDefinition, Metric, MetricAlarmDefinition } from "../observability/definition";
import { requestMetric } from "../observability/slo";

export interface MoodleAlarmArgs {
  readonly environment: string;
  readonly clusterName: pulumi.Input<string>;
  readonly serviceNames: { readonly [role in "web" | "cron" | "adhoc"]: pulumi.Input<string> };
  /** On while planned work may stop cron. */
  readonly plannedWork: readonly MetricAlarmDefinition[];
}

const minute = { component: "moodle", periodSeconds: 60 } as const;

/** Alarms on the ECS services, and on the metrics that the cron task publishes once a minute. */
export function moodleAlarms(args: MoodleAlarmArgs): readonly AlarmDefinition[] {
  return [...serviceAlarms(args), ...siteAlarms(args)];
}

/** Metrics: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/available-metrics.html */
function serviceAlarms({ clusterName, serviceNames }: MoodleAlarmArgs): readonly AlarmDefinition[] {
  const metric = (
    role: keyof typeof serviceNames,
    name: string,
    statistic: Metric["statistic"],
    namespace = "AWS/ECS",
  ): Metric => ({
    namespace,
    name,
    statistic,
    dimensions: { ClusterName: clusterName, ServiceName: serviceNames[role] },
  });
  const web = { ...minute, incident: "capacity", severity: "page", runbook: "docs/runbooks/web-capacity.md" } as const;
  const workers = { ...minute, severity: "ticket", runbook: "docs/runbooks/background-tasks.md" } as const;
  return [
    {
      ...web,
      id: "web-load",
      summary: "The web tasks have no CPU left, and scaling did not help: it is too late, or at its end.",
      reason:
        "90 % on average for six minutes, where scaling aims at half of it and a task is there within four (make capacity).",
      metrics: { m: metric("web", "CPUUtilization", "Average") },
      comparisonOperator: "GreaterThanOrEqualToThreshold",
      threshold: 90,
      evaluationPeriods: 6,
      datapointsToAlarm: 6,
      treatMissingData: "missing",
    },
    {
      ...web,
      id: "web-memory",
      summary: "The web tasks are nearly out of memory: soon they are stopped in the middle of requests.",
      reason:
        "90 % of what they may use; PHP's share is bounded, so something grows. Beyond 100 % the kernel stops one.",
      metrics: { m: metric("web", "MemoryUtilization", "Average") },
      comparisonOperator: "GreaterThanOrEqualToThreshold",
      threshold: 90,
      evaluationPeriods: 5,
      datapointsToAlarm: 5,
      treatMissingData: "missing",
    },
    {
      ...web,
      id: "web-tasks",
      summary: "A quarter or more of the web tasks that should run do not, and none come.",
      reason: "Ten minutes: twice what a task may take from decision to start (components/scaling-speed/budget.ts).",
      // https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Container-Insights-metrics-ECS.html
      metrics: {
        d: metric("web", "DesiredTaskCount", "Average", "ECS/ContainerInsights"),
        r: metric("web", "RunningTaskCount", "Average", "ECS/ContainerInsights"),
      },
      expression: "IF(d > 0, 100 * (d - r) / d, 0)",
      comparisonOperator: "GreaterThanOrEqualToThreshold",
      threshold: 25,
      evaluationPeriods: 10,
      datapointsToAlarm: 10,
      treatMissingData: "missing",
    },
    {
      ...workers,
      id: "workers-memory",
      incident: "background",
      summary: "Cron or the ad-hoc workers are nearly out of memory: a task is stopped and begins again, forever.",
      reason:
        "95 % for a quarter of an hour, in either. In a published incident a worker starved for 17 hours: https://github.com/mitodl/ol-infrastructure/issues/5543",
      metrics: {
        c: metric("cron", "MemoryUtilization", "Maximum"),
        a: metric("adhoc", "MemoryUtilization", "Maximum"),
      },
      expression: "MAX([c, a])",
      comparisonOperator: "GreaterThanOrEqualToThreshold",
      threshold: 95,
      evaluationPeriods: 15,
      datapointsToAlarm: 15,
      treatMissingData: "notBreaching",
    },
  ];
}

/** Seconds since cron last ran. */
export const cronAge = (environment: string): Metric => siteMetric(environment, "CronAge");

function siteMetric(environment: string, name: string): Metric {
  return { namespace: "Moodle", name, statistic: "Maximum", dimensions: { Environment: environment } };
}

/**
 * Namespace `Moodle`, dimension `Environment`: written to the log as embedded metrics by the cron task. The names are
 * those of the image's metrics script.
 */
function siteAlarms({ environment, plannedWork }: MoodleAlarmArgs): readonly AlarmDefinition[] {
  const metric = (name: string) => siteMetric(environment, name);
  const background = { ...minute, incident: "background", runbook: "docs/runbooks/background-tasks.md" } as const;
  const over = { comparisonOperator: "GreaterThanOrEqualToThreshold" } as const;
  return [
    {
      ...background,
      ...over,
      id: "cron-age",
      severity: "page",
      unless: plannedWork,
      summary: "Cron does not run: no mail, no deadlines, no grades passed on, and no metrics of Moodle's own.",
      reason:
        "A quarter of an hour without a run, where one is due each minute (Moodle warns after 200 s: $CFG->expectedcronfrequency). Ten minutes more make it sure: a deployment is shorter.",
      // The cron task publishes it, so its silence is the fault; not where the metrics of all tasks are missing, which come the same way.
      metrics: { m: metric("CronAge"), h: metric("DiskUsedPercent") },
      expression: "IF(m + 0 * h > 0, m, 9999)",
      threshold: 900,
      evaluationPeriods: 10,
      datapointsToAlarm: 10,
      treatMissingData: "ignore",
    },
    {
      ...background,
      ...over,
      id: "adhoc-age",
      severity: "ticket",
      summary: "Ad-hoc tasks wait for an hour: regrading, course copies and messages are late.",
      reason:
        "Moodle itself warns after ten minutes and reports an error after four hours ($CFG->adhoctaskagewarn, adhoctaskageerror); workers are added after five minutes.",
      metrics: { m: metric("OldestAdhocTaskAge") },
      threshold: 3600,
      evaluationPeriods: 10,
      datapointsToAlarm: 10,
      treatMissingData: "notBreaching",
    },
    {
      ...background,
      ...over,
      id: "tasks-failing",
      severity: "ticket",
      summary: "A scheduled or ad-hoc task fails repeatedly.",
      reason: "One for an hour: a failed task is tried again after a minute, and then in longer steps.",
      metrics: { m: metric("FailingTasks") },
      threshold: 1,
      periodSeconds: 300,
      evaluationPeriods: 12,
      datapointsToAlarm: 12,
      treatMissingData: "notBreaching",
    },
    {
      ...background,
      ...over,
      id: "task-long",
      severity: "ticket",
      summary: "One task has been running for four hours: a regrading or a course copy that may never end.",
      reason: "A third of Moodle's own warning ($CFG->taskruntimewarn, 12 hours).",
      metrics: { m: metric("LongestRunningTask") },
      threshold: 14_400,
      evaluationPeriods: 5,
      datapointsToAlarm: 5,
      treatMissingData: "notBreaching",
    },
    {
      ...minute,
      ...over,
      id: "task-disk",
      incident: "capacity",
      severity: "page",
      summary: "The disk of a task is nearly full: soon uploads and downloads end in the middle.",
      reason: "80 % for three minutes; settings leave room for the largest uploads (docs/capacity.md).",
      metrics: { m: { ...metric("DiskUsedPercent"), statistic: "Maximum" } },
      threshold: 80,
      evaluationPeriods: 3,
      datapointsToAlarm: 3,
      treatMissingData: "notBreaching",
      runbook: "docs/runbooks/web-capacity.md",
    },
    {
      ...background,
      ...over,
      id: "online-users",
      severity: "ticket",
      incident: "users",
      summary: "People ask for the sign-in page and nobody is signed in: sessions are not kept.",
      reason: "Fifty requests of the sign-in class in five minutes and no user online, twice (chosen).",
      metrics: { l: requestMetric(environment, "login", "seconds", "SampleCount"), u: metric("OnlineUsers") },
      expression: "IF(l >= 50 AND u < 1, 1, 0)",
      threshold: 1,
      periodSeconds: 300,
      evaluationPeriods: 2,
      datapointsToAlarm: 2,
      treatMissingData: "notBreaching",
      runbook: "docs/runbooks/sessions-memory.md",
    },
  ];
}
