import { execFileSync } from "node:child_process";
import { join, relative, resolve } from "node:path";
import { needed, type Values, type Where } from "../lib/command";
import { anyText, stackName } from "../lib/kinds";
import { readAcknowledgements } from "./acknowledgements";
import { markdown } from "./markdown";
import { writeWhole } from "../lib/files";
import { page } from "./page";
import { picture } from "./picture/svg";
import { baseCommit, layOut } from "./plan/baseTree";
import { compareTrees } from "./plan/compareTrees";
import { gateFaults, reportOf } from "./report";
import { costSentence, headline } from "./texts";
import { versionSentences, versionsOf } from "./versions";

const root = resolve(__dirname, "../..");

/** Files that decide whether a change is allowed: the report points out a change of them. */
const guards = [
  "policies",
  "stacks/profiles.ts",
  "stacks/acknowledged-replacements.yaml",
  "tools/gate",
  "tools/report",
  "tools/run",
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

export const options = {
  STACK: needed(stackName, "The stack"),
  BASE: needed(
    anyText("a branch, tag or commit that this clone has", "For example BASE=main.", "main"),
    "What this tree is compared with, from where it branched off",
  ),
};

/**
 * Compares, and writes report.md, report.html and architecture.svg below `.offline/report/<stack>/`.
 *
 * @returns why the change must not be merged as it is; empty when it may.
 */
export async function compare(
  { STACK: stack, BASE: base }: Values<typeof options>,
  { print, at }: Where,
): Promise<readonly string[]> {
  const commit = baseCommit(root, base);
  const acknowledgements = readAcknowledgements(join(root, "stacks", "acknowledged-replacements.yaml"));
  at(`the plan of ${stack} against ${base} (${commit.slice(0, 12)}), which tends to take a minute or two`);
  const tree = layOut(root, commit, at);
  const comparison = await compareTrees(tree.folder, root, stack);
  const report = reportOf(comparison, {
    base: { name: base, commit },
    acknowledgements,
    guards: guardFiles(commit),
    versions: versionSentences(versionsOf(tree.folder), versionsOf(root)),
    today: new Date(),
  });
  const folder = join(root, ".offline", "report", stack);
  // All three are made before the first is written.
  const files = {
    "report.md": markdown(report),
    "report.html": page(report),
    "architecture.svg": picture(report.architecture, `Architecture of ${stack}`),
  };
  Object.entries(files).forEach(([name, content]) => writeWhole(join(folder, name), content));
  print(`${headline(report)}.`);
  print(typeof report.costs === "string" ? report.costs : `Cost: ${costSentence(report.costs.total)}`);
  const faults = gateFaults(report);
  print(
    `Written: ${Object.keys(files)
      .map((file) => relative(root, join(folder, file)))
      .join(", ")}`,
  );
  return faults;
}
