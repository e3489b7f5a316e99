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
  before(function () {
    this.timeout(120_000);
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

  const plants: readonly [string, string, string, string, readonly string[]][] = [
    [
      "an argument that no caller gives",
      "components/cache/cache.ts",
      "export interface CacheArgs {",
      "export interface CacheArgs {\n  readonly planted?: number;",
      ["Cache.planted"],
    ],
    [
      "an argument in a group",
      "components/moodle/arguments.ts",
      "export interface WebSize extends TaskSize {",
      "export interface WebSize extends TaskSize {\n  readonly planted?: { readonly inner?: string };",
      ["Moodle.web.planted", "Moodle.web.planted.inner"],
    ],
    [
      "an argument of one variant",
      "components/storage/efs.ts",
      'export interface EfsStore {\n  readonly kind: "efs";',
      'export interface EfsStore {\n  readonly kind: "efs";\n  readonly planted?: boolean;',
      ["SharedFiles.store.planted"],
    ],
    [
      "an argument whose only value is a constant",
      "stacks/platform.ts",
      "scheduled: cacheNodeType !== undefined",
      "scheduled: true",
      ["Cache.scheduled"],
    ],
    [
      "an argument that is no longer given",
      "stacks/platform.ts",
      "notificationTopicArn: alerts.topicArn,\n      logRetentionDays,\n    },\n    stateful,",
      "logRetentionDays,\n    },\n    stateful,",
      ["Database.notificationTopicArn"],
    ],
  ];
  for (const [what, file, from, to, expected] of plants) {
    it(`misses ${what}`, function () {
      this.timeout(120_000);
      const path = join(root, file);
      const text = readFileSync(path, "utf8");
      assert.ok(text.includes(from), `${file} no longer has: ${from}`);
      const planted = read(programOf(root, new Map([[path, text.replace(from, to)]]), program));
      assert.deepEqual(
        unreachable(planted).filter((name) => !unreachable(found).includes(name)),
        expected,
      );
    });
  }
});
