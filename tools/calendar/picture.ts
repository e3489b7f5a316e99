import type { Settings } from "../../stacks/settings/settings";
import { examWindow } from "../../stacks/calendar/compile";
import type { Calendar } from "../../stacks/calendar/schema";
import { averageTasks, kindOf, plannedDays } from "./year";
import { localOf } from "../../stacks/calendar/zone";

const kinds = {
  term: "#7fb3d5",
  enrolment: "#f0b64c",
  assessment: "#d9705b",
  closed: "#8c8c8c",
  free: "#e8e8e8",
} as const;

/** A line below the band of days: the application cache has a larger node type. */

const [left, top, dayWidth, hourHeight] = [46, 92, 3, 13];
/** More exams at once than this have a frame and no name in the picture: the table has it. */
const labelRows = 6;

function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/** White for nothing to dark violet for the most. */
function shade(tasks: number, most: number): string {
  const share = most === 0 ? 0 : (tasks / most) ** 0.8;
  const mix = (from: number, to: number) => Math.round(from + (to - from) * share);
  return `rgb(${mix(250, 62)},${mix(251, 20)},${mix(255, 108)})`;
}

/** The year as one page without any other file: days from left to right, hours from top to bottom, darker is more. */
export function yearPage(stack: string, calendar: Calendar, settings: Settings, text: string, now: number): string {
  const days = plannedDays(calendar, settings);
  const { average, peak } = averageTasks(days);
  const [width, height] = [days.length * dayWidth, 24 * hourHeight];
  const column = new Map(days.map(({ date }, i) => [date, left + i * dayWidth]));
  const shapes: string[] = [];
  days.forEach(({ date, hours }) => {
    const x = column.get(date)!;
    shapes.push(
      `<rect x="${x}" y="${top - 16}" width="${dayWidth}" height="11" fill="${kinds[kindOf(calendar, date)]}"/>`,
    );
    // Neighbouring hours of one level are one shape.
    for (let from = 0; from < 24;) {
      let to = from + 1;
      while (to < 24 && hours[to] === hours[from]) {
        to += 1;
      }
      const box = `x="${x}" y="${top + from * hourHeight}" width="${dayWidth}" height="${(to - from) * hourHeight}"`;
      const title = `${date} ${from}:00-${to}:00: ${hours[from]} web tasks`;
      shapes.push(`<rect ${box} fill="${shade(hours[from]!, peak)}"><title>${title}</title></rect>`);
      from = to;
    }
    if (date.endsWith("-01")) {
      const month = new Date(`${date}T00:00:00Z`).toLocaleString("en-GB", {
        month: "short",
        year: "2-digit",
        timeZone: "UTC",
      });
      shapes.push(`<line x1="${x}" x2="${x}" y1="${top - 16}" y2="${top + height}" stroke="#fff" stroke-width="1"/>`);
      shapes.push(`<text x="${x + 3}" y="${top + height + 16}">${month}</text>`);
    }
  });
  for (const hour of [0, 6, 12, 18, 24]) {
    shapes.push(`<text x="${left - 6}" y="${top + hour * hourHeight + 4}" text-anchor="end">${hour}:00</text>`);
  }
  // Names above the band, each a row higher while the one before is too near.
  const rows: number[] = [];
  const exams = [...calendar.exams].sort((a, b) => a.start.localeCompare(b.start));
  for (const exam of exams) {
    const x = column.get(exam.start.slice(0, 10)) ?? left;
    const row = Math.max(
      0,
      rows.findIndex((end) => end < x),
    );
    const free = rows.some((end) => end < x) || rows.length === 0 ? row : rows.length;
    rows[free] = x + exam.name.length * 5.6 + 8;
    const y = top - 24 - Math.min(free, labelRows - 1) * 12;
    const hour = Number(exam.start.slice(11, 13));
    shapes.push(
      `<line x1="${x + 1}" x2="${x + 1}" y1="${y}" y2="${top + hour * hourHeight}" stroke="#333" stroke-width="0.5"/>`,
    );
    if (free < labelRows) {
      shapes.push(`<text class="exam" x="${x + 4}" y="${y}">${escape(exam.name)}</text>`);
    }
    const { end } = examWindow(exam, calendar.timeZone);
    const until = Number(localOf(end, calendar.timeZone).time.slice(0, 2)) + 1;
    const box = `x="${x - 0.5}" y="${top + hour * hourHeight}" width="${dayWidth + 1}"`;
    shapes.push(
      `<rect ${box} height="${Math.max(1, until - hour) * hourHeight}" fill="none" stroke="#d62728" stroke-width="0.8"/>`,
    );
  }
  const today = column.get(localOf(now, calendar.timeZone).date);
  if (today !== undefined) {
    shapes.push(
      `<line x1="${today}" x2="${today}" y1="${top}" y2="${top + height + 4}" stroke="#2a7" stroke-width="1.5"/>`,
    );
    shapes.push(`<text x="${today + 3}" y="${top + height + 30}" fill="#2a7">today</text>`);
  }
  const levels = [...new Set(days.flatMap(({ hours }) => hours))].sort((a, b) => a - b);
  let across = left;
  const legend = (label: string, fill: string): void => {
    shapes.push(
      `<rect x="${across}" y="${top + height + 44}" width="12" height="12" fill="${fill}" stroke="#999" stroke-width="0.5"/>`,
    );
    shapes.push(`<text x="${across + 16}" y="${top + height + 54}">${label}</text>`);
    across += 26 + label.length * 6.4;
  };
  levels.forEach((tasks) => legend(String(tasks), shade(tasks, peak)));
  across += 30;
  Object.entries(kinds).forEach(([kind, colour]) => legend(kind, colour));
  const summary = `Planned minimum of web tasks: ${average.toFixed(1)} on average, ${peak} at most. Scaling adds to it with the load.`;
  // As a flat year would have the peak all the time.
  const saved = peak === 0 ? 0 : Math.round((1 - average / peak) * 100);
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Academic year of ${escape(stack)}</title>
<style>body{font:14px sans-serif;margin:24px;color:#222}svg text{font:11px sans-serif;fill:#333}svg text.exam{font-size:10px}pre{font-size:12px;overflow:auto}</style></head>
<body><h1>Academic year of ${escape(stack)}, ${calendar.year.from} to ${calendar.year.to}</h1>
<p>${summary} That is ${saved} % below a year at its peak. Times are of ${escape(calendar.timeZone)}; red frames are exams.</p>
<svg xmlns="http://www.w3.org/2000/svg" width="${left + width + 20}" height="${top + height + 66}" role="img" aria-label="${summary}">
${shapes.join("\n")}
</svg>
<pre>${escape(text)}</pre>
</body></html>
`;
}
