import * as assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { stackFileSchema } from "./documents";
import type { Node } from "./jsonSchema";

const root = join(__dirname, "../..");

/** Code without comments and texts, so that a name in a sentence does not count. */
function codeOf(patterns: string, without: (path: string) => boolean): string {
  return globSync(patterns, { cwd: root })
    .filter((path) => !path.endsWith(".test.ts") && !without(path))
    .map((path) => readFileSync(join(root, path), "utf8").replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, ""))
    .join("\n");
}

/** Every setting's path, of all kinds of its group. */
function settings(): readonly string[] {
  const found = new Set<string>();
  const walk = (path: string, node: Node): void => {
    for (const [key, property] of Object.entries(node.properties ?? {})) {
      found.add(`${path}${key}`);
      walk(`${path}${key}.`, property);
    }
    (node.anyOf ?? []).forEach((variant) => walk(path, variant));
    if (node.items !== undefined) {
      walk(path, node.items);
    }
  };
  const { properties } = JSON.parse(stackFileSchema()) as { properties: { config: Node } };
  walk("", properties.config);
  return [...found].map((path) => path.replace("moodle:", ""));
}

/*
 * Judges by name: a component's argument has the name of its setting. It finds a setting that no argument takes, which a
 * spread lets through in silence. It does not find one whose name something else has too.
 */
describe("Every setting", () => {
  const program = codeOf("{index.ts,stacks/**/*.ts,components/**/*.ts}", (path) =>
    /^stacks\/(settings\/|profiles\.ts)/.test(path),
  );
  const schema = codeOf("stacks/settings/*.ts", () => false);

  /** In its own folder `key: integer(...)` declares a setting; every other use of the name reads it. */
  const isUsed = (path: string): boolean => {
    const key = path.split(".").at(-1)!;
    return new RegExp(`\\b${key}\\b`).test(program) || new RegExp(`\\.${key}\\b|[{,]\\s*${key}\\s*[,}]`).test(schema);
  };

  it("is taken by an argument of a component, or read by the program", () => {
    const all = settings();
    assert.ok(all.length > 150, `${all.length} settings`);
    assert.deepEqual(
      all.filter((path) => !isUsed(path)),
      [],
      "Nothing reads these. Fix: add the argument of the same name to the component (CONTRIBUTING.md, A setting).",
    );
    assert.equal(isUsed("cache.replicasOfNobody"), false);
  });

  it("has its group's rules in the list that is run", () => {
    const [imports = "", list = ""] = readFileSync(join(__dirname, "settings.ts"), "utf8").split("const rules: ");
    for (const [, name] of schema.matchAll(/^export const (\w+): Rules</gm)) {
      assert.ok(
        imports.includes(name!) && list.includes(`...${name},`),
        `${name} is not among the rules of settings.ts`,
      );
    }
  });
});
