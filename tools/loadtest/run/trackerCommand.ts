/** `make tracker [TARGET=<stack>]`: one page with the trend over releases, from the runs stored here and in the stack's bucket. */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";

import { run as main } from "../../lib/text";
import { trackerPage } from "../report/tracker";
import { runProgram } from "../../lib/programs";
import { readFacts, readOutputs } from "./stack";
import { fetchResults, readResults, resultsFolder } from "./store";

main(() => {
  const stack = process.env.TARGET ?? "";
  if (stack !== "" && stack !== "local") {
    const outputs = readOutputs(stack, runProgram);
    if (outputs.loadTest === undefined) {
      throw new Error(`TARGET=${stack}: the stack keeps no results; set moodle:loadTest.enabled and deploy it.`);
    }
    fetchResults(
      { name: outputs.loadTest.resultsBucket, region: readFacts(stack, outputs).region },
      resultsFolder,
      runProgram,
    );
  }
  const results = readResults(resultsFolder);
  const file = join(dirname(resultsFolder), "tracker.html");
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, trackerPage(results));
  console.log(`${results.length} runs: ${relative(process.cwd(), file)}`);
  return 0;
});
