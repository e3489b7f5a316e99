import assert from "node:assert/strict";
import { existsSync, globSync, readFileSync } from "node:fs";
import { builtinModules } from "node:module";
import { dirname, join, resolve } from "node:path";
import { preProcessFile } from "typescript";

const root = resolve(__dirname, "..");
const read = (path: string): string => readFileSync(join(root, path), "utf8");

interface Package {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly types?: string;
  readonly typings?: string;
  readonly exports?: unknown;
}

/** `@pulumi/aws/ecs` is in the package `@pulumi/aws`. */
const packageOf = (name: string): string => name.split("/", name.startsWith("@") ? 2 : 1).join("/");

function imported(files: readonly string[]): readonly string[] {
  const names = files.flatMap((file) => preProcessFile(read(file)).importedFiles.map(({ fileName }) => fileName));
  const packages = names.filter((name) => !name.startsWith(".") && !name.startsWith("node:")).map(packageOf);
  return [...new Set(packages)].filter((name) => !builtinModules.includes(name)).sort();
}

/** Whether a package has its own types. */
function hasTypes(name: string): boolean {
  const path = `node_modules/${name}/package.json`;
  const { types, typings, exports } = JSON.parse(read(path)) as Package;
  return (
    (types ?? typings) !== undefined ||
    existsSync(join(root, dirname(path), "index.d.ts")) ||
    JSON.stringify(exports ?? "").includes(".d.ts")
  );
}

/**
 * Packages that a machine for deployments lacks: `npm ci --omit=dev` is enough for `pulumi preview`, which checks types
 * with ts-node.
 */
function lacking(files: readonly string[], dependencies: readonly string[]): readonly string[] {
  const packages = imported(files);
  const types = packages.filter((name) => !hasTypes(name)).map((name) => `@types/${name}`);
  return [...packages, ...types, "@types/node"].filter((name) => !dependencies.includes(name));
}

describe("A machine that deploys", () => {
  const code = (...patterns: string[]) =>
    globSync(patterns, { cwd: root, exclude: ["**/*.test.ts", "**/test/**", "**/lambda/**", "**/node_modules/**"] });
  const own = Object.keys((JSON.parse(read("package.json")) as Package).dependencies ?? {});
  const pack = Object.keys((JSON.parse(read("policies/package.json")) as Package).dependencies ?? {});

  it("has with the production dependencies every package of the program, and its types", () => {
    assert.deepEqual(lacking(code("index.ts", "stacks/**/*.ts", "components/**/*.ts"), own), []);
  });

  it("and every package of the policies", () => {
    const files = code("policies/**/*.ts").filter(
      (file) => !/^policies\/(bench|scripts|testing|corpus|fixtures)\//.test(file),
    );
    assert.deepEqual(lacking(files, [...own, ...pack]), []);
  });

  it("would get a report of a package without types", () => {
    assert.deepEqual(lacking(["stacks/calendar/read.ts"], ["@types/node"]).includes("@types/js-yaml"), true);
  });
});
