import { type EventEntry, eventKinds, metricNames } from "./entries";
import { figure, horizontal, type Line, lineChart } from "../lib/chart";
import type { Colour } from "../lib/page";
import { timeAxis } from "../lib/timeAxis";
import { pathClasses, type PathClass } from "../../components/lib/pathClasses";
import { type Explained } from "./analyse";
import { type Store } from "./series";

const colours: Readonly<Record<PathClass, Colour>> = {
  login: "var(--pink)",
  dashboard: "var(--olive)",
  course: "var(--blue)",
  quiz: "var(--purple)",
  file: "var(--green)",
  service: "var(--orange)",
  other: "var(--grey)",
};

/** Pictures of the span: answer times, requests and errors, events, and the metrics that speak for a cause. */
export async function charts(
  blips: readonly Explained[],
  store: Store,
  { from, zone }: { readonly from: number; readonly zone: string },
): Promise<readonly string[]> {
  const first = Math.round((from - store.span.from) / 60);
  const minutes = Array.from({ length: store.minutes - first }, (_, index) => index + first);
  const timeOf = (minute: number) => (store.span.from + minute * 60) * 1000;
  const axis = timeAxis(timeOf(first), store.span.to * 1000, zone);
  const marked = blips.map(({ blip }) => ({ from: blip.from * 1000, to: blip.to * 1000 }));
  const common = { axis, marked };
  const line = (label: string, colour: Colour, values: readonly (number | undefined)[]): Line => ({
    label,
    colour,
    // The middle of its minute.
    points: values.map((y, index) => ({ x: timeOf(minutes[index]! + 0.5), y })),
  });
  const present = pathClasses.filter((name) => store.of(name).length > 0);
  const load = store.load();
  const told = new Set(
    blips.flatMap(({ causes }) =>
      causes.slice(0, 2).flatMap(({ cause }) => cause.signs.flatMap((sign) => ("metric" in sign ? [sign.metric] : []))),
    ),
  );
  const metrics = Object.keys(metricNames).filter((id) => told.has(id) && store.metric(id) !== undefined);
  return Promise.all([
    lineChart({
      ...common,
      title: "95th percentile of answer times; red: blips",
      unit: "seconds, logarithmic",
      logarithmic: true,
      lines: present.map((name) =>
        line(
          name,
          colours[name],
          smooth(
            minutes.map((minute) =>
              enough(store.of(name)[minute]?.times.total) ? store.of(name)[minute]?.times.quantile(0.95) : undefined,
            ),
          ),
        ),
      ),
    }),
    lineChart({
      ...common,
      title: "Requests",
      unit: "requests a minute",
      lines: [
        line(
          "requests",
          "var(--blue)",
          minutes.map((minute) => load[minute]),
        ),
        line(
          "failed",
          "var(--bad)",
          minutes.map((minute) => present.reduce((sum, name) => sum + (store.of(name)[minute]?.errors ?? 0), 0)),
        ),
      ],
    }),
    ...timeline(store, axis),
    ...metrics.map((id) =>
      lineChart({
        ...common,
        title: metricNames[id]!,
        unit: "value in each minute",
        lines: [
          line(
            id,
            "var(--blue)",
            minutes.map((minute) => known(store.metric(id)![minute]!)),
          ),
        ],
      }),
    ),
  ]);
}

/** With five requests or fewer a percentile has no meaning. */
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
function timeline(store: Store, axis: ReturnType<typeof timeAxis>): readonly Promise<string>[] {
  const until = ({ at, until: end }: EventEntry) => (end ?? at) * 1000;
  const events = store.events.filter((event) => until(event) >= axis.from && event.at * 1000 <= axis.to);
  const kinds = eventKinds.filter((kind) => events.some((event) => event.kind === kind));
  if (kinds.length === 0) {
    return [];
  }
  const values = events.map((event) => ({
    kind: event.kind,
    from: Math.max(axis.from, event.at * 1000),
    to: Math.min(axis.to, until(event)),
    detail: event.detail,
  }));
  const y = { field: "kind", type: "nominal" as const, scale: { domain: kinds }, axis: { title: null, grid: true } };
  return [
    figure("Events", (width, breadth) => {
      const { params, x } = horizontal(axis, breadth);
      return {
        width,
        height: kinds.length * 24,
        params,
        data: { values },
        mark: { type: "bar" as const, color: "var(--blue)", height: 12, stroke: "var(--blue)", strokeWidth: 3 },
        encoding: {
          x: { ...x, field: "from" },
          x2: { field: "to" },
          y,
          description: { field: "detail", type: "nominal" as const },
        },
      };
    }),
  ];
}
