import { pageId } from "../../components/observability/composites";
import type { Settings } from "../../stacks/settings/settings";
import { incidents, type Incident } from "./incidents";
import { pages, replay, type Transition } from "./replay";
import { exampleAlarms, overlay, seriesOf } from "./scenario";
import { Site } from "./site";
import { minuteOf, minutesOfWeek } from "./week";

export const seed = 20_231_016;

export interface Result {
  readonly incident: Incident;
  /** Minutes from the start to each page. */
  readonly pages: readonly number[];
  /** Minutes from the start to each mail of an alarm that can wait. */
  readonly mails: readonly number[];
  /** The alarms that were on when somebody was paged. */
  readonly first: readonly string[];
  /** Number of times that paging alarms fired: the pages without composite alarms. */
  readonly alarms: number;
  /** All that went off, pages, tickets and groups. */
  readonly fired: readonly string[];
}

/** Minutes before an incident in which the alarms already look, and must stay quiet. */
const lead = 120;

/** Runs one incident in the second of two weeks, so that the long windows have a past. */
export function replayIncident(settings: Settings, incident: Incident): Result {
  const changed = { ...settings, ...incident.settings };
  const start = minuteOf(incident.start, 1);
  const site = new Site(changed, start + incident.minutes + lead, seed);
  overlay(site, incident, start);
  const span = { from: start - lead, to: site.minutes };
  const { regional, edge } = exampleAlarms(changed);
  const definitions = [...regional, ...edge];
  const paging = new Set(definitions.filter(({ severity }) => severity === "page").map(({ id }) => id));
  const mailed = new Set(
    definitions
      .filter(({ severity, confirmedBy }) => severity === "ticket" && confirmedBy === undefined)
      .map(({ id }) => id),
  );
  const transitions = replay(settings.environment, definitions, seriesOf(site, seed), span);
  const alarms = transitions.filter(({ to, id }) => to === "ALARM" && !helps(id));
  const paged = pages(transitions);
  return {
    incident,
    pages: paged.map((minute) => minute + 1 - start),
    mails: transitions
      .filter(({ to, id }) => to === "ALARM" && (mailed.has(id) || id.endsWith("-confirmed")))
      .map(({ minute }) => minute + 1 - start),
    first: alarms.filter(({ minute }) => minute <= (paged[0] ?? alarms[0]?.minute ?? -1)).map(({ id }) => id),
    alarms: alarms.filter(({ id }) => paging.has(id)).length,
    fired: [...new Set(alarms.map(({ id }) => id))],
  };
}

export function replayAll(settings: Settings): readonly Result[] {
  return incidents.map((incident) => replayIncident(settings, incident));
}

/** All transitions in weeks without incidents, after two hours that fill the windows. */
export function quietWeeks(settings: Settings, weeks = 4): readonly Transition[] {
  const site = new Site(settings, weeks * minutesOfWeek, seed);
  const span = { from: lead, to: site.minutes };
  const { regional, edge } = exampleAlarms(settings);
  return replay(settings.environment, [...regional, ...edge], seriesOf(site, seed), span).filter(
    ({ to }) => to === "ALARM",
  );
}

/** Alarms that send nothing: groups, confirmations, and the page itself. */
function helps(id: string): boolean {
  return id === pageId || id.startsWith("incident-") || id.endsWith("-now") || id.endsWith("-confirmed");
}
