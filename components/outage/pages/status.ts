import type { SwitchState } from "./switchValue";

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
  readonly updates: readonly Update[];
}

/** The whole of status.json: source of the status page, the feeds and the history. */
export interface Status extends Branding {
  readonly version: number;
  readonly changed: string;
  /** Newest first. */
  readonly events: readonly StatusEvent[];
}

/** One change: a new state of the switch, or what leaves the switch as it is: announced work, and trouble that people feel. */
export interface Change {
  readonly state: SwitchState | "announce" | "trouble";
  readonly title?: string | undefined;
  readonly message?: string | undefined;
  /** ISO 8601. Start of announced work. Every other state starts when it is set. */
  readonly start?: string | undefined;
  readonly until?: string | undefined;
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

function isAnnounced(event: StatusEvent): boolean {
  return event.kind === "planned" && event.end === undefined && event.begun !== true;
}

/** The announced work that begins when the switch is set: the next one, if it is due within two hours. */
function due(status: Status, now: string): StatusEvent | undefined {
  const [next] = upcoming(status, now);
  return next !== undefined && Date.parse(next.start) - Date.parse(now) <= 2 * 60 * 60 * 1000 ? next : undefined;
}

/** The status after a change. A change to the current state adds an update to it. */
export function changed(status: Status, change: Change, now: string): Status {
  const next = { ...status, version: status.version + 1, changed: now };
  const text = change.message ?? standingText(status.service, change.state);
  const update = { at: now, text };
  if (change.state === "announce") {
    const start = change.start ?? now;
    const title = change.title ?? "Planned maintenance";
    const event = { id: idOf("planned", now), kind: "planned", title, start, expectedEnd: change.until } as const;
    return { ...next, events: [{ ...event, updates: [update] }, ...status.events] };
  }
  const kind = change.state;
  const open = status.events.filter(isOpen);
  const going = kind === "off" ? undefined : open.find((event) => event.kind === kind);
  const same = going ?? (kind === "planned" ? due(status, now) : undefined);
  const events = status.events.map((event): StatusEvent => {
    if (event === same) {
      const begun = kind === "planned" ? true : undefined;
      const expectedEnd = change.until ?? event.expectedEnd;
      const start = event === going ? event.start : now;
      const title = change.title ?? event.title;
      return { ...event, title, start, begun, expectedEnd, updates: [update, ...event.updates] };
    }
    if (!open.includes(event)) {
      return event;
    }
    return { ...event, end: now, updates: kind === "off" ? [update, ...event.updates] : event.updates };
  });
  if (kind === "off" || same !== undefined) {
    return { ...next, events };
  }
  const event: StatusEvent = {
    id: idOf(kind, now),
    kind,
    title: change.title ?? standingTitle(status.service, kind),
    start: now,
    begun: kind === "planned" ? true : undefined,
    expectedEnd: change.until,
    updates: [update],
  };
  return { ...next, events: [event, ...events] };
}

function standingTitle(service: string, kind: StatusEvent["kind"]): string {
  switch (kind) {
    case "planned":
      return "Maintenance";
    case "outage":
      return `${service} is not available`;
    case "trouble":
      return `${service} has problems`;
  }
}

/** Text for a state when nobody gives one. */
export function standingText(service: string, state: Change["state"]): string {
  switch (state) {
    case "off":
      return `${service} is available again.`;
    case "outage":
      return `${service} is not available at the moment. We are working on it. Work that was already saved is safe.`;
    case "planned":
      return `${service} is closed for planned maintenance. Work that was already saved is safe.`;
    case "trouble":
      return `${service} is open, and does not work as it should. We are working on it.`;
    case "announce":
      return `${service} will be closed for planned maintenance.`;
  }
}

function idOf(kind: string, now: string): string {
  return `${kind}-${now.replace(/[^0-9]/g, "").slice(0, 14)}`;
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
    for (const key of ["start", "expectedEnd", "end"] as const) {
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
