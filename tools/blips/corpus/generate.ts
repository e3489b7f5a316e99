import { pathClasses } from "../../../components/lib/pathClasses";
import { type Span } from "../series";
import { deployment, type Fault, lostTask, purge, scaling, task } from "./faults";
import { classes, Dice, metrics } from "./signals";

/** The truth about one run, which the analysis does not see. */
export interface Run {
  readonly span: Span;
  readonly truth: { readonly cause: string; readonly from: number; readonly to: number } | undefined;
  /** Names of the files as `make blips` would find them, and their lines. */
  readonly files: ReadonlyMap<string, string[]>;
}

const runMinutes = 240;
const blocked = { action: "BLOCK", terminatingRuleId: "rate" };

/**
 * Synthetic logs of four hours, in the form of the real ones: nginx's lines, events, task records, metrics, the firewall's log. Some
 * metrics are not there, one event in ten is not, and things happen that have nothing to do with the blip: deployments, purges,
 * tasks, single slow minutes, metrics that move by themselves. The same seed gives the same lines.
 */
export function generate(seed: number, fault: Fault | undefined): Run {
  const dice = new Dice(seed);
  const start = 1_795_000_000 - (1_795_000_000 % 60) + 86_400 * (seed % 7);
  const at = (minute: number) => start + minute * 60;
  const iso = (seconds: number) => new Date(seconds * 1000).toISOString();
  const minutes = fault === undefined ? 0 : dice.between(...fault.minutes);
  const first = fault === undefined ? runMinutes : dice.between(100, runMinutes - 60 - minutes);
  const severity = dice.between(...(fault?.factor ?? [1, 1]));
  const crowd = dice.between(...(fault?.load ?? [1, 1]));

  // 0 outside of the blip, 1 at its worst, with a minute of slope on both sides.
  const shape = (minute: number) => Math.max(0, Math.min(1, minute - first + 0.5, first + minutes - minute + 0.5));
  const nginx: string[] = [];
  for (let minute = 0; minute < runMinutes; minute += 1) {
    const bad = shape(minute);
    const weather = Math.exp(0.06 * dice.normal()) * (1 + 0.1 * Math.sin((minute + seed * 17) / 60));
    // A single slow minute now and then is no blip.
    const hiccup = dice.chance(0.01) ? dice.between(2, 4) : 1;
    for (const name of pathClasses) {
      const { perMinute, median, path } = classes[name];
      const hit = fault?.classes.includes(name) === true ? bad : 0;
      const more = fault?.load === undefined || !fault.classes.includes(name) ? 1 : 1 + (crowd - 1) * bad;
      for (let left = dice.poisson(perMinute * more * (1 + 0.15 * Math.sin(minute / 80))); left > 0; left -= 1) {
        const seconds = median * weather * hiccup * (1 + (severity - 1) * hit) * Math.exp(0.5 * dice.normal());
        const status = dice.chance(0.001 + (fault?.errors ?? 0) * hit) ? 502 : 200;
        const time = iso(at(minute) + dice.uniform() * 60).replace(/\.\d+Z/, "+00:00");
        nginx.push(
          `{"time":"${time}","log":"access","class":"${name}","method":"GET","path":"${path}","status":${status},"bytes":9000,"seconds":${(seconds + 0.002).toFixed(3)},"php_seconds":${seconds.toFixed(3)}}`,
        );
      }
    }
  }

  const events: { minute: number; record: Record<string, unknown> }[] = chatter(dice);
  if (fault?.events !== undefined && dice.chance(0.9)) {
    events.push(...fault.events(dice, minutes).map(({ minute, record }) => ({ minute: first + minute, record })));
  }
  const eventLines = events.map(({ minute, record }) => {
    const ended = at(minute);
    const began = typeof record["seconds"] === "number" ? { started: iso(ended - record["seconds"]) } : {};
    return JSON.stringify({ time: iso(ended), ...record, ...began });
  });

  const firewall: string[] = [];
  for (let minute = 0; minute < runMinutes; minute += 1) {
    const mean = 0.3 + (fault?.cause === "attack" ? dice.between(60, 200) * shape(minute) : 0);
    for (let left = dice.poisson(mean); left > 0; left -= 1) {
      firewall.push(JSON.stringify({ timestamp: Math.round((at(minute) + dice.uniform() * 60) * 1000), ...blocked }));
    }
  }
  return {
    span: { from: start, to: start + runMinutes * 60 },
    truth: fault === undefined ? undefined : { cause: fault.cause, from: at(first), to: at(first + minutes) },
    files: new Map([
      ["web/nginx.log", nginx],
      ["events/events.jsonl", eventLines],
      ["waf/firewall.log", firewall],
      ["metrics/metrics.jsonl", [metricLine(dice, fault, shape, at)]],
    ]),
  };
}

/** Records of any ordinary day. */
function chatter(dice: Dice): { minute: number; record: Record<string, unknown> }[] {
  const some = (mean: number, record: () => Record<string, unknown>) =>
    Array.from({ length: dice.poisson(mean) }, () => ({ minute: dice.between(0, runMinutes), record: record() }));
  return [
    ...some(0.5, () => deployment),
    ...some(6, () => scaling),
    ...some(0.25, () => purge),
    ...some(0.3, () => lostTask),
    ...some(5, () => task("scheduled", dice.between(60, 200), "other")),
    ...some(0.8, () => task("adhoc", dice.between(60, 500), "backup")),
  ];
}

function metricLine(
  dice: Dice,
  fault: Fault | undefined,
  shape: (minute: number) => number,
  at: (minute: number) => number,
): string {
  // Real exports lack some of the metrics.
  const ids = Object.keys(metrics).filter(() => dice.chance(0.8));
  return JSON.stringify({
    MetricDataResults: ids.map((Id) => {
      const { value, noise } = metrics[Id]!;
      const moved = fault?.metrics?.[Id];
      const target = moved === undefined ? value : dice.between(...moved);
      // Something else that moves it, at any time.
      const bump = dice.chance(0.1)
        ? { from: dice.between(0, runMinutes), by: noise * dice.between(4, 12) }
        : undefined;
      const minutes = Array.from({ length: runMinutes }, (_, minute) => minute);
      return {
        Id,
        Timestamps: minutes.map((minute) => new Date(at(minute) * 1000).toISOString()),
        Values: minutes.map((minute) => {
          const other = bump !== undefined && minute >= bump.from && minute < bump.from + 10 ? bump.by : 0;
          return Math.max(
            0,
            Number((value + (target - value) * shape(minute) + other + noise * dice.normal()).toFixed(2)),
          );
        }),
      };
    }),
  });
}
