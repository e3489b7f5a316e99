import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { planned } from "./planned";
import { stacks } from "./stacks";

/** Roles of the table in docs/backups.md that its second column gives to `retainOnDelete`. */
function table(): readonly string[] {
  const document = readFileSync(join(__dirname, "../../docs/backups.md"), "utf8");
  return [...document.matchAll(/^\| `([a-z-]+)` +\| `retainOnDelete` /gm)].map(([, role]) => role!).sort();
}

describe("What a destroyed stack leaves follows from the table of docs/backups.md", () => {
  for (const stack of stacks) {
    const keeps = stack === "prod";
    it(`${stack} leaves ${keeps ? "the table's rows, and nothing else" : "nothing"}`, async () => {
      const { resources } = await planned(stack);
      // Objects stay when another version replaces them, and go with their bucket.
      const kept = resources
        .filter(({ retainOnDelete, type }) => retainOnDelete && type !== "aws:s3/bucketObjectv2:BucketObjectv2")
        .map(({ name }) => name);
      assert.deepEqual(kept.map((name) => name.slice(stack.length + 1)).sort(), keeps ? table() : []);
    });
  }

  it("the table has rows", () => assert.ok(table().length > 10));
});
