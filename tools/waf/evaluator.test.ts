// cspell:ignore cogin
import * as assert from "node:assert/strict";
import { type Acl, Evaluator } from "./evaluator";
import { type CorpusRequest, toRequest } from "./request";
import { transform } from "./transformations";

const request = (given: Partial<CorpusRequest> = {}) => toRequest({ id: "x", why: "x", path: "/", ...given });
const acl = (rules: readonly any[], ipSets: Acl["ipSets"] = new Map()): Acl => ({
  rules: rules.map((rule, priority) => ({ name: `r${priority}`, priority, action: { block: {} }, ...rule })),
  defaultAction: "allow",
  bodyLimit: 16_384,
  ipSets,
});
const blocks = (statement: any, given: Partial<CorpusRequest> = {}, sets?: Acl["ipSets"]) =>
  new Evaluator(acl([{ statement }], sets)).judge(request(given)).action === "block";
const none = [{ priority: 0, type: "NONE" }];
const bytes = (positionalConstraint: string, searchString: string, textTransformations: any = none) => ({
  byteMatchStatement: { fieldToMatch: { uriPath: {} }, positionalConstraint, searchString, textTransformations },
});
const bodySize = (oversizeHandling: string, comparisonOperator = "GT", size = 20_000) => ({
  sizeConstraintStatement: {
    fieldToMatch: { body: { oversizeHandling } },
    comparisonOperator,
    size,
    textTransformations: none,
  },
});

describe("the evaluator", () => {
  it("compares bytes in each position", () => {
    const path = "/a/word-b.php";
    const cases = {
      EXACTLY: "/a/word-b.php",
      STARTS_WITH: "/a/",
      ENDS_WITH: ".php",
      CONTAINS: "ord",
      CONTAINS_WORD: "word",
    };
    for (const [position, text] of Object.entries(cases)) {
      assert.ok(blocks(bytes(position, text), { path }), position);
    }
    assert.ok(!blocks(bytes("CONTAINS_WORD", "ord"), { path }));
  });

  it("transforms in the order of the priorities", () => {
    const types = [
      { priority: 1, type: "NORMALIZE_PATH" },
      { priority: 0, type: "URL_DECODE" },
    ];
    assert.ok(blocks(bytes("STARTS_WITH", "/login/", types), { path: "/x/%2e%2e/%6cogin/index.php" }));
  });

  it("combines and negates", () => {
    const [yes, no] = [bytes("STARTS_WITH", "/"), bytes("STARTS_WITH", "x")];
    assert.ok(blocks({ andStatement: { statements: [yes, { notStatement: { statement: no } }] } }));
    assert.ok(blocks({ orStatement: { statements: [no, yes] } }));
    assert.ok(!blocks({ andStatement: { statements: [yes, no] } }));
  });

  it("handles a body beyond the limit as it is told", () => {
    const large = { form: { a: "b" }, fillBody: 30_000 };
    assert.ok(blocks(bodySize("MATCH"), large));
    assert.ok(!blocks(bodySize("NO_MATCH", "GT", 1), large));
    assert.ok(!blocks(bodySize("CONTINUE"), large), "it sees no more than the limit");
    assert.ok(blocks(bodySize("CONTINUE", "GT", 8_192), large));
  });

  it("knows countries and blocks of both families", () => {
    assert.ok(blocks({ geoMatchStatement: { countryCodes: ["FR"] } }, { country: "FR" }));
    const set = { ipSetReferenceStatement: { arn: "set" } };
    const sets = new Map([["set", ["192.0.2.0/24", "2001:db8::/32"]]]);
    assert.ok(blocks(set, { address: "192.0.2.200" }, sets));
    assert.ok(blocks(set, { address: "2001:db8::1" }, sets));
    assert.ok(!blocks(set, { address: "192.0.3.1" }, sets));
    assert.throws(() => blocks(set), /IP set whose addresses are not known/);
  });

  it("passes labels of rules that count on to later rules, and none of rules that did not match", () => {
    const label = (path: string) => ({
      statement: bytes("STARTS_WITH", path),
      action: { count: {} },
      ruleLabels: [{ name: "a:b" }],
    });
    const asks = (scope: string, key: string) => ({ statement: { labelMatchStatement: { scope, key } } });
    const judge = (...rules: any[]) => new Evaluator(acl(rules)).judge(request());
    assert.equal(judge(label("/"), asks("LABEL", "a:b")).by, "r1");
    assert.equal(judge(label("/"), asks("NAMESPACE", "a:")).by, "r1");
    assert.equal(judge(label("/no"), asks("LABEL", "a:b")).action, "allow");
    assert.deepEqual(judge(label("/")).counted, ["r0"]);
  });

  const group = (overrideAction: any, overrides: readonly string[], extra: any = {}) => ({
    name: "group",
    action: undefined,
    overrideAction,
    statement: {
      managedRuleGroupStatement: {
        name: "AWSManagedRulesCommonRuleSet",
        ruleActionOverrides: overrides.map((name) => ({ name, actionToUse: { count: {} } })),
        ...extra,
      },
    },
  });
  const hostile = { query: { q: "<script>alert(1)</script>" }, client: "nameless" as const };

  it("stops a group at its first rule that blocks, unless that rule counts", () => {
    const judge = (rule: any) => new Evaluator(acl([rule])).judge(request(hostile));
    const first = judge(group({ none: {} }, []));
    assert.equal(first.by, "group: NoUserAgent_HEADER");
    assert.equal(first.labels.length, 1);
    const second = judge(group({ none: {} }, ["NoUserAgent_HEADER"]));
    assert.equal(second.by, "group: CrossSiteScripting_QUERYARGUMENTS");
    assert.equal(second.labels.length, 2);
  });

  it("counts a whole group, with the labels up to the rule that stopped it", () => {
    const verdict = new Evaluator(acl([group({ count: {} }, [])])).judge(request(hostile));
    assert.equal(verdict.action, "allow");
    assert.deepEqual(verdict.labels, ["awswaf:managed:aws:core-rule-set:NoUserAgent_Header"]);
  });

  it("asks a group only about requests in its scope", () => {
    const scoped = group({ none: {} }, [], { scopeDownStatement: bytes("STARTS_WITH", "/elsewhere") });
    assert.equal(new Evaluator(acl([scoped])).judge(request(hostile)).action, "allow");
  });

  it("counts rates by key, in a moving window, for requests in scope", () => {
    const statement = {
      rateBasedStatement: {
        aggregateKeyType: "CUSTOM_KEYS",
        customKeys: [{ ip: {} }, { uriPath: { textTransformations: none } }],
        limit: 10,
        evaluationWindowSec: 60,
        scopeDownStatement: bytes("STARTS_WITH", "/login/"),
      },
    };
    const evaluator = new Evaluator(acl([{ statement }]));
    const at = (now: number, path = "/login/index.php", address = "192.0.2.1") =>
      evaluator.judge(request({ path, address }), now).action;
    assert.deepEqual(new Set(Array.from({ length: 10 }, (_, index) => at(index))), new Set(["allow"]));
    assert.equal(at(10), "block");
    assert.equal(at(10, "/login/token.php"), "allow");
    assert.equal(at(10, "/login/index.php", "192.0.2.2"), "allow");
    assert.equal(at(10, "/my/"), "allow");
    assert.equal(at(80), "allow");
  });

  it("refuses what it does not model, rather than pass it over", () => {
    assert.throws(() => blocks({ xssMatchStatement: {} }), /xssMatchStatement is not modelled/);
    assert.throws(() => blocks(bytes("STARTS_WITH", "/", [{ priority: 0, type: "MD5" }])), /MD5 is not modelled/);
    assert.throws(() => blocks(bytes("SOMEWHERE", "/")), /SOMEWHERE is not modelled/);
  });
});

describe("text transformations", () => {
  const cases: readonly (readonly [string, string, string])[] = [
    ["NORMALIZE_PATH", "//a/./b/../c/", "/a/c/"],
    ["NORMALIZE_PATH", "/../a", "/a"],
    ["NORMALIZE_PATH", "../a/..", ".."],
    ["URL_DECODE", "a%2Fb+c%zz", "a/b c%zz"],
    ["HTML_ENTITY_DECODE", "&lt;b&gt;&#65;&#x42;&copy;", "<b>AB&copy;"],
    ["COMPRESS_WHITE_SPACE", "a \t\n b", "a b"],
    ["CMD_LINE", 'C^at "/etc",  x', "cat/etc x"],
    ["LOWERCASE", "ÄB", "äb"],
  ];
  for (const [type, from, to] of cases) {
    it(`${type} makes ${JSON.stringify(to)} of ${JSON.stringify(from)}`, () =>
      assert.equal(transform(from, [type]), to));
  }
});
