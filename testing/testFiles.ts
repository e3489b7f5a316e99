import { existsSync, globSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { preProcessFile } from "typescript";

const root = join(__dirname, "..");

/** Slow modules. A test file that imports one of these, directly or indirectly, is not a fast test. */
const slow: Readonly<Record<string, string>> = {
  "offline/cli/resolve.ts": "engine",
  "offline/engine.ts": "engine",
  "offline/standIns.ts": "engine",
  "tools/report/plan/compareTrees.ts": "engine",
  "moodle-image/test/build.ts": "image",
  "playwright-core": "browser",
  "tools/loadtest/run/artillery.ts": "installed program",
  "tools/waf/modsecurity.ts": "installed program",
};

/** Test files that take longest, by the list of the slowest at the end of a run. */
export const longest: readonly string[] = [
  "pipelines/scripts.test.ts",
  "testing/runbooks/runbooks.test.ts",
  "moodle-image/cachestore/tests/consistency.test.ts",
  "tools/waf/replay.test.ts",
  "tools/replay/replay.test.ts",
  "testing/reachable/reachable.test.ts",
  "components/release/marks.test.ts",
];

/** Those that would keep one core busy alone at the end come first: with more slow parts, then of the longest. */
export function longestFirst(files: readonly string[]): readonly string[] {
  const rank = (file: string): number => slowParts(file).length + (longest.includes(file) ? 0.5 : 0);
  return files.toSorted((a, b) => rank(b) - rank(a));
}

/** All test files of the repository, by their paths in it. */
export function testFiles(): readonly string[] {
  const ignored = (path: string): boolean => /(^|\/)(node_modules|\.\w+)$/.test(path);
  return globSync("**/*.test.ts", { cwd: root, exclude: ignored }).sort();
}

/**
 * The test files of a folder, or the one of a path.
 *
 * @throws Error when there is none.
 */
export function testFilesOf(path: string): readonly string[] {
  const wanted = relative(root, resolve(root, path));
  const found = testFiles().filter((file) => file === wanted || file.startsWith(`${wanted}/`) || wanted === "");
  if (found.length === 0) {
    throw new Error(`ONLY=${path} has no tests. Give a folder with *.test.ts files in it, or one such file.`);
  }
  return found;
}

/**
 * Slow parts of a test file: `engine`, `image`, `browser`, `installed program`. Empty for a fast one. A call of a
 * script `setup` is slow too: it installs programs that npm does not have, such as moto, checkov, cfn-lint or Groovy.
 */
export function slowParts(file: string): readonly string[] {
  const all = [file, ...reached(file)];
  const parts = all.flatMap((one) => slow[one] ?? []);
  const installs = all.some((one) => isSource(one) && sourceOf(one).needsProgram);
  return [...new Set([...parts, ...(installs ? ["installed program"] : [])])].sort();
}

/** Everything that a file imports at run time, directly or indirectly: paths in the repository, and packages. */
function reached(file: string, found = new Set<string>()): ReadonlySet<string> {
  for (const one of sourceOf(file).imports.filter((each) => !found.has(each))) {
    found.add(one);
    if (isSource(one)) {
      reached(one, found);
    }
  }
  return found;
}

const isSource = (path: string): boolean => path.endsWith(".ts");

interface Source {
  readonly imports: readonly string[];
  /** It runs a script `setup`, or what one has installed. */
  readonly needsProgram: boolean;
}

const sources = new Map<string, Source>();

function sourceOf(file: string): Source {
  const kept = sources.get(file);
  if (kept !== undefined) {
    return kept;
  }
  const text = readFileSync(join(root, file), "utf8");
  // An import of types alone loads nothing.
  const loading = preProcessFile(text.replaceAll(/^(import|export) type [^;]*;/gm, ""), true, true).importedFiles;
  const source = {
    imports: loading.map(({ fileName }) =>
      fileName.startsWith(".") ? fileOf(join(dirname(file), fileName)) : fileName,
    ),
    needsProgram: /execFileSync\(join\([^()]*\bsetup"\)|\bneedPython\(this\b/.test(text),
  };
  sources.set(file, source);
  return source;
}

function fileOf(path: string): string {
  const isFile = (one: string): boolean => existsSync(join(root, one)) && statSync(join(root, one)).isFile();
  return [path, `${path}.ts`, join(path, "index.ts")].find(isFile) ?? path;
}
