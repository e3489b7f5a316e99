/**
 * `command.ts report|gate <stack> <base>`: what `make report` and `make gate` call. Writes report.md, report.html and
 * architecture.svg below `.offline/report/<stack>/`. `gate` fails when the change must not be merged as it is.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { readAcknowledgements } from "./acknowledgements";
import { markdown } from "./markdown";
import { page } from "./page";
import { picture } from "./picture/svg";
import { baseCommit, layOut } from "./plan/baseTree";
import { compareTrees } from "./plan/compareTrees";
import { gateFaults, reportOf } from "./report";
import { costSentence, headline } from "./texts";

const root = resolve(__dirname, "../..");

/** What decides whether a change is allowed: a change of it is pointed out. */
const guards = [
  "policies",
  "stacks/profiles.ts",
  "stacks/acknowledged-replacements.yaml",
  "report",
  "pipelines",
  ".github",
  "Jenkinsfile",
];

function guardFiles(commit: string): readonly string[] {
  const git = (...args: string[]) =>
    execFileSync("git", args, { cwd: root, encoding: "utf8" }).split("\n").filter(Boolean);
  const made = git("ls-files", "--others", "--exclude-standard", "--", ...guards);
  return [...git("diff", "--name-only", commit, "--", ...guards), ...made].sort();
}

async function main(command = "", stack = "", base = ""): Promise<boolean> {
  const commit = baseCommit(root, base);
  const acknowledgements = readAcknowledgements(join(root, "stacks", "acknowledged-replacements.yaml"));
  console.log(`Plan of ${stack} against ${base} (${commit.slice(0, 12)}). It tends to take a minute or two.`);
  const tree = layOut(root, commit, (line) => console.log(line));
  const comparison = await compareTrees(tree.folder, root, stack);
  const report = reportOf(comparison, {
    base: { name: base, commit },
    acknowledgements,
    guards: guardFiles(commit),
    today: new Date(),
  });
  const folder = join(root, ".offline", "report", stack);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "report.md"), markdown(report));
  writeFileSync(join(folder, "report.html"), page(report));
  writeFileSync(join(folder, "architecture.svg"), picture(report.architecture, `Architecture of ${stack}`));
  console.log(`${headline(report)}.`);
  console.log(typeof report.costs === "string" ? report.costs : `Cost: ${costSentence(report.costs.total)}`);
  const faults = gateFaults(report);
  faults.forEach((fault) => console.error(`gate: ${fault}`));
  console.log(
    `Written: ${["report.md", "report.html", "architecture.svg"].map((file) => relative(root, join(folder, file))).join(", ")}`,
  );
  return command === "report" || faults.length === 0;
}

main(...(process.argv.slice(2) as [string?, string?, string?])).then(
  (ok) => process.exit(ok ? 0 : 1),
  (error: Error) => {
    console.error(`error: ${error.message}`);
    process.exit(1);
  },
);
