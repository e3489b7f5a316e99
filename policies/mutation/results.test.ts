import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { hashOf, mutatedFiles, resultsSoFar } from "./results";

describe("The stored results of the mutants", () => {
  const results = resultsSoFar();

  it("are of every file that decides a verdict, and of no other", () => {
    assert.deepEqual(Object.keys(results).toSorted(), mutatedFiles().toSorted());
  });

  it("are of the text that the file has now", () => {
    const stale = Object.entries(results)
      .filter(([file, { hash }]) => hash !== hashOf(fs.readFileSync(path.join(__dirname, "..", file), "utf8")))
      .map(([file]) => file);
    assert.deepEqual(stale, [], `Fix: make mutation ONLY="${stale.join(" ")}"`);
  });
});
