import type * as pulumi from "@pulumi/pulumi";
import type { AlarmDefinition, Metric } from "../observability/definition";

export interface CacheAlarmArgs {
  /** The group's nodes: https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Replication.Endpoints.html */
  readonly nodeIds: readonly pulumi.Input<string>[];
  readonly purpose: "sessions" | "application";
  readonly nodeType: string;
}

/**
 * One process does the work, so a node of two vCPUs is busy at half of its CPU. AWS advises to watch CPUUtilization
 * divided by the vCPUs up to two of them, and EngineCPUUtilization above.
 * https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/CacheMetrics.WhichShouldIMonitor.html
 */
function cpu(nodeType: string): { readonly name: string; readonly threshold: number } {
  const twoVcpus = /\.(micro|small|medium|large)$/.test(nodeType);
  return twoVcpus ? { name: "CPUUtilization", threshold: 45 } : { name: "EngineCPUUtilization", threshold: 90 };
}

/** Metrics, one a node: https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/CacheMetrics.Redis.html */
export function cacheAlarms(args: CacheAlarmArgs): readonly AlarmDefinition[] {
  const sessions = args.purpose === "sessions";
  const prefix = sessions ? "sessions" : "cache";
  const what = sessions ? "The session store" : "The application cache";
  const common = { component: "cache", incident: "caches", periodSeconds: 60, treatMissingData: "missing" } as const;
  /** The worst of the nodes. */
  const worst = (name: string, statistic: Metric["statistic"]) => {
    const metrics = Object.fromEntries(
      args.nodeIds.map((id, index): [string, Metric] => [
        `m${index + 1}`,
        { namespace: "AWS/ElastiCache", name, statistic, dimensions: { CacheClusterId: id } },
      ]),
    );
    return args.nodeIds.length > 1 ? { metrics, expression: `MAX([${Object.keys(metrics).join(", ")}])` } : { metrics };
  };
  const { name: cpuMetric, threshold: cpuThreshold } = cpu(args.nodeType);
  const load: AlarmDefinition = {
    ...common,
    id: `${prefix}-load`,
    severity: "page",
    summary: `${what} has no CPU left: every request waits for it.`,
    reason: `${cpuThreshold} % ${cpuMetric} on ${args.nodeType}: https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/CacheMetrics.WhichShouldIMonitor.html`,
    ...worst(cpuMetric, "Average"),
    comparisonOperator: "GreaterThanOrEqualToThreshold",
    threshold: cpuThreshold,
    evaluationPeriods: 5,
    datapointsToAlarm: 5,
    runbook: "docs/runbooks/cache-load.md",
  };
  const network: AlarmDefinition = {
    ...common,
    id: `${prefix}-network`,
    severity: "ticket",
    summary: `${what} sends more than its node's network lets through: packets are dropped, and pages wait for them.`,
    reason:
      "Any, ten minutes long: AWS counts only what was over the allowance. https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/CacheMetrics.HostLevel.html",
    ...worst("NetworkBandwidthOutAllowanceExceeded", "Sum"),
    comparisonOperator: "GreaterThanThreshold",
    threshold: 0,
    evaluationPeriods: 10,
    datapointsToAlarm: 10,
    treatMissingData: "notBreaching",
    runbook: "docs/runbooks/cache-load.md",
  };
  const replication: AlarmDefinition = {
    ...common,
    id: `${prefix}-replication`,
    severity: "ticket",
    summary: `${what}'s replica is behind: a failover now would lose what it has not seen.`,
    reason: "Thirty seconds for ten minutes, where it is usually below one (chosen).",
    ...worst("ReplicationLag", "Maximum"),
    comparisonOperator: "GreaterThanOrEqualToThreshold",
    threshold: 30,
    evaluationPeriods: 10,
    datapointsToAlarm: 10,
    treatMissingData: "notBreaching",
    runbook: "docs/runbooks/cache-load.md",
  };
  const memory = (id: string, severity: "page" | "ticket", threshold: number, minutes: number): AlarmDefinition => ({
    ...common,
    id,
    severity,
    summary:
      severity === "page"
        ? "The session store is nearly full: soon nobody can sign in."
        : "The session store fills up; there is time to look.",
    reason: `${threshold} %: a full one refuses writes (noeviction), and AWS asks to keep a quarter free. https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/redis-memory-management.html`,
    ...worst("DatabaseMemoryUsagePercentage", "Maximum"),
    comparisonOperator: "GreaterThanOrEqualToThreshold",
    threshold,
    evaluationPeriods: minutes,
    datapointsToAlarm: minutes,
    runbook: "docs/runbooks/sessions-memory.md",
  });
  const evictions: AlarmDefinition = {
    ...common,
    id: `${prefix}-evictions`,
    severity: sessions ? "page" : "ticket",
    summary: sessions
      ? "Sessions are thrown away: people are signed out in the middle of their work."
      : "The application cache throws away what is needed again at once: it is too small.",
    reason: sessions
      ? "Any. With noeviction there are none, unless the parameter group was changed: https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/ParameterGroups.Engine.html"
      : "A thousand a minute for half an hour: dropping a few of the oldest is its work (chosen).",
    ...worst("Evictions", "Sum"),
    comparisonOperator: "GreaterThanThreshold",
    threshold: sessions ? 0 : 1000,
    evaluationPeriods: sessions ? 1 : 30,
    datapointsToAlarm: sessions ? 1 : 30,
    treatMissingData: "notBreaching",
    runbook: sessions ? "docs/runbooks/sessions-memory.md" : "docs/runbooks/cache-load.md",
  };
  return [
    load,
    ...(sessions ? [memory("sessions-memory", "page", 85, 5), memory("sessions-memory-early", "ticket", 70, 15)] : []),
    evictions,
    network,
    ...(args.nodeIds.length > 1 ? [replication] : []),
  ];
}
