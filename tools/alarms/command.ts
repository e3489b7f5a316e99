import { declare, standard, start } from "../lib/command";
import { stackName } from "../lib/kinds";
import { stackSettings } from "../lib/stackFile";
import { catalogue } from "./catalogue";

/** docs/alarms.md is the one of prod: `make generate`. */
export const command = declare({
  name: "alarms",
  summary: "The alarms of a stack with thresholds, reasons, runbooks and cost",
  options: { STACK: standard(stackName, "The stack", "prod") },
  run: ({ STACK }, { print }) => {
    print(catalogue(stackSettings(STACK)));
    return 0;
  },
});

if (require.main === module) {
  start(command);
}
