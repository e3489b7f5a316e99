import { contactLink, document, escaped } from "./html";
import { type Branding, current, history, inWords, type Status, type StatusEvent, upcoming } from "./status";
import { titles } from "./titles";

const noIndex = `<meta name="robots" content="noindex">`;

function help({ contact }: Branding): string {
  return contact === undefined ? "" : `<p>Help: ${contactLink(contact)}</p>`;
}

/**
 * The page that the switch shows, for the function: it fills in {{title}}, {{message}} and {{back}}. Short, since the
 * function with its data may have 10 KB.
 */
export function switchPage(branding: Branding, statusPath: string): string {
  return document({
    title: `{{title}} - ${escaped(branding.organisation)}`,
    organisation: branding.organisation,
    logo: branding.logo,
    moreHead: noIndex,
    main:
      `<h1>{{title}}</h1><p>{{message}}</p>{{back}}` +
      `<p><a href="${statusPath}">Service status and updates</a></p>${help(branding)}`,
  }).trimEnd();
}

/** Preview of the switch's page. */
export function switchPreview(
  branding: Branding,
  statusPath: string,
  text: { title: string; message: string; back?: string | undefined },
): string {
  const back = text.back === undefined ? "" : `<p><strong>Expected back:</strong> ${escaped(text.back)}</p>`;
  return switchPage(branding, statusPath)
    .replaceAll("{{title}}", escaped(text.title))
    .replace("{{back}}", () => back)
    .replace("{{message}}", () => text.message.split("\n").map(escaped).join("</p><p>"));
}

/**
 * The first index.html, shown when Moodle fails unannounced. From then on it belongs to its editors: no tool writes it
 * again.
 */
export function outagePage(branding: Branding, statusPath: string): string {
  const service = escaped(branding.service);
  return document({
    title: `${service} is not available - ${escaped(branding.organisation)}`,
    organisation: branding.organisation,
    logo: branding.logo,
    moreHead: noIndex,
    main: [
      "",
      "<!-- Edit from here. Save the file under the same name, index.html. -->",
      `<h1>${service} is not available at the moment</h1>`,
      "<p>Sorry about this. It may be back within a few minutes: please try again shortly.</p>",
      "<p>Work that was already saved is safe. If you were about to submit something, keep a copy, note the time, " +
        "and tell your teacher.</p>",
      "<!-- Edit up to here. -->",
      `<p><a href="${statusPath}">Service status and updates</a></p>`,
      help(branding),
      "",
    ].join("\n"),
  });
}

const statusStyle =
  ".now{border:1px solid var(--l);border-left:.5rem solid #1a7f37;background:var(--b);padding:.25rem 1rem;margin:1rem 0}" +
  ".now.planned,.now.trouble{border-left-color:#9a6700}.now.outage{border-left-color:#c62828}" +
  "h2{font-size:1.25rem;margin:2rem 0 .5rem}h3{font-size:1.0625rem;margin:1.25rem 0 .25rem}" +
  "ul{padding-left:1.25rem;margin:.25rem 0}p{margin:.5rem 0}footer{border-top:1px solid var(--l);font-size:.9375rem}" +
  "footer a{margin-right:1rem}";

/** The present state in a few words, as text. */
export function stateTitle(status: Status): string {
  return titles(status.service)[current(status)?.kind ?? "ok"];
}

/** The public status page: now, planned, history. Rebuilt from status.json at every change. */
export function statusPage(status: Status, now: string): string {
  const open = current(status);
  const planned = upcoming(status, now);
  const past = history(status).slice(0, 50);
  const service = escaped(status.service);
  const time = timeTag(status.timeZone);
  const state = escaped(stateTitle(status));
  const list = (events: readonly StatusEvent[], none: string): string =>
    events.length === 0 ? `<p>${none}</p>` : events.map((event) => eventHtml(event, time)).join("");
  return document({
    title: `${state} - service status - ${escaped(status.organisation)}`,
    organisation: status.organisation,
    logo: status.logo,
    moreStyle: statusStyle,
    moreHead:
      `<link rel="alternate" type="application/rss+xml" title="${service} status" href="feed.xml">` +
      `<link rel="alternate" type="application/feed+json" title="${service} status" href="feed.json">` +
      `<link rel="alternate" type="text/calendar" title="${service}: planned work" href="calendar.ics">`,
    main:
      `<h1>${service}: service status</h1><div class="now ${open?.kind ?? "ok"}"><p><strong>${state}</strong></p>` +
      `${open === undefined ? "" : eventBody(open, time)}</div>` +
      `<h2>Planned work</h2>${list(planned, "Nothing is planned.")}` +
      `<h2>History</h2>${list(past, "Nothing so far.")}`,
    footer:
      `<p>Last change: ${time(status.changed)}.</p>${help(status)}` +
      `<p><a href="${escaped(status.address)}">Go to ${service}</a><a href="feed.xml">RSS feed</a><a href="feed.json">JSON feed</a><a href="calendar.ics">Calendar</a></p>`,
  });
}

type TimeTag = (time: string) => string;

function timeTag(timeZone: string): TimeTag {
  return (time) => `<time datetime="${escaped(time)}">${escaped(inWords(time, timeZone))}</time>`;
}

function eventHtml(event: StatusEvent, time: TimeTag): string {
  if (event.withdrawn !== undefined) {
    const text = event.updates.map((one) => `<p>${escaped(one.text)}</p>`).join("");
    return `<h3>${escaped(event.title)} (withdrawn)</h3><p>Withdrawn, ${time(event.withdrawn)}.</p>${text}`;
  }
  return `<h3>${escaped(event.title)}</h3>${eventBody(event, time)}`;
}

function eventBody(event: StatusEvent, time: TimeTag): string {
  const word = { planned: "Planned work", outage: "Outage", trouble: "Problems" }[event.kind];
  const until =
    event.end !== undefined
      ? ` to ${time(event.end)}`
      : event.expectedEnd === undefined
        ? ""
        : `, expected until ${time(event.expectedEnd)}`;
  const updates = event.updates
    .map(({ at, text, corrected }) => {
      const note = corrected === undefined ? "" : ` (corrected, ${time(corrected)})`;
      return `<li>${time(at)}: ${escaped(text)}${note}</li>`;
    })
    .join("");
  return `<p>${word}, from ${time(event.start)}${until}.</p><ul>${updates}</ul>`;
}
