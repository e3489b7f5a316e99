import { escaped, style } from "./html";
import { stateTitle } from "./pages";
import { current, inWords, type Status, type StatusEvent, upcoming } from "./status";

/** Days before planned work on which the banner begins to say so. */
const notice = 7;

const bannerStyle =
  "main{display:flex;flex-wrap:wrap;align-content:flex-start;gap:.25rem 1rem;align-items:baseline;max-width:none;margin:0;padding:.5rem 1rem;" +
  "border-left:.5rem solid #1a7f37;min-height:100vh;background:var(--b)}" +
  "main.planned,main.trouble{border-left-color:#9a6700}main.outage{border-left-color:#c62828}" +
  "h1,p{font-size:1rem;margin:0}";

const announced = ({ title, start }: StatusEvent, { timeZone }: Status): string =>
  `Planned: ${title}, from ${inWords(start, timeZone)}`;

/**
 * The state in one line, for an iframe of Moodle's own pages and of other sites. It has no script: whoever may write the
 * pages must not reach the origin of the page around it.
 */
export function banner(status: Status, pageAddress: string, now: string): string {
  const open = current(status);
  const soon = upcoming(status, now).find(({ start }) => Date.parse(start) - Date.parse(now) < notice * 86_400_000);
  const title = stateTitle(status);
  const words = open?.updates[0]?.text ?? (soon === undefined ? "" : announced(soon, status));
  return (
    `<!doctype html><html lang="en"><head><meta charset="utf-8">` +
    `<meta name="viewport" content="width=device-width,initial-scale=1"><meta name="robots" content="noindex">` +
    `<title>${escaped(title)}</title><style>${style}${bannerStyle}</style></head>` +
    `<body><main class="${(open ?? soon)?.kind ?? "ok"}"><h1>${escaped(title)}</h1>${words === "" ? "" : `<p>${escaped(words)}</p>`}` +
    `<p><a href="${escaped(pageAddress)}" target="_top">Service status</a></p></main></body></html>\n`
  );
}
