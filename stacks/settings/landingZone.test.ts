// cspell:ignore Kosten Stelle Kostenstelle
import * as assert from "node:assert/strict";
import { exampleConfig } from "../../testing/examples/settings";
import { checkSettings } from "./load";

const problems = (changes: Readonly<Record<string, unknown>>) =>
  checkSettings(exampleConfig(changes), "prod").problems.map(({ path, allowed, fix }) => `${path}: ${allowed}. ${fix}`);
const many = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, index) => [`key${index}`, ""]));

describe("further tags, and what an account asks of roles", () => {
  it("are taken as AWS takes them", () => {
    const tags = { DataClass: "confidential", "finops:unit": "LP 1", Kosten_Stelle: "Zürich", empty: "" };
    const iam = { permissionsBoundaryArn: "arn:aws:iam::123456789012:policy/zone/boundary", path: "/a/b.c/" };
    assert.deepEqual(problems({ tags, iam }), []);
    assert.deepEqual(problems({ tags: many(44) }), []);
  });

  const refused: readonly [string, Readonly<Record<string, unknown>>, RegExp][] = [
    ["ours", { tags: { Owner: "me" } }, /^moodle:tags.Owner: another key than .*Set moodle:owner/],
    ["ours in another case", { tags: { costcentre: "1" } }, /^moodle:tags.costcentre: another key/],
    ["the name", { tags: { Name: "x" } }, /^moodle:tags.Name: another key/],
    ["AWS's", { tags: { "aws:createdBy": "x" } }, /^moodle:tags.aws:createdBy: .*begin with aws:/],
    ["AWS's in capitals", { tags: { "AWS:x": "x" } }, /begin with aws:/],
    ["a key that AWS does not take", { tags: { "a*b": "x" } }, /1 to 128 letters/],
    ["a long key", { tags: { ["k".repeat(129)]: "x" } }, /1 to 128 letters/],
    ["a value that AWS does not take", { tags: { a: "x<y" } }, /^moodle:tags.a: up to 256/],
    ["a long value", { tags: { a: "v".repeat(257) } }, /^moodle:tags.a: up to 256/],
    ["a number", { tags: { a: 7 } }, /^moodle:tags.a: up to 256 .*quotes/],
    ["the same in two cases", { tags: { Unit: "a", unit: "b" } }, /IAM takes them for the same key/],
    ["more than fit", { tags: many(45) }, /^moodle:tags: at most 44/],
    ["a path without slashes", { iam: { path: "learning" } }, /^moodle:iam.path: a path with a slash at both ends/],
    ["a role as a boundary", { iam: { permissionsBoundaryArn: "arn:aws:iam::1:role/x" } }, /ARN of a managed policy/],
  ];
  for (const [what, changes, expected] of refused) {
    it(`refuse ${what}`, () => {
      const found = problems(changes);
      assert.equal(found.length, 1, found.join("\n"));
      assert.match(found[0] ?? "", expected);
    });
  }
});
