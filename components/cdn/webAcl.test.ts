import * as assert from "node:assert/strict";
import { build, isUnknown, settled } from "../../testing/build";
import { WebAcl, WebAclArgs } from "./webAcl";
import { managedRuleGroups, rateRuleUnits, webAclRules } from "./webAclRules";

const make = (args?: WebAclArgs, preview = false) => build((opts) => new WebAcl("waf", args, opts), { preview });

describe("webAclRules", () => {
  const rules = webAclRules({ login: 20, flood: 30 });

  it("tries the rate rules first, then the groups, each with its metric", () => {
    assert.deepEqual(
      rules.map(({ name, priority }) => [name, priority]),
      [
        ["flood", 0],
        ["login-rate", 1],
        ["AWSManagedRulesAmazonIpReputationList", 2],
        ["AWSManagedRulesKnownBadInputsRuleSet", 3],
        ["AWSManagedRulesCommonRuleSet", 4],
        ["AWSManagedRulesSQLiRuleSet", 5],
        ["AWSManagedRulesPHPRuleSet", 6],
      ],
    );
  });

  it("fits into the units that are included in the price", () => {
    const units = managedRuleGroups.reduce((sum, group) => sum + group.units, rateRuleUnits);
    assert.equal(units, 1241);
    assert.ok(units <= 1500);
  });

  it("counts every rule that reads contents, one by one and as a group", () => {
    const modes = managedRuleGroups.map(({ name, mode }) => `${name} ${mode}`);
    assert.deepEqual(modes, [
      "AWSManagedRulesAmazonIpReputationList block",
      "AWSManagedRulesKnownBadInputsRuleSet block",
      "AWSManagedRulesCommonRuleSet count",
      "AWSManagedRulesSQLiRuleSet count",
      "AWSManagedRulesPHPRuleSet count",
    ]);
    for (const group of managedRuleGroups) {
      assert.equal(group.rules.length > 0, group.mode === "count", group.name);
      assert.equal(new Set(group.rules).size, group.rules.length, group.name);
    }
  });

  it("leaves AWS's admin protection out", () => {
    assert.ok(!managedRuleGroups.some(({ name }) => name.includes("AdminProtection")));
  });
});

describe("WebAcl", () => {
  it("builds exactly these resources", async () => {
    const built = await make();
    assert.deepEqual(built.identities, [
      "aws:cloudwatch/logGroup:LogGroup::waf-logs",
      "aws:wafv2/webAcl:WebAcl::waf-acl",
      "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration::waf-logging",
      "moodle:cdn:WebAcl::waf",
    ]);
    assert.ok(built.resources.slice(1).every(({ options }) => options.parent === built.component));
    assert.equal(await settled(built.component.arn), "arn:aws:test:eu-west-2:123456789012:waf-acl");
  });

  it("is for CloudFront and lets through what no rule stops", async () => {
    const { scope, defaultAction, rules } = (await make()).get("waf-acl").inputs;
    assert.deepEqual([scope, defaultAction], ["CLOUDFRONT", { allow: {} }]);
    assert.equal(rules.length, 7);
    for (const rule of rules) {
      assert.ok((rule.action === undefined) !== (rule.overrideAction === undefined), rule.name);
      assert.deepEqual(rule.visibilityConfig, {
        cloudwatchMetricsEnabled: true,
        sampledRequestsEnabled: true,
        metricName: rule.name,
      });
    }
  });

  it("blocks with the certain groups and counts with the others", async () => {
    const { rules } = (await make()).get("waf-acl").inputs;
    const [, , reputation, badInputs, common] = rules;
    assert.deepEqual([reputation.overrideAction, badInputs.overrideAction], [{ none: {} }, { none: {} }]);
    assert.deepEqual(common.overrideAction, { count: {} });
    const overrides = common.statement.managedRuleGroupStatement.ruleActionOverrides;
    assert.equal(overrides.length, 22);
    assert.deepEqual(overrides[4], { name: "SizeRestrictions_BODY", actionToUse: { count: {} } });
  });

  it("allows a campus behind one address", async () => {
    const [flood, login] = (await make()).get("waf-acl").inputs["rules"];
    assert.deepEqual(flood.statement.rateBasedStatement, {
      aggregateKeyType: "IP",
      limit: 300_000,
      evaluationWindowSec: 300,
    });
    const { limit, scopeDownStatement } = login.statement.rateBasedStatement;
    assert.equal(limit, 20_000);
    assert.equal(scopeDownStatement.byteMatchStatement.searchString, "/login/");
    assert.deepEqual([flood.action, login.action], [{ block: {} }, { block: {} }]);
  });

  it("logs what was blocked or counted, without credentials, to a group that WAF accepts", async () => {
    const built = await make({ logRetentionDays: 30 });
    const group = built.get("waf-logs").inputs;
    assert.match(group["namePrefix"], /^aws-waf-logs-/);
    assert.equal(group["retentionInDays"], 30);
    const { redactedFields, loggingFilter } = built.get("waf-logging").inputs;
    assert.deepEqual(redactedFields, [
      { singleHeader: { name: "cookie" } },
      { singleHeader: { name: "authorization" } },
    ]);
    assert.equal(loggingFilter.defaultBehavior, "DROP");
    assert.deepEqual(
      loggingFilter.filters[0].conditions.map((c: { actionCondition: { action: string } }) => c.actionCondition.action),
      ["BLOCK", "COUNT", "EXCLUDED_AS_COUNT"],
    );
  });

  it("plans its rules in a preview", async () => {
    const built = await make({}, true);
    assert.equal(built.get("waf-acl").inputs["rules"].length, 7);
    assert.ok(isUnknown(built.get("waf-logging").inputs["resourceArn"]));
  });

  const refused: readonly [WebAclArgs, RegExp][] = [
    [{ loginRequestLimit: 9 }, /loginRequestLimit: 9 .* 10 to/],
    [{ floodRequestLimit: 1.5 }, /floodRequestLimit: 1\.5/],
    [{ logRetentionDays: 0 }, /logRetentionDays: 0/],
  ];
  for (const [args, expected] of refused) {
    it(`refuses ${JSON.stringify(args)}`, () => assert.rejects(make(args), expected));
  }
});
