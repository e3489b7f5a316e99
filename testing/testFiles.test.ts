import * as assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { longest, longestFirst, slowParts, testFiles, testFilesOf } from "./testFiles";

describe("The files of a test run", () => {
  it("are all that git knows", () => {
    const args = ["ls-files", "--cached", "--others", "--exclude-standard", "*.test.ts"];
    const known = execFileSync("git", args, { cwd: join(__dirname, ".."), encoding: "utf8" })
      .trim()
      .split("\n");
    assert.deepEqual(testFiles(), known.sort());
  });

  it("are those of a folder, however it is written, or a file", () => {
    const network = testFilesOf("components/network");
    assert.ok(network.length > 1 && network.every((file) => file.startsWith("components/network/")), network.join());
    assert.deepEqual(testFilesOf("./components/network/"), network);
    assert.deepEqual(testFilesOf("testing/testFiles.test.ts"), ["testing/testFiles.test.ts"]);
    assert.deepEqual(testFilesOf("."), testFiles());
  });

  it("are refused when there are none", () => {
    for (const path of ["components/net", "docs", "testing/testFiles.ts", ".."]) {
      assert.throws(() => testFilesOf(path), /has no tests\. Give a folder/);
    }
  });

  it("are slow by what they import, through other files too, and not by a type", () => {
    assert.deepEqual(slowParts("testing/languages/languages.test.ts"), ["engine", "installed program"]);
    // By alarmed.ts beside it.
    assert.deepEqual(slowParts("testing/platform/alarmed.test.ts"), ["engine"]);
    assert.deepEqual(slowParts("testing/journey/journey.test.ts"), ["engine", "installed program"]);
    assert.deepEqual(slowParts("tools/report/trees.test.ts"), ["engine"]);
    assert.deepEqual(slowParts("moodle-image/test/web.test.ts"), ["image"]);
    assert.deepEqual(slowParts("testing/outage/browser.test.ts"), ["browser"]);
    assert.deepEqual(slowParts("testing/security/security.test.ts"), ["installed program"]);
    // By what was installed before.
    assert.deepEqual(slowParts("testing/runbooks/runbooks.test.ts"), ["engine", "installed program"]);
    assert.deepEqual(slowParts("components/cluster/instanceTypes.test.ts"), ["installed program"]);
    // By moto.ts beside it.
    assert.deepEqual(slowParts("testing/release/machine.test.ts"), ["installed program"]);
    assert.deepEqual(slowParts("tools/waf/secondJudge.test.ts"), ["installed program"]);
    assert.deepEqual(slowParts("components/network/network.test.ts"), []);
  });

  it("come in an order that starts with those that take longest, each once", () => {
    const all = testFiles();
    const ordered = longestFirst(all);
    assert.deepEqual([...ordered].sort(), all);
    const parts = ordered.map((file) => slowParts(file).length);
    assert.deepEqual(
      parts,
      parts.toSorted((a, b) => b - a),
    );
    assert.deepEqual(
      longest.filter((file) => !all.includes(file)),
      [],
    );
    assert.ok(ordered.indexOf("tools/waf/replay.test.ts") < ordered.indexOf("components/network/network.test.ts"));
  });

  it("are slow in every group that has slow tests, and most are fast", () => {
    const parts = testFiles().map(slowParts);
    assert.deepEqual([...new Set(parts.flat())].sort(), ["browser", "engine", "image", "installed program"]);
    assert.ok(parts.filter((list) => list.length === 0).length > parts.length / 2);
  });
});
