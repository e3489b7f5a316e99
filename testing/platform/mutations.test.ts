import * as assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { preview, type RunResult, stopStandIns } from "../../offline/engine";
import { rules } from "../../policies/rules";
import { type Made, type Mutation, mutations } from "./mutations";
import { root, stacks } from "./stacks";

/** The profile of each stack of this repository has the stack's name, and so has its policy configuration. */
function levelOf(stack: string, rule: string): string {
  const file = join(root, "policies", "config", `${stack}.json`);
  const levels = JSON.parse(readFileSync(file, "utf8")) as Record<string, { enforcementLevel: string } | string>;
  const level = levels[rule];
  return typeof level === "string" ? level : (level?.enforcementLevel ?? "disabled");
}

/** Previews a stack with the fault planted, and sees to it that it was. */
async function previewWith(stack: string, mutation: Mutation, run: string): Promise<RunResult> {
  const { names = [], type, change, options, add } = mutation;
  const made = new Map<string, pulumi.Resource>();
  const find: Made = (name) => made.get(name) ?? assert.fail(`${name} is not made before it is needed.`);
  const broken = new Set<string>();
  const prefix = `${stack}-`;
  let added = false;

  const transform: pulumi.ResourceTransformation = (args) => {
    const name = args.name.startsWith(prefix) ? args.name.slice(prefix.length) : args.name;
    if (args.name.endsWith("mutation")) {
      return undefined;
    }
    if (!args.type.startsWith("moodle:")) {
      made.set(name, args.resource);
    }
    // Services come last, when everything that an addition may need is there.
    if (add !== undefined && !added && args.type === "aws:ecs/service:Service") {
      added = true;
      add(find);
    }
    if (!names.includes(name) || (type ?? args.type) !== args.type || args.type.startsWith("moodle:")) {
      return undefined;
    }
    broken.add(name);
    return {
      props: { ...args.props, ...change?.(args.props, find, name) },
      opts: options === undefined ? args.opts : { ...args.opts, ...options },
    };
  };
  const result = await preview(stack, { run: `${run}-${stack}`, quiet: true, transform });
  assert.ok(add === undefined ? broken.size > 0 : added, "The fault was not planted: no such resource.");
  return result;
}

interface Case {
  readonly stack: string;
  readonly mutation: Mutation;
  result?: Promise<RunResult>;
}

const cases: readonly Case[] = stacks.flatMap((stack) =>
  mutations.filter((one) => (one.stacks ?? stacks).includes(stack)).map((mutation) => ({ stack, mutation })),
);

/** The preview of a case, and the next one's started beside it: the engine and the program keep two cores busy. */
function resultOf(index: number): Promise<RunResult> {
  for (const near of [index, index + 1]) {
    const one = cases[near];
    if (one !== undefined && one.result === undefined) {
      one.result = previewWith(one.stack, one.mutation, `mutation-${near % 2}`);
      // It is awaited in the test that it belongs to.
      one.result.catch(() => undefined);
    }
  }
  return cases[index]!.result!;
}

describe("A planted fault fails its rule and no other, in preview", () => {
  after(stopStandIns);

  it("is planted for every rule", () => {
    const covered = new Set(mutations.flatMap((mutation) => mutation.rules));
    assert.deepEqual(
      rules.map(({ id }) => id).filter((id) => !covered.has(id)),
      [],
    );
  });

  cases.forEach(({ stack, mutation }, index) => {
    it(`${stack}: ${mutation.fault}`, async function () {
      this.timeout(600_000);
      const result = await resultOf(index);
      // All of them together would be gigabytes.
      cases[index]!.result = undefined;
      const reported = new Set(result.violations.map(({ policy }) => policy).filter((rule) => rule !== "undecided"));
      assert.deepEqual([...reported].sort(), [...mutation.rules].sort(), result.printed);
      const stops = mutation.rules.some((rule) => levelOf(stack, rule) === "mandatory");
      assert.equal(result.ok, !stops, result.printed);
    });
  });
});
