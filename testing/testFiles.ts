import { existsSync, globSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { preProcessFile } from "typescript";

const root = join(__dirname, "..");

/** What takes long. A test file that imports one of these, itself or by what it imports, is no fast test. */
const slow: Readonly<Record<string, string>> = {
  "offline/engine.ts": "engine",
  "testing/journey/machine.ts": "engine",
  "moodle-image/test/build.ts": "image",
  "playwright-core": "browser",
};

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

/** What makes a test file slow: `engine`, `image`, `browser`. Empty for a fast one. */
export function slowParts(file: string): readonly string[] {
  const parts = [...reached(file)].map((one) => slow[one]).filter((part) => part !== undefined);
  return [...new Set(parts)].sort();
}

/** Everything that a file imports at run time, itself or by what it imports: paths in the repository, and packages. */
function reached(file: string, found = new Set<string>()): ReadonlySet<string> {
  for (const one of importsOf(file).filter((each) => !found.has(each))) {
    found.add(one);
    if (/\.ts$/.test(one)) {
      reached(one, found);
    }
  }
  return found;
}

const read = new Map<string, readonly string[]>();

function importsOf(file: string): readonly string[] {
  const kept = read.get(file);
  if (kept !== undefined) {
    return kept;
  }
  // An import of types alone loads nothing.
  const text = readFileSync(join(root, file), "utf8").replaceAll(/^(import|export) type [^;]*;/gm, "");
  const imports = preProcessFile(text, true, true).importedFiles.map(({ fileName }) =>
    fileName.startsWith(".") ? fileOf(join(dirname(file), fileName)) : fileName,
  );
  read.set(file, imports);
  return imports;
}

function fileOf(path: string): string {
  const isFile = (one: string): boolean => existsSync(join(root, one)) && statSync(join(root, one)).isFile();
  return [path, `${path}.ts`, join(path, "index.ts")].find(isFile) ?? path;
}
