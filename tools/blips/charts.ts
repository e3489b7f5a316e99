import { chart, escape } from "../lib/svg";
import { pathClasses, type PathClass } from "../../components/lib/pathClasses";
import { type Explained } from "./analyse";
import { eventKinds, metricNames } from "./entries";
import { type Store } from "./series";
import { clock } from "./time";

const colours: Readonly<Record<PathClass, string>> = {
  login: "#b3261e",
  dashboard: "#8a6d1b",
  course: "#2a5db0",
  quiz: "#6b4fa0",
  file: "#1b6e3a",
  service: "#0e7c86",
  other: "#8a93a0",
};

/** Pictures of the span: answer times, requests and errors, events, and the metrics that speak for a cause. */
export function charts(
  blips: readonly Explained[],
  store: Store,
  { from, zone }: { readonly from: number; readonly zone: string },
): readonly string[] {
  const first = Math.round((from - store.span.from) / 60);
  const minutes = Array.from({ length: store.minutes - first }, (_, index) => index + first);
  const timeOf = (minute: number) => store.span.from + minute * 60;
  const marked = minutes.map((minute) =>
    blips.some(({ blip }) => timeOf(minute) >= blip.from && timeOf(minute) < blip.to),
  );
  const [hours, rest] = clock(from, zone).split(":").map(Number) as [number, number];
  const common = { startHour: hours + rest / 60, marked };
  const present = pathClasses.filter((name) => store.of(name).length > 0);
  const load = store.load();
  const told = new Set(
    blips.flatMap(({ causes }) =>
      causes.slice(0, 2).flatMap(({ cause }) => cause.signs.flatMap((sign) => ("metric" in sign ? [sign.metric] : []))),
    ),
  );
  const metrics = Object.keys(metricNames).filter((id) => told.has(id) && store.metric(id) !== undefined);
  return [
    chart({
      ...common,
      title: "95th percentile of answer times",
      unit: "seconds, logarithmic; red: blips",
      logarithmic: true,
      lines: present.map((name) => ({
        label: name,
        colour: colours[name],
        values: smooth(
          minutes.map((minute) =>
            enough(store.of(name)[minute]?.times.total) ? store.of(name)[minute]?.times.quantile(0.95) : undefined,
          ),
        ),
      })),
    }),
    chart({
      ...common,
      title: "Requests",
      unit: "a minute",
      lines: [
        { label: "requests", colour: "#2a5db0", values: minutes.map((minute) => load[minute]) },
        {
          label: "failed",
          colour: "#b3261e",
          values: minutes.map((minute) =>
            present.reduce((sum, name) => sum + (store.of(name)[minute]?.errors ?? 0), 0),
          ),
        },
      ],
    }),
    timeline(store, first),
    ...metrics.map((id) =>
      chart({
        ...common,
        title: metricNames[id]!,
        unit: "a minute",
        lines: [{ label: id, colour: "#14305e", values: minutes.map((minute) => known(store.metric(id)![minute]!)) }],
      }),
    ),
  ];
}

/** Of five requests or fewer a percentile says nothing. */
const enough = (requests: number | undefined) => (requests ?? 0) > 5;
const known = (value: number) => (Number.isNaN(value) ? undefined : value);

/** The middle of three minutes, for the eye. */
function smooth(values: readonly (number | undefined)[]): readonly (number | undefined)[] {
  return values.map((value, index) => {
    const near = values.slice(Math.max(0, index - 1), index + 2).filter((one) => one !== undefined);
    return value === undefined ? undefined : near.sort((a, b) => a - b)[near.length >> 1];
  });
}

/** One row for each kind of event, on the same axis as the charts. */
function timeline(store: Store, first: number): string {
  const rows = eventKinds.filter((kind) =>
    store.events.some((event) => event.kind === kind && event.at >= store.span.from + first * 60),
  );
  const height = 40 + rows.length * 20;
  const start = store.span.from + first * 60;
  const x = (at: number) => 64 + 920 * Math.min(1, Math.max(0, at - start) / (store.span.to - start));
  const marks = rows.flatMap((kind, row) => {
    const y = 40 + row * 20;
    const events = store.events.filter((event) => event.kind === kind && (event.until ?? event.at) >= start);
    return [
      `<line class="grid" x1="64" x2="984" y1="${y}" y2="${y}"/>`,
      `<text class="tick" x="68" y="${y - 4}">${escape(kind)}</text>`,
      ...events.map(
        ({ at, until, detail }) =>
          `<rect x="${(x(at) - 1.5).toFixed(1)}" y="${y - 5}" width="${Math.max(3, x(until ?? at) - x(at)).toFixed(1)}" height="10" fill="#2a5db0"><title>${escape(detail)}</title></rect>`,
      ),
    ];
  });
  return [
    `<svg viewBox="0 0 1000 ${height}" role="img" aria-label="Events">`,
    `<text class="title" x="64" y="12">Events</text>`,
    ...marks,
    "</svg>",
  ].join("\n");
}
