import * as assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "../../testing/build";
import { oldestTask } from "../moodle/scaling";
import { type SloDefinition } from "./definition";
import { questions } from "./questions";
import { SavedQueries } from "./savedQueries";
import { requestMetricFilters } from "./slo";

const image = join(__dirname, "../../moodle-image/rootfs/opt/moodle");
const slos = (["login", "dashboard", "course", "quiz", "file", "service"] as const).map((pathClass): SloDefinition => ({
  pathClass,
  availabilityPercent: 99.9,
  latencyPercent: 99,
  latencySeconds: 2,
  windowDays: 28,
}));

const make = (preview = false) =>
  build(
    (opts) => new SavedQueries("prod-queries", { environment: "prod", logGroupNames: ["web-logs", "cron-logs"] }, opts),
    { preview },
  );

/** The fields of nginx's log line, in the order of the format. */
function logFields(): readonly string[] {
  const template = readFileSync(join(image, "config/nginx.conf.template"), "utf8");
  const format = /log_format json escape=json ([\s\S]*?);\n/.exec(template)?.[1] ?? "";
  return [...format.matchAll(/"([a-z_]+)":/g)].map(([, field]) => field ?? "");
}

describe("SavedQueries", () => {
  it("builds exactly these resources, the same in a preview", async () => {
    const built = await make();
    assert.deepEqual(
      built.identities,
      [
        ...Object.entries(questions)
          .filter(([, { insights }]) => insights !== undefined)
          .map(([role]) => `aws:cloudwatch/queryDefinition:QueryDefinition::prod-queries-${role}`),
        "moodle:observability:SavedQueries::prod-queries",
      ].sort(),
    );
    assert.deepEqual((await make(true)).identities, built.identities);
  });

  it("names the question in the query, in a folder of the environment's", async () => {
    const query = (await make()).get("prod-queries-class-seconds").inputs;
    assert.deepEqual(query["logGroupNames"], ["web-logs", "cron-logs"]);
    assert.equal(query["name"], "moodle-prod/class-seconds");
    assert.match(query["queryString"], /^# Which kind of page is slow, and since when\nfilter log = "access"/);
  });

  it("asks for fields that the image writes, and no others", () => {
    const access = logFields();
    assert.ok(access.includes("request") && access.includes("class"), access.join());
    const php = (file: string) =>
      [...readFileSync(join(image, "lib", file), "utf8").matchAll(/'([a-z_]+)' =>/g)].map(([, field]) => field ?? "");
    const lines = { access, error: php("errors.php") };
    for (const { pattern, value } of requestMetricFilters("prod", slos)) {
      for (const part of pattern.split(" || ")) {
        const log = part.includes('$.log = "error"') ? "error" : "access";
        for (const [, field] of `${part} ${value}`.matchAll(/\$\.([a-z_]+)/g)) {
          assert.ok(lines[log].includes(field ?? ""), `${pattern}: ${field} is not in the line "${log}"`);
        }
      }
    }
    const known = new Set([
      ...access,
      ...lines.error,
      ...php("figures.php"),
      ...php("metrics.php"),
      "cache_round_trips",
    ]);
    for (const [role, { insights }] of Object.entries(questions)) {
      const own = new Set([...(insights ?? "").matchAll(/ as ([a-z_0-9]+)/g)].map(([, name]) => name ?? ""));
      const words = (insights ?? "")
        .replace(/"[^"]*"/g, "")
        .replace(
          /\b(filter|stats|sort|limit|display|desc|asc|by|as|and|bin|count|count_distinct|sum|avg|max|pct)\b/g,
          " ",
        )
        .replace(/\b\d+m?\b|@timestamp/g, " ");
      for (const [word] of words.matchAll(/[a-z_0-9]+/g)) {
        assert.ok(known.has(word) || own.has(word), `${role}: ${word}`);
      }
    }
  });

  it("asks the edge's log what it asks the tasks' where that log can tell", () => {
    const both = Object.entries(questions).filter(
      ([, { athena, insights }]) => athena !== undefined && insights !== undefined,
    );
    assert.deepEqual(
      both.map(([role]) => role),
      ["class-seconds", "class-errors", "slow-paths", "clients", "one-request"],
    );
  });
});

describe("metrics by path class", () => {
  it("cost what docs/blips.md says", () => {
    // 0.30 USD for each custom metric, the first 10,000 of an account: https://aws.amazon.com/cloudwatch/pricing/
    const filters = requestMetricFilters("prod", slos).length;
    const text = readFileSync(join(__dirname, "../../docs/blips.md"), "utf8");
    assert.ok(text.includes(`${filters} metrics, ${((filters * 30) / 100).toFixed(2)} USD a month`), `${filters}`);
  });
});

describe("Moodle's own metrics", () => {
  it("are published by the names and dimensions that workers are scaled by", () => {
    const script = readFileSync(join(image, "lib/metrics.php"), "utf8");
    assert.ok(script.includes(`'Namespace' => '${oldestTask.namespace}'`));
    assert.ok(script.includes(`'${oldestTask.metricName}' => max(0, (int) $oldest)`));
    assert.ok(script.includes(`'Dimensions' => [['Environment']]`));
    const scaling = readFileSync(join(__dirname, "../moodle/scaling.ts"), "utf8");
    assert.ok(scaling.includes("dimensions: { Environment: environment }"));
  });
});
