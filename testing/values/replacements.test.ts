import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { load } from "js-yaml";
import { replacements } from "../../offline/providers/replacements";
import { compareReplacements } from "./replacements";

interface Argued {
  readonly differs: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly unjudged: readonly string[];
}

const argued = load(readFileSync(join(__dirname, "replacements.yaml"), "utf8")) as Argued;
const readme = readFileSync(join(__dirname, "../../offline/README.md"), "utf8");

describe("What the stand-in replaces, CloudFormation replaces", () => {
  const compared = Object.keys(replacements).map((type) => [type, compareReplacements(type)] as const);

  for (const [type, { differences = [] } = {}] of compared) {
    it(`${type}, or replacements.yaml says why not`, () => {
      assert.deepEqual(
        differences.map(({ property }) => property).sort(),
        Object.keys(argued.differs[type] ?? {}).sort(),
      );
    });
  }

  it("for hundreds of properties: the names of both are matched", () => {
    const agreed = compared.reduce((sum, [, found]) => sum + (found?.agreed.length ?? 0), 0);
    assert.ok(agreed > 450, `${agreed} properties are known to both`);
  });

  it("and what nobody judges is listed, here and in offline/README.md", () => {
    const unjudged = compared.filter(([, found]) => found === undefined).map(([type]) => type);
    assert.deepEqual(unjudged.sort(), [...argued.unjudged].sort());
    const listed = [...readme.matchAll(/^ {2}- `(\w+:\w+\/\w+:\w+)`$/gm)].map(([, type]) => type);
    assert.deepEqual(listed, argued.unjudged);
  });
});

describe("A planted mistake in the table of replacements is found", () => {
  it("a property that replaces and is updated here", () => {
    const { differences } = compareReplacements("aws:rds/cluster:Cluster", () => false)!;
    assert.ok(differences.some((one) => one.property === "databaseName" && one.standIn === "updates"));
  });

  it("a property that is updated and replaces here", () => {
    const { differences } = compareReplacements("aws:rds/cluster:Cluster", (name) => name === "backupRetentionPeriod")!;
    assert.ok(differences.some((one) => one.property === "backupRetentionPeriod" && one.standIn === "replaces"));
  });
});
