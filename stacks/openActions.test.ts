import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openActions } from "./openActions";

describe("openActions", () => {
  let folder = "";
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "records-"))));
  afterEach(() => rmSync(folder, { recursive: true }));
  const record = (name: string, ...lines: readonly string[]) =>
    writeFileSync(join(folder, name), ["---", "title: a", ...lines, "---", "", "# a", ""].join("\n"));

  it("gives what is open, the first due on top, and nothing of what is done", () => {
    writeFileSync(join(folder, "README.md"), "---\n- no record\n---\n");
    record(
      "2026-11-23-a.md",
      "actions:",
      "  - { action: Later, owner: Platform, due: 2027-01-31, state: open }",
      "  - { action: Did it, owner: Platform, due: 2026-12-01, state: done }",
    );
    record(
      "2026-11-24-b.md",
      "actions:",
      "  - action: Sooner",
      "    owner: Library",
      "    due: 2026-12-15",
      "    state: open",
    );
    assert.deepEqual(openActions(folder), {
      open: [
        { action: "Sooner", owner: "Library", due: "2026-12-15" },
        { action: "Later", owner: "Platform", due: "2027-01-31" },
      ],
      unreadable: [],
    });
  });

  it("names a record that cannot be read, and goes on", () => {
    record("a.md", "actions: []");
    record("b.md", "actions: [");
    record("c.md", "services: [Moodle]");
    record("d.md", "actions: [{ action: x, due: 2026-12-15, state: open }]");
    writeFileSync(join(folder, "e.md"), "no front matter");
    assert.deepEqual(openActions(folder), { open: [], unreadable: ["b.md", "c.md", "d.md", "e.md"] });
  });

  it("reads this checkout's own", () => {
    assert.deepEqual(openActions().unreadable, []);
  });
});
