import type { AlarmDefinition, Incident, MetricAlarmDefinition } from "./definition";

/** One composite alarm: name, text and rule, in CloudWatch's terms. */
export interface CompositeDefinition {
  readonly id: string;
  readonly summary: string;
  /** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html */
  readonly rule: string;
  /** Receiver of its message. `nobody`: it is only shown. */
  readonly tells: "page" | "ticket" | "nobody";
}

/** Id of the composite alarm that pages. */
export const pageId = "page";

/** Names are fixed, because the rules of composite alarms refer to them. */
export function alarmName(environment: string, id: string): string {
  return `${environment}-${id}`;
}

/** Every metric alarm, including those that only confirm or silence another. */
export function metricAlarms(definitions: readonly AlarmDefinition[]): readonly MetricAlarmDefinition[] {
  // Several may be silenced by the same one.
  const silencing = new Map(definitions.flatMap(({ unless = [] }) => unless.map((one) => [one.id, one])));
  return [
    ...definitions.flatMap(({ confirmedBy, unless: _, ...definition }) =>
      confirmedBy === undefined ? [definition] : [definition, confirmedBy],
    ),
    ...silencing.values(),
  ];
}

/**
 * One incident pages once: every alarm that pages is part of its group's composite, and all groups are part of one, the
 * only one that sends. While it is on, a further fault changes the colour of its group, which the dashboards show, and
 * does not page again: the person on call watches until it is off. A ticket that needs confirming has a composite alarm
 * too.
 */
export function composites(
  environment: string,
  definitions: readonly AlarmDefinition[],
): readonly CompositeDefinition[] {
  const named = (id: string) => `ALARM("${alarmName(environment, id)}")`;
  const term = ({ id, confirmedBy, unless = [] }: AlarmDefinition) => {
    const conditions = [
      named(id),
      ...(confirmedBy === undefined ? [] : [named(confirmedBy.id)]),
      ...unless.map((one) => `NOT ${named(one.id)}`),
    ];
    return conditions.length === 1 ? named(id) : `(${conditions.join(" AND ")})`;
  };
  const pages = definitions.filter(({ severity }) => severity === "page");
  const incidents = [...new Set(pages.map(({ incident }) => incident))];
  return [
    ...definitions
      .filter(({ severity, confirmedBy }) => severity === "ticket" && confirmedBy !== undefined)
      .map((definition): CompositeDefinition => ({
        id: `${definition.id}-confirmed`,
        summary: definition.summary,
        rule: term(definition),
        tells: "ticket",
      })),
    ...incidents.map((incident): CompositeDefinition => ({
      id: incidentId(incident),
      summary: `Any of the alarms about ${incident} that page.`,
      rule: pages
        .filter((one) => one.incident === incident)
        .map(term)
        .join(" OR "),
      tells: "nobody",
    })),
    ...(incidents.length > 0
      ? [
          {
            id: pageId,
            summary: "Students notice now, or will soon. The groups of alarms say where: docs/runbooks/page.md.",
            rule: incidents.map((incident) => named(incidentId(incident))).join(" OR "),
            tells: "page",
          } as const,
        ]
      : []),
  ];
}

export function incidentId(incident: Incident): string {
  return `incident-${incident}`;
}
