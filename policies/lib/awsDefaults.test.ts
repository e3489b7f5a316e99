import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { rules } from "../rules";
import { awsDefaults } from "./awsDefaults";
import { otherDocuments } from "./resourcePolicies";

const pack = path.join(__dirname, "..");
const groups = [...new Set(rules.map(({ group }) => group))];
const files = groups
  .flatMap((group) => fs.readdirSync(path.join(pack, group)).map((name) => `${group}/${name}`))
  .filter((file) => file.endsWith(".ts") && !/\.(test|cases)\.ts$/.test(file));
const text = (file: string): string => fs.readFileSync(path.join(pack, file), "utf8");

/** What stands for an absent value in a rule and is no default of AWS. */
const own: Readonly<Record<string, string>> = {
  "compute/groupMinInstances.ts size ?? 0": "the provider asks for a size",
  "cost/instanceSizeCeiling.ts units ?? 0": "the provider asks for a highest capacity",
  "cost/instanceSizeCeiling.ts value ?? 0": "a size that is always known here",
  "database/enginesRedundant.ts value ?? 0": "the provider asks for a number of nodes, but where the table has one",
  "network/computeSpansZones.ts count ?? 0": "a count of the rule's own",
  "network/loadBalancersSpanZones.ts count ?? 0": "a count of the rule's own",
  "observability/logRetention.ts ) ?? 3653": "the longest retention of CloudWatch",
  "storage/backupSelections.ts byTags ?? false": "a verdict of the rule's own",
  "storage/backupSelections.ts byTags ?? true": "a verdict of the rule's own",
  "storage/backupSelections.ts unknown ?? false": "a verdict of the rule's own",
};
/** Words of a message, where nothing was given. */
const words =
  /^"(|\?|any|text|not set|none|\(none\)|without a text|the default, which admits .*|.*, which makes it .*)"$/;

describe("What AWS does by itself", () => {
  it("is read by a rule, each row", () => {
    const all = files.map(text).join("\n");
    assert.deepEqual(
      Object.keys(awsDefaults).filter((row) => !new RegExp(`\\bawsDefaults\\.${row}\\b`).test(all)),
      [],
    );
  });

  it("stands in no rule as a value of its own", () => {
    const found = files.flatMap((file) =>
      [...text(file).matchAll(/(\w+|\)) \?\? (-?\d[\d_]*|true|false|"[^"]*")/g)]
        .filter(([, , value]) => !words.test(value!))
        .map(([whole]) => `${file} ${whole}`),
    );
    assert.deepEqual(
      [...new Set(found)].filter((one) => own[one] === undefined),
      [],
      "Fix: read it from awsDefaults, or say in this test why it is no default of AWS.",
    );
    assert.deepEqual(
      Object.keys(own).filter((one) => !found.includes(one)),
      [],
    );
  });

  it("has a source on a page of AWS or of the provider for each row", () => {
    for (const { what, source } of Object.values(awsDefaults)) {
      assert.match(source, /^https:\/\/(docs\.aws\.amazon\.com|www\.pulumi\.com\/registry\/packages\/aws)\//, what);
    }
  });
});

describe("A document that is not judged as a policy of a resource", () => {
  it("names only rules that exist, where it names one", () => {
    const ids = rules.map(({ id }) => id);
    const named = Object.values(otherDocuments).flatMap((why) => why.match(/[a-z]+(-[a-z]+)+(?= judges)/g) ?? []);
    assert.ok(named.length > 1);
    assert.deepEqual(
      named.filter((id) => !ids.includes(id)),
      [],
    );
  });
});
