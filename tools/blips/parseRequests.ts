import { classOf, healthClass } from "../../components/lib/pathClasses";
import { type Parsed, type RequestEntry, skipped } from "./entries";

/** A line of nginx or of PHP about one request (moodle-image). For a line of nginx, PHP's time if PHP was asked, else the whole time. */
export function nginxLine(record: Readonly<Record<string, unknown>>): Parsed {
  const seconds = typeof record["php_seconds"] === "number" ? record["php_seconds"] : Number(record["seconds"]);
  const path = record["path"];
  return typeof path !== "string"
    ? undefined
    : request("nginx", Date.parse(String(record["time"])), path, seconds, Number(record["status"]));
}

// type time elb client:port target:port request_seconds target_seconds response_seconds elb_status target_status received sent
// "request" ...: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-access-logs.html#access-log-entry-syntax
const alb =
  /^(?:https?|h2|grpcs|wss?) (\S+) \S+ \S+ \S+ (\S+) (\S+) (\S+) (\d{3}|-) \S+ \S+ \S+ "(?:\S+) \S+?:\/\/[^/"\s]+(\/[^"\s]*)?/;

export function albLine(line: string): Parsed {
  const match = alb.exec(line);
  if (match === null) {
    return undefined;
  }
  const [, time, before, target, after, status, path] = match;
  const seconds = [before, target, after].map(Number);
  // -1: no target answered in time, or none was there. How long it took is then not known, that it failed is.
  const known = seconds.every((value) => value >= 0);
  return request(
    "alb",
    Date.parse(time!),
    path ?? "/",
    known ? seconds.reduce((sum, value) => sum + value, 0) : 0,
    Number(status),
  );
}

/** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logs-reference.html#BasicDistributionFileFormat */
export function cloudFrontEntry(of: (field: string) => string | undefined): Parsed {
  const result = of("x-edge-result-type");
  if (result === undefined) {
    return undefined;
  }
  if (result !== "Miss" && result !== "Error") {
    return skipped("answered by the edge itself");
  }
  const seconds = of("time-to-first-byte") ?? of("time-taken");
  return request(
    "cloudfront",
    Date.parse(`${of("date")}T${of("time")}Z`),
    of("cs-uri-stem") ?? "/",
    Number(seconds),
    Number(of("sc-status")),
  );
}

function request(
  source: RequestEntry["source"],
  milliseconds: number,
  path: string,
  seconds: number,
  status: number,
): Parsed {
  const pathClass = classOf(path);
  if (pathClass === healthClass) {
    return skipped("health check");
  }
  return Number.isFinite(milliseconds) && Number.isFinite(seconds) && seconds >= 0 && status >= 100 && status <= 599
    ? [{ type: "request", source, at: milliseconds / 1000, pathClass, seconds, status }]
    : undefined;
}
