import { type EventEntry, type EventKind, type Parsed, skipped } from "./entries";

type Fields = Readonly<Record<string, unknown>>;

/** Kinds of EventBridge's events, by "detail-type" and the contents of the detail. The first match counts. */
const known: readonly { readonly type: string; readonly detail?: RegExp; readonly kind: EventKind }[] = [
  // https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_service_deployment_events.html
  { type: "ECS Deployment State Change", detail: /SERVICE_DEPLOYMENT_FAILED/, kind: "deployment-failed" },
  { type: "ECS Deployment State Change", detail: /SERVICE_DEPLOYMENT_IN_PROGRESS/, kind: "deployment" },
  // https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_task_events.html
  {
    type: "ECS Task State Change",
    detail: /^(?=.*"lastStatus":"STOPPED").*(OutOfMemory|unhealthy|Host EC2|health checks|SpotInterruption|exited)/,
    kind: "capacity-lost",
  },
  { type: "ECS Service Action", detail: /SERVICE_(TASK_PLACEMENT_FAILURE|DAEMON_PLACEMENT)/, kind: "capacity-lost" },
  // https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-event-reference.html
  { type: "EC2 Instance Terminate Successful", kind: "capacity-lost" },
  { type: "EC2 Spot Instance Interruption Warning", kind: "capacity-lost" },
  { type: "EC2 Instance Launch Successful", kind: "scaling" },
  // https://docs.aws.amazon.com/autoscaling/application/userguide/monitoring-eventbridge.html
  { type: "Application Auto Scaling Scaling Activity State Change", kind: "scaling" },
  // RDS-EVENT-0071 and 0072: https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/USER_Events.Messages.html
  { type: "RDS DB Cluster Event", detail: /failover|RDS-EVENT-007[0-3]|RDS-EVENT-0169/i, kind: "database-failover" },
  { type: "RDS DB Instance Event", detail: /failover|RDS-EVENT-0049/i, kind: "database-failover" },
  // https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/ECEvents.html
  { type: "ElastiCache Event", detail: /failover/i, kind: "cache-failover" },
];

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-events-structure.html */
export function bridgeEvent(record: Fields): Parsed {
  const type = record["detail-type"];
  const at = Date.parse(String(record["time"]));
  if (typeof type !== "string" || !Number.isFinite(at)) {
    return undefined;
  }
  const detail = JSON.stringify(record["detail"] ?? {});
  const found = known.find((row) => row.type === type && (row.detail === undefined || row.detail.test(detail)));
  return found === undefined
    ? skipped(`event of no interest (${type})`)
    : [{ type: "event", kind: found.kind, at: at / 1000, detail: `${type}: ${gist(record["detail"])}` }];
}

/** Records of the image: long tasks and purges (moodle-image/rootfs/opt/moodle/lib/metrics.php). */
export function taskRecord(record: Fields): Parsed {
  const until = Date.parse(String(record["time"])) / 1000;
  const at = Date.parse(String(record["started"])) / 1000;
  if (!Number.isFinite(until) || !Number.isFinite(at)) {
    return undefined;
  }
  const waited = typeof record["queue_seconds"] === "number" ? `, waited ${record["queue_seconds"]} s` : "";
  const tries = typeof record["retries"] === "number" && record["retries"] > 0 ? `, try ${record["retries"] + 1}` : "";
  const detail = `${String(record["type"])} (${String(record["class"])}), ${Math.round(until - at)} s${waited}${tries}, ${String(record["result"])}`;
  return [{ type: "event", kind: record["kind"] === "adhoc" ? "long-task" : "scheduled-task", at, until, detail }];
}

/**
 * A line that people may write about their own actions:
 * `{"log":"event","time":...,"kind":"cache-purge","detail":"..."}`.
 */
export function ownEvent(record: Fields, kinds: readonly string[]): Parsed {
  const at = Date.parse(String(record["time"])) / 1000;
  return Number.isFinite(at) && kinds.includes(String(record["kind"]))
    ? [{ type: "event", kind: record["kind"] as EventEntry["kind"], at, detail: String(record["detail"] ?? "") }]
    : undefined;
}

/** The words of an event's detail that tell it from others; bounded, as it is printed. */
function gist(detail: unknown): string {
  const fields = (detail ?? {}) as Fields;
  const words = ["eventName", "reason", "stoppedReason", "Message", "Cause", "SourceIdentifier", "group"]
    .map((name) => fields[name])
    .filter((word) => typeof word === "string");
  return (words.length > 0 ? words.join(", ") : JSON.stringify(fields)).slice(0, 160);
}
