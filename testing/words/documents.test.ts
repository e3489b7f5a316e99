// cspell:ignore STAK
import * as assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { commands } from "../../tools/generate/commands";

const root = join(__dirname, "..", "..");
const read = (path: string): string => readFileSync(join(root, path), "utf8");
const documents = execFileSync("git", ["ls-files", "*.md", ":!docs/incidents/[0-9]*"], { cwd: root, encoding: "utf8" })
  .trim()
  .split("\n")
  // The changelog may name files that are gone now.
  .filter((path) => path !== "CHANGELOG.md");

/** Each target of the Makefile with its paragraph, including comments, which name the variables of the command line. */
function targetsOf(makefile: string): ReadonlyMap<string, string> {
  const named = makefile
    .split("\n\n")
    .flatMap((part) => [...part.matchAll(/^([a-z-]+):/gm)].map(([, name]) => [name!, part] as const));
  return new Map(named);
}

/** The variables that each tool declares, by its make target. */
type Declared = ReadonlyMap<string, readonly string[]>;

/** Commands in a document that are not there, by the Makefile, the tools, package.json and the files of the repository. */
export function wrongCommands(
  text: string,
  makefile: string,
  declared: Declared,
  scripts: readonly string[],
  from: string,
): string[] {
  const targets = targetsOf(makefile);
  const wrong: string[] = [];
  // Only in commands: "make" in prose is a word. A command may continue on the next line, and end with a comment.
  const blocks = [...text.matchAll(/^ *```(?:sh|shell|bash)\n([\s\S]*?)^ *```/gm)].map(([, block]) => block!);
  const inline = [...text.replace(/^ *```[\s\S]*?^ *```/gm, "").matchAll(/`([^`]+)`/g)].map(([, code]) => code!);
  for (const line of [
    ...blocks
      .join("\n")
      .replace(/\\\n\s*/g, " ")
      .split("\n"),
    ...inline,
  ]) {
    const command = line.replace(/(^|\s)# .*$/, "");
    for (const [, rest] of command.matchAll(
      /(?:^|[;&|(]\s*)make((?:\s+(?:[a-z][\w-]*|[A-Z_]+=(?:"[^"]*"|<[^>]*>|\S*)))+)/g,
    )) {
      const words = rest!.match(/[A-Z_]+=(?:"[^"]*"|<[^>]*>|\S*)|\S+/g) ?? [];
      const named = words.filter((word) => !word.includes("="));
      const unknown = named.filter((name) => !targets.has(name));
      wrong.push(...unknown.map((name) => `make ${name}`));
      const rules = named.map((name) => targets.get(name) ?? "").join("\n");
      const variables = words.filter((word) => word.includes("=")).map((word) => word.split("=")[0]!);
      const tools = named.flatMap((name) => declared.get(name) ?? []);
      const known = (name: string) => tools.includes(name) || reads(rules, name);
      const unread = variables.filter((name) => unknown.length === 0 && !known(name));
      wrong.push(...unread.map((name) => `make ${named.join(" ")} ${name}=`));
    }
    for (const [, script] of line.matchAll(/npm run ([\w:-]+)/g)) {
      if (!scripts.includes(script!)) {
        wrong.push(`npm run ${script}`);
      }
    }
    const paths = line.matchAll(
      /(?<![\w./$<-])((?:components|stacks|policies|tools|testing|moodle-image|offline|pipelines|docs)\/[\w./-]*\w)(?![\w*<{])/g,
    );
    wrong.push(
      ...[...paths]
        .map(([, path]) => path!)
        .filter((path) => ![root, join(root, from)].some((at) => existsSync(join(at, path)))),
    );
  }
  return wrong;
}

/** Whether rules of the Makefile, or the folder of a script that they call, name a variable. */
function reads(rules: string, variable: string): boolean {
  const named = new RegExp(`\\b${variable}\\b`);
  const folders = [...rules.matchAll(/[\w-]+(?:\/[\w-]+)+(?=\/[\w.-]+)/g)].map(([folder]) => folder);
  const sources = folders.flatMap((folder) => globSync(`${folder}/**/*.ts`, { cwd: root }));
  return named.test(rules) || sources.some((path) => named.test(read(path)));
}

describe("The documents", () => {
  const makefile = read("Makefile");
  const scripts = Object.keys(JSON.parse(read("package.json")).scripts);
  let declared: Declared;
  before(async () => {
    declared = new Map((await commands()).map(({ name, options }) => [name, Object.keys(options)]));
  });

  for (const document of documents) {
    it(`${document} names commands, scripts and files that there are`, () => {
      assert.deepEqual(wrongCommands(read(document), makefile, declared, scripts, dirname(document)), []);
    });
  }

  for (const [mistake, text] of [
    ["make previews", "Run `make previews STACK=prod`."],
    ["make preview STAK=", "Run `make preview STAK=prod`."],
    ["make cost STUDENT=", "Run `make cost STACK=prod STUDENT=3`."],
    ["make nothing", "```sh\nmake setup\nmake nothing\n```"],
    ["npm run nothing", "Run `npm run nothing`."],
    ["tools/nothing/command.ts", "See `tools/nothing/command.ts`."],
    ["pipelines/nothing", "```sh\npipelines/nothing staging\n```"],
  ] as const) {
    it(`would not pass with "${mistake}"`, () => {
      assert.deepEqual(wrongCommands(text, makefile, declared, scripts, "docs"), [mistake]);
    });
  }
});

describe("The changelog", () => {
  const text = read("CHANGELOG.md");
  const versions = [...text.matchAll(/^## \[(.+?)\](?: - (\S+))?$/gm)].map(([, name, date]) => ({ name: name!, date }));

  it("keeps the form of Keep a Changelog 1.1.0", () => {
    assert.equal(versions[0]?.name, "Unreleased");
    for (const { name, date } of versions.slice(1)) {
      assert.match(name, /^\d+\.\d+\.\d+$/);
      assert.match(date ?? "", /^\d{4}-\d{2}-\d{2}$/, name);
    }
    const dates = versions.slice(1).map(({ date }) => date!);
    assert.deepEqual(dates, [...dates].sort().reverse());
    assert.equal([...text.matchAll(/^## /gm)].length, versions.length);
    const sections = [...text.matchAll(/^### (.+)$/gm)].map(([, name]) => name!);
    const allowed = ["Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"];
    assert.deepEqual(
      sections.filter((name) => !allowed.includes(name)),
      [],
    );
    for (const { name } of versions) {
      assert.ok(text.includes(`\n[${name}]: https://`), `no link for ${name}`);
    }
  });

  it("has no entry twice", () => {
    const entries = text.split(/\n(?=- )/).map((entry) => entry.replace(/\s+/g, " ").slice(0, 80));
    assert.deepEqual(
      entries.filter((entry, i) => entries.indexOf(entry) !== i),
      [],
    );
  });

  it("has the version of package.json as its newest", () => {
    assert.equal(versions[1]?.name, JSON.parse(read("package.json")).version);
  });
});
