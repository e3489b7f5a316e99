import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { userData } from "../../components/cluster/userData";
import { renderNginx } from "./nginx";
import { find, judge } from "./program";
import { commandsOf, isShellScript } from "./shell";

/** A judge of files that somebody else wrote. */
export interface Linter {
  readonly program: string;
  /** Files that it reads, in words for people. */
  readonly reads: string;
  /** Compiler for a program that no registry serves. Without the compiler, the linter is left out in CI too. */
  readonly compiler?: "go" | "cargo";
  /** Left out in CI too: it needs a newer compiler than Debian has. */
  readonly optional?: boolean;
  /** Instructions for a machine where `testing/linters/setup` could not install it. */
  readonly get: string;
  /** Files of the repository that it reads. */
  readonly files: (root: string, all: readonly string[]) => readonly string[];
  /** Findings in its own words; empty when there are none. Files are named from the root. */
  readonly lint: (root: string, files: readonly string[]) => Promise<string>;
}

const python = "install Python 3 with venv (Debian: apt-get install python3-venv), and run testing/linters/setup";

export const linters: readonly Linter[] = [
  {
    program: "actionlint",
    reads: "GitHub's workflows, and the shell in them",
    compiler: "go",
    get: "install Go, https://go.dev/doc/install, and run testing/linters/setup",
    files: (_root, all) => all.filter(isWorkflow),
    lint: (root, files) => {
      const shellcheck = find("shellcheck");
      return judge("actionlint", ["-no-color", `-shellcheck=${shellcheck ?? ""}`, ...files], root);
    },
  },
  {
    program: "zizmor",
    reads: "GitHub's workflows, as an attacker reads them",
    get: python,
    files: (_root, all) => all.filter(isWorkflow),
    // .github/zizmor.yml lists its exceptions, with reasons.
    lint: (root, files) => judge("zizmor", ["--offline", "--quiet", "--color=never", ...files], root),
  },
  {
    program: "shellcheck",
    reads: "shell scripts, an instance's user data, and the commands of the documents",
    get: python,
    files: (root, all) => all.filter((file) => file.endsWith(".md") || isShellScript(root, file)),
    lint: async (root, files) => {
      const isDocument = (file: string) => file.endsWith(".md");
      const scripts = files.filter((file) => !isDocument(file));
      const documents = files.filter(isDocument).map((file) => ({
        file,
        text: commandsOf(readFileSync(join(root, file), "utf8")),
      }));
      const made = [...documents, { file: "user-data", text: script(userData({ clusterName: "moodle", nfs })) }];
      return joined([
        scripts.length === 0 ? "" : await judge("shellcheck", ["--format=gcc", ...scripts], root),
        // SC2016 asks about $ and ` in single quotes. In documents that is JMESPath, PHP or jq.
        await inFolder(made, (folder) =>
          judge(
            "shellcheck",
            ["--format=gcc", "--shell=bash", "--exclude=SC2016", ...made.map(({ file }) => file)],
            folder,
          ),
        ),
      ]);
    },
  },
  {
    program: "hadolint",
    reads: "the Dockerfile",
    get: python,
    files: (_root, all) => all.filter((file) => /(^|\/)Dockerfile$/.test(file)),
    lint: (root, files) => judge("hadolint", ["--no-color", ...files], root),
  },
  {
    program: "gixy",
    reads: "nginx's configuration as a task renders it",
    get: python,
    files: (_root, all) => all.filter(isNginx),
    lint: (root, files) => rendered(root, files, (file) => judge("gixy", [`--skips=${notOurs.join()}`, file], root)),
  },
  {
    program: "nginx",
    reads: "the same configuration: nginx -t",
    get: "Debian: apt-get install nginx",
    files: (_root, all) => all.filter(isNginx),
    lint: (root, files) =>
      rendered(root, files, (file) => judge("nginx", ["-t", "-q", "-c", file, "-e", "stderr"], root)),
  },
  {
    program: "php",
    reads: "PHP's syntax: php -l",
    get: "Debian: apt-get install php-cli",
    files: (root, all) => all.filter((file) => isPhp(root, file)),
    lint: async (root, files) => {
      const said: string[] = [];
      // PHP 8.2 takes one file at a time.
      for (const file of files) {
        said.push(await judge("php", ["-n", "-l", file], root));
      }
      return joined(said);
    },
  },
  {
    program: "mago",
    reads: "the image's own PHP: types, calls and variables",
    compiler: "cargo",
    optional: true,
    get: "install Rust, https://rustup.rs, and run testing/linters/setup-php",
    files: (root, all) =>
      all.filter((file) => isPhp(root, file) && !/\/tests?\//.test(file) && !callsMoodle(root, file)),
    // mago.toml lists its exceptions, with reasons.
    lint: (root, files) => {
      const options = ["--reporting-format=emacs", "--minimum-fail-level=note"];
      return judge("mago", ["--workspace", root, "--config", magoToml, "analyze", ...options, ...files], root);
    },
  },
];

const magoToml = join(__dirname, "mago.toml");

/** PHP that calls Moodle or its libraries, which are not in this repository: the tests of the image run it. */
function callsMoodle(folder: string, file: string): boolean {
  return /\$CFG|\$defaults|global \$|MOODLE_INTERNAL|\bcore_|\\core|\$GLOBALS\['DB'\]|^namespace Slim/m.test(
    readFileSync(join(folder, file), "utf8"),
  );
}

/** Rules of gixy that do not hold here. */
const notOurs = [
  // It asks for a cache of what stat() says. Moodle's code is on the container's own disk, where the kernel keeps that; a cache of
  // nginx's own would answer from before a file was replaced.
  "try_files_is_evil_too",
];

/** All files of a git work tree, those that are not committed yet too. */
export function filesOf(root: string): readonly string[] {
  const args = ["ls-files", "--cached", "--others", "--exclude-standard", "--deduplicate", "-z"];
  const listed = execFileSync("git", args, { cwd: root, encoding: "utf8" }).split("\0").filter(Boolean);
  const deleted = execFileSync("git", ["ls-files", "--deleted", "-z"], { cwd: root, encoding: "utf8" }).split("\0");
  return listed.filter((file) => !deleted.includes(file));
}

export const root = resolve(__dirname, "../..");

const isWorkflow = (file: string): boolean => /^\.github\/workflows\/[^/]+\.ya?ml$/.test(file);
const isNginx = (file: string): boolean => file.endsWith("nginx.conf.template");
const isPhp = (folder: string, file: string): boolean =>
  file.endsWith(".php") || /^#!.*\bphp\b/.test(readFileSync(join(folder, file), "utf8").slice(0, 100));

const nfs = { host: "fs.example.org", export: "/moodle", options: "nfsvers=4.2" };

/** The script that is a part of an instance's user data. */
const script = (text: string): string => text.slice(text.indexOf("#!/bin/bash"), text.lastIndexOf("\n--"));

const joined = (said: readonly string[]): string => said.filter((text) => text !== "").join("\n");

/** Writes files into a folder of their own, as long as a judge needs them. */
async function inFolder(
  files: readonly { readonly file: string; readonly text: string }[],
  use: (folder: string) => Promise<string>,
): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "linters-"));
  try {
    for (const { file, text } of files) {
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      writeFileSync(join(folder, file), text);
    }
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function rendered(root: string, files: readonly string[], use: (file: string) => Promise<string>): Promise<string> {
  return inFolder([], async (folder) => {
    const said: string[] = [];
    for (const file of files) {
      said.push(await use(renderNginx(folder, readFileSync(join(root, file), "utf8"))));
    }
    return joined(said).replaceAll(folder, "<rendered>");
  });
}
