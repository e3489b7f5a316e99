import * as assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { Acknowledgement } from "./acknowledgements";
import { costSentence, headline } from "./texts";
import { markdown } from "./markdown";
import { sharePackages } from "./plan/baseTree";
import { compareTrees } from "./plan/compareTrees";
import { gateFaults, type Report, reportOf } from "./report";

const root = resolve(__dirname, "../..");
// Folder of this process alone: two runs in one tree must not delete each other's files.
const folder = join(root, ".offline", "report", `test-${process.pid}`);
const today = new Date("2026-11-23T12:00:00Z");

/** The working tree as it is, changed or not committed or all. */
function copyTree(name: string): string {
  const tree = join(folder, name);
  const list = execFileSync("git", ["ls-files", "-z", "-c", "-o", "--exclude-standard"], {
    cwd: root,
    encoding: "utf8",
  });
  const deleted = execFileSync("git", ["ls-files", "-z", "-d"], { cwd: root, encoding: "utf8" }).split("\0");
  for (const file of list.split("\0").filter((one) => one !== "" && !deleted.includes(one))) {
    mkdirSync(dirname(join(tree, file)), { recursive: true });
    cpSync(join(root, file), join(tree, file));
  }
  sharePackages(root, tree, () => {});
  return tree;
}

function of(report: Report, action: string): string[] {
  return report.changes
    .filter((change) => change.action === action)
    .map(({ type, name }) => `${type.split(":").at(-1)} ${name}`);
}

describe("The plan report of a changed tree, on the real engine", () => {
  const stack = "dev";
  let base: string;
  let head: string;

  before(() => {
    rmSync(folder, { recursive: true, force: true });
    [base, head] = [copyTree("base"), copyTree("head")];
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  /** The report with one file of the head changed, which is put back afterwards. */
  async function reportWith(
    file: string,
    from: string | RegExp,
    to: string,
    acknowledge: (report: Report) => readonly Acknowledgement[] = () => [],
  ): Promise<{ report: Report; acknowledged: Report }> {
    const path = join(head, file);
    const before = readFileSync(path, "utf8");
    const after = before.replace(from, to);
    assert.notEqual(after, before, `${file} has no ${String(from)}`);
    writeFileSync(path, after);
    try {
      const comparison = await compareTrees(base, head, stack);
      const make = (acknowledgements: readonly Acknowledgement[]) =>
        reportOf(comparison, { base: { name: "main", commit: "0".repeat(40) }, acknowledgements, guards: [], today });
      const report = make([]);
      return { report, acknowledged: make(acknowledge(report)) };
    } finally {
      writeFileSync(path, before);
    }
  }

  it("finds nothing in a comment", async () => {
    const { report } = await reportWith("index.ts", /$/, "\n// Nothing.\n");
    assert.equal(headline(report), "Nothing changes");
    assert.deepEqual(gateFaults(report), []);
  });

  it("shows a changed plugin: a new image, new task definitions, a release to follow, no loss", async () => {
    const lock = "moodle-image/plugins.lock.json";
    const { report } = await reportWith(lock, /^\{/, '{\n  "note": "as if one plugin were another",');
    assert.deepEqual(gateFaults(report), []);
    assert.ok(of(report, "updated").includes("Image dev-image-build"), markdown(report));
    for (const role of ["web", "cron", "adhoc"]) {
      assert.ok(of(report, "replaced").includes(`TaskDefinition dev-moodle-${role}-task`), markdown(report));
    }
    const values = report.changes.find(({ name }) => name === "dev-moodle-web-task")?.values ?? [];
    const digest = values.find(({ path }) => /containerDefinitions\[\d\]\.image$/.test(path));
    assert.match(String(digest?.after), /@sha256:[0-9a-f]{64}$/, JSON.stringify(values));
    assert.notEqual(digest?.after, digest?.before);
    assert.match(markdown(report), /make release STACK=dev/);
    assert.deepEqual([...of(report, "deleted"), ...of(report, "created")], []);
    assert.ok(typeof report.costs !== "string" && costSentence(report.costs.total).startsWith("Unchanged"));
  });

  it("shows a changed setting: what is made, what it costs, which path it opens", async () => {
    const setting = '  moodle:network:\n    interfaceEndpoints: ["logs"]\n\n  moodle:moodle:';
    const { report } = await reportWith("Pulumi.dev.yaml", "  moodle:moodle:", setting);
    assert.deepEqual(gateFaults(report), []);
    assert.deepEqual(of(report, "replaced"), []);
    assert.ok(
      of(report, "created").some((one) => one.startsWith("VpcEndpoint ")),
      markdown(report),
    );
    assert.ok(typeof report.costs !== "string", String(report.costs));
    assert.deepEqual(
      report.costs.lines.map(({ what }) => what),
      ["Interface endpoints"],
    );
    assert.ok(report.costs.total.after > report.costs.total.before);
    assert.ok(
      report.paths.some(({ text, widens }) => widens && /^Opens TCP 443 from 10\.42\.0\.0\/16 to /.test(text)),
      JSON.stringify(report.paths),
    );
  });

  it("closes the gate on a changed logical name, until every loss is acknowledged", async () => {
    const { report, acknowledged } = await reportWith(
      "stacks/data.ts",
      'named("database"),',
      'named("db"),',
      ({ judged }) =>
        judged.open.map(({ urn }) => ({ urn, reason: "Rehearsal.", ticket: "LP-1", expires: "2026-12-01" })),
    );
    assert.match(headline(report), /^Data would be lost: \d+ resources/);
    const cluster = "urn:pulumi:dev::moodle::moodle:database:Database$aws:rds/cluster:Cluster::dev-database-cluster";
    assert.ok(
      gateFaults(report).some((fault) => fault.startsWith(`Deletes a database: ${cluster}`)),
      gateFaults(report).join("\n"),
    );
    assert.ok(of(report, "created").includes("Cluster dev-db-cluster"));
    assert.match(markdown(report), /^> \[!CAUTION\]\n> \*\*The gate is closed/m);
    assert.deepEqual(gateFaults(acknowledged), []);
  });
});
