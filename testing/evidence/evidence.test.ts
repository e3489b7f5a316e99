import * as assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { evidence, page, versionOf } from "./evidence";

const root = join(__dirname, "../..");
const text = (path: string): string => readFileSync(join(root, path), "utf8");

describe("docs/evidence.md", () => {
  for (const { claim, packages, test, planted } of evidence().claims) {
    it(`names tests and versions that exist: ${claim}`, () => {
      assert.match(text(test), /\bdescribe\(/);
      assert.ok(planted === undefined || text(planted.file).includes(planted.title), planted?.title);
      assert.ok(packages.every((one) => /^\d+\./.test(versionOf(one, test))));
    });
  }

  for (const one of evidence().operation) {
    it(`names tests that exist, or why there is none: ${one.fact}`, () => {
      for (const { file, title } of "tests" in one ? one.tests : []) {
        assert.ok(text(file).includes(title), `${file}: ${title}`);
      }
    });
  }

  it("has no version of what no lock file pins", () => {
    assert.throws(() => versionOf("npm left-pad"), /npm left-pad: no lock file pins it/);
    assert.throws(() => versionOf("cargo mago"), /cargo mago/);
  });

  it("names each judge that pip or Go installs for a test alone", () => {
    // That of testing/release pins all that moto needs, and groovy-parser needs lark.
    const files = globSync("{testing,pipelines,moodle-image}/**/{requirements.txt,go.mod}", { cwd: root });
    const installed = files
      .filter((file) => dirname(file) !== "testing/release")
      .flatMap((file) => [...text(file).matchAll(/^([a-z][\w-]*)==|^tool (\S+?)(?:\/cmd\/\S+)?$/gm)])
      .map(([, python, go]) => python ?? go)
      .filter((name) => name !== "lark");
    assert.ok(installed.length > 10, installed.join());
    const named = new Set(evidence().claims.flatMap(({ packages }) => packages.map((one) => one.split(" ")[1])));
    assert.deepEqual(
      installed.filter((name) => !named.has(name)),
      [],
    );
  });

  it("is one page with every claim, and with what nobody judges", () => {
    const all = evidence();
    const said = page(all);
    assert.ok(all.claims.every(({ claim }) => said.includes(`## ${claim.replace(/\.$/, "")}\n`)));
    assert.ok(all.nobody.every((one) => said.includes(`- ${one}\n`)));
  });
});
