import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { now } from "../../stacks/calendar/clock";
import { declare, needed, start } from "../lib/command";
import { stackName } from "../lib/kinds";
import { type Run, runProgram } from "../lib/programs";
import { type Difference, differences } from "./judge";

/** Asks AWS for every resource, and tells what somebody has changed from what AWS does by itself. Changes nothing. */
export const drift = (run: Run = runProgram) =>
  declare({
    name: "drift",
    summary: "Compare a stack with what was deployed, and say what somebody has changed by hand",
    failure: "somebody has changed it, or it could not be seen",
    options: { STACK: needed(stackName, "The stack") },
    run: ({ STACK }, { print, complain, at }) => {
      const folder = mkdtempSync(join(tmpdir(), "moodle-drift-"));
      const log = join(folder, "events");
      try {
        at(`pulumi refresh of ${STACK}`);
        // The switch shows the option for the engine's log, which the SDK's Automation API uses too.
        const refresh = ["pulumi", "refresh", "--stack", STACK, "--preview-only", "--non-interactive"];
        run("env", ["PULUMI_DEBUG_COMMANDS=true", ...refresh, "--event-log", log]);
        const found = differences(readFileSync(log, "utf8"), now());
        const [own, others] = [found.filter(({ ownDoing }) => ownDoing), found.filter(({ ownDoing }) => !ownDoing)];
        own.forEach((one) => print(`AWS's own doing: ${words(one)}: ${one.ownDoing}`));
        others.forEach((one) => complain(`changed by hand: ${words(one)}`));
        if (others.length === 0) {
          print(`${STACK} is as it was deployed.`);
        }
        return others.length === 0 ? 0 : 1;
      } finally {
        rmSync(folder, { recursive: true });
      }
    },
  });

const words = ({ urn, type, operation, fields }: Difference): string =>
  `${type} ${urn.split("::").at(-1)} ${operation === "delete" ? "is gone" : fields.join(", ")}`;

export const command = drift();

if (require.main === module) {
  start(command);
}
