import { describeProblem } from "../../components/lib/invalid";
import { isTimeZone, localOf } from "../../stacks/calendar/zone";
import type { Trace } from "../capacity/trace";

export interface Counts {
  read: number;
  used: number;
  /** Headers, static files that the edge answered, other hosts' health checks. */
  skipped: number;
  /** Lines that are no access log of a known kind. */
  rejected: number;
}

/** One request as the log tells it: when, and whether a web task had to answer it. */
interface Entry {
  readonly at: number;
  readonly reachedOrigin: boolean;
  readonly path: string;
}

// type time elb client:port target:port 3 times status target_status received sent "request" ...:
// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-access-logs.html#access-log-entry-syntax
const alb = /^(?:https?|h2|grpcs|wss?) (\S+) \S+ \S+ (\S+) (?:\S+ ){7}"(?:\S+) \S+?:\/\/[^/"\s]+(\/[^?"\s]*)?/;
/**
 * Results that CloudFront gave without asking the origin. `Error` is not one of them: most errors are the origin's own
 * answers, and a request too many is the safe side.
 */
const answeredByEdge = new Set([
  "Hit",
  "RefreshHit",
  "OriginShieldHit",
  "Redirect",
  "LimitExceeded",
  "CapacityExceeded",
  "FunctionGeneratedResponse",
]);

/**
 * Counts requests by second, line by line, so that memory grows with the time that the logs cover and not with their
 * size: 8 bytes a second. Lines may come in any order; a day at most, from the first line's midnight UTC.
 */
export class LogImport {
  readonly counts: Counts = { read: 0, used: 0, skipped: 0, rejected: 0 };
  private readonly browsing = new Float64Array(86400);
  private readonly logins = new Float64Array(86400);
  private day: number | undefined;
  /** Names of the columns of a CloudFront file, from its `#Fields` line. */
  private fields: readonly string[] = [];

  line(text: string): void {
    const line = text.trim();
    if (line === "") {
      return;
    }
    this.counts.read += 1;
    if (line.startsWith("#")) {
      this.fields = line.startsWith("#Fields:") ? line.slice("#Fields:".length).trim().split(/\s+/) : this.fields;
      this.counts.skipped += 1;
      return;
    }
    const entry = line.startsWith("{") ? cloudFrontJson(line) : (albLine(line) ?? cloudFrontLine(line, this.fields));
    if (entry === undefined || !Number.isFinite(entry.at)) {
      this.counts.rejected += 1;
      return;
    }
    this.day ??= Math.floor(entry.at / 86400);
    const second = Math.floor(entry.at) - this.day * 86400;
    if (!entry.reachedOrigin || second < 0 || second >= 86400) {
      this.counts.skipped += 1;
      return;
    }
    this.counts.used += 1;
    const target = entry.path.startsWith("/login/") ? this.logins : this.browsing;
    target[second]! += 1;
  }

  /**
   * The counts as a trace with one point a minute, from midnight UTC. Logs are in UTC; `zone` is the site's, which
   * its calendar is in.
   *
   * @throws Error when no line was of use, or for a zone that does not exist.
   */
  trace(name: string, source: string, zone = "UTC"): Trace {
    const { read, used, skipped, rejected } = this.counts;
    if (used === 0) {
      throw new Error(
        `None of ${read} lines is of use (${rejected} are no access log, ${skipped} are of requests that no task answered). Give ALB access logs, or CloudFront's in JSON or W3C.`,
      );
    }
    const gap = this.longestGap();
    const points = (counts: Float64Array): [number, number][] =>
      Array.from({ length: 1440 }, (_, minute) => {
        const sum = counts.subarray(minute * 60, minute * 60 + 60).reduce((total, value) => total + value, 0);
        return [minute * 60 + 30, Number((sum / 60).toFixed(3))];
      });
    return {
      name,
      title: `Imported: ${name}`,
      sources: [
        `${source}: ${read} lines read, ${used} used, ${skipped} skipped, ${rejected} rejected`,
        ...(gap < 5 ? [] : [`No request at all for ${gap} minutes on end: is a log file missing?`]),
      ],
      seconds: 86400,
      startHour: localHour((this.day ?? 0) * 86_400_000, zone),
      teaching: true,
      streams: [
        { mix: "browsing", points: points(this.browsing) },
        { mix: "login", points: points(this.logins) },
      ],
      events: [],
    };
  }

  /** Minutes without any request, between the first and the last one. */
  private longestGap(): number {
    let [gap, longest] = [Number.NEGATIVE_INFINITY, 0];
    for (let second = 0; second < 86400; second += 1) {
      if (this.browsing[second]! + this.logins[second]! > 0) {
        longest = Math.max(longest, gap);
        gap = 0;
      } else {
        gap += 1;
      }
    }
    return Math.floor(longest / 60);
  }
}

/** Hour of the local day at an instant, with its part; a half past five in the night is 5.5. */
function localHour(instant: number, zone: string): number {
  if (!isTimeZone(zone)) {
    throw new Error(
      describeProblem({
        path: "ZONE",
        given: zone,
        allowed: "a name of the IANA time zones",
        fix: "For example ZONE=Europe/London; leave it out for UTC.",
      }),
    );
  }
  const [hour, minute] = localOf(instant, zone).time.split(":").map(Number);
  return hour! + minute! / 60;
}

function albLine(line: string): Entry | undefined {
  const match = alb.exec(line);
  // A target of "-" was answered by the load balancer itself.
  return match
    ? { at: Date.parse(match[1]!) / 1000, reachedOrigin: match[2] !== "-", path: match[3] ?? "/" }
    : undefined;
}

// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logs-reference.html#BasicDistributionFileFormat
function cloudFrontLine(line: string, fields: readonly string[]): Entry | undefined {
  const cells = line.split("\t");
  const of = (name: string) => cells[fields.indexOf(name)];
  return fields.length === 0 || cells.length !== fields.length ? undefined : cloudFrontEntry(of);
}

function cloudFrontJson(line: string): Entry | undefined {
  try {
    const record = JSON.parse(line) as Readonly<Record<string, unknown>>;
    return cloudFrontEntry((name) => (record[name] === undefined ? undefined : String(record[name])));
  } catch {
    return undefined;
  }
}

function cloudFrontEntry(of: (name: string) => string | undefined): Entry | undefined {
  const [date, time, result, path] = [of("date"), of("time"), of("x-edge-result-type"), of("cs-uri-stem")];
  // A log with milliseconds may lack date and time. All of them are UTC.
  const milliseconds = of("timestamp(ms)");
  const at = milliseconds === undefined ? Date.parse(`${date}T${time}Z`) : Number(milliseconds);
  return result === undefined
    ? undefined
    : { at: at / 1000, reachedOrigin: !answeredByEdge.has(result), path: path ?? "/" };
}
