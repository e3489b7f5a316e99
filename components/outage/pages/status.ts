/** Owner and names of the pages. Kept in status.json, so that any service can use the pages by changing that file. */
export interface Branding {
  readonly organisation: string;
  /** The service's name in running text, such as "Moodle". */
  readonly service: string;
  /** Address of the service, https://... */
  readonly address: string;
  /** Contact for help: an e-mail address or an https:// address. */
  readonly contact?: string | undefined;
  /** IANA name of the time zone in which times are shown. */
  readonly timeZone: string;
  /** SVG text, put into the pages themselves. */
  readonly logo?: string | undefined;
}

export interface Update {
  /** ISO 8601. */
  readonly at: string;
  readonly text: string;
  /** When its text was last corrected: ISO 8601. */
  readonly corrected?: string | undefined;
}

/** One piece of planned work, one outage, or trouble with the site open: announced, going on or over. */
export interface StatusEvent {
  readonly id: string;
  readonly kind: "planned" | "outage" | "trouble";
  readonly title: string;
  /** ISO 8601, all three. */
  readonly start: string;
  /** Planned work only: whether the switch was set for it. Until then it is only announced. */
  readonly begun?: boolean | undefined;
  /** Expected end. */
  readonly expectedEnd?: string | undefined;
  /** When it was over. */
  readonly end?: string | undefined;
  /** When it was withdrawn, as something that was said by mistake: ISO 8601. Its words are no longer shown. */
  readonly withdrawn?: string | undefined;
  readonly updates: readonly Update[];
}

/** The whole of status.json: source of the status page, the feeds and the history. */
export interface Status extends Branding {
  readonly version: number;
  readonly changed: string;
  /** Newest first. */
  readonly events: readonly StatusEvent[];
}

export function firstStatus(branding: Branding, now: string): Status {
  return { ...branding, version: 1, changed: now, events: [] };
}

export function isOpen(event: StatusEvent): boolean {
  return event.end === undefined && (event.kind !== "planned" || event.begun === true);
}

/** The outage that is going on, or else the planned work, or else the trouble. */
export function current(status: Status): StatusEvent | undefined {
  const open = status.events.filter(isOpen);
  return open.find(({ kind }) => kind === "outage") ?? open.find(({ kind }) => kind === "planned") ?? open[0];
}

/** Announced events that have neither begun nor passed, the next first. */
export function upcoming(status: Status, now: string): readonly StatusEvent[] {
  return status.events
    .filter((event) => isAnnounced(event) && Date.parse(event.expectedEnd ?? event.start) > Date.parse(now))
    .sort((a, b) => Date.parse(a.start) - Date.parse(b.start));
}

export function history(status: Status): readonly StatusEvent[] {
  return status.events.filter(({ end }) => end !== undefined);
}

/** Planned work that has not begun. */
export function isAnnounced(event: StatusEvent): boolean {
  return event.kind === "planned" && event.end === undefined && event.begun !== true;
}

/** "Monday 23 November 2026 at 06:00 GMT". Put together here, since browsers and Node differ in their commas. */
export function inWords(time: string, timeZone: string): string {
  const format = new Intl.DateTimeFormat("en-GB", {
    timeZone,
    weekday: "long",
    day: "numeric",
    month: "long",
    year: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    timeZoneName: "short",
  });
  const parts = format.formatToParts(new Date(time));
  const part = (type: string): string => parts.find((one) => one.type === type)?.value ?? "";
  const day = `${part("weekday")} ${part("day")} ${part("month")} ${part("year")}`;
  return `${day} at ${part("hour")}:${part("minute")} ${part("timeZoneName")}`;
}

/**
 * Reads status.json, which people edit.
 *
 * @throws Error that names the place and the expected value.
 */
export function parseStatus(text: string): Status {
  let value: Partial<Status>;
  try {
    value = JSON.parse(text) as Partial<Status>;
  } catch (error) {
    throw new Error(`status.json is not JSON (${(error as Error).message}). Restore its last version and edit again.`);
  }
  const wrong = (path: string, expected: string): never => {
    throw new Error(`status.json: ${path} must be ${expected}.`);
  };
  for (const key of ["organisation", "service", "address", "timeZone"] as const) {
    if (typeof value[key] !== "string" || value[key] === "") {
      wrong(key, "a text that is not empty");
    }
  }
  if (!Array.isArray(value.events)) {
    wrong("events", "a list");
  }
  (value.events ?? []).forEach((event, index) => {
    const path = `events[${index}]`;
    if (!["planned", "outage", "trouble"].includes(event.kind)) {
      wrong(`${path}.kind`, '"planned", "outage" or "trouble"');
    }
    for (const key of ["start", "expectedEnd", "end", "withdrawn"] as const) {
      const time = event[key];
      if ((key === "start" || time !== undefined) && Number.isNaN(Date.parse(String(time)))) {
        wrong(`${path}.${key}`, "a time such as 2026-11-23T06:00:00Z");
      }
    }
    if (typeof event.title !== "string" || typeof event.id !== "string") {
      wrong(path, "something with an id and a title");
    }
    if (!Array.isArray(event.updates) || event.updates.some((one) => Number.isNaN(Date.parse(one.at)))) {
      wrong(`${path}.updates`, "a list of updates, each with a time (at) and a text");
    }
  });
  return { ...(value as Status), version: value.version ?? 1, changed: value.changed ?? new Date(0).toISOString() };
}
