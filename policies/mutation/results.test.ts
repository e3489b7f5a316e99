import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { hashOf, mutatedFiles, resultsSoFar } from "./results";

/** Files that are not measured, and why. */
const unmeasured: Readonly<Record<string, string>> = {
  "lib/secretForm.ts": "its mutants search hundreds of texts each, and had not ended after five minutes",
};

describe("The stored results of the mutants", () => {
  const results = resultsSoFar();

  it("are of every file that decides a verdict, and of no other", () => {
    const wanted = mutatedFiles().filter((file) => unmeasured[file] === undefined);
    assert.deepEqual(Object.keys(results).toSorted(), wanted.toSorted());
  });

  it("are of the text that the file has now", () => {
    const stale = Object.entries(results)
      .filter(([file, { hash }]) => hash !== hashOf(fs.readFileSync(path.join(__dirname, "..", file), "utf8")))
      .map(([file]) => file);
    assert.deepEqual(stale, [], `Fix: make mutation ONLY="${stale.join(" ")}"`);
  });
});
