import * as assert from "node:assert/strict";
import { rules } from "../rules";
import { judge, undecidedIn } from "../testing/harness";
import { record, toldOf } from "../testing/recorder";
import type { Entry } from "./corpus";
import { entries } from "./entries";
import { yamlProgram } from "./yaml";

const nameOf = (urn: string): string => urn.split("::").slice(3).join("::");

async function verdictsOf(entry: Entry, preview: boolean) {
  const program = typeof entry.program === "string" ? yamlProgram(entry.program) : entry.program;
  const { single, whole } = toldOf(await record(program, preview), preview);
  const reported = await judge(rules, single, () => whole, { preview, config: entry.config ?? {} });
  const about = (verdict: string): boolean => entry.about.includes(verdict.split(": ")[0]!);
  return {
    violations: [...new Set(reported.map(({ policy, urn }) => `${policy}: ${nameOf(urn)}`))].filter(about).sort(),
    open: undecidedIn(reported).filter(about).toSorted(),
    defects: reported.filter(({ message }) => /itself is defective/.test(message)),
  };
}

describe("The corpus of other people's programs", () => {
  it("has 60 programs at least, good and bad, each with a name of its own and rules that exist", () => {
    assert.ok(entries.length >= 60, `${entries.length} programs`);
    assert.equal(new Set(entries.map(({ name }) => name)).size, entries.length);
    const ids = new Set(rules.map(({ id }) => id));
    for (const { name, about, faults = [], open = [], later = [] } of entries) {
      const named = [...about, ...[...faults, ...open, ...later].map((verdict) => verdict.split(": ")[0]!)];
      assert.deepEqual(
        named.filter((rule) => !ids.has(rule)),
        [],
        name,
      );
    }
  });

  it("has a bad program and a good one for every rule", () => {
    // What must not exist at all has no good program.
    const none = ["no-long-lived-keys"];
    const bad = (rule: string) => (entry: Entry) =>
      [...(entry.faults ?? []), ...(entry.later ?? [])].some((verdict) => verdict.startsWith(`${rule}: `));
    const lacking = rules.flatMap(({ id }) => {
      const about = entries.filter((entry) => entry.about.includes(id));
      return [
        ...(about.some(bad(id)) ? [] : [`${id}: bad`]),
        ...(none.includes(id) || !about.every(bad(id)) ? [] : [`${id}: good`]),
      ];
    });
    assert.deepEqual(lacking, []);
  });

  for (const entry of entries) {
    const { name, style, faults = [], open = [], outside = [], later = [] } = entry;
    it(`${style}: ${name}, before the first update`, async () => {
      const found = await verdictsOf(entry, true);
      assert.deepEqual(found, { violations: faults.toSorted(), open: [...open, ...outside].sort(), defects: [] });
    });
    it(`${style}: ${name}, in a finished stack`, async () => {
      const found = await verdictsOf(entry, false);
      assert.deepEqual(found, { violations: [...faults, ...later].sort(), open: outside.toSorted(), defects: [] });
    });
  }
});
