import assert from "node:assert/strict";
import { runbookText } from "../../tools/runbook/command";
import { World } from "../../testing/release/world";
import { mostEventsOf } from "../../testing/state-machines/release";
import type { DefinitionArgs } from "./arguments";
import { pace, type State, targets } from "./asl";
import { definition } from "./definition";
import { longestSeconds } from "./limits";

const { args } = new World("world");
const variants: Readonly<Record<string, Partial<DefinitionArgs>>> = {
  "with everything": {},
  "without page, alarms and scaling": { page: undefined, alarmNames: [], userAlarmNames: [], scalableWorkers: [] },
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
  it("names the runbook with its command and a heading of it, wherever a person has to decide", () => {
    const text = JSON.stringify(definition(args));
    assert.doesNotMatch(text, /docs\/releasing\.md/);
    const named = [...text.matchAll(/make runbook NAME=release STACK=(\w+)(?:, ((?:After|When) [a-z ]+))?/g)];
    assert.deepEqual([...new Set(named.map(([, stack]) => stack))], [args.environment]);
    const page = runbookText("release");
    const headings = named.flatMap(([, , heading]) => heading ?? []);
    assert.deepEqual([...new Set(headings)].sort(), ["After a failed upgrade", "When a person is needed"]);
    headings.forEach((heading) => assert.ok(page.includes(`\n## ${heading}\n`), heading));
  });

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

  for (const upgradeMinutes of [30, 120, 720]) {
    it(`ends in time and within the history's length, whichever way it goes (${upgradeMinutes} minutes for an upgrade)`, () => {
      const made = definition({ ...args, upgradeMinutes });
      const { States, StartAt, TimeoutSeconds } = made;
      // https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html: a history has at most 25,000 events, and a
      // year. Every wait to its end, a clean-up before and one after; and all that with each call tried twice.
      for (const retries of [0, 1]) {
        const events = mostEventsOf(made, retries);
        assert.ok(events > 10_000 && events < 25_000, `${events} events with ${retries} retries`);
      }
      const seconds = longestSeconds(States, StartAt);
      assert.ok(TimeoutSeconds > seconds + 1800, `${seconds} s of waits, ended after ${TimeoutSeconds} s`);
      assert.ok(longestSeconds(States, "Restore") < seconds);
    });
  }

  it("finds a loop that has no bound", () => {
    const pass = (Next: string): State => ({ Type: "Pass", Next });
    assert.throws(() => longestSeconds({ a: pass("b"), b: pass("a") }, "a"), /A loop without bound leads through "a"/);
  });

  it("waits as long as it is told, with few looks, and the first of them soon", () => {
    for (const minutes of [1, 3, 10, 60, 120, 720]) {
      const { growth, times } = pace(10, minutes);
      const seconds = (times + 1) * 10 + (growth * times * (times + 1)) / 2;
      assert.ok(seconds >= minutes * 60 && seconds - (10 + times * growth) < minutes * 60, `${minutes}: ${seconds} s`);
      assert.ok(times <= 45, `${minutes}: ${times} looks`);
    }
  });

  it("is the same text for the same arguments", () => {
    assert.equal(JSON.stringify(definition(args)), JSON.stringify(definition(structuredClone(args))));
  });
});
