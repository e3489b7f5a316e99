import * as assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { preview, stopStandIns } from "../../offline/engine";
import { type PackConfig, settingOf } from "../../policies/lib/config";
import { rules } from "../../policies/rules";
import { Judge, type Verdict } from "./faults/judge";
import { contents } from "./faults/messages";
import { planted } from "./faults/planting";
import { packOf, recordedPack, type RecordedStack, recordStack } from "./faults/recorded";
import { type Mutation, mutations } from "./mutations";
import { stacks } from "./stacks";

/** Faults that the table must not have, for the tests of these tests. */
const noFault: Mutation = {
  rules: ["load-balancer-hardened"],
  fault: "nothing",
  names: ["lb-alb"],
  change: () => ({}),
};
const noResource: Mutation = { ...noFault, names: ["no-such-resource"] };
const readByOthers: Mutation = { ...noFault, names: ["cluster-ecs"], change: () => ({ name: "another" }) };

/** The settings of a provider reach all its resources, which a recording shows as they were. */
const needsEngine = ({ type }: Mutation): boolean => type?.startsWith("pulumi:providers:") === true;
const of = (stack: string): readonly Mutation[] => mutations.filter((one) => (one.stacks ?? stacks).includes(stack));

function levelOf(stack: string, rule: string): string {
  const config = JSON.parse(readFileSync(packOf(stack).config, "utf8")) as PackConfig;
  return settingOf(
    config,
    rules.find(({ id }) => id === rule)!,
  ).level;
}

/** Exactly its own rules are reported, and they stop a deployment where the stack's configuration says so. */
function assertReported(stack: string, mutation: Mutation, verdicts: readonly Verdict[], ok: boolean): void {
  const reported = new Set(verdicts.map(({ policy }) => policy).filter((rule) => rule !== "undecided"));
  assert.deepEqual([...reported].sort(), [...mutation.rules].sort(), JSON.stringify(verdicts, undefined, 2));
  assert.equal(ok, !mutation.rules.some((rule) => levelOf(stack, rule) === "mandatory"));
}

const stops = (verdicts: readonly Verdict[]): boolean => verdicts.some(({ level }) => level === "mandatory");
const sorted = (verdicts: readonly Verdict[]): readonly string[] =>
  verdicts.map(({ policy, level, urn }) => `${policy} ${level} ${urn}`).sort();

/** Previews a stack on the whole engine with faults in it, recorded and judged. */
async function onEngine(stack: string, faults: readonly Mutation[]) {
  const { transform, check } = planted(stack, faults);
  const [pack, recorder] = await recordedPack(stack, true);
  const run = `faults-${stack}`;
  const result = await preview(stack, { run, quiet: true, policyPacks: [pack], transform }).finally(recorder.close);
  check();
  const verdicts = result.violations.map((one) => ({ ...one, urn: one.urn ?? "" }));
  return { ...result, verdicts, told: recorder.recording };
}

const groupOf = new Map(rules.map(({ id, group }) => [id, group]));
const groupsOf = (faults: readonly Mutation[]): readonly unknown[] =>
  [...new Set(faults.flatMap((fault) => fault.rules.map((id) => groupOf.get(id))))].sort();

/** As many faults as fit in one program, each on its own resources; the smallest groups of rules choose first. */
function apart(faults: readonly Mutation[]): readonly Mutation[] {
  const size = ({ rules: [id] }: Mutation): number =>
    faults.filter((one) => groupOf.get(one.rules[0]!) === groupOf.get(id!)).length;
  const taken = new Set<string>();
  return faults
    .toSorted((a, b) => size(a) - size(b))
    .filter(({ names = [] }) => {
      const free = !names.some((name) => taken.has(name));
      names.forEach((name) => free && taken.add(name));
      return free;
    });
}

describe("A planted fault fails its rule and no other, in preview", () => {
  const recorded = new Map<string, RecordedStack>();
  const judges = new Map<string, Judge>();
  const verdictsOf = (stack: string, ...faults: readonly Mutation[]): Promise<readonly Verdict[]> =>
    judges.get(stack)!.verdicts(recorded.get(stack)!.with(...faults));

  before(async () => {
    for (const stack of stacks) {
      const faults = of(stack).filter((one) => !needsEngine(one));
      const one = await recordStack(stack, [...faults, noFault, noResource, readByOthers]);
      recorded.set(stack, one);
      judges.set(stack, await Judge.of(packOf(stack), one.settings));
    }
  });

  after(async () => {
    judges.forEach((judge) => judge.close());
    await stopStandIns();
  });

  it("is planted for every rule", () => {
    const covered = new Set(mutations.flatMap((mutation) => mutation.rules));
    assert.deepEqual(
      rules.map(({ id }) => id).filter((id) => !covered.has(id)),
      [],
    );
  });

  for (const stack of stacks) {
    for (const mutation of of(stack)) {
      it(`${stack}: ${mutation.fault}`, async () => {
        if (needsEngine(mutation)) {
          const { verdicts, ok } = await onEngine(stack, [mutation]);
          assertReported(stack, mutation, verdicts, ok);
        } else {
          const verdicts = await verdictsOf(stack, mutation);
          assertReported(stack, mutation, verdicts, !stops(verdicts));
        }
      });
    }

    it(`${stack}: without a fault there is no report, and a test that expects one fails`, async () => {
      const verdicts = await verdictsOf(stack);
      assertReported(stack, { ...noFault, rules: [] }, verdicts, !stops(verdicts));
      assert.throws(() => assertReported(stack, noFault, verdicts, !stops(verdicts)), assert.AssertionError);
    });
  }

  it("the whole engine tells the policies, and reports, what the recording does", async () => {
    const stack = "prod";
    const recordable = of(stack).filter((one) => !needsEngine(one));
    const faults = apart(recordable);
    assert.deepEqual(groupsOf(faults), groupsOf(recordable), "Each group of rules must have a fault in it.");
    const engine = await onEngine(stack, faults);
    assert.deepEqual(contents(engine.told), contents(recorded.get(stack)!.with(...faults)));
    const verdicts = await verdictsOf(stack, ...faults);
    assert.deepEqual(sorted(engine.verdicts), sorted(verdicts));
    assert.equal(engine.ok, !stops(verdicts), engine.printed);
  });

  it("would be found under another rule, beside another one, and at another level", async () => {
    const verdicts = await verdictsOf(
      "prod",
      mutations.find(({ rules: [rule] }) => rule === "listener-tls")!,
    );
    const fault: Mutation = { rules: ["listener-tls"], fault: "" };
    assertReported("prod", fault, verdicts, false);
    assert.throws(() => assertReported("prod", { ...fault, rules: ["key-rotation"] }, verdicts, false));
    assert.throws(() => assertReported("prod", { ...fault, rules: ["listener-tls", "key-rotation"] }, verdicts, false));
    const more = [...verdicts, { ...verdicts[0]!, policy: "key-rotation" }];
    assert.throws(() => assertReported("prod", fault, more, false));
    assert.throws(() => assertReported("prod", fault, verdicts, true));
  });

  it("is refused when it changes nothing, breaks nothing, or changes what others read", () => {
    const prod = recorded.get("prod")!;
    assert.throws(() => prod.with(noFault), /not planted/);
    assert.throws(() => prod.with(noResource), /not planted/);
    assert.throws(() => prod.with(readByOthers), /reads name of .*cluster-ecs/);
  });
});
