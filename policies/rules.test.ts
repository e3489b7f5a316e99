import * as assert from "node:assert/strict";
import * as fc from "fast-check";
import { rules } from "./rules";
import { allCases } from "./testing/allCases";
import { describeRule } from "./testing/cases";
import { run, thing, unknown, type Thing } from "./testing/harness";

describe("policy rules", () => {
  for (const one of allCases) {
    describeRule(one);
  }
});

describe("the rules together", () => {
  it("have cases each: pass, fail, unknown and not applicable", () => {
    for (const rule of rules) {
      const own = allCases.filter((one) => one.rule === rule);
      assert.ok(own.length > 0, `${rule.id} has no cases`);
      for (const one of own) {
        // What must not exist at all has nothing that passes.
        const passes = Object.keys(one.pass).length > 0 || rule.id === "no-long-lived-keys";
        const open = typeof one.unknown === "string" || Object.keys(one.unknown).length > 0;
        assert.ok(
          passes && open && Object.keys(one.fail).length > 0 && Object.keys(one.notApplicable).length > 0,
          `${rule.id} lacks cases`,
        );
      }
    }
  });

  it("have names of their own, in kebab case, and say all that the catalogue needs", () => {
    assert.equal(new Set(rules.map((rule) => rule.id)).size, rules.length);
    for (const rule of rules) {
      assert.match(rule.id, /^[a-z][a-z0-9]*(-[a-z0-9]+)+$/);
      assert.match(rule.title, /^[A-Z].*\.$/, rule.id);
      assert.match(rule.why, /^\S.*\.$/, rule.id);
      assert.match(rule.fix, /^[A-Z].*\.$/, rule.id);
      assert.ok(rule.serves.length > 0 && rule.example !== "" && rule.types.length > 0, rule.id);
      for (const limit of Object.values(rule.limits)) {
        assert.match(limit.about, /^[A-Z].*\.$/, rule.id);
      }
    }
  });

  it("never fail themselves, whatever the resources look like", async () => {
    // Three seconds of work, and sometimes much waiting for a busy machine.
    const vocabulary = [...new Set(allCases.flatMap(thingsOf).flatMap(({ props }) => keysIn(props)))];
    const texts = [
      "",
      "*",
      "0.0.0.0/0",
      "igw-1",
      "{",
      "[]",
      "null",
      "true",
      '{"Statement":{"Effect":"Allow","Action":["*",3],"Resource":null,"Principal":{"AWS":["*"]},"Condition":[]}}',
      '{"Statement":[1,null,{"Effect":"Allow","Principal":"*"}]}',
      '[{"name":7,"environment":{"name":"X_TOKEN"}},null,3]',
      "db.r7g.xlarge",
      "aurora-mysql",
    ];
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 3, depthSize: "small" },
        fc.constantFrom<unknown>(undefined, null, true, false, -1, 0, 3, 1e9, Number.NaN, unknown, ...texts),
        fc.array(tie("value"), { maxLength: 3 }),
        fc.dictionary(fc.constantFrom(...vocabulary), tie("value"), { maxKeys: 6, noNullPrototype: true }),
      ),
    }));
    const types = [...new Set(allCases.flatMap(thingsOf).map(({ type }) => type))];
    const arbitraryThing = fc
      .tuple(
        fc.constantFrom(...types),
        fc.dictionary(fc.constantFrom(...vocabulary), value, { maxKeys: 12, noNullPrototype: true }),
        value,
      )
      .map(([type, props, defaultTags]) => ({ type, props, defaultTags }));
    await fc.assert(
      fc.asyncProperty(
        fc.array(arbitraryThing, { minLength: 1, maxLength: 12 }),
        fc.boolean(),
        async (list, preview) => {
          const things = list.map(({ type, props, defaultTags }, i) =>
            thing(type, `thing${i}`, props, { provider: { defaultTags } }),
          );
          const broken = (await run(rules, things, { preview })).filter(({ message }) =>
            /itself is defective/.test(message),
          );
          assert.deepEqual(broken, []);
        },
      ),
      { numRuns: 300 },
    );
  });

  it("never fail on a resource with its own properties turned into something else", async () => {
    const odd: readonly unknown[] = [null, "", "x", 0, [], {}, [null], [[{}]], { a: 1 }, unknown, [unknown], true];
    for (const { rule, ...cases } of allCases) {
      for (const things of [...Object.values(cases.fail), ...Object.values(cases.pass)]) {
        for (const value of odd) {
          const changed = things.map((one) => ({
            ...one,
            props: Object.fromEntries(Object.keys(one.props).map((key) => [key, value])),
          }));
          const reported = await run([rule], changed, { preview: true });
          assert.deepEqual(
            reported.filter(({ message }) => /itself is defective/.test(message)),
            [],
          );
        }
      }
    }
  });
});

function thingsOf(one: (typeof allCases)[number]): readonly Thing[] {
  return [...Object.values(one.pass), ...Object.values(one.fail)].flat();
}

function keysIn(value: unknown): readonly string[] {
  if (Array.isArray(value)) {
    return value.flatMap(keysIn);
  }
  return value !== null && typeof value === "object" && Object.getPrototypeOf(value) === Object.prototype
    ? Object.entries(value).flatMap(([key, inner]) => [key, ...keysIn(inner)])
    : [];
}
