import assert from "node:assert/strict";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { logFields } from "../../components/cdn/accessLogs";
import { LogImport } from "./importLogs";
import { parseTrace, ratesBySecond } from "../capacity/trace";

const sum = (values: Iterable<number>) => [...values].reduce((total, value) => total + value, 0);

/** The record that the stack's own distribution writes (components/cdn/accessLogs.ts), in the order of its fields. */
function cloudFront(time: string, path: string, result: string): Readonly<Record<string, string>> {
  const values: Readonly<Record<string, string>> = {
    date: "2026-10-05",
    time,
    "x-edge-location": "LHR61-P4",
    "sc-bytes": "18250",
    "c-ip": "2001:db8::1",
    "cs-method": "GET",
    "cs(Host)": "d111111abcdef8.cloudfront.net",
    "cs-uri-stem": path,
    "sc-status": "200",
    "cs(User-Agent)": "Mozilla/5.0%20(X11;%20Linux%20x86_64)",
    "cs-uri-query": "id=7&amp;forceview=1",
    "x-edge-result-type": result,
    "time-taken": "0.184",
  };
  return Object.fromEntries(logFields.map((field) => [field, values[field] ?? "-"]));
}
const json = (time: string, path: string, result = "Miss") => JSON.stringify(cloudFront(time, path, result));
const w3c = (time: string, path: string, result = "Miss") => Object.values(cloudFront(time, path, result)).join("\t");
const header = `#Version: 1.0\n#Fields: ${logFields.join(" ")}`.split("\n");

function importOf(lines: readonly string[]): LogImport {
  const logs = new LogImport();
  lines.forEach((line) => logs.line(line));
  return logs;
}

describe("importing access logs", () => {
  const alb = (time: string, path: string, target = "10.0.0.5:8080") =>
    `https ${time} app/x/1 1.2.3.4:5 ${target} 0.000 0.048 0.000 200 200 34 366 "GET https://moodle.example.org:443${path} HTTP/2.0" "curl" ECDHE TLSv1.3 arn "Root=1" "moodle.example.org" "arn" 0 x "forward" "-" "-" "10.0.0.5:8080" "200" "-" "-"`;

  it("reads ALB, CloudFront W3C and CloudFront JSON, and counts every line", () => {
    const logs = new LogImport();
    const lines = [
      alb("2026-10-05T09:00:00.5Z", "/course/view.php?id=2"),
      alb("2026-10-05T09:00:01.5Z", "/login/index.php"),
      alb("2026-10-05T09:00:01.5Z", "/", "-"),
      "#Version: 1.0",
      "#Fields: date time x-edge-location sc-bytes cs-method cs-uri-stem x-edge-result-type",
      "2026-10-05\t09:00:02\tLHR1\t100\tGET\t/my/\tMiss",
      "2026-10-05\t09:00:02\tLHR1\t100\tGET\t/theme/styles.php\tHit",
      '{"date":"2026-10-05","time":"09:00:30","cs-uri-stem":"/mod/quiz/attempt.php","x-edge-result-type":"Miss"}',
      "nonsense",
      "{broken",
      "",
    ];
    lines.forEach((line) => logs.line(line));
    assert.deepEqual(logs.counts, { read: 10, used: 4, skipped: 4, rejected: 2 });
    const trace = logs.trace("week1", "a.log");
    const again = parseTrace(JSON.stringify(trace), "week1.json");
    assert.equal(Math.round(sum(ratesBySecond(again))), 4);
    assert.match(trace.sources[0]!, /10 lines read, 4 used, 4 skipped, 2 rejected/);
  });

  it("refuses logs of which nothing is of use", () => {
    const logs = new LogImport();
    logs.line("hello");
    assert.throws(() => logs.trace("x", "x"), /None of 1 lines/);
  });

  it("reads what this stack's own distribution writes, as JSON and as W3C", () => {
    const calls = [
      ["09:00:00", "/course/view.php", "Miss"],
      ["09:00:01", "/login/index.php", "Error"],
      ["09:00:01", "/theme/styles.php/boost/1/all", "Hit"],
      ["09:00:02", "/", "FunctionGeneratedResponse"],
    ] as const;
    for (const [write, before] of [
      [json, []],
      [w3c, header],
    ] as const) {
      const logs = importOf([...before, ...calls.map(([time, path, result]) => write(time, path, result))]);
      assert.deepEqual(logs.counts, { read: 4 + before.length, used: 2, skipped: 2 + before.length, rejected: 0 });
      const [browsing, logins] = logs.trace("x", "x").streams;
      assert.deepEqual(browsing!.points[540], [32430, 0.017]);
      assert.deepEqual(logins!.points[540], [32430, 0.017]);
    }
  });

  it("reads milliseconds, fields in another order, and a file whose fields change", () => {
    const logs = importOf([
      `{"timestamp(ms)":"${Date.parse("2026-10-05T09:00:00.250Z")}","x-edge-result-type":"Miss","cs-uri-stem":"/my/"}`,
      "#Fields: time date cs-uri-stem x-edge-result-type",
      "09:00:00\t2026-10-05\t/my/\tMiss",
      "#Fields: date time cs-uri-stem x-edge-result-type sc-status",
      "2026-10-05\t09:00:00\t/my/\tMiss\t200",
    ]);
    assert.deepEqual([logs.counts.used, logs.counts.rejected], [3, 0]);
    assert.equal(logs.trace("x", "x").streams[0]!.points[540]![1], 0.05);
  });

  it("counts broken lines and goes on", () => {
    const good = json("10:00:00", "/my/");
    const broken = [
      good.slice(0, 40),
      "null",
      "[]",
      "{}",
      '{"date":"2026-13-05","time":"25:00:00","x-edge-result-type":"Miss"}',
      w3c("10:00:00", "/my/").split("\t").slice(0, 9).join("\t"),
      alb("not-a-time", "/my/"),
      alb("2026-10-05T10:00:00Z", "/my/").slice(0, 60),
      "\u0000\ufffd binary",
    ];
    const logs = importOf([...header, good, ...broken, alb("2026-10-05T10:00:00.123456Z", "/my/?a=\\x22b"), good]);
    assert.deepEqual(logs.counts, { read: 14, used: 3, skipped: 2, rejected: broken.length });
  });

  it("takes requests that the load balancer could not read for its own", () => {
    const line = alb("2026-10-05T10:00:00Z", "/", "-").replace(/"GET [^"]*"/, '"- http://moodle.example.org:443- -"');
    assert.deepEqual(importOf([line, json("10:00:00", "/")]).counts, { read: 2, used: 1, skipped: 1, rejected: 0 });
  });

  it("takes lines in any order, of one day", () => {
    const logs = importOf([
      alb("2026-10-05T23:59:59.9Z", "/my/"),
      alb("2026-10-05T00:00:00Z", "/my/"),
      alb("2026-10-06T00:00:00Z", "/my/"),
      alb("2026-10-04T23:59:59Z", "/my/"),
      // As a proxy of another zone would write it: still the 5th.
      alb("2026-10-06T01:30:00+05:30", "/my/"),
    ]);
    assert.deepEqual([logs.counts.used, logs.counts.skipped], [3, 2]);
    assert.deepEqual(
      [0, 1200, 1439].map((minute) => logs.trace("x", "x").streams[0]!.points[minute]![1]),
      [0.017, 0.017, 0.017],
    );
  });

  it("tells the site's own hour, with daylight saving", () => {
    const on = (date: string) => importOf([alb(`${date}T12:00:00Z`, "/my/")]);
    const hours = (date: string, zone?: string) => on(date).trace("x", "x", zone).startHour;
    assert.deepEqual(
      [hours("2026-07-01"), hours("2026-07-01", "Europe/London"), hours("2026-12-01", "Europe/London")],
      [0, 1, 0],
    );
    assert.deepEqual([hours("2026-07-01", "Asia/Kolkata"), hours("2026-07-01", "America/New_York")], [5.5, 20]);
    assert.throws(() => hours("2026-07-01", "Mars/North"), /ZONE: got "Mars\/North".*IANA/s);
  });

  it("says when a file seems to be missing", () => {
    const times = (minutes: readonly number[]) =>
      minutes.map((minute) => json(`09:${String(minute).padStart(2, "0")}:00`, "/my/"));
    assert.equal(importOf(times([0, 2, 5])).trace("x", "x").sources.length, 1);
    assert.match(importOf(times([0, 2, 40])).trace("x", "x").sources[1]!, /No request at all for 37 minutes/);
  });

  it("keeps nothing of a line", () => {
    setFlagsFromString("--expose-gc");
    const collect = runInNewContext("gc") as () => void;
    const logs = new LogImport();
    const lines = 200_000;
    const write = (from: number, to: number): void => {
      for (let index = from; index < to; index += 1) {
        logs.line(json(new Date((index % 86400) * 1000).toISOString().slice(11, 19), `/mod/page/view.php/${index}`));
      }
    };
    write(0, 1000);
    collect();
    const before = process.memoryUsage().heapUsed;
    write(1000, lines);
    collect();
    const kept = process.memoryUsage().heapUsed - before;
    assert.equal(logs.counts.used, lines);
    assert.ok(kept < 5e6, `${kept} bytes kept of ${lines} lines`);
  });
});
