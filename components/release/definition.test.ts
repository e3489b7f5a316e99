import assert from "node:assert/strict";
import { World } from "../../testing/release/world";
import type { DefinitionArgs } from "./arguments";
import { type State, targets } from "./asl";
import { definition } from "./definition";

const { args } = new World("world");
const variants: Readonly<Record<string, Partial<DefinitionArgs>>> = {
  "with everything": {},
  "without page, alarms and scaling": { page: undefined, alarmNames: [], scalableWorkers: [] },
  "with a year of exams": {
    freezes: Array.from({ length: 300 }, (_, i) => ({
      exam: `exam-${i}`,
      from: "2027-01-11T08:00:00Z",
      to: "2027-01-11T12:00:00Z",
      overridable: i === 0,
    })),
  },
};

describe("The definition of a release", () => {
  for (const [what, changes] of Object.entries(variants)) {
    const made = definition({ ...args, ...changes });
    const states = Object.entries(made.States) as readonly (readonly [string, State])[];

    it(`${what}: every state leads to one that exists, and can be reached`, () => {
      for (const [name, state] of states) {
        for (const target of targets(state)) {
          assert.ok(made.States[target] !== undefined, `${name} leads to ${target}, which is not there`);
        }
      }
      const reached = new Set([made.StartAt]);
      for (const name of reached) {
        targets(made.States[name]!).forEach((target) => reached.add(target));
      }
      const left = states.map(([name]) => name).filter((name) => !reached.has(name));
      assert.deepEqual(left, []);
    });

    it(`${what}: stays within the limits of Step Functions`, () => {
      // https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html: a definition has at most 1 MB, a name 80 characters.
      assert.ok(JSON.stringify(made).length < 1_000_000);
      assert.deepEqual(
        states.map(([name]) => name).filter((name) => name.length > 80),
        [],
      );
    });

    it(`${what}: every call of AWS is tried again, and its failure leads somewhere`, () => {
      for (const [name, state] of states.filter(([, { Type }]) => Type === "Task")) {
        const all = (key: string) =>
          (state[key] as readonly { readonly ErrorEquals: readonly string[] }[]).at(-1)!.ErrorEquals[0];
        assert.deepEqual([all("Retry"), all("Catch")], ["States.ALL", "States.ALL"], name);
        assert.ok(typeof state["TimeoutSeconds"] === "number", name);
      }
    });
  }

  it("is the same text for the same arguments", () => {
    assert.equal(JSON.stringify(definition(args)), JSON.stringify(definition(structuredClone(args))));
  });
});
