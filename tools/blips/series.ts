import { Histogram } from "../lib/histogram";
import { pathClasses, type PathClass } from "../../components/lib/pathClasses";
import { type Entry, type EventEntry, type RequestSource, requestSources, type Skipped, skipped } from "./entries";

export interface Span {
  /** Seconds since 1970, a whole minute. */
  readonly from: number;
  readonly to: number;
}

/** Answer times of one class in one minute. */
export interface Minute {
  readonly times: Histogram;
  errors: number;
}

/** More events than this in one span are no events any more; those above it are counted as skipped. */
const mostEvents = 50_000;

/** Blocks of the firewall come one by one, other metrics as the value of a minute. */
const summed = new Set(["waf_blocked"]);

/**
 * The stored part of the logs: sums by the minute. Memory grows with the time span (a kilobyte for each minute, class
 * and kind of log in which there is a request, 90 MiB for three days of all) and not with the size of the logs.
 * Quantiles come from counts in steps of 5 %, the idea of DDSketch (https://www.vldb.org/pvldb/vol12/p2195-masson.pdf):
 * relative error 2.5 %.
 */
export class Store {
  readonly events: EventEntry[] = [];
  private readonly requests = new Map<string, (Minute | undefined)[]>();
  private readonly metrics = new Map<string, Float64Array>();
  readonly minutes: number;

  constructor(readonly span: Span) {
    this.minutes = Math.ceil((span.to - span.from) / 60);
  }

  /** Keeps an entry, or says why not. */
  take(entry: Entry): Skipped | undefined {
    const minute = Math.floor((entry.at - this.span.from) / 60);
    // A task that began before the span may still run in it.
    const last = entry.type === "event" && entry.until !== undefined ? (entry.until - this.span.from) / 60 : minute;
    if (last < 0 || minute >= this.minutes) {
      return skipped("outside of the time span");
    }
    if (entry.type === "event") {
      if (this.events.length >= mostEvents) {
        return skipped(`more than ${mostEvents} events`);
      }
      this.events.push(entry);
      return undefined;
    }
    if (entry.type === "metric") {
      let values = this.metrics.get(entry.id);
      if (values === undefined) {
        values = new Float64Array(this.minutes).fill(NaN);
        this.metrics.set(entry.id, values);
      }
      const before = values[minute]!;
      values[minute] = summed.has(entry.id) && !Number.isNaN(before) ? before + entry.value : entry.value;
      return undefined;
    }
    const key = `${entry.source} ${entry.pathClass}`;
    let minutes = this.requests.get(key);
    if (minutes === undefined) {
      minutes = new Array<Minute | undefined>(this.minutes).fill(undefined);
      this.requests.set(key, minutes);
    }
    const found = (minutes[minute] ??= { times: new Histogram(), errors: 0 });
    found.times.add(entry.seconds);
    found.errors += entry.status >= 500 ? 1 : 0;
    return undefined;
  }

  /** The best source that there are requests of; undefined without any. */
  get source(): RequestSource | undefined {
    return requestSources.find((source) => pathClasses.some((name) => this.requests.has(`${source} ${name}`)));
  }

  /** One class by the minute, from the best source. */
  of(pathClass: PathClass): readonly (Minute | undefined)[] {
    return this.requests.get(`${this.source} ${pathClass}`) ?? [];
  }

  metric(id: string): Float64Array | undefined {
    return this.metrics.get(id);
  }

  /** Requests of all classes in each minute. */
  load(): Float64Array {
    const sum = new Float64Array(this.minutes);
    for (const name of pathClasses) {
      this.of(name).forEach((minute, index) => (sum[index]! += minute?.times.total ?? 0));
    }
    return sum;
  }
}
