import type { AlarmDefinition, Incident } from "./definition";

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

/** Every metric alarm, including those that only confirm another. */
export function metricAlarms(definitions: readonly AlarmDefinition[]): readonly Omit<AlarmDefinition, "confirmedBy">[] {
  return definitions.flatMap(({ confirmedBy, ...definition }) =>
    confirmedBy === undefined ? [definition] : [definition, confirmedBy],
  );
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
  const term = ({ id, confirmedBy }: AlarmDefinition) =>
    confirmedBy === undefined ? named(id) : `(${named(id)} AND ${named(confirmedBy.id)})`;
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
