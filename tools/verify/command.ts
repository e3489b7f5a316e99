import { declare, needed, standard, start, type Values } from "../lib/command";
import { pattern, stackName } from "../lib/kinds";
import { oneOffTask, runToEnd } from "../lib/oneOffTask";
import { type Run, runProgram } from "../lib/programs";
import { stackOutputs } from "../lib/stackOutputs";

const count = pattern(
  /^(all|[1-9]\d{0,8})$/,
  "all, or a number of files from 1",
  "Ten thousand find a store of another day. all reads every file once.",
  "all|...",
);

const options = {
  STACK: needed(stackName, "The stack"),
  FILES: standard(count, "How many files are compared with their hashes; half of them are the newest", "10000"),
};

/** Exit status of the image's role `verify`: moodle-image/rootfs/opt/moodle/lib/verify.php. */
const [whole, damaged] = [0, 1];

export const command = verify();

export function verify(run: Run = runProgram) {
  return declare({
    name: "verify",
    summary: "Judge whether a stack's database, files and objects belong together, as a task of its own",
    failure: "damage was found, or it could not be judged",
    options,
    run: async ({ STACK, FILES }: Values<typeof options>, { print }) => {
      const task = oneOffTask(STACK, stackOutputs(STACK, run));
      const { exitCode, said } = await runToEnd(task, "upgrade", ["verify"], {
        environment: { MOODLE_VERIFY_FILES: FILES },
      });
      if (exitCode !== whole && exitCode !== damaged) {
        throw new Error(`It could not be judged (the task ended with ${exitCode}): ${said.trim().slice(-2000)}`);
      }
      said.trim().split("\n").map(readable).forEach(print);
      return exitCode === whole ? 0 : 1;
    },
  });
}

/** A line of the report for people; others as they are. */
function readable(line: string): string {
  if (!line.startsWith('{"log":"verify"')) {
    return line;
  }
  const { level, damage, note, name, part, uploaded, message, result, ...seen } = JSON.parse(line) as Record<
    string,
    unknown
  >;
  if (result !== undefined) {
    const { log: _log, ...counts } = seen;
    return `${String(result)}: ${String(message)} ${JSON.stringify(counts)}`;
  }
  const where = part === undefined ? "" : ` (${String(part)}, uploaded ${String(uploaded)})`;
  return `${String(level)}: ${String(damage ?? note)} ${String(name)}${where}: ${String(message)}`;
}

if (require.main === module) {
  start(command);
}
