import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { rules } from "../rules";
import { catalogue, readmeWith } from "./catalogue";

describe("the catalogue", () => {
  it("in README.md is up to date", () => {
    const text = fs.readFileSync(path.join(__dirname, "..", "README.md"), "utf8");
    assert.ok(text === readmeWith(text, catalogue()), "run scripts/catalogue.ts");
  });
  it("has every rule", () => {
    // Without what keeps "<" and "*" from being read as HTML or emphasis.
    const text = catalogue().replace(/\\([<*])/g, "$1");
    for (const rule of rules) {
      assert.ok(text.includes(`#### ${rule.id}\n`) && text.includes(rule.why) && text.includes(rule.fix), rule.id);
    }
  });
  it("needs its marks", () => assert.throws(() => readmeWith("# x", "y"), /lacks the marks/));
});
