import * as assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type ts from "typescript";
import { type Arguments, programOf, readArguments } from "./arguments";
import { internal } from "./internal";

const root = join(__dirname, "../..");
const read = (program: ts.Program) => readArguments(program, join(root, "stacks"), join(root, "components"));

function unreachable({ optional, fed }: Arguments): string[] {
  return optional.filter((argument) => !fed.has(argument) && !(argument in internal));
}

describe("what a component can do and a stack file can say", () => {
  let program: ts.Program;
  let found: Arguments;
  before(() => {
    program = programOf(root);
    found = read(program);
  });

  it("is the same: every optional argument is fed, or is internal for a reason", () => {
    assert.deepEqual(
      unreachable(found),
      [],
      "Feed each from the settings in stacks/, or give the reason in testing/reachable/internal.ts.",
    );
  });

  it("has no internal argument that is fed, is required or is gone", () => {
    const stale = Object.keys(internal).filter((name) => found.fed.has(name) || !found.optional.includes(name));
    assert.deepEqual(stale, [], "Remove each from testing/reachable/internal.ts.");
  });

  it("has a reason for each internal argument", () => {
    assert.deepEqual(
      Object.entries(internal).filter(([, reason]) => reason.length < 20),
      [],
    );
  });

  it("sees what is fed through spreads, functions, conditions and groups", () => {
    const fed = [
      "Notifications.email", // Written as a shorthand, in a function that is called twice.
      "Database.engineVersion", // Spread from a group of settings.
      "SharedFiles.store.retainOnDelete", // In one of three objects that a function returns.
      "Cluster.capacity.warmPool", // Undefined in one arm of a condition.
    ];
    assert.deepEqual(
      fed.filter((name) => !found.fed.has(name)),
      [],
    );
  });

  /** File, text in it, text in its place, and the arguments that no caller feeds then. */
  const plants: readonly (readonly [string, string, string, readonly string[]])[] = [
    ["components/cache/cache.ts", "interface CacheArgs {", "$& readonly planted?: number;", ["Cache.planted"]],
    // In a group, and in a group of that group.
    [
      "components/moodle/arguments.ts",
      "interface WebSize extends TaskSize {",
      "$& readonly planted?: { readonly inner?: string };",
      ["Moodle.web.planted", "Moodle.web.planted.inner"],
    ],
    // In one of three variants.
    [
      "components/storage/efs.ts",
      "interface EfsStore {",
      "$& readonly planted?: boolean;",
      ["SharedFiles.store.planted"],
    ],
    // Given no more, and given as a constant.
    [
      "stacks/data.ts",
      "signalsTopicArn,\n      logRetentionDays,\n      source:",
      "logRetentionDays, source:",
      ["Database.signalsTopicArn"],
    ],
    ["stacks/site.ts", "instanceTags: providers.tags", "instanceTags: undefined", ["Cluster.instanceTags"]],
  ];
  it("differs where something is planted, and only there", () => {
    const texts = new Map<string, string>();
    for (const [file, from, to] of plants) {
      const path = join(root, file);
      const text = texts.get(path) ?? readFileSync(path, "utf8");
      assert.ok(text.includes(from), `${file} no longer has: ${from}`);
      texts.set(path, text.replace(from, to));
    }
    assert.deepEqual(
      unreachable(read(programOf(root, texts, program))).filter((name) => !unreachable(found).includes(name)),
      plants.flatMap(([, , , arguments_]) => arguments_).sort(),
    );
  });
});
