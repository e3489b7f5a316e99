import { Histogram } from "../lib/histogram";
import { pathClasses, type PathClass } from "../../components/lib/pathClasses";
import { outlierScore, usual } from "./robust";
import { type Minute, type Store } from "./series";

/** One class during a blip. */
export interface ClassImpact {
  readonly pathClass: PathClass;
  /** Usual p95 and the highest of the blip, in seconds. */
  readonly usualSeconds: number;
  readonly peakSeconds: number;
  readonly requests: number;
  /** Requests that took longer than nearly all usually do. */
  readonly slow: number;
  readonly errors: number;
}

export interface Blip {
  /** Seconds since 1970: the first minute that was not as usual, and the end of the last. */
  readonly from: number;
  readonly to: number;
  readonly classes: readonly ClassImpact[];
}

/** A class whose requests were too few to tell anything. */
export interface Unjudged {
  readonly pathClass: PathClass;
  readonly requestsPerMinute: number;
}

/** Fewer requests say nothing of a 95th percentile: a single slow one is more than 5 % of 19. */
const enough = 20;
/** Minutes that are looked at together where there are few requests. */
const widths: readonly Width[] = [1, 5];
/** The minutes around one minute that define the usual value; a blip is a small part of them. */
const around = { before: 150, after: 60, least: 20 };
/** Smallest change that users notice: half as long again, and a fifth of a second. */
const noticed = { ratio: 1.5, seconds: 0.2 };
/** A share of errors that is never usual. */
const errorShare = 0.02;
/**
 * Least bad bins among so many: a single bad minute is no blip, and one good minute does not end it. In bins of five
 * minutes one bad minute makes all five look bad, so three in a row are required.
 */
const persistent = { 1: { of: 5, least: 3 }, 5: { of: 3, least: 3 } } as const;
type Width = keyof typeof persistent;

/** Response-time blips and bursts of errors, from the first to the last. Classes that were hit together are one blip. */
export function detect(
  store: Store,
  from = store.span.from,
): { readonly blips: readonly Blip[]; readonly unjudged: readonly Unjudged[] } {
  const unjudged: Unjudged[] = [];
  const found: Run[] = [];
  for (const pathClass of pathClasses) {
    const minutes = store.of(pathClass);
    const total = minutes.reduce((sum, minute) => sum + (minute?.times.total ?? 0), 0);
    const seen = minutes.filter((minute) => minute !== undefined).length;
    const width = widths.find((candidate) => (total / Math.max(1, seen)) * candidate >= enough);
    if (total > 0 && width === undefined) {
      unjudged.push({ pathClass, requestsPerMinute: total / store.minutes });
    }
    if (total === 0 || width === undefined) {
      continue;
    }
    const bins = binned(minutes, width);
    found.push(
      ...runs(judge(bins, width), width).map(({ first, last }) => ({
        first: first * width,
        last: (last + 1) * width - 1,
        width,
      })),
    );
  }
  found.sort((a, b) => a.first - b.first);
  const groups: Run[][] = [];
  for (const one of found) {
    const group = groups.at(-1);
    if (group !== undefined && one.first <= Math.max(...group.map(({ last }) => last)) + persistent[1].of) {
      group.push(one);
    } else {
      groups.push([one]);
    }
  }
  const blips = groups.map((group): Blip => {
    // Series of one-minute width give the start more precisely.
    const precise = group.filter(({ width }) => width === 1);
    const bounds = precise.length > 0 ? precise : group;
    const first = Math.min(...bounds.map((one) => one.first));
    const last = Math.max(...bounds.map((one) => one.last));
    const classes = pathClasses.map((pathClass) => impact(pathClass, store.of(pathClass), first, last));
    return {
      from: store.span.from + first * 60,
      to: store.span.from + (last + 1) * 60,
      classes: classes.filter(suffered).sort((a, b) => b.slow + b.errors - a.slow - a.errors),
    };
  });
  return { blips: blips.filter((blip) => blip.to > from), unjudged };
}

/** Minutes from the first to the last that were unusual, counted from the start of the span. */
interface Run {
  readonly first: number;
  readonly last: number;
  readonly width: Width;
}

function binned(minutes: readonly (Minute | undefined)[], width: number): readonly (Minute | undefined)[] {
  if (width === 1) {
    return minutes;
  }
  return Array.from({ length: Math.ceil(minutes.length / width) }, (_, bin) => {
    const parts = minutes.slice(bin * width, (bin + 1) * width).filter((part) => part !== undefined);
    const sum: Minute = { times: new Histogram(), errors: 0 };
    parts.forEach(({ times, errors }) => {
      sum.times.merge(times);
      sum.errors += errors;
    });
    return parts.length === 0 ? undefined : sum;
  });
}

/** Whether each bin is unusual; undefined where that is unknown. */
function judge(bins: readonly (Minute | undefined)[], width: Width): readonly (boolean | undefined)[] {
  const p95 = bins.map((bin) =>
    bin !== undefined && bin.times.total >= enough ? bin.times.quantile(0.95) : undefined,
  );
  const logs = p95.map((value) => (value === undefined ? undefined : Math.log(value)));
  return bins.map((bin, index) => {
    const [value, log] = [p95[index], logs[index]];
    if (bin === undefined || value === undefined || log === undefined) {
      // A minute in which few got through may be the worst of all.
      return bin === undefined ? undefined : failing(bin);
    }
    const others = logs
      .slice(Math.max(0, index - around.before / width), index + around.after / width)
      .filter((other) => other !== undefined);
    if (others.length < around.least) {
      return failing(bin);
    }
    // Times are products of many factors, so their logarithms are what is spread evenly. 0.08: three steps of the counts.
    const { centre, spread } = usual(others, 0.08);
    return failing(bin) || ((log - centre) / spread > outlierScore && noticeable(value, Math.exp(centre)));
  });
}

function failing({ times, errors }: Minute): boolean {
  return errors >= 5 && errors / times.total > errorShare;
}

function noticeable(seconds: number, typical: number): boolean {
  return seconds > noticed.ratio * typical && seconds - typical > noticed.seconds;
}

/** Runs of unusual bins that are dense enough, from the first to the last. */
function runs(unusual: readonly (boolean | undefined)[], width: Width): readonly { first: number; last: number }[] {
  const { of, least } = persistent[width];
  const found: { first: number; last: number }[] = [];
  unusual.forEach((verdict, index) => {
    const recent = unusual.slice(Math.max(0, index - of + 1), index + 1).map((one) => one === true);
    if (verdict !== true || recent.filter(Boolean).length < least) {
      return;
    }
    const first = index - (recent.length - 1 - recent.indexOf(true));
    const current = found.at(-1);
    if (current !== undefined && first <= current.last + of) {
      current.last = index;
    } else {
      found.push({ first, last: index });
    }
  });
  return found;
}

/** Effect on one class, beside the two hours before. */
function impact(
  pathClass: PathClass,
  minutes: readonly (Minute | undefined)[],
  first: number,
  last: number,
): ClassImpact {
  const sum = (from: number, to: number) =>
    binned(minutes.slice(Math.max(0, from), Math.max(0, to)), Math.max(1, to - from))[0];
  const during = sum(first, last + 1);
  const usualSeconds = sum(first - 120, first - 2)?.times.quantile(0.95) ?? NaN;
  const peaks = minutes
    .slice(first, last + 1)
    .map((minute) => (minute !== undefined && minute.times.total >= enough / 4 ? minute.times.quantile(0.95)! : 0));
  return {
    pathClass,
    usualSeconds,
    peakSeconds: Math.max(...peaks, during?.times.quantile(0.95) ?? 0),
    requests: during?.times.total ?? 0,
    slow: during === undefined || Number.isNaN(usualSeconds) ? 0 : during.times.above(usualSeconds),
    errors: during?.errors ?? 0,
  };
}

/** Whether a class is affected: it may be hit too briefly, or have too few requests, to be found by itself. */
function suffered({ usualSeconds, peakSeconds, requests, slow, errors }: ClassImpact): boolean {
  const slower = noticeable(peakSeconds, usualSeconds) && slow > 0.15 * requests;
  return requests > 0 && (slower || errors / requests > errorShare);
}
