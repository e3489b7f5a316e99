import assert from "node:assert/strict";
import { StandInCloudWatch } from "../../../testing/stand-ins/cloudWatch";
import { loadBundle } from "../../../testing/loadBundle";
import { lambdaCode } from "../../lib/lambdaFunction";
import { type ReportSettings, weeklyEntry } from "../weeklyReport";
import type { ReportWorld } from "./weekly";

const { queries, releaseOf, weekly } = loadBundle<typeof import("./weekly")>(lambdaCode(weeklyEntry));

const hour = 3_600_000;
const day = 24 * hour;
/** A Monday, a few minutes past seven. */
const now = Date.parse("2026-10-05T07:04:05Z");
const to = Date.parse("2026-10-05T07:00:00Z");

const objective = { availabilityPercent: 99, latencyPercent: 95, latencySeconds: 3, windowDays: 28 };
const settings: ReportSettings = {
  environment: "prod",
  namespace: "Moodle/Requests/prod",
  objectives: [
    { ...objective, pathClass: "login" },
    { ...objective, pathClass: "quiz" },
  ],
  cluster: "prod-cluster",
  service: "web",
  loadBalancer: "app/prod-lb/0123456789abcdef",
  cacheNodes: ["sessions-001", "cache-001"],
  taskVcpu: 2,
  logGroups: ["web-logs", "cron-logs"],
};

interface Kept {
  readonly files: Record<string, string>;
  readonly messages: { readonly subject: string; readonly text: string }[];
}

function world(cloudWatch: StandInCloudWatch, changes: Partial<ReportWorld> = {}): ReportWorld & Kept {
  const files: Kept["files"] = {};
  const messages: Kept["messages"] = [];
  return {
    settings,
    getMetricData: (input) => cloudWatch.getMetricData(input),
    release: async () => ({ id: "aaaaaaaaaaaa", deployedAt: to - 30 * day }),
    actions: { open: [], unreadable: [] },
    overrides: async () => [],
    read: async (key) => files[key],
    write: async (key, body) => void (files[key] = body),
    publish: async (subject, text) => void messages.push({ subject, text }),
    now: () => now,
    files,
    messages,
    ...changes,
  };
}

const metric = (id: string) => queries(settings).find(({ Id }) => Id === id)!.MetricStat.Metric;

/** Traffic of four weeks: in each hour `requests` requests to each class, of which some fail and some are slow. */
function traffic(pageSize: number, { failed = 0, slow = 0, requests = 20, days = 28 } = {}): StandInCloudWatch {
  const cloudWatch = new StandInCloudWatch(pageSize);
  for (let at = to - days * day; at < to; at += hour) {
    const inside = at + 60_000;
    for (const pathClass of ["login", "quiz"]) {
      const seconds = Array.from({ length: requests }, (_, index) => (index < slow ? 4 : 0.5));
      cloudWatch.add(metric(`n_${pathClass}`), inside, ...seconds);
      cloudWatch.add(metric(`failed_${pathClass}`), inside, ...Array<number>(failed).fill(1), 0);
      cloudWatch.add(metric(`slow_${pathClass}`), inside, ...Array<number>(slow).fill(1), 0);
    }
    cloudWatch.add(metric("requests"), inside, 3600);
    cloudWatch.add(metric("cpu"), inside, 20, 30);
    cloudWatch.add(metric("tasks"), inside, 4);
    cloudWatch.add(metric("cache0"), inside, 1_000_000);
    cloudWatch.add(metric("cache1"), inside, 2_600_000);
  }
  return cloudWatch;
}

async function reported(cloudWatch: StandInCloudWatch, changes: Partial<ReportWorld> = {}) {
  const made = world(cloudWatch, changes);
  await weekly(made);
  return { ...made, report: JSON.parse(made.files["reports/2026-10-05.json"]!), text: made.messages[0]!.text };
}

describe("the weekly report", () => {
  it("counts the seven days before the hour, page by page", async () => {
    const cloudWatch = traffic(4000);
    const { report, messages } = await reported(cloudWatch);
    assert.ok(cloudWatch.calls > 1, "more than one page");
    assert.equal(report.objectives[0].requests, 7 * 24 * 20);
    assert.deepEqual(report.week, { from: "2026-09-28", to: "2026-10-05" });
    assert.equal(messages[0]!.subject, "Weekly report, 2026-09-28 to 2026-10-05");
    assert.match(messages[0]!.text, /^All promises were kept\./);
    assert.match(messages[0]!.text, /^login: 3360 requests, 100 % answered \(promised 99 %\), 100 % within 3 s/m);
  });

  it("says what was not kept, and how much of the error budget is left", async () => {
    // Two of 20 fail, where one of 100 may.
    const { report, text } = await reported(traffic(100_800, { failed: 2, slow: 0 }));
    assert.deepEqual(report.objectives[1].availability, { promised: 99, kept: 90, budgetLeft: -900 });
    assert.deepEqual(report.objectives[1].latency, { promised: 95, within: 3, kept: 100, budgetLeft: 100 });
    assert.match(text, /^Not kept: login, quiz\./);
    // One of 40 is slow, where one of 20 may be.
    const half = (await reported(traffic(100_800, { requests: 40, slow: 1 }))).report.objectives[0];
    assert.deepEqual([half.latency.kept, half.latency.budgetLeft], [97.5, 50]);
  });

  it("measures the release: p95, requests per vCPU second, cache bytes per request", async () => {
    // 3,600 requests an hour by 4 tasks of 2 vCPU at 25 %: 7,200 busy seconds.
    const { report } = await reported(traffic(100_800, { slow: 2 }));
    assert.equal(report.release.release, "aaaaaaaaaaaa");
    assert.equal(report.release.requestsPerVcpuSecond, 0.5);
    assert.equal(report.release.cacheBytesPerRequest, 1000);
    assert.deepEqual(report.release.p95, { login: 4, quiz: 4 });
  });

  it("counts for a release only the whole hours that it has run", async () => {
    const deployedAt = to - 2.5 * hour;
    const { report } = await reported(traffic(100_800), { release: async () => ({ id: "bbbbbbbbbbbb", deployedAt }) });
    assert.deepEqual([report.release.from, report.release.requests], ["2026-10-05T05:00:00.000Z", 7200]);
    const young = await reported(traffic(100_800), {
      release: async () => ({ id: "cccccccccccc", deployedAt: to - 1 }),
    });
    assert.equal(young.report.release, undefined);
    assert.match(young.text, /deployed less than an hour ago/);
    assert.deepEqual(JSON.parse(young.files["reports/releases.json"]!), []);
  });

  it("keeps a list of releases and compares with the one before", async () => {
    const earlier = {
      release: "000000000000",
      from: "x",
      to: "2026-09-28T07:00:00.000Z",
      requests: 1,
      requestsPerVcpuSecond: 0.4,
      cacheBytesPerRequest: 1200,
      p95: { login: 1 },
    };
    const again = { ...earlier, release: "aaaaaaaaaaaa", to: "2026-10-05T07:00:00.000Z" };
    const files = { "reports/releases.json": JSON.stringify([earlier, again]) };
    const { files: written, text } = await reported(traffic(100_800), {
      read: async (key) => (files as Record<string, string>)[key],
    });
    const releases = JSON.parse(written["reports/releases.json"]!);
    assert.deepEqual(
      releases.map(({ release }: { release: string }) => release),
      ["000000000000", "aaaaaaaaaaaa"],
      "a second run of the same hour replaces the first",
    );
    assert.match(text, /Release aaaaaaaaaaaa: 0\.5 requests per vCPU second.*; before it 000000000000: 0\.4 requests/);
    assert.match(
      written["reports/2026-10-05.md"]!,
      /\| 000000000000 \| x \| 2026-09-28T07:00:00.000Z \| 1 \| 0.4 \| 1200 \| 1 \| {2}\|/,
    );
  });

  it("keeps two years of weeks and no more", async () => {
    const old = Array.from({ length: 110 }, (_, index) => ({
      release: `r${index}`,
      from: "x",
      to: `t${index}`,
      requests: 1,
      p95: {},
    }));
    const { files } = await reported(traffic(100_800), { read: async () => JSON.stringify(old) });
    const releases = JSON.parse(files["reports/releases.json"]!);
    assert.deepEqual([releases.length, releases[0].release, releases[103].release], [104, "r7", "aaaaaaaaaaaa"]);
  });

  describe("overrides of the configuration", () => {
    const [a, b, c] = ["a", "b", "c"].map((digit) => digit.repeat(64)) as [string, string, string];
    /** The report of a week whose tasks started so, the newest first, after a report with `before`. */
    const week = (starts: [file: string, sha256: string][], before?: object[]) =>
      reported(traffic(100_800), {
        overrides: async () => starts.map(([override, sha256]) => ({ override, sha256 })),
        read: async (key) =>
          key === "reports/2026-09-28.json" && before ? JSON.stringify({ overrides: before }) : undefined,
      });
    const line = (text: string) => text.split("\n").find((one) => /override/i.test(one));

    it("says that no task started with one", async () => {
      const { text, files } = await week([]);
      assert.equal(line(text), "No task started with an override.");
      assert.match(files["reports/2026-10-05.md"]!, /^## Overrides\n\nNo task started with an override\.$/m);
    });

    it("tells those that are new, changed, as before and no longer used from each other", async () => {
      const { text, report, files } = await week(
        [
          ["php.ini", a],
          ["config.php", b],
          ["nginx.conf", c],
        ],
        [
          { file: "config.php", sha256: a, also: [] },
          { file: "nginx.conf", sha256: c, also: [] },
          { file: "gone.php", sha256: b, also: [] },
          { file: "long-gone.php", also: [], before: b },
        ],
      );
      assert.equal(
        line(text),
        `Overrides: config.php ${"b".repeat(12)} (changed, last week ${"a".repeat(12)}); gone.php: no task started with it, ` +
          `last week ${"b".repeat(12)}; nginx.conf ${"c".repeat(12)} (as last week); php.ini ${"a".repeat(12)} (new this week).`,
      );
      assert.deepEqual(report.overrides[0], { file: "config.php", sha256: b, also: [], before: a });
      assert.ok(files["reports/2026-10-05.md"]!.includes(`| config.php | ${b} | ${a} |  |`));
    });

    it("names a text that only a part of the week's tasks started with", async () => {
      const { text } = await week(
        [
          ["config.php", a],
          ["config.php", b],
          ["config.php", a],
        ],
        [{ file: "config.php", sha256: a, also: [] }],
      );
      assert.match(line(text)!, /config\.php a{12} \(as last week, this week also b{12}\)/);
    });
  });

  it("says that there is nothing to say", async () => {
    const { report, text, files } = await reported(new StandInCloudWatch(100));
    assert.equal(report.objectives[0].availability.kept, undefined);
    assert.match(text, /^There were no requests/);
    assert.match(text, /login: 0 requests, no data answered/);
    assert.match(files["reports/2026-10-05.md"]!, /^\| login \| 0 \| {2}\| 99 \|/m);
  });

  it("names what is open after incidents: what is overdue first, and the last day is not", async () => {
    const one = (action: string, due: string) => ({ action, owner: "Platform", due });
    const open = [one("Raise | the CPU", "2026-10-04"), one("Take the fix", "2026-10-05")];
    const { text, files } = await reported(traffic(100_800), { actions: { open, unreadable: ["2026-09-01-a.md"] } });
    assert.match(
      text,
      new RegExp(
        [
          "After incidents, 2 open, 1 of them overdue \\(make actions\\):",
          "- OVERDUE since 2026-10-04: Raise \\| the CPU \\(Platform\\)",
          "- Due 2026-10-05: Take the fix \\(Platform\\)",
          "Records that cannot be read \\(make actions\\): 2026-09-01-a\\.md\\.",
        ].join("\n"),
      ),
    );
    const markdown = files["reports/2026-10-05.md"]!;
    assert.match(markdown, /^\| 2026-10-04 \| Raise \/ the CPU \| Platform \| yes \|$/m);
    assert.match(markdown, /^\| 2026-10-05 \| Take the fix \| Platform \| {2}\|$/m);
    assert.match(markdown, /^Not read: 2026-09-01-a\.md\.$/m);
    const none = await reported(traffic(100_800));
    assert.match(none.text, /^After incidents, nothing is open\.$/m);
    const many = Array.from({ length: 13 }, (_, index) => one(`Do ${index}`, "2026-11-01"));
    const long = await reported(traffic(100_800), { actions: { open: many, unreadable: [] } });
    assert.match(long.text, /- Due 2026-11-01: Do 9 \(Platform\)\n- and 3 more$/m);
  });

  it("weighs hours by their requests, so that a slow night with one visitor is no slow week", async () => {
    const cloudWatch = new StandInCloudWatch(1000);
    cloudWatch.add(metric("n_login"), to - 2 * hour, ...Array<number>(99).fill(1));
    cloudWatch.add(metric("n_login"), to - hour, 11);
    assert.equal((await reported(cloudWatch)).report.objectives[0].p95, 1.1);
  });

  it("fails when CloudWatch cannot answer, and when the list of releases cannot be read", async () => {
    const broken = {
      getMetricData: async () => ({ MetricDataResults: [{ Id: "cpu", StatusCode: "InternalError" as const }] }),
    };
    await assert.rejects(weekly(world(new StandInCloudWatch(1), broken)), /InternalError for cpu/);
    const denied = { read: () => Promise.reject(new Error("AccessDenied")) };
    await assert.rejects(weekly(world(traffic(100_800), denied)), /AccessDenied/);
  });

  it("names a release by the image's digest, or by its tag", () => {
    const image = (name: string) => ({ containerDefinitions: [{ image: name }] });
    assert.equal(
      releaseOf(image(`x.dkr.ecr.eu-west-2.amazonaws.com/prod@sha256:${"0123456789ab".repeat(5)}`)),
      "0123456789ab",
    );
    assert.equal(releaseOf(image("x.dkr.ecr.eu-west-2.amazonaws.com/prod:5.1.2")), "prod:5.1.2");
  });
});
