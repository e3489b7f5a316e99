import * as assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../offline/stackFiles";

/** The README's picture of a preview, held against the list of what the program makes: testing/platform/identities. */
describe("What the README says that a preview prints", () => {
  const shown = /\n\$ make preview STACK=prod\n([^]*?)\n```/.exec(readFileSync(join(root, "README.md"), "utf8"))?.[1];
  const made = readFileSync(join(root, "testing", "platform", "identities", "prod.txt"), "utf8")
    .trim()
    .split("\n")
    // The engine counts the providers that the program makes, and none that it makes itself.
    .filter((one) => !/^pulumi:providers:\w+::default/.test(one))
    // It shows aws:ecs/service:Service as aws:ecs:Service.
    .map((one) => one.replace(/^(\w+:\w+)\/\w+:/, "$1:"));

  it("has the number of resources of today", () => {
    const numbers = [...(shown ?? "").matchAll(/(?:\+ |done; )(\d+) (?:to )?create/g)].map(([, number]) =>
      Number(number),
    );
    assert.deepEqual(numbers, [made.length, made.length]);
  });

  it("names resources that there are", () => {
    const named = [...(shown ?? "").matchAll(/^ \+ {2}(\S+) (\S+) create$/gm)].map(
      ([, type, name]) => `${type}::${name}`,
    );
    assert.ok(named.length > 3);
    assert.deepEqual(
      named.filter((one) => !made.includes(one)),
      [],
    );
  });
});
