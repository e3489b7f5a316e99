import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import type { ResourceValidationPolicy } from "@pulumi/policy";
import { rules } from "../rules";
import { run, stackOf, thing, undecidedIn, unknown, urnOf } from "../testing/harness";
import { policiesOf } from "./pack";
import { resourceRule, stackRule, type Rule } from "./rule";
import { resourceTypes } from "./resourceTypes";
import * as types from "./types";
import { expect, pass, undecided, violation } from "./verdict";
import { isUnknown, View } from "./view";

const type = "test:index:Thing";
const about = {
  group: "storage" as const,
  severity: "low" as const,
  title: "A title.",
  why: "A reason.",
  fix: "A change.",
  serves: ["Moodle R1"],
  example: "x",
  types: [type],
  limits: {},
};
const things = ["a", "b", "c"].map((name) =>
  thing(type, name, { size: name === "b" ? unknown : name === "c" ? 1 : 9 }),
);

describe("a policy made of a rule", () => {
  const both: readonly Rule[] = [
    resourceRule({
      ...about,
      id: "by-resource",
      check: ({ props }) => expect(props.number("size"), (n) => n === 9, "small"),
    }),
    stackRule({
      ...about,
      id: "by-stack",
      check: ({ props }) => expect(props.number("size"), (n) => n === 9, "small"),
    }),
  ];

  it("judges the rest when one value is unknown, and lists that one", async () => {
    const reported = await run(both, things, { preview: true });
    assert.deepEqual(
      reported.filter(({ policy }) => policy !== "undecided").map(({ policy, urn }) => [policy, urn]),
      [
        ["by-resource", urnOf(things[2]!)],
        ["by-stack", urnOf(things[2]!)],
      ],
    );
    assert.deepEqual(undecidedIn(reported), ["by-resource: b", "by-stack: b"]);
  });
  it("keeps a violation beside an unknown of the same resource", async () => {
    const rule = resourceRule({ ...about, id: "two-things", check: () => [undecided("x"), violation("it is bad")] });
    const reported = await run([rule], things.slice(0, 1), { preview: true });
    assert.deepEqual(
      reported.map(({ policy }) => policy),
      ["two-things"],
    );
  });
  it("reports its own defect, once per resource and without a stack, and goes on", async () => {
    const rule = stackRule({
      ...about,
      id: "broken-rule",
      check: (resource) => {
        if (resource.name === "a") {
          throw new TypeError("x is not a function\n    at secret");
        }
        return resource.name === "c" ? violation("it is bad") : pass;
      },
    });
    const [defect, other] = await run([rule], things);
    assert.match(defect!.message, /the rule "broken-rule" itself is defective.*TypeError: x is not a function/);
    assert.doesNotMatch(defect!.message, /\n\s+at /);
    assert.match(other!.message, /it is bad/);
  });
  it("forgets what was open in a run that never ended", async () => {
    const policies = policiesOf(both, []);
    const resource = policies[0] as ResourceValidationPolicy;
    const validate = resource.validateResource as unknown as (args: object, report: () => void) => void;
    const open = stackOf(things, true);
    validate({ ...open[1], getConfig: () => ({}) }, () => undefined);
    const messages: string[] = [];
    const report = (message: string) => messages.push(message);
    const last = policies.filter((policy) => "validateStack" in policy).slice(-2);
    for (const policy of last) {
      await (policy as { validateStack: (args: object, report: (message: string) => void) => unknown }).validateStack(
        { resources: stackOf([], true), getConfig: () => ({}) },
        report,
      );
    }
    assert.deepEqual(messages, []);
  });
});

describe("remediation", () => {
  const policies = policiesOf(rules, []).filter(
    (policy): policy is ResourceValidationPolicy => "validateResource" in policy,
  );
  const fix = (name: string, kind: string, props: Record<string, unknown>) => {
    const policy = policies.find((one) => one.name === name)!;
    const [args] = stackOf([thing(kind, "x", props)], true);
    return policy.remediateResource!({ ...args, getConfig: () => ({}) } as never);
  };
  const logs = "aws:cloudwatch/logGroup:LogGroup";

  it("adds what is missing", () => {
    assert.equal((fix("log-retention", logs, {}) as { retentionInDays: number }).retentionInDays, 90);
    assert.equal(
      (fix("key-rotation", "aws:kms/key:Key", {}) as { enableKeyRotation: boolean }).enableKeyRotation,
      true,
    );
  });
  it("changes nothing that was given, and nothing of another kind", () => {
    assert.equal(fix("log-retention", logs, { retentionInDays: 1 }), undefined);
    assert.equal(fix("log-retention", logs, { retentionInDays: unknown }), undefined);
    assert.equal(fix("key-rotation", "aws:kms/key:Key", { keyUsage: "SIGN_VERIFY" }), undefined);
    assert.equal(fix("log-retention", "aws:kms/key:Key", {}), undefined);
  });
  it("changes nothing when it fails itself", () => {
    const rule = resourceRule({
      ...about,
      id: "broken-remedy",
      check: () => violation("it is bad"),
      remedy: () => {
        throw new TypeError("x is not a function");
      },
    });
    const [policy] = policiesOf([rule], []) as ResourceValidationPolicy[];
    const [args] = stackOf(things.slice(0, 1), true);
    assert.equal(policy!.remediateResource!({ ...args, getConfig: () => ({}) } as never), undefined);
  });
  it("exists for two rules only, which are additive", () => {
    assert.deepEqual(
      policies
        .filter((policy) => policy.remediateResource !== undefined)
        .map((policy) => policy.name)
        .sort(),
      ["key-rotation", "log-retention"],
    );
  });
});

describe("type tokens", () => {
  it("exist in the installed @pulumi/aws, apart from the names of older versions", () => {
    const old = /^aws:(elasticloadbalancingv2|applicationloadbalancing)\//;
    const used = new Set([
      ...rules.flatMap((rule) => rule.types),
      ...Object.values(types).flat(),
      ...Object.keys(resourceTypes),
    ]);
    const root = require.resolve("@pulumi/aws/package.json").replace(/package\.json$/, "");
    const missing = [...used].filter((token) => {
      const [, place] = token.split(":");
      // A file `index.js` would be a module's, so the provider calls the type's `index_.js`.
      const file = `${root}${place!.replace(/\/index$/, "/index_")}.js`;
      return (
        token.startsWith("aws:") &&
        !old.test(token) &&
        !(fs.existsSync(file) && fs.readFileSync(file, "utf8").includes(`'${token}'`))
      );
    });
    assert.deepEqual(missing, []);
  });
});

describe("View", () => {
  it("reads what other languages send", () => {
    const view = new View({ on: "true", off: "false", n: "3", list: "one", nothing: null, text: 3 });
    assert.deepEqual(
      [view.flag("on"), view.flag("off"), view.number("n"), view.list("list"), view.text("text"), view.has("nothing")],
      [true, false, 3, ["one"], undefined, false],
    );
  });
  it("reads keys that have dots in them", () => {
    const view = new View({ Condition: { Bool: { "aws:a.b": true } } });
    assert.deepEqual(view.object("Condition.Bool").entries(), [["aws:a.b", [true]]]);
  });
  it("takes an unknown for unknown at every depth", () => {
    const [one] = stackOf([thing(type, "x", { a: { b: unknown }, list: [{ c: 1 }, unknown] })], true);
    const view = new View(one!.props);
    assert.ok(isUnknown(view.at("a.b.c.d")));
    const items = view.items("list");
    assert.ok(!isUnknown(items) && items[0]!.number("c") === 1 && isUnknown(items[1]!.text("c")));
    assert.ok(isUnknown(view.json("a.b")));
  });
});

describe("The pack's version", () => {
  const text = (name: string): string => fs.readFileSync(path.join(__dirname, "..", name), "utf8");
  const versions = [...text("CHANGELOG.md").matchAll(/^## \[(\d+\.\d+\.\d+)\] - \d{4}-\d\d-\d\d$/gm)].map(
    ([, version]) => version!,
  );

  it("is the newest one of its changelog, and the later comes first there", () => {
    assert.equal((JSON.parse(text("package.json")) as { readonly version: string }).version, versions[0]);
    const ordered = versions.toSorted((a, b) => b.localeCompare(a, "en", { numeric: true }));
    assert.deepEqual(versions, ordered);
    assert.match(text("CHANGELOG.md"), /^## \[Unreleased\]$/m);
  });

  it("is followed by names of rules that exist, in its changelog", () => {
    const ids: readonly string[] = rules.map(({ id }) => id);
    const named = text("CHANGELOG.md").match(/(?<=`)[a-z]+(-[a-z0-9]+)+(?=`)/g) ?? [];
    assert.ok(named.length > 10);
    assert.deepEqual(
      named.filter((name) => !ids.includes(name)),
      [],
    );
  });
});
