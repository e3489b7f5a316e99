import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { needPython } from "../leftOut";
import { argued, combinationProblems, type Found } from "./combinations";
import type { Recorded } from "./recorded";
import { recordedSet } from "./recordedSets";

const key = ({ rule, type }: Found): string => `${rule} ${type}`;

describe("Values fit together, and the region offers them", () => {
  const seen = new Set<string>();
  before(function () {
    execFileSync(join(__dirname, "setup"), { stdio: "inherit" });
    needPython(this, "values");
  });

  for (const set of ["prod", "dev", "Fargate in prod", "us-east-1"]) {
    it(`of ${set}`, async () => {
      const found = combinationProblems(await recordedSet(set));
      found.forEach((one) => seen.add(key(one)));
      assert.deepEqual(
        found.filter((one) => !(key(one) in argued.argued)),
        [],
      );
    });
  }

  it("and nothing is argued that is not found", () => {
    assert.deepEqual([...seen].sort(), Object.keys(argued.argued).sort());
  });
});

describe("A planted combination is found", () => {
  let prod: readonly Recorded[];
  let fargate: readonly Recorded[];
  before(async function () {
    execFileSync(join(__dirname, "setup"), { stdio: "inherit" });
    needPython(this, "values");
    prod = await recordedSet("prod");
    fargate = await recordedSet("Fargate in prod");
  });

  const mistakes: readonly (readonly [
    what: string,
    set: () => readonly Recorded[],
    name: string,
    change: object,
    says: RegExp,
  ])[] = [
    [
      "a size that Fargate does not have",
      () => fargate,
      "prod-moodle-web-task",
      { cpu: "512", memory: "16384" },
      /512/,
    ],
    [
      "a database class that the region does not offer",
      () => prod,
      "prod-database-instance-1",
      { instanceClass: "db.r3.8xlarge" },
      /db\.r3/,
    ],
    [
      "an engine version that does not exist",
      () => prod,
      "prod-database-cluster",
      { engineVersion: "8.0.mysql_aurora.9.1.0" },
      /8\.0\.mysql_aurora\.9/,
    ],
  ];
  const resourceOf = (set: readonly Recorded[], name: string): Recorded => set.find((one) => one.name === name)!;
  let planned: readonly Found[];
  let planted: readonly Found[];
  before(() => {
    // One start of the program for all mistakes.
    planned = combinationProblems(mistakes.map(([, set, name]) => resourceOf(set(), name)));
    planted = combinationProblems(
      mistakes.map(([, set, name, change]) => {
        const resource = resourceOf(set(), name);
        return { ...resource, inputs: { ...resource.inputs, ...change } };
      }),
    );
  });
  for (const [what, , name, , says] of mistakes) {
    it(what, () => {
      assert.ok(!planned.some((one) => one.name === name));
      assert.ok(
        planted.some((one) => one.name === name && says.test(one.says)),
        JSON.stringify(planted),
      );
    });
  }
});
