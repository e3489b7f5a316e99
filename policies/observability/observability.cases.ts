import type { RuleCases } from "../testing/cases";
import { id, idOf, thing, through, unknown, type Thing } from "../testing/harness";
import { alarmsAct } from "./alarmsAct";
import { cloudfrontLogs } from "./cloudfrontLogs";
import { containerInsights } from "./containerInsights";
import { databaseLogsExported } from "./databaseLogsExported";
import { loadBalancerLogs } from "./loadBalancerLogs";
import { logRetention } from "./logRetention";
import { logsEncrypted } from "./logsEncrypted";

const site = (name: string, props: Thing["props"] = {}) =>
  thing("aws:cloudfront/distribution:Distribution", name, props);
const source = (resourceArn: unknown) =>
  thing("aws:cloudwatch/logDeliverySource:LogDeliverySource", "s", { logType: "ACCESS_LOGS", resourceArn });
const logs = (props: Thing["props"]) => thing("aws:cloudwatch/logGroup:LogGroup", "web", props);
const alarm = (props: Thing["props"]) => thing("aws:cloudwatch/metricAlarm:MetricAlarm", "errors", props);
const composite = (name: string, props: Thing["props"]) =>
  thing("aws:cloudwatch/compositeAlarm:CompositeAlarm", name, { alarmName: name, ...props });
/** A part of a composite alarm: it sends nothing by itself. */
const part = alarm({ name: "errors", treatMissingData: "ignore" });
const cluster = (props: Thing["props"]) => thing("aws:ecs/cluster:Cluster", "main", props);
const database = (props: Thing["props"]) =>
  thing("aws:rds/cluster:Cluster", "db", { engine: "aurora-mysql", ...props });
const balancer = (props: Thing["props"]) => thing("aws:lb/loadBalancer:LoadBalancer", "web", props);
const bucket = thing("aws:s3/bucket:Bucket", "bucket");

export const observabilityCases: readonly RuleCases[] = [
  {
    rule: cloudfrontLogs,
    pass: {
      "version 2": [site("a"), source(id(site("a")))],
      "version 1": [site("a", { loggingConfig: { bucket: unknown } })],
    },
    fail: { none: [site("a")], "another one's": [site("a"), site("b"), source(id(site("b")))] },
    unknown: {
      "one of two": [
        site("a", { loggingConfig: { bucket: "b" } }),
        site("b"),
        source(through([site("a"), site("b")], idOf(site("b")))),
      ],
    },
    notApplicable: { "a bucket": [bucket] },
  },
  {
    rule: logRetention,
    pass: { "a quarter": [logs({ retentionInDays: 90 })] },
    fail: {
      forever: [logs({})],
      "a week": [logs({ retentionInDays: 7 })],
      "forever, as 0": [logs({ retentionInDays: 0 })],
    },
    unknown: { "days that are not known": [logs({ retentionInDays: unknown })] },
    notApplicable: { "a bucket": [bucket] },
  },
  {
    rule: logsEncrypted,
    pass: { "a key": [logs({ kmsKeyId: unknown })] },
    fail: { none: [logs({})] },
    unknown: "whether a key is given is known even when the key is not",
    notApplicable: { "a bucket": [bucket] },
  },
  {
    rule: alarmsAct,
    pass: {
      "an action": [alarm({ alarmActions: [unknown], treatMissingData: "notBreaching" })],
      "a part of a composite alarm": [part, composite("all", { alarmRule: 'ALARM("errors")', alarmActions: ["arn"] })],
      "a part of a part": [
        part,
        composite("group", { alarmRule: 'OK("other") OR ALARM ( errors )' }),
        composite("all", { alarmRule: "ALARM(group)", alarmActions: ["arn"] }),
      ],
      "a suppressor": [
        part,
        composite("all", {
          alarmRule: "TRUE",
          alarmActions: ["arn"],
          actionsSuppressor: { alarm: "errors", waitPeriod: 60, extensionPeriod: 60 },
        }),
      ],
    },
    fail: {
      "no action": [alarm({ treatMissingData: "breaching" })],
      "missing data": [alarm({ alarmActions: ["arn"] })],
      "actions that are switched off": [
        alarm({ actionsEnabled: false, alarmActions: ["arn"], treatMissingData: "ignore" }),
      ],
      "a part of a composite alarm that tells nobody": [part, composite("all", { alarmRule: "ALARM(errors)" })],
      "a part of a composite alarm that is switched off": [
        part,
        composite("all", { alarmRule: "ALARM(errors)", alarmActions: ["arn"], actionsEnabled: false }),
      ],
      "composite alarms that name each other": [
        composite("one", { alarmRule: "ALARM(two)" }),
        composite("two", { alarmRule: "ALARM(one)" }),
      ],
      "a composite alarm of others": [
        part,
        composite("all", { alarmRule: "ALARM(errors-of-mail)", alarmActions: ["arn"] }),
      ],
    },
    unknown: {
      "actions that are not known": [alarm({ alarmActions: unknown, treatMissingData: "ignore" })],
      "a composite alarm whose rule is not known": [
        alarm({ treatMissingData: "ignore" }),
        composite("all", {
          alarmRule: through([alarm({ treatMissingData: "ignore" })], "ALARM(errors)"),
          alarmActions: ["arn"],
        }),
      ],
    },
    notApplicable: { "a bucket": [bucket] },
  },
  {
    rule: containerInsights,
    pass: { enhanced: [cluster({ settings: [{ name: "containerInsights", value: "enhanced" }] })] },
    fail: { none: [cluster({})], off: [cluster({ settings: [{ name: "containerInsights", value: "disabled" }] })] },
    unknown: { "settings that are not known": [cluster({ settings: unknown })] },
    notApplicable: { "a bucket": [bucket] },
  },
  {
    rule: databaseLogsExported,
    pass: { both: [database({ enabledCloudwatchLogsExports: ["slowquery", "error", "audit"] })] },
    fail: { none: [database({})], one: [database({ enabledCloudwatchLogsExports: ["error"] })] },
    unknown: {
      "exports that are not known": [database({ enabledCloudwatchLogsExports: unknown })],
      "an engine that is not known": [database({ engine: unknown })],
    },
    notApplicable: { PostgreSQL: [database({ engine: "aurora-postgresql" })] },
  },
  {
    rule: loadBalancerLogs,
    pass: { logs: [balancer({ accessLogs: { bucket: unknown, enabled: true } })] },
    fail: { none: [balancer({})], off: [balancer({ accessLogs: { bucket: "b", enabled: false } })] },
    unknown: { "a choice that is not known": [balancer({ accessLogs: { bucket: "b", enabled: unknown } })] },
    notApplicable: { "a gateway load balancer": [balancer({ loadBalancerType: "gateway" })] },
  },
];
