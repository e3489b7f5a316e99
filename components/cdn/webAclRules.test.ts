import * as assert from "node:assert/strict";
import {
  countedRules,
  defaultRollout,
  managedRuleGroups,
  type Mode,
  type Rollout,
  rolloutSteps,
} from "./firewallGroups";
import { includedUnits, statementUnits } from "./firewallUnits";
import { type FirewallRules, webAclRules } from "./webAclRules";

const every = (mode: Mode) => Object.fromEntries(rolloutSteps.map((step) => [step, mode])) as unknown as Rollout;
const plain: FirewallRules = {
  limits: { login: 20, flood: 30 },
  rollout: defaultRollout,
  geoAllow: [],
  geoBlock: [],
  blockedSets: [],
  allowedSets: [],
};
const full: FirewallRules = { ...plain, geoAllow: ["GB"], blockedSets: ["b4", "b6"], allowedSets: ["a4", "a6"] };
const names = (args: FirewallRules) => webAclRules(args).map(({ name }) => name);
const group = (name: string) => managedRuleGroups.find((found) => found.name === name)!;
const ruleOf = (args: FirewallRules, name: string): any => webAclRules(args).find((rule) => rule.name === name);

describe("webAclRules", () => {
  it("labels paths first, then asks what is cheap, then AWS's groups, then their labels", () => {
    assert.deepEqual(names(full), [
      "label-login",
      "label-lenient-path",
      "blocked-addresses",
      "countries",
      "flood",
      "login-rate",
      "login-rate-known",
      "login-path",
      "login-size",
      ...managedRuleGroups.map(({ name }) => name),
      "login-contents",
      "programs",
    ]);
    assert.deepEqual(
      webAclRules(full).map(({ priority }) => priority),
      names(full).map((_, index) => index),
    );
  });

  it("leaves out the rules of empty lists", () => {
    assert.ok(!names(plain).some((name) => name === "blocked-addresses" || name === "countries"));
  });

  const units = (args: FirewallRules) =>
    webAclRules(args).reduce((sum, rule) => sum + statementUnits(rule.statement), 0);

  it("fits into the units that are included in the price, with every list in use and everything blocking", () => {
    assert.equal(units(plain), 1466);
    assert.equal(units({ ...full, rollout: every("block") }), 1482);
    assert.ok(units({ ...full, rollout: every("block") }) <= includedUnits);
  });

  it("prices each kind of statement as AWS publishes", () => {
    const match = { positionalConstraint: "STARTS_WITH", textTransformations: [{ priority: 0, type: "LOWERCASE" }] };
    assert.equal(statementUnits({ byteMatchStatement: match }), 12);
    assert.equal(statementUnits({ byteMatchStatement: { ...match, positionalConstraint: "CONTAINS" } }), 20);
    assert.equal(statementUnits({ rateBasedStatement: { customKeys: [{ ip: {} }, { httpMethod: {} }] } }), 62);
    assert.throws(() => statementUnits({ xssMatchStatement: {} }), /xssMatchStatement has no price/);
    assert.throws(() => statementUnits({ managedRuleGroupStatement: { name: "Mine" } }), /Mine is not in/);
    assert.throws(() => statementUnits({ geoMatchStatement: {}, labelMatchStatement: {} }), /exactly one kind/);
  });

  it("names each managed rule and label once", () => {
    const rules = managedRuleGroups.flatMap((found) => found.rules);
    assert.equal(new Set(rules.map(({ name }) => name)).size, rules.length);
    assert.equal(new Set(rules.map(({ label }) => label)).size, rules.length);
  });

  it("leaves AWS's admin protection out", () => {
    assert.ok(!managedRuleGroups.some(({ name }) => name.includes("AdminProtection")));
  });
});

describe("the rollout", () => {
  it("starts with reputation, bad inputs and /login blocking", () => {
    assert.deepEqual(
      rolloutSteps.filter((step) => defaultRollout[step] === "block"),
      ["reputation", "badInputs", "login"],
    );
  });

  it("counts a group as a whole and rule by rule until its step blocks", () => {
    for (const { name, step, rules } of managedRuleGroups) {
      const counting = ruleOf({ ...plain, rollout: { ...every("block"), [step]: "count" } }, name);
      assert.deepEqual(counting.overrideAction, { count: {} }, name);
      assert.equal(counting.statement.managedRuleGroupStatement.ruleActionOverrides.length, rules.length, name);
      const blocking = ruleOf({ ...plain, rollout: every("block") }, name);
      assert.deepEqual(blocking.overrideAction, { none: {} }, name);
      assert.deepEqual(
        blocking.statement.managedRuleGroupStatement.ruleActionOverrides.map((given: { name: string }) => given.name),
        countedRules(group(name)).map((rule) => rule.name),
      );
    }
  });

  // https://docs.aws.amazon.com/waf/latest/developerguide/aws-managed-rule-groups-baseline.html for the names.
  it("never blocks these anywhere but on /login, whatever the step says", () => {
    const counted = managedRuleGroups.flatMap((found) => countedRules(found).map(({ name }) => name));
    for (const name of [
      "SizeRestrictions_BODY",
      "SizeRestrictions_QUERYSTRING",
      "SizeRestrictions_Cookie_HEADER",
      "SizeRestrictions_URIPATH",
      "CrossSiteScripting_BODY",
      "CrossSiteScripting_QUERYARGUMENTS",
      "GenericLFI_BODY",
      "GenericRFI_BODY",
      "GenericRFI_QUERYARGUMENTS",
      "RestrictedExtensions_URIPATH",
      "RestrictedExtensions_QUERYARGUMENTS",
      "EC2MetaDataSSRF_BODY",
      "NoUserAgent_HEADER",
      "UserAgent_BadBots_HEADER",
      "SQLi_BODY",
      "SQLiExtendedPatterns_BODY",
      "SQLiExtendedPatterns_QUERYARGUMENTS",
      "PHPHighRiskMethodsVariables_BODY",
      "UNIXShellCommandsVariables_BODY",
    ]) {
      assert.ok(counted.includes(name), name);
    }
  });

  it("counts all of /login when asked to", () => {
    const rules = webAclRules({ ...plain, rollout: { ...defaultRollout, login: "count" } });
    const login = rules.filter(({ name }) => /^login-/.test(name as string));
    assert.equal(login.length, 4);
    assert.ok(login.every(({ action }) => JSON.stringify(action) === '{"count":{}}'));
  });

  it("blocks programs only of groups that block", () => {
    const labels = (rollout: Rollout) => JSON.stringify(ruleOf({ ...plain, rollout }, "programs") ?? {});
    assert.match(labels(defaultRollout), /ExploitablePaths/);
    assert.doesNotMatch(labels(defaultRollout), /NoUserAgent/);
    assert.match(labels(every("block")), /NoUserAgent/);
    assert.equal(labels(every("count")), "{}");
  });
});

describe("known networks", () => {
  it("have a rate of their own under /login, and are not asked for reputation or country", () => {
    const exempt = ["login-rate", "AWSManagedRulesAmazonIpReputationList", "countries"];
    const holds = names(full).filter((name) => JSON.stringify(ruleOf(full, name)).includes('"a4"'));
    assert.deepEqual([...holds].sort(), [...exempt, "login-rate-known"].sort());
    for (const name of exempt) {
      assert.match(JSON.stringify(ruleOf(full, name)), /notStatement.{0,60}"a6"/);
    }
  });
});
