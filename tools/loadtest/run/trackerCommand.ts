/** `make tracker [TARGET=<stack>]`: one page with the trend over releases, from the runs stored here and in the stack's bucket. */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";

import { run as main } from "../../lib/text";
import { trackerPage } from "../report/tracker";
import { stackOutputs } from "../../lib/stackOutputs";
import { readFacts, type StackOutputs } from "./stack";
import { fetchResults, readResults, resultsFolder } from "./store";

main(async () => {
  const stack = process.env.TARGET ?? "";
  if (stack !== "" && stack !== "local") {
    const outputs = stackOutputs<StackOutputs>(stack);
    if (outputs.loadTest === undefined) {
      throw new Error(`TARGET=${stack}: the stack keeps no results; set moodle:loadTest.enabled and deploy it.`);
    }
    await fetchResults(
      { name: outputs.loadTest.resultsBucket, region: readFacts(stack, outputs).region },
      resultsFolder,
    );
  }
  const results = readResults(resultsFolder);
  const file = join(dirname(resultsFolder), "tracker.html");
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, trackerPage(results));
  console.log(`${results.length} runs: ${relative(process.cwd(), file)}`);
  return 0;
});
