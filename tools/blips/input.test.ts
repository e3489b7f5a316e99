// cspell:ignore eins drei
import * as assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { gzipSync } from "node:zlib";
import { type Entry } from "./entries";
import { eachLine, logFiles, longestLine, tooLong } from "./input";
import { LogReader } from "./reader";

const nginx =
  '{"time":"2026-11-23T09:30:05+01:00","log":"access","class":"course","path":"/course/view.php","status":200,"seconds":0.5,"php_seconds":0.4}';
const at = Date.parse("2026-11-23T08:30:05Z") / 1000;

/** Result of a reader for the lines of one file. */
function read(name: string, lines: readonly (string | typeof tooLong)[], zone = "UTC") {
  const entries: Entry[] = [];
  const reader = new LogReader((entry) => void entries.push(entry), zone);
  const file = reader.lines(name);
  lines.forEach((line) => file.line(line));
  file.end();
  const { read: all, used, skipped, rejected } = reader.counts;
  assert.equal(all, used + skipped + rejected, "a line was lost");
  return { entries, counts: reader.counts };
}

describe("lines of a stream", () => {
  const lines = async (chunks: readonly (string | Buffer)[]) => {
    const found: (string | typeof tooLong)[] = [];
    await eachLine(Readable.from(chunks.map((chunk) => Buffer.from(chunk))), (line) => found.push(line));
    return found;
  };

  it("are put together over chunks, letters of several bytes too", async () => {
    const text = Buffer.from("eins\r\nzw\u00f6lf\n\ndrei");
    for (let cut = 1; cut < text.length; cut += 1) {
      assert.deepEqual(
        await lines([text.subarray(0, cut), text.subarray(cut)]),
        ["eins", "zw\u00f6lf", "drei"],
        `cut at ${cut}`,
      );
    }
  });

  it("are not kept when they do not end", async () => {
    const piece = "x".repeat(longestLine / 2);
    assert.deepEqual(await lines([piece, piece, piece, piece, "\nnext\n"]), [tooLong, "next"]);
  });
});

describe("log lines", () => {
  it("of nginx, of the load balancer and of the edge are the same request, in any time zone", () => {
    const alb =
      'h2 2026-11-23T08:30:05.000000Z app/a/1 203.0.113.7:2817 10.0.1.1:8080 0.001 0.398 0.001 200 200 57 2000 "GET https://moodle.example.org:443/course/view.php?id=2 HTTP/2.0" "agent" - - arn "Root=1-5" "-" "-" 0 2026-11-23T08:30:04Z "forward" "-" "-" "10.0.1.1:8080" "200" "-" "-"';
    const edge =
      '{"date":"2026-11-23","time":"08:30:05","cs-uri-stem":"/course/view.php","sc-status":"200","x-edge-result-type":"Miss","time-taken":"0.5","time-to-first-byte":"0.4"}';
    const w3c = [
      "#Version: 1.0",
      "#Fields: date time cs-uri-stem sc-status x-edge-result-type time-taken",
      "2026-11-23\t08:30:05\t/course/view.php\t200\tMiss\t0.4",
    ];
    for (const [lines, source] of [
      [[nginx], "nginx"],
      [[`2026-11-23T08:30:06.123Z ${nginx}`], "nginx"],
      [[`2026-11-23T08:30:06+00:00 nginx/abc ${nginx}`], "nginx"],
      [[alb], "alb"],
      [[`${alb} TID_1 "-" "-" "-"`], "alb"],
      [[edge], "cloudfront"],
      [w3c, "cloudfront"],
    ] as const) {
      const { entries, counts } = read("a.log", lines);
      const [one] = entries;
      assert.ok(one?.type === "request", lines.join());
      assert.deepEqual(
        [one.source, one.at, one.pathClass, one.seconds.toFixed(3), one.status],
        [source, at, "course", "0.400", 200],
      );
      assert.equal(counts.rejected, 0);
    }
  });

  it("of events, tasks, the firewall and metrics are understood", () => {
    const bridge = (type: string, detail: unknown) =>
      JSON.stringify({ "detail-type": type, time: "2026-11-23T08:30:05Z", detail });
    const kinds = (line: string) =>
      read("a.jsonl", [line]).entries.map((entry) =>
        entry.type === "event" ? entry.kind : entry.type === "metric" ? entry.id : entry.type,
      );
    assert.deepEqual(kinds(bridge("ECS Deployment State Change", { eventName: "SERVICE_DEPLOYMENT_IN_PROGRESS" })), [
      "deployment",
    ]);
    assert.deepEqual(kinds(bridge("ECS Deployment State Change", { eventName: "SERVICE_DEPLOYMENT_FAILED" })), [
      "deployment-failed",
    ]);
    assert.deepEqual(kinds(bridge("RDS DB Cluster Event", { Message: "Completed failover to DB instance" })), [
      "database-failover",
    ]);
    assert.deepEqual(kinds(bridge("RDS DB Cluster Event", { Message: "Parameter group updated" })), []);
    assert.deepEqual(kinds('{"log":"event","time":"2026-11-23T08:30:05Z","kind":"cache-purge","detail":"themerev"}'), [
      "cache-purge",
    ]);
    assert.deepEqual(kinds('{"timestamp":1795422605000,"action":"BLOCK","terminatingRuleId":"rate"}'), ["waf_blocked"]);
    assert.deepEqual(
      kinds(
        '{"MetricDataResults":[{"Id":"db_cpu","Timestamps":["2026-11-23T08:30:00+00:00"],"Values":[80]},{"Id":"odd","Timestamps":[],"Values":[]}]}',
      ),
      ["db_cpu"],
    );
    const [task] = read("a.jsonl", [
      '{"log":"task","time":"2026-11-23T08:40:05Z","started":"2026-11-23T08:30:05Z","kind":"adhoc","type":"regrade","class":"core_course\\\\task\\\\regrade_final_grades","seconds":600,"queue_seconds":40,"retries":1,"result":"done"}',
    ]).entries;
    assert.deepEqual(task, {
      type: "event",
      kind: "long-task",
      at,
      until: at + 600,
      detail: "regrade (core_course\\task\\regrade_final_grades), 600 s, waited 40 s, try 2, done",
    });
  });

  it("of a CSV have the zone's time where they have no offset", () => {
    const lines = [
      "time,db_cpu,unknown",
      "2026-07-23 09:30,80,1",
      "2026-07-23T08:30Z,81,1",
      '"2026-07-23 10:30:00+02:00",82,',
      "2026-07-23 09:31,,5",
      "2026-07-23 25:00,1,1",
    ];
    const { entries, counts } = read("m.csv", lines, "Europe/London");
    const time = Date.parse("2026-07-23T08:30Z") / 1000;
    assert.deepEqual(
      entries.map((entry) => [entry.at, entry.type === "metric" ? entry.value : 0]),
      [
        [time, 80],
        [time, 81],
        [time, 82],
      ],
    );
    assert.deepEqual([counts.read, counts.used, counts.skipped, counts.rejected], [6, 3, 2, 1]);
  });

  it("in a document over many lines are read as well", () => {
    const pretty = (value: unknown) => JSON.stringify(value, null, 2).split("\n");
    assert.equal(read("tail.json", pretty({ events: [{ timestamp: 1, message: nginx }] })).entries.length, 1);
    assert.equal(read("events.json", pretty([JSON.parse(nginx), { a: 1 }])).counts.rejected, 1);
    assert.equal(
      read("m.json", pretty({ MetricDataResults: [{ Id: "db_cpu", Timestamps: [at], Values: [1] }] })).entries.length,
      1,
    );
    assert.match(
      read("cut.json", ["{", '"events": [']).counts.examples[0] ?? "",
      /^cut\.json: neither one JSON document/,
    );
  });

  it("that are broken are counted, the first shown, and none dropped in silence", () => {
    const bad: (string | typeof tooLong)[] = [
      "garbage",
      '{"time":',
      nginx.replace("0.4}", '"x"}').replace('"seconds":0.5', '"seconds":-1'),
      nginx.replace("200", "99"),
      "\u0000\u001b[31m",
      tooLong,
      '{"log":"access"}',
    ];
    const { counts } = read("a.log", [
      nginx,
      ...bad,
      '{"log":"php-fpm","message":"x"}',
      nginx.replace("/course/view.php", "/healthz/deep"),
    ]);
    assert.deepEqual([counts.read, counts.used, counts.skipped, counts.rejected], [10, 1, 2, 7]);
    assert.deepEqual(
      [...counts.reasons],
      [
        ["a log of another kind", 1],
        ["health check", 1],
      ],
    );
    assert.deepEqual(counts.examples, ["a.log:2: garbage", 'a.log:3: {"time":', counts.examples[2]]);
  });
});

describe("a folder of logs", () => {
  let folder = "";
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "blips-"))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it("is read with its folders, packed or not; a cut archive counts as far as it goes", async () => {
    mkdirSync(join(folder, "deep/er"), { recursive: true });
    const whole = gzipSync(Buffer.from(`${nginx}\n`.repeat(20_000)));
    writeFileSync(join(folder, "a.log"), nginx);
    writeFileSync(join(folder, "deep/er/b.log.gz"), whole);
    writeFileSync(join(folder, "deep/cut.log.gz"), whole.subarray(0, whole.length - 200));
    writeFileSync(join(folder, "not.gz"), "plain");
    const reader = new LogReader(() => undefined, "UTC");
    for (const file of logFiles(folder)) await reader.file(file);
    assert.ok(reader.counts.used > 20_001, `${reader.counts.used}`);
    assert.equal(reader.counts.rejected, reader.counts.read - reader.counts.used);
    assert.ok(reader.counts.rejected >= 2, "the broken archives are not told");
  });

  it("must be there and hold something", () => {
    assert.throws(() => logFiles(join(folder, "nowhere")), /LOGS: .*expected a folder that can be read/);
    assert.throws(() => logFiles(folder), /no file is in/);
  });
});

describe("a large log", () => {
  it("is read within a heap of 48 MiB, and takes no more memory when it is twice as large", () => {
    const flood = (bytes: string) => {
      const args = ["--max-old-space-size=48", "--import", "tsx", join(__dirname, "corpus/flood.ts"), bytes];
      const { status, stdout, stderr } = spawnSync(process.execPath, args, {
        encoding: "utf8",
        cwd: join(__dirname, "../.."),
      });
      assert.equal(status, 0, stderr);
      return JSON.parse(stdout) as Record<"read" | "used" | "rejected" | "mostMiB", number>;
    };
    const [small, large] = [flood("7e7"), flood("1.5e8")];
    assert.ok(
      large.read > 400_000 && large.rejected > 400 && large.read === large.used + large.rejected,
      JSON.stringify(large),
    );
    assert.ok(large.mostMiB < small.mostMiB + 60, JSON.stringify([small, large]));
  });
});
