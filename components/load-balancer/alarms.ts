import type * as pulumi from "@pulumi/pulumi";
import type { AlarmDefinition, Metric, MetricAlarmDefinition } from "../observability/definition";

export interface LoadBalancerAlarmArgs {
  /** Age of the last cron run in seconds: whether Moodle runs at all. */
  readonly cronAge: Metric;
  /** On while the site is closed on purpose. */
  readonly plannedWork: readonly MetricAlarmDefinition[];
  /** `app/<name>/<id>` */
  readonly arnSuffix: pulumi.Input<string>;
  /** `targetgroup/<name>/<id>` */
  readonly targetGroupArnSuffix: pulumi.Input<string>;
}

const common = { component: "load-balancer", severity: "page", periodSeconds: 60 } as const;

/**
 * Alarms for what the tasks' own log cannot show: requests that reached no task. Errors and slowness of Moodle itself
 * are counted from that log by path class (components/observability/slo.ts).
 *
 * Metrics: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html
 */
export function loadBalancerAlarms(args: LoadBalancerAlarmArgs): readonly AlarmDefinition[] {
  const metric = (name: string, statistic: Metric["statistic"], ofTargets = false): Metric => ({
    namespace: "AWS/ApplicationELB",
    name,
    statistic,
    dimensions: {
      LoadBalancer: args.arnSuffix,
      ...(ofTargets && { TargetGroup: args.targetGroupArnSuffix }),
    },
  });
  return [
    {
      ...common,
      id: "load-balancer-errors",
      incident: "users",
      summary: "Requests reach no web task and are answered with an error by the load balancer itself.",
      reason:
        "5 % of all in three minutes, twenty or more a minute: what a deployment or the end of a task never does (chosen).",
      // RequestCount excludes requests without a chosen target.
      metrics: { e: metric("HTTPCode_ELB_5XX_Count", "Sum"), n: metric("RequestCount", "Sum") },
      expression: "IF(e >= 20, 100 * e / (n + e), 0)",
      comparisonOperator: "GreaterThanOrEqualToThreshold",
      threshold: 5,
      evaluationPeriods: 3,
      datapointsToAlarm: 3,
      // The count of errors is only sent when there are some.
      treatMissingData: "notBreaching",
      runbook: "docs/runbooks/web-capacity.md",
    },
    {
      ...common,
      id: "load-balancer-targets",
      incident: "capacity",
      summary: "A quarter of the web tasks or more fail their health check; the others carry all of it.",
      reason:
        "Three zones lose a third with one. Three minutes are longer than the start of a task that was added. https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html",
      metrics: { u: metric("UnHealthyHostCount", "Maximum", true), h: metric("HealthyHostCount", "Minimum", true) },
      expression: "IF(u + h > 0, 100 * u / (u + h), 100)",
      comparisonOperator: "GreaterThanOrEqualToThreshold",
      threshold: 25,
      evaluationPeriods: 3,
      datapointsToAlarm: 3,
      treatMissingData: "missing",
      runbook: "docs/runbooks/web-capacity.md",
    },
    {
      ...common,
      id: "traffic",
      incident: "users",
      summary: "No request reaches Moodle, and Moodle itself runs: the edge, its firewall or DNS keeps everybody out.",
      reason:
        "Ten minutes without one: the quietest night has some. Cron must run and a task be healthy, or it is another alarm's fault. A part that stays away is not seen.",
      unless: args.plannedWork,
      // Without requests nothing is sent, and in a sum with another metric that counts as 0.
      // Only requests with a chosen target count: those that the listener refuses do not.
      // The count of healthy tasks is sent while a task is registered: without it the load balancer's metrics are away, or no
      // task is there, which is another alarm's fault.
      metrics: {
        n: metric("RequestCount", "Sum"),
        h: metric("HealthyHostCount", "Maximum", true),
        c: args.cronAge,
      },
      expression: "IF(c < 900, IF(h > 0, IF(n + 0 * c < 1, 1, 0), 0), 0)",
      comparisonOperator: "GreaterThanOrEqualToThreshold",
      threshold: 1,
      evaluationPeriods: 10,
      datapointsToAlarm: 10,
      treatMissingData: "notBreaching",
      runbook: "docs/runbooks/edge.md",
    },
  ];
}
