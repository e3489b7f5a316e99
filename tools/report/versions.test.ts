import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ceilingSentences } from "./ceilings";
import type { Change } from "./changes";
import { alike, countText, groupLine } from "./texts";
import { versionSentences, versionsOf } from "./versions";

const change = (type: string, values: Change["values"], action: Change["action"] = "updated"): Change => ({
  urn: `urn::${type}`,
  type,
  name: "prod-web",
  component: "prod-moodle",
  action,
  because: [],
  values,
  stateful: undefined,
  isProtected: false,
  isRetained: false,
  isPossible: false,
});

describe("What the report says of versions", () => {
  let folder: string;
  const tree = (moodle: string, plugins: readonly object[]) => {
    mkdirSync(join(folder, "moodle-image"), { recursive: true });
    writeFileSync(
      join(folder, "moodle-image", "moodle.lock.json"),
      JSON.stringify({ moodle: { version: moodle }, base: { "8.4": `debian@sha256:${"a".repeat(64)}` } }),
    );
    writeFileSync(join(folder, "moodle-image", "plugins.lock.json"), JSON.stringify({ plugins }));
    return versionsOf(folder);
  };
  const plugin = (name: string, version: string) => ({ name, version, sha256: "b".repeat(64) });
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "versions-"))));
  afterEach(() => rmSync(folder, { recursive: true }));

  it("names Moodle and each plugin of the lock files, with both versions", () => {
    const before = tree("5.1.1", [plugin("mod_attendance", "2025010100"), plugin("mod_hvp", "2024120900")]);
    const after = tree("5.1.2", [plugin("mod_attendance", "2025060200"), plugin("tool_x", "2026010100")]);
    assert.deepEqual(versionSentences(before, after), [
      "Moodle: 5.1.1 → 5.1.2",
      "Plugin mod_attendance: 2025010100 (bbbbbbbbbbbb) → 2025060200 (bbbbbbbbbbbb)",
      "Plugin mod_hvp is removed: it was 2024120900 (bbbbbbbbbbbb)",
      "Plugin tool_x is new: 2026010100 (bbbbbbbbbbbb)",
    ]);
    assert.deepEqual(versionSentences(after, after), []);
  });

  it("names each patch that the image carries, and one whose text is another", () => {
    const patched = (text: string, expires: string) => {
      const patches = join(folder, "moodle-image", "patches");
      mkdirSync(patches, { recursive: true });
      writeFileSync(join(patches, "a.patch"), text);
      writeFileSync(
        join(patches, "patches.json"),
        JSON.stringify({ patches: [{ file: "a.patch", issue: "MDL-1", expires }] }),
      );
      return tree("5.1.1", []);
    };
    const none = tree("5.1.1", []);
    const first = patched("a", "2027-01-01");
    assert.deepEqual(versionSentences(none, first), ["Patch MDL-1 (a.patch) is new: until 2027-01-01 (ca978112ca1b)"]);
    assert.deepEqual(versionSentences(first, patched("b", "2027-01-01")), [
      "Patch MDL-1 (a.patch): until 2027-01-01 (ca978112ca1b) → until 2027-01-01 (3e23e8160039)",
    ]);
  });

  it("says nothing of a tree without lock files", () => {
    assert.deepEqual(versionsOf(join(folder, "nothing")), {});
  });
});

describe("What the report says of sizes", () => {
  it("names ceilings before and after, and the connections of the database's size", () => {
    const sentences = ceilingSentences([
      change("aws:appautoscaling/target:Target", [{ path: "maxCapacity", before: 32, after: 40 }]),
      change("aws:rds/clusterInstance:ClusterInstance", [
        { path: "instanceClass", before: "db.r7g.xlarge", after: "db.r7g.2xlarge" },
      ]),
      change("aws:appautoscaling/target:Target", [{ path: "minCapacity", before: 1, after: 2 }]),
    ]);
    assert.deepEqual(sentences, [
      "prod-web, tasks at most: 32 → 40",
      "prod-web, instance class: db.r7g.xlarge → db.r7g.2xlarge",
      "Connections that it accepts: 2000 → 3000",
    ]);
  });
});

describe("What the report says of much at once", () => {
  it("counts a new revision of a task definition as that, and not as a replacement", () => {
    const revision = change("aws:ecs/taskDefinition:TaskDefinition", [], "replaced");
    assert.equal(countText([revision]), "1 new revision of task definitions");
    assert.equal(
      countText([revision, revision, change("aws:rds/cluster:Cluster", [], "replaced")]),
      "1 replaced, 2 new revisions of task definitions",
    );
  });

  it("tells a pair of values once, however often a large JSON text has it", () => {
    const values = Array.from({ length: 20 }, (_, index) => ({
      path: `States.s${index}.image`,
      before: "old",
      after: "new",
    }));
    const groups = alike([...values, { path: "Comment", before: "a", after: "b" }]);
    assert.deepEqual(groups.map(groupLine), ["States.s0.image and 19 more alike: old → new", "Comment: a → b"]);
  });
});
