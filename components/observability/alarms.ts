import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { refuse } from "../lib/invalid";
import { alarmName, composites, incidentId, metricAlarms, pageId, type CompositeDefinition } from "./composites";
import type { AlarmDefinition, Incident, Metric, MetricAlarmDefinition } from "./definition";
import { alarmProblems } from "./problems";

export interface AlarmsArgs {
  /** First part of each alarm's name. */
  readonly environment: string;
  /** Definitions of one region: a composite alarm cannot span regions. */
  readonly definitions: readonly AlarmDefinition[];
  /** Topic of the people who are woken. Needed when a definition pages. */
  readonly pageTopicArn?: pulumi.Input<string>;
  readonly ticketTopicArn: pulumi.Input<string>;
  /** False: the alarms exist and change colour, but their actions are off, so they send nothing. */
  readonly sends: boolean;
}

/**
 * The alarms of a stack from their definitions: metric alarms, a composite for each group of those that page, and one
 * composite over the groups, the only one that pages ({@link composites}).
 *
 * *Cost.* About 0.10 dollars a month for each metric of a metric alarm, and 0.50 for a composite
 * (https://aws.amazon.com/cloudwatch/pricing/); docs/alarms.md has the sum.
 */
export class Alarms extends pulumi.ComponentResource {
  /** By the definition's id; the composites are `page` and `incident-<group>`. */
  readonly names: Readonly<Record<string, string>>;
  readonly arns: Readonly<Record<string, pulumi.Output<string>>>;
  /** The alarm that pages; undefined when no definition pages. */
  readonly pageAlarmArn: pulumi.Output<string> | undefined;
  readonly incidentAlarmArns: Readonly<Partial<Record<Incident, pulumi.Output<string>>>>;

  constructor(name: string, args: AlarmsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("moodle:observability:Alarms", name, {}, opts);
    const { environment, definitions, pageTopicArn } = args;
    const pages = definitions.some(({ severity }) => severity === "page");
    refuse(this, [
      ...alarmProblems(environment, definitions),
      ...(pages && pageTopicArn === undefined
        ? [{ path: "pageTopicArn", given: undefined, allowed: "a topic", fix: "Some of the alarms page." }]
        : []),
    ]);
    const child = { parent: this };
    // A part of a composite alarm has no actions: it acts through the composite that names it.
    const tells = (topic: pulumi.Input<string> | undefined) =>
      topic === undefined ? {} : { actionsEnabled: args.sends, alarmActions: [topic], okActions: [topic] };
    const topics = { page: pageTopicArn, ticket: args.ticketTopicArn, nobody: undefined };
    const inComposites = new Set(
      definitions.flatMap(({ id, confirmedBy, unless = [] }) => [
        ...(confirmedBy ? [id, confirmedBy.id] : []),
        ...unless.map((one) => one.id),
      ]),
    );

    const arns: Record<string, pulumi.Output<string>> = {};
    const made = metricAlarms(definitions).map((definition) => {
      const { id, severity } = definition;
      // Both halves of a composite alarm send nothing themselves: the composite alarm does.
      const topic = severity === "ticket" && !inComposites.has(id) ? args.ticketTopicArn : undefined;
      const alarm = new aws.cloudwatch.MetricAlarm(
        `${name}-${id}`,
        {
          name: alarmName(environment, id),
          alarmDescription: describe(definition),
          ...watched(definition),
          comparisonOperator: definition.comparisonOperator,
          threshold: definition.threshold,
          evaluationPeriods: definition.evaluationPeriods,
          datapointsToAlarm: definition.datapointsToAlarm,
          treatMissingData: definition.treatMissingData,
          ...tells(topic),
        },
        child,
      );
      arns[id] = alarm.arn;
      return alarm;
    });
    // CloudWatch refuses a rule that names an alarm which does not exist yet.
    let dependsOn: pulumi.Resource[] = made;
    const make = (one: CompositeDefinition) => {
      const alarm = new aws.cloudwatch.CompositeAlarm(
        `${name}-${one.id}`,
        {
          alarmName: alarmName(environment, one.id),
          alarmDescription: one.summary,
          alarmRule: one.rule,
          ...tells(topics[one.tells]),
        },
        { ...child, dependsOn },
      );
      arns[one.id] = alarm.arn;
      return alarm;
    };
    const all = composites(environment, definitions);
    const parts = all.filter(({ id }) => id !== pageId).map(make);
    dependsOn = parts;
    all.filter(({ id }) => id === pageId).forEach(make);

    this.arns = arns;
    this.names = Object.fromEntries(Object.keys(arns).map((id) => [id, alarmName(environment, id)]));
    this.pageAlarmArn = arns[pageId];
    this.incidentAlarmArns = Object.fromEntries(
      definitions.flatMap(({ incident }) => {
        const arn = arns[incidentId(incident)];
        return arn === undefined ? [] : [[incident, arn]];
      }),
    );
    this.registerOutputs({ arns, pageAlarmArn: this.pageAlarmArn });
  }
}

/** At most 1,024 characters: what it means and what to do. The reason for the threshold is in the catalogue. */
function describe({ summary, runbook }: MetricAlarmDefinition): string {
  return `${summary} Runbook: ${runbook}`;
}

type Watched = Pick<
  aws.cloudwatch.MetricAlarmArgs,
  "namespace" | "metricName" | "dimensions" | "statistic" | "extendedStatistic" | "period" | "metricQueries"
>;

/** One plain metric, or metric math over several. */
function watched({ metrics, expression, periodSeconds }: MetricAlarmDefinition): Watched {
  if (expression === undefined) {
    const [metric] = Object.values(metrics) as [Metric];
    return {
      namespace: metric.namespace,
      metricName: metric.name,
      dimensions: { ...metric.dimensions },
      period: periodSeconds,
      ...(metric.statistic.startsWith("p") ? { extendedStatistic: metric.statistic } : { statistic: metric.statistic }),
    };
  }
  return {
    metricQueries: [
      { id: "watched", expression, label: "watched", returnData: true },
      ...Object.entries(metrics).map(([id, metric]) => ({
        id,
        metric: {
          namespace: metric.namespace,
          metricName: metric.name,
          dimensions: { ...metric.dimensions },
          stat: metric.statistic,
          period: periodSeconds,
        },
      })),
    ],
  };
}
