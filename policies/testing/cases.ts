import * as assert from "node:assert/strict";
import type { Exemption } from "../lib/exemptions";
import { exemptionsReport } from "../lib/reports";
import type { LimitValues, Limits, Rule } from "../lib/rule";
import { limitsOf } from "../lib/policy";
import { resourceOf } from "../lib/resource";
import { Stack } from "../lib/stack";
import { run, stackOf, undecidedIn, violationsOf, type RunOptions, type Thing } from "./harness";

type Things = readonly Thing[];

/** What every rule is tested with. Each stack of things has a name that says what it is. */
export interface RuleCases {
  readonly rule: Rule;
  readonly pass: Readonly<Record<string, Things>>;
  readonly fail: Readonly<Record<string, Things>>;
  /** In a preview, where something that matters is not known; or why nothing that matters can be unknown. */
  readonly unknown: Readonly<Record<string, Things>> | string;
  readonly notApplicable: Readonly<Record<string, Things>>;
  /** What a message says, beside its form, by the name of a failing case. */
  readonly says?: Readonly<Record<string, RegExp>>;
  /** Thresholds other than the default. */
  readonly limits?: Readonly<Record<string, unknown>>;
}

/** One case for each name of a list, so that none can be left out of the rule's own. */
export function forEach(names: readonly string[], things: (name: string) => Things): Readonly<Record<string, Things>> {
  return Object.fromEntries(names.map((name) => [name, things(name)]));
}

const today = new Date("2027-01-01T12:00:00Z");

export function describeRule({ rule, ...cases }: RuleCases): void {
  const config = { [rule.id]: cases.limits ?? {} };
  const judged = (things: Things, options: RunOptions = {}) => run([rule], things, { config, today, ...options });
  const phases = [
    ["in a preview", { preview: true }],
    ["in an update", { preview: false }],
  ] as const;

  describe(rule.id, () => {
    for (const [name, things] of Object.entries(cases.pass)) {
      for (const [phase, options] of phases) {
        it(`passes ${name}, ${phase}`, async () => {
          const reported = await judged(things, options);
          assert.deepEqual(reported, []);
          assert.ok(applies(rule, things, config), "the rule does not apply to this case, so it proves nothing");
        });
      }
    }
    for (const [name, things] of Object.entries(cases.fail)) {
      for (const [phase, options] of phases) {
        it(`refuses ${name}, ${phase}`, async () => {
          const violations = violationsOf(await judged(things, options), rule);
          assert.ok(violations.length > 0, "no violation");
          assert.match(violations.map(({ message }) => message).join("\n"), cases.says?.[name] ?? /./);
          for (const { urn, message } of violations) {
            assert.match(urn, /^urn:pulumi:prod::moodle::/);
            assert.match(message, /^Found: \S+ "[^"]+": .+\.\nWhy: .+\.\nFix: .+\.?$/);
            assert.doesNotMatch(message, /undefined|\[object|NaN|\.\.\n/);
          }
        });
      }
    }
    if (typeof cases.unknown === "string") {
      it(`is never undecided: ${cases.unknown}`, () => assert.ok(String(cases.unknown).length > 10));
    } else {
      for (const [name, things] of Object.entries(cases.unknown)) {
        it(`is undecided, and says so, with ${name}`, async () => {
          const reported = await judged(things, { preview: true });
          assert.deepEqual(violationsOf(reported, rule), []);
          assert.match(undecidedIn(reported).join(), new RegExp(`^${rule.id}: `));
        });
      }
    }
    for (const [name, things] of Object.entries(cases.notApplicable)) {
      it(`does not apply to ${name}`, async () => {
        assert.deepEqual(await judged(things), []);
        assert.equal(applies(rule, things, config), false);
      });
    }

    const [failing] = Object.values(cases.fail);
    it("is silenced by an exemption that holds", async () => {
      const exemptions = await exemptionsFor(rule, failing!, config, "2027-02-01");
      assert.deepEqual(await judged(failing!, { exemptions }), []);
    });
    it("is not silenced by one that has expired, which is a violation itself", async () => {
      const exemptions = await exemptionsFor(rule, failing!, config, "2026-12-31");
      const reported = await judged(failing!, { exemptions });
      assert.ok(violationsOf(reported, rule).length > 0);
      const faults = reported.filter((one) => one.policy === exemptionsReport);
      assert.equal(faults.length, exemptions.length);
      assert.match(faults[0]!.message, /expired 1 day ago, on 2026-12-31/);
    });
  });
}

async function exemptionsFor(
  rule: Rule,
  things: Things,
  config: RunOptions["config"] & object,
  expires: string,
): Promise<readonly Exemption[]> {
  const violations = violationsOf(await run([rule], things, { config, today }), rule);
  return [...new Set(violations.map(({ urn }) => urn))].map((urn) => ({
    policy: rule.id,
    urn,
    reason: "The supplier moves it in February.",
    owner: "platform",
    ticket: "PLAT-1",
    expires,
  }));
}

/** Whether the rule gives any verdict at all. */
function applies(rule: Rule, things: Things, config: RunOptions["config"] & object): boolean {
  const limits = limitsOf<Limits>(rule, config[rule.id] ?? {}) as LimitValues<Limits>;
  const sdk = stackOf(things, false);
  const stack = new Stack(sdk);
  return stack.ofType(...rule.types).some((resource) => {
    const verdicts =
      rule.scope === "stack"
        ? rule.check(resource, stack, limits)
        : rule.check(resourceOf(sdk.find((one) => one.urn === resource.urn)!), limits);
    return verdicts !== undefined;
  });
}
