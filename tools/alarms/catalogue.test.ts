import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { stackSettings } from "../lib/stackFile";
import { catalogue, exampleNotices } from "./catalogue";
import { exampleAlarms } from "../replay/scenario";

const root = join(__dirname, "../..");
const runbooks = readdirSync(join(root, "docs/runbooks")).map((file) => ({
  file,
  text: readFileSync(join(root, "docs/runbooks", file), "utf8"),
}));
const settings = ["prod", "staging", "dev"].map((stack) => stackSettings(stack));
const stacks = settings.map((one) => exampleAlarms(one));
const told = [...stacks.flatMap(({ regional, edge }) => [...regional, ...edge]), ...settings.flatMap(exampleNotices)];

describe("The catalogue of alarms", () => {
  it("names each alarm, its threshold and its cost", () => {
    const text = catalogue(stackSettings("prod"));
    assert.match(text, /\| `database-connections` +\|.*DatabaseConnections ≥ 2400, 3 of 3 × 1 min/);
    assert.match(text, /\| all +\| +\| \d+\.\d\d/);
    for (const { id } of [...stacks[0]!.regional, ...stacks[0]!.edge]) {
      assert.ok(text.includes(`| \`${id}\` `), id);
    }
  });
});

describe("Runbooks", () => {
  it("are there for each alarm and each event of every stack, and name it", () => {
    for (const { id, runbook } of told) {
      assert.ok(existsSync(join(root, runbook)), `${id}: ${runbook} does not exist`);
      const text = readFileSync(join(root, runbook), "utf8");
      const named = [...text.matchAll(/`([a-z0-9-]+\*?)`/g)].some(([, name]) =>
        name!.endsWith("*") ? id.startsWith(name!.slice(0, -1)) : id === name,
      );
      assert.ok(named, `${runbook} does not name ${id}`);
    }
  });

  it("point to files and settings that there are", () => {
    const settings = readFileSync(join(root, "docs/settings.md"), "utf8").replace(/\[[a-z0-9]+\]/g, "");
    for (const { file, text } of runbooks) {
      for (const [, path] of text.matchAll(/\]\(([^)#]+)\)/g)) {
        assert.ok(path!.startsWith("http") || existsSync(join(root, "docs/runbooks", path!)), `${file}: ${path}`);
      }
      for (const [, key] of text.matchAll(
        /`(?:moodle:)?((?:cluster|database|cache|storage|web|adhoc|edge|observability)\.[A-Za-z.]+)/g,
      )) {
        assert.ok(settings.includes(key!), `${file}: there is no setting ${key}`);
      }
    }
  });
});
