import { globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { load } from "js-yaml";
import { z } from "zod";

const claim = z.strictObject({
  claim: z.string(),
  judge: z.string(),
  /** `npm <name>`, `pypi <name>` or `go <module>`: what is pinned in a lock file of this repository. */
  packages: z.array(z.string()).default([]),
  covers: z.string(),
  /** The test's file. */
  test: z.string(),
  /** The test in which the judge has to find a mistake. */
  planted: z.strictObject({ file: z.string(), title: z.string() }).optional(),
});

/** Where a test is: its title, or what the tests of the file are made of. */
const named = z.strictObject({ file: z.string(), title: z.string() });

/** What has to hold on the second day, with its tests or why there is none. */
const fact = z.union([
  z.strictObject({ fact: z.string(), tests: z.array(named).min(1) }),
  z.strictObject({ fact: z.string(), why: z.string() }),
]);

/** Claims of the program about the outside, the judge of each, and claims without a judge. */
const evidenceFile = z.strictObject({
  claims: z.array(claim),
  nobody: z.array(z.string()),
  operation: z.array(fact),
});
export type Evidence = z.infer<typeof evidenceFile>;

const root = join(__dirname, "../..");
const text = (path: string): string => readFileSync(join(root, path), "utf8");

export function evidence(): Evidence {
  return evidenceFile.parse(load(text("testing/evidence/evidence.yaml")));
}

/**
 * The version that a lock file pins.
 *
 * @param named Such as `npm cspell`.
 * @param test A file in whose folder a lock file counts before all others.
 * @throws Error when none does.
 */
export function versionOf(named: string, test = ""): string {
  const [registry = "", name = ""] = named.split(" ");
  const found = readers[registry]?.(name, dirname(test));
  if (found === undefined) {
    throw new Error(`${named}: no lock file pins it. Correct the name in testing/evidence/evidence.yaml.`);
  }
  return found;
}

const readers: Readonly<Record<string, (name: string, folder: string) => string | undefined>> = {
  npm: (name) =>
    (JSON.parse(text("package-lock.json")) as { packages: Record<string, { version: string }> }).packages[
      `node_modules/${name}`
    ]?.version,
  pypi: (name, folder) =>
    pinned("{testing,pipelines,moodle-image}/**/requirements.txt", folder, new RegExp(`^${name}==(\\S+)`, "m")),
  go: (name, folder) =>
    pinned("{testing,pipelines}/**/go.mod", folder, new RegExp(`^\\s*(?:require )?${name} v(\\S+)`, "m")),
};

function pinned(files: string, folder: string, line: RegExp): string | undefined {
  const found = globSync(files, { cwd: root, exclude: ["**/node_modules/**"] }).sort();
  const isNear = (file: string): boolean => file.startsWith(`${folder}/`);
  return [...found.filter(isNear), ...found]
    .map((file) => line.exec(text(file))?.[1])
    .find((version) => version !== undefined);
}

/** docs/evidence.md */
export function page({ claims, nobody, operation }: Evidence): string {
  const link = (file: string): string => `[${file}](../${file})`;
  return [
    "# Evidence",
    "",
    "What this program claims about AWS, Moodle and the tools around them, and who says that it is so. Most of its tests compare the",
    "program with stand-ins that we wrote, and those share our mistakes. This page lists the judges that we did not write.",
    "Generated from `testing/evidence/evidence.yaml`; do not edit.",
    "",
    "A judge that finds nothing may have stopped judging. So a planted mistake stands beside it, and the test fails when the judge",
    "does not find it. `make test` runs them all, and says which ones this machine cannot run.",
    "",
    ...claims.flatMap(({ claim, judge, packages, covers, test, planted }) => [
      `## ${claim.replace(/\.$/, "")}`,
      "",
      `- **Judge.** ${judge}.${packages.length === 0 ? "" : ` ${packages.map((one) => `${one.split(" ")[1]} ${versionOf(one, test)}`).join(", ")}.`}`,
      `- **Covers.** ${covers}`,
      `- **Test.** ${link(test)}.`,
      `- **Planted mistake.** ${planted === undefined ? "None." : `"${planted.title}" in ${link(planted.file)}.`}`,
      "",
    ]),
    "## What nobody judges",
    "",
    ...nobody.map((one) => `- ${one}`),
    "",
    "## The second day",
    "",
    "Facts that a look at releases, alarms, pipelines and the life of a stack has asked for. Each has its tests, or why it has none.",
    "",
    "| Fact | Tests, or why there is none |",
    "| --- | --- |",
    ...operation.map((one) => {
      const said =
        "why" in one ? one.why : one.tests.map(({ file, title }) => `"${title}" in ${link(file)}.`).join(" ");
      return `| ${one.fact} | ${said} |`;
    }),
    "",
  ].join("\n");
}
