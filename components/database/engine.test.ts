import * as assert from "node:assert/strict";
import { defaultEngineVersion, engineVersionProblems, minorVersions } from "./engine";

describe("engineVersionProblems", () => {
  it("accepts the default, which has long-term support, and every listed line", () => {
    assert.deepEqual(engineVersionProblems("v", defaultEngineVersion), []);
    assert.equal(minorVersions["3.10"].longTermSupport, true);
    assert.ok(defaultEngineVersion.includes("mysql_aurora.3.10."));
    for (const minor of Object.keys(minorVersions)) {
      assert.deepEqual(engineVersionProblems("v", `8.0.mysql_aurora.${minor}.0`), []);
    }
  });

  it("refuses what is not written in full, too old, or of another line", () => {
    for (const version of [
      "8.0",
      "3.10.5",
      "8.0.mysql_aurora.3.10",
      "8.0.mysql_aurora.3.04.4",
      "8.4.mysql_aurora.8.4.7",
    ]) {
      assert.equal(engineVersionProblems("v", version).length, 1, version);
    }
  });
});
