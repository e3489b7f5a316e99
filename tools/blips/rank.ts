import { type Cause, causes, type Sign } from "./causes";
import { type Blip } from "./detect";
import { type EventEntry, metricNames } from "./entries";
import { median, outlierScore, usual } from "./robust";
import { type Store } from "./series";

export interface Evidence {
  /** 0 to the sign's weight. */
  readonly score: number;
  readonly text: string;
  /** When it was, for events. */
  readonly at?: number;
}

export interface Ranked {
  readonly cause: Cause;
  readonly score: number;
  /** `likely`: it explains the blip and nothing else comes near. `possible`: it may. */
  readonly confidence: "likely" | "possible";
  /** The strongest first. */
  readonly evidence: readonly Evidence[];
}

/** Below this nothing is named as a cause: less than one strong sign. */
const least = 0.9;
/** Called likely: more than one metric's word, and so far ahead of the next one. */
const likely = { least: 1.5, ahead: 1.5 };

/** Causes of a blip with their evidence, the most likely first; empty when nothing in the logs explains it. */
export function rank(blip: Blip, store: Store): readonly Ranked[] {
  const scored = causes
    .map((cause) => {
      const weighed = cause.signs.map((sign) => weigh(sign, blip, store));
      const possible = cause.signs.every((sign, index) => !("required" in sign) || weighed[index] !== undefined);
      const evidence = (possible ? weighed : [])
        .filter((found) => found !== undefined)
        .sort((a, b) => b.score - a.score);
      return { cause, evidence, score: evidence.reduce((sum, { score }) => sum + score, 0) };
    })
    // Steadiness alone and the like are no evidence: the strongest sign must tell something by itself.
    .filter(({ score, evidence }) => score >= least && (evidence[0]?.score ?? 0) >= 0.6)
    .sort((a, b) => b.score - a.score);
  const next = scored[1]?.score ?? 0;
  return scored.map((one, index) => ({
    ...one,
    confidence: index === 0 && one.score >= likely.least && one.score >= likely.ahead * next ? "likely" : "possible",
  }));
}

function weigh(sign: Sign, blip: Blip, store: Store): Evidence | undefined {
  const found = strength(sign, blip, store);
  return found === undefined || found.strength < 0.1
    ? undefined
    : { score: found.strength * sign.weight, text: found.text, at: found.at };
}

interface Strength {
  readonly strength: number;
  readonly text: string;
  readonly at?: number;
}

function strength(sign: Sign, blip: Blip, store: Store): Strength | undefined {
  if ("event" in sign) {
    const [soonest, latest] = sign.lag.map((minutes) => minutes * 60) as [number, number];
    const near = store.events
      .filter(({ kind, at }) => kind === sign.event && blip.from - at >= soonest && blip.from - at <= latest)
      .sort((a, b) => Math.abs(blip.from - a.at) - Math.abs(blip.from - b.at));
    return best(near, (event) => {
      // Half as strong at the far end of what is plausible.
      const fit = 1 - 0.5 * Math.min(1, Math.abs(blip.from - event.at) / Math.max(-soonest, latest));
      return fit * surprise(event, blip, store, latest - soonest);
    });
  }
  if ("running" in sign) {
    const near = store.events.filter(
      ({ kind, at, until }) =>
        kind === sign.running &&
        until !== undefined &&
        at <= blip.from + 180 &&
        until >= blip.from &&
        blip.from - at <= 1800,
    );
    return best(near, (event) => {
      const fit = Math.exp(-Math.abs(blip.from - event.at) / 600);
      const shared = (Math.min(event.until!, blip.to) - Math.max(event.at, blip.from)) / (blip.to - blip.from);
      return Math.max(0, 0.5 * fit + 0.5 * Math.min(1, Math.max(0, shared))) * surprise(event, blip, store, 1800);
    });
  }
  if ("metric" in sign) {
    return unusual(sign, blip, store);
  }
  if ("load" in sign) {
    return loadSign(sign.load, blip, store);
  }
  return patternSign(sign.pattern, blip);
}

function best(events: readonly EventEntry[], judge: (event: EventEntry) => number): Strength | undefined {
  const [first] = events
    .map((event) => ({ strength: judge(event), text: event.detail, at: event.at }))
    .sort((a, b) => b.strength - a.strength);
  return first;
}

/**
 * How unlikely such an event is there by chance, 0 to 1: an event that comes every few minutes is near everything.
 * Computed from its rate in the rest of the span, as a Poisson process, with half an event added for unseen ones; 1 at
 * one in a hundred. Only tasks that ran about as long count: short ones always run.
 */
function surprise({ kind, at, until }: EventEntry, blip: Blip, store: Store, windowSeconds: number): number {
  const length = (until ?? at) - at;
  const away = store.events.filter(
    (event) =>
      event.kind === kind &&
      (event.until ?? event.at) - event.at >= length / 2 &&
      (event.at < blip.from - 2700 || event.at > blip.to + 900),
  );
  const seconds = Math.max(3600, store.span.to - store.span.from - (blip.to - blip.from) - 3600);
  const chance = 1 - Math.exp((-(away.length + 0.5) / seconds) * windowSeconds);
  return Math.min(1, Math.max(0, -Math.log10(chance) / 2));
}

/** The minutes of a blip, and those before it that say what is usual. */
function minutesOf(blip: Blip, store: Store): { readonly during: [number, number]; readonly before: [number, number] } {
  const first = Math.floor((blip.from - store.span.from) / 60);
  const last = Math.ceil((blip.to - store.span.from) / 60);
  return { during: [Math.max(0, first - 2), last], before: [Math.max(0, first - 120), Math.max(0, first - 5)] };
}

function unusual(
  { metric: id, direction, limit }: Extract<Sign, { metric: string }>,
  blip: Blip,
  store: Store,
): Strength | undefined {
  const values = store.metric(id);
  if (values === undefined) {
    return undefined;
  }
  const { during, before } = minutesOf(blip, store);
  const [now, past] = [during, before].map(([from, to]) =>
    [...values.slice(from, to)].filter((value) => !Number.isNaN(value)),
  ) as [number[], number[]];
  // A counter such as the firewall's has no value in quiet minutes.
  const base = past.length >= 5 ? past : id === "waf_blocked" && now.length >= 3 ? [0] : [];
  if (base.length === 0 || now.length === 0) {
    return undefined;
  }
  const typical = median([...base]);
  const { centre, spread } = usual(base, Math.max(0.05 * Math.abs(typical), 0.5));
  now.sort((a, b) => a - b);
  // The second highest or lowest minute, not the most extreme one.
  const value = direction === "high" ? now[Math.max(0, now.length - 2)]! : now[Math.min(1, now.length - 1)]!;
  if (limit !== undefined && value < limit) {
    return undefined;
  }
  const score = ((value - centre) / spread) * (direction === "high" ? 1 : -1);
  return {
    strength: Math.min(1, Math.max(0, (score - outlierScore) / 6.5)),
    text: `${metricNames[id]} was ${round(value)}, usually ${round(centre)}`,
  };
}

function loadSign(kind: "surge" | "steady", blip: Blip, store: Store): Strength | undefined {
  const load = store.load();
  const { during, before } = minutesOf(blip, store);
  const past = [...load.slice(...before)];
  // The minutes before the blip, too: a slow site gets fewer requests.
  const now = [...load.slice(Math.max(0, during[0] - 3), during[1])];
  if (past.length < 20 || now.length === 0) {
    return undefined;
  }
  const usually = median(past);
  now.sort((a, b) => a - b);
  const most = now[Math.max(0, now.length - 2)]!;
  const ratio = most / Math.max(1, usually);
  return kind === "surge"
    ? {
        strength: Math.min(1, Math.max(0, (ratio - 1.4) / 0.8)),
        text: `${round(most)} requests a minute, usually ${round(usually)}`,
      }
    : {
        strength: Math.min(1, Math.max(0, (1.5 - ratio) / 0.3)),
        text: `no more requests than usual (${round(most)} a minute)`,
      };
}

function patternSign(pattern: "files" | "errors", blip: Blip): Strength | undefined {
  const sum = (pick: (one: Blip["classes"][number]) => number) =>
    blip.classes.reduce((total, one) => total + pick(one), 0);
  if (pattern === "files") {
    const share =
      sum((one) => (one.pathClass === "file" ? one.slow : 0)) /
      Math.max(
        1,
        sum((one) => one.slow),
      );
    return {
      strength: Math.max(0, (share - 0.4) / 0.6),
      text: `${Math.round(share * 100)} % of the slow requests were files`,
    };
  }
  const share =
    sum((one) => one.errors) /
    Math.max(
      1,
      sum((one) => one.requests),
    );
  return { strength: Math.min(1, share / 0.1), text: `${round(share * 100)} % of the requests failed` };
}

function round(value: number): string {
  return String(Math.abs(value) >= 10 ? Math.round(value) : Number(value.toFixed(2)));
}
