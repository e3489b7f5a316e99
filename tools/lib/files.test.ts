import * as assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeWhole } from "./files";

describe("writeWhole", () => {
  const folder = mkdtempSync(join(tmpdir(), "files-"));
  after(() => rmSync(folder, { recursive: true, force: true }));

  it("makes folders, replaces what was there, and leaves no draft", () => {
    const file = join(folder, "a/b.md");
    writeWhole(file, "one");
    writeWhole(file, "two");
    assert.equal(readFileSync(file, "utf8"), "two");
    assert.deepEqual(readdirSync(join(folder, "a")), ["b.md"]);
  });

  it("leaves what was there when it fails, and no draft", () => {
    const file = join(folder, "taken");
    mkdirSync(join(file, "inside"), { recursive: true });
    assert.throws(() => writeWhole(file, "text"));
    assert.deepEqual(
      readdirSync(folder).filter((name) => name.startsWith("taken")),
      ["taken"],
    );
    assert.deepEqual(readdirSync(file), ["inside"]);
  });
});
