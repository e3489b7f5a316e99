import type { Settings } from "../../stacks/settings/settings";
import { escaped } from "../../components/outage/pages/html";
import { examWindow } from "../../stacks/calendar/compile";
import type { Calendar } from "../../stacks/calendar/schema";
import { instantOf, localOf } from "../../stacks/calendar/zone";
import { type Breadth, figure } from "../lib/chart";
import { type Colour, frame, page } from "../lib/page";
import { averageTasks, kindOf, type PlannedDay, plannedDays } from "./year";

const kinds = {
  term: "var(--blue)",
  enrolment: "var(--olive)",
  assessment: "var(--orange)",
  closed: "var(--grey)",
  free: "var(--grid)",
} as const satisfies Readonly<Record<string, Colour>>;

/** Rows for the names of exams above the picture. More exams at once have a frame and no name: the table has it. */
const labelRows = 6;
const hourHeight = 12;
/** Pixels for each row of names. */
const rowHeight = 14;

/** The year as one page without any other file: days from left to right, hours from top to bottom, stronger is more. */
export async function yearPage(
  stack: string,
  calendar: Calendar,
  settings: Settings,
  text: string,
  now: number,
): Promise<string> {
  const days = plannedDays(calendar, settings);
  const { average, peak } = averageTasks(days);
  const summary = `Planned minimum of web tasks: ${average.toFixed(1)} on average, ${peak} at most. Scaling adds to it with the load.`;
  // A flat year would have the peak all the time.
  const saved = peak === 0 ? 0 : Math.round((1 - average / peak) * 100);
  const title = `Academic year of ${stack}`;
  const key = Object.entries(kinds).map(([label, colour]) => ({ label, colour }));
  return page({
    title,
    main: `<h1>${escaped(title)}, ${calendar.year.from} to ${calendar.year.to}</h1>
<p>${summary} That is ${saved} % below a year at its peak. Red frames are exams.</p>
${await figure("Planned minimum of web tasks, in each hour of the year", (width, breadth) => spec(days, calendar, now, width, breadth), key)}
<h2>The year in words</h2>
${frame("The year in words", `<pre>${escaped(text)}</pre>`)}`,
  });
}

type Spec = ReturnType<Parameters<typeof figure>[1]>;

function spec(days: readonly PlannedDay[], calendar: Calendar, now: number, width: number, breadth: Breadth): Spec {
  const { peak } = averageTasks(days);
  const column = new Map(days.map(({ date }, index) => [date, index]));
  const exams = examsOf(calendar, column, breadth === "broad" ? 5.8 / (850 / days.length) : Infinity);
  const levels = [...new Set(days.flatMap(({ hours }) => hours))].sort((a, b) => a - b);
  const months = days.flatMap(({ date }, index) => (date.endsWith("-01") ? [[index, monthName(date)] as const] : []));
  const today = column.get(localOf(now, calendar.timeZone).date);
  const x = {
    type: "quantitative" as const,
    scale: { domain: [0, days.length], nice: false },
    axis: {
      title: `day, ${calendar.year.from} to ${calendar.year.to}`,
      values: months.map(([index]) => index),
      labelExpr: "months[datum.value]",
      labelAlign: "left" as const,
      labelOverlap: "greedy" as const,
      grid: true,
    },
  };
  // Above midnight: the band with the kind of each day, and above that the names of exams.
  const above = breadth === "broad" ? labelRows : 0;
  const y = {
    type: "quantitative" as const,
    scale: { domain: [24, -1.4 - (above * rowHeight) / hourHeight], nice: false },
    axis: {
      title: `hour of the day, ${calendar.timeZone}`,
      values: [0, 6, 12, 18, 24],
      labelExpr: "pad(datum.value, 2, '0', 'left') + ':00'",
      titleAnchor: "start" as const,
      grid: false,
    },
  };
  const rect = { x: { ...x, field: "x" }, x2: { field: "x2" }, y: { ...y, field: "from" }, y2: { field: "to" } };
  return {
    width,
    height: hourHeight * 25.4 + above * rowHeight,
    params: [{ name: "months", value: Object.fromEntries(months) }],
    layer: [
      {
        data: { values: spans(days) },
        mark: { type: "rect", color: "var(--purple)" },
        encoding: {
          ...rect,
          opacity: {
            field: "tasks",
            type: "quantitative",
            scale: { type: "pow", exponent: 0.8, domain: [0, Math.max(1, peak)], range: [0, 1] },
            legend: {
              title: "web tasks",
              values: levels,
              format: "d",
              orient: "bottom",
              symbolType: "square",
              symbolOpacity: 1,
              columns: breadth === "broad" ? 0 : 6,
            },
          },
          description: { field: "words", type: "nominal" },
        },
      },
      {
        data: {
          values: days.map(({ date }, i) => ({ x: i, x2: i + 1, from: -1.2, to: -0.3, kind: kindOf(calendar, date) })),
        },
        mark: { type: "rect", aria: false },
        encoding: {
          ...rect,
          color: {
            field: "kind",
            type: "nominal",
            scale: { domain: Object.keys(kinds), range: Object.values(kinds) },
            legend: null,
          },
        },
      },
      {
        data: { values: exams },
        mark: { type: "rect", fillOpacity: 0, stroke: "var(--bad)", strokeWidth: 1 },
        encoding: { ...rect, description: { field: "words", type: "nominal" } },
      },
      {
        data: { values: exams.filter(({ row }) => row < above) },
        mark: { type: "rule", color: "var(--muted)", strokeWidth: 0.5, aria: false },
        encoding: { x: { ...x, field: "x" }, y: { ...y, field: "label" }, y2: { field: "from" } },
      },
      {
        data: { values: exams.filter(({ row }) => row < above) },
        mark: { type: "text", align: "left", dx: 3, fontSize: 11, aria: false },
        encoding: { x: { ...x, field: "x" }, y: { ...y, field: "label" }, text: { field: "name", type: "nominal" } },
      },
      {
        data: { values: today === undefined ? [] : [{ x: today, words: "today" }] },
        mark: { type: "rule", color: "var(--good)", strokeWidth: 1.5 },
        encoding: { x: { ...x, field: "x" }, description: { field: "words", type: "nominal" } },
      },
      {
        data: { values: today === undefined ? [] : [{ x: today }] },
        mark: { type: "text", text: "today", color: "var(--good)", align: "left", dx: 3, dy: 8, aria: false },
        encoding: { x: { ...x, field: "x" }, y: { ...y, datum: 23 } },
      },
    ],
  };
}

interface Span {
  readonly x: number;
  readonly from: number;
  readonly to: number;
  readonly tasks: number;
}

/** Neighbouring hours of one level are one shape, and so are neighbouring days whose hours are alike. */
function spans(days: readonly PlannedDay[]) {
  const found: (Span & { x2: number })[] = [];
  const latest = new Map<string, Span & { x2: number }>();
  days.forEach(({ hours }, x) => {
    for (let from = 0; from < 24;) {
      const change = hours.findIndex((tasks, hour) => hour > from && tasks !== hours[from]);
      const to = change < 0 ? 24 : change;
      const key = `${from} ${to} ${hours[from]}`;
      const before = latest.get(key);
      if (before?.x2 === x) {
        before.x2 = x + 1;
      } else {
        const span = { x, x2: x + 1, from, to, tasks: hours[from]! };
        latest.set(key, span);
        found.push(span);
      }
      from = to;
    }
  });
  return found.map((span) => {
    const [first, last] = [days[span.x]!.date, days[span.x2 - 1]!.date];
    const when = first === last ? first : `${first} to ${last}`;
    return { ...span, words: `${when}, ${span.from}:00 to ${span.to}:00: ${span.tasks} web tasks` };
  });
}

/**
 * Exams as frames, each with the row of its name: a row higher while the one before is too near.
 *
 * @param letterDays Width of a letter in days.
 */
function examsOf(calendar: Calendar, column: ReadonlyMap<string, number>, letterDays: number) {
  const ends: number[] = [];
  return [...calendar.exams]
    .sort((a, b) => a.start.localeCompare(b.start))
    .map((exam) => {
      const { start, end } = examWindow(exam, calendar.timeZone);
      const [first, last] = [localOf(start, calendar.timeZone), localOf(end, calendar.timeZone)];
      const x = column.get(first.date) ?? 0;
      const free = ends.findIndex((at) => at < x);
      const row = free < 0 ? ends.length : free;
      ends[row] = x + (exam.name.length + 2) * letterDays;
      return {
        name: exam.name,
        x,
        x2: x + 1,
        from: hourOf(first.time),
        to: last.date === first.date ? hourOf(last.time) : 24,
        row,
        label: -1.4 - ((row + 0.6) * rowHeight) / hourHeight,
        words: `${exam.name}, ${exam.start.replace("T", " ")}, ${exam.expectedStudents} students`,
      };
    });
}

const hourOf = (time: string): number => Number(time.slice(0, 2)) + Number(time.slice(3)) / 60;

function monthName(date: string): string {
  return new Date(instantOf(date, "12:00", "UTC")).toLocaleString("en-GB", {
    month: "short",
    year: "2-digit",
    timeZone: "UTC",
  });
}
