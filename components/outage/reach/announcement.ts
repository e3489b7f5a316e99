import { statusPath } from "../pages/files";
import { plainText } from "../pages/html";
import { stateTitle } from "../pages/pages";
import { current, inWords, isAnnounced, type Status, type StatusEvent } from "../pages/status";

/** What one publish says, for people who do not look at the status page. Plain text. */
export interface Announcement {
  /** The same for each attempt and each receiver. @example "moodle.example.org-12" */
  readonly id: string;
  readonly version: number;
  /** ISO 8601: when it was published. */
  readonly at: string;
  readonly organisation: string;
  readonly service: string;
  /** How the service stands since then. */
  readonly state: "ok" | StatusEvent["kind"];
  readonly title: string;
  /** What the editor wrote. Its lines are paragraphs. */
  readonly text: string;
  /** When it was published, and until when it lasts, in words and the service's time zone. */
  readonly times: string;
  /** Address of the status page. */
  readonly url: string;
}

/**
 * What the last publish of a status says. Each publish stamps what it writes or corrects with its own time, so a status is enough to
 * tell what is new. An undo and a correction of a title or a time leave nothing new: then the state itself is told.
 *
 * @returns Undefined for a status that nobody has published.
 */
export function announcementOf(status: Status): Announcement | undefined {
  const { version, changed: at, service, organisation, timeZone } = status;
  if (version === 1) {
    return undefined;
  }
  const { hostname, origin } = new URL(status.address);
  const fresh = status.events.flatMap((event) =>
    event.updates.filter((one) => one.at === at || one.corrected === at).map((update) => ({ event, update })),
  );
  const [first] = fresh;
  const texts = [...new Set(fresh.map(({ update }) => update.text))];
  const said = first === undefined ? "The status page was changed." : texts.join("\n");
  const published = `Published ${inWords(at, timeZone)}`;
  return {
    id: `${hostname}-${version}`,
    version,
    at,
    organisation: plainText(organisation),
    service: plainText(service),
    state: current(status)?.kind ?? "ok",
    title: plainText(first === undefined ? stateTitle(status) : titleOf(first.event, status, first.update.corrected)),
    text: plainText(said).trim(),
    times: [published, ...(first === undefined ? [] : [lasts(first.event, timeZone)])].filter(Boolean).join(". "),
    url: `${origin}${statusPath}`,
  };
}

function titleOf(event: StatusEvent, status: Status, corrected: string | undefined): string {
  if (event.withdrawn !== undefined) {
    return `Withdrawn: ${event.title}`;
  }
  const words = isAnnounced(event) ? event.title : event.end === undefined ? event.title : stateTitle(status);
  return corrected === status.changed ? `Corrected: ${event.title}` : words;
}

function lasts(event: StatusEvent, timeZone: string): string {
  const { start, expectedEnd } = event;
  if (event.withdrawn !== undefined || event.end !== undefined) {
    return "";
  }
  if (isAnnounced(event)) {
    const end = expectedEnd === undefined ? "" : ` to ${inWords(expectedEnd, timeZone)}`;
    return `From ${inWords(start, timeZone)}${end}`;
  }
  return expectedEnd === undefined ? "" : `Expected until ${inWords(expectedEnd, timeZone)}`;
}
