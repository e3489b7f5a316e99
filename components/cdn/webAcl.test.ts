import * as assert from "node:assert/strict";
import { build, type Built, isUnknown, settled } from "../../testing/build";
import { WebAcl, WebAclArgs } from "./webAcl";

const make = (args?: WebAclArgs, preview = false) => build((opts) => new WebAcl("waf", args, opts), { preview });

const rule = (built: Built<WebAcl>, name: string): any =>
  built.get("waf-acl").inputs["rules"].find((one: { name: string }) => one.name === name);

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
    assert.equal(rules.length, 14);
    for (const rule of rules) {
      assert.ok((rule.action === undefined) !== (rule.overrideAction === undefined), rule.name);
      assert.deepEqual(rule.visibilityConfig, {
        cloudwatchMetricsEnabled: true,
        sampledRequestsEnabled: true,
        metricName: rule.name,
      });
    }
  });

  it("counts as long as it was not told to block", async () => {
    const common = async (args: WebAclArgs) => rule(await make(args), "AWSManagedRulesCommonRuleSet").overrideAction;
    assert.deepEqual(await common({}), { count: {} });
    assert.deepEqual(await common({ rollout: { common: "block" } }), { none: {} });
  });

  it("allows a campus behind one address", async () => {
    const built = await make();
    assert.deepEqual(rule(built, "flood").statement.rateBasedStatement, {
      aggregateKeyType: "IP",
      limit: 300_000,
      evaluationWindowSec: 300,
    });
    const { limit, aggregateKeyType, customKeys, scopeDownStatement } = rule(built, "login-rate").statement
      .rateBasedStatement;
    assert.equal(limit, 20_000);
    assert.equal(aggregateKeyType, "CUSTOM_KEYS");
    assert.deepEqual(customKeys.map(Object.keys).flat(), ["ip", "uriPath"]);
    assert.deepEqual(scopeDownStatement, { labelMatchStatement: { scope: "LABEL", key: "moodle:login" } });
  });

  it("takes the rate of a campus for the campus alone, once its networks are named", async () => {
    const named = await make({ allowedCidrs: ["198.51.100.0/24"] });
    const limit = (built: typeof named, name: string) => rule(built, name).statement.rateBasedStatement.limit;
    assert.deepEqual([limit(named, "login-rate"), limit(named, "login-rate-known")], [2_000, 20_000]);
    const given = await make({ allowedCidrs: ["198.51.100.0/24"], loginRequestLimit: 500 });
    assert.deepEqual([limit(given, "login-rate"), limit(given, "login-rate-known")], [500, 20_000]);
  });

  it("inspects 16 KB of each body unless told otherwise", async () => {
    const limit = async (args: WebAclArgs) =>
      (await make(args)).get("waf-acl").inputs["associationConfig"].requestBodies[0].cloudfront;
    assert.deepEqual(await limit({}), { defaultSizeInspectionLimit: "KB_16" });
    assert.deepEqual(await limit({ bodyInspectionKb: 64 }), { defaultSizeInspectionLimit: "KB_64" });
  });

  it("makes one IP set for each family in a list", async () => {
    const built = await make({ blockedCidrs: ["192.0.2.0/24", "2001:db8::/32"], allowedCidrs: ["198.51.100.7/32"] });
    assert.deepEqual(
      built.ofType("aws:wafv2/ipSet:IpSet").map(({ name, inputs }) => [name, inputs]),
      [
        ["waf-blocked-ipv4", { scope: "CLOUDFRONT", ipAddressVersion: "IPV4", addresses: ["192.0.2.0/24"] }],
        ["waf-blocked-ipv6", { scope: "CLOUDFRONT", ipAddressVersion: "IPV6", addresses: ["2001:db8::/32"] }],
        ["waf-allowed-ipv4", { scope: "CLOUDFRONT", ipAddressVersion: "IPV4", addresses: ["198.51.100.7/32"] }],
      ],
    );
    assert.ok(built.ofType("aws:wafv2/ipSet:IpSet").every(({ options }) => options.parent === built.component));
    const { orStatement } = rule(built, "blocked-addresses").statement;
    assert.deepEqual(
      orStatement.statements.map((one: any) => one.ipSetReferenceStatement.arn.split(":").pop()),
      ["waf-blocked-ipv4", "waf-blocked-ipv6"],
    );
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
      ["BLOCK", "EXCLUDED_AS_COUNT"],
    );
  });

  it("strikes tokens and whatever a rule took from a body out of logs and samples", async () => {
    const { dataProtections } = (await make()).get("waf-acl").inputs["dataProtectionConfig"];
    assert.deepEqual(
      dataProtections.map(({ action, field }: any) => [action, field.fieldType]),
      [
        ["SUBSTITUTION", "SINGLE_HEADER"],
        ["SUBSTITUTION", "SINGLE_QUERY_ARGUMENT"],
        ["SUBSTITUTION", "BODY"],
      ],
    );
    for (const key of ["sesskey", "wstoken", "token", "authtoken", "password"]) {
      assert.ok(dataProtections[1].field.fieldKeys.includes(key), key);
    }
  });

  it("plans its rules in a preview", async () => {
    const built = await make({}, true);
    assert.equal(built.get("waf-acl").inputs["rules"].length, 14);
    assert.ok(isUnknown(built.get("waf-logging").inputs["resourceArn"]));
  });

  const refused: readonly [WebAclArgs, RegExp][] = [
    [{ loginRequestLimit: 9 }, /loginRequestLimit: got 9, .* 10 to/],
    [{ floodRequestLimit: 1.5 }, /floodRequestLimit: got 1\.5/],
    [{ logRetentionDays: 0 }, /logRetentionDays: got 0/],
    [{ bodyInspectionKb: 20 as 16 }, /bodyInspectionKb: got 20, .* 16, 32, 48, 64/],
    [{ geoAllow: ["UK"] }, /geoAllow\[0\]: got "UK".*Did you mean GB\?/],
    [{ geoAllow: ["GB"], geoBlock: ["FR"] }, /one of geoAllow and geoBlock/],
    [{ blockedCidrs: ["192.0.2.1"] }, /blockedCidrs\[0\]: got "192\.0\.2\.1"/],
    [{ allowedCidrs: ["192.0.2.0/24", "0.0.0.0/0"] }, /allowedCidrs\[1\]: got "0\.0\.0\.0\/0"/],
    [{ allowedCidrs: ["2001:db8::/129"] }, /allowedCidrs\[0\]/],
    [{ blockedCidrs: Array(10_001).fill("192.0.2.1/32") }, /blockedCidrs: got 10001, .* at most 10000/],
  ];
  for (const [args, expected] of refused) {
    it(`refuses ${JSON.stringify(args).slice(0, 70)}`, () => assert.rejects(make(args), expected));
  }
});
