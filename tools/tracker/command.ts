import { dirname, join, relative } from "node:path";

import { writeWhole } from "../lib/files";
import { declare, optional, start } from "../lib/command";
import { stackOutputs } from "../lib/stackOutputs";
import { trackerPage } from "../loadtest/report/tracker";
import { stackTarget } from "../loadtest/run/request";
import { readFacts, type StackOutputs } from "../loadtest/run/stack";
import { fetchResults, readResults, resultsFolder } from "../loadtest/run/store";

export const command = declare({
  name: "tracker",
  summary: "Performance over releases as one page, from the runs stored here",
  options: { TARGET: optional(stackTarget, "A stack whose bucket is read too") },
  run: async ({ TARGET: stack }, { print }) => {
    if (stack !== undefined && stack !== "local") {
      const outputs = stackOutputs<StackOutputs>(stack);
      if (outputs.loadTest === undefined) {
        throw new Error(`TARGET=${stack}: the stack keeps no results; set moodle:loadTest.enabled and deploy it.`);
      }
      const { region } = readFacts(stack, outputs);
      await fetchResults({ name: outputs.loadTest.resultsBucket, region }, resultsFolder);
    }
    const results = readResults(resultsFolder);
    const file = join(dirname(resultsFolder), "tracker.html");
    writeWhole(file, await trackerPage(results));
    print(`${results.length} runs: ${relative(process.cwd(), file)}`);
    return 0;
  },
});

if (require.main === module) {
  start(command);
}
