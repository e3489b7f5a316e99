import * as assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
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

  it("names each judge that npm or pip installs for a test alone", () => {
    const installed = ["testing/values", "testing/security", "testing/linters"].flatMap((folder) =>
      [...text(`${folder}/requirements.txt`).matchAll(/^([a-z][\w-]*)==/gm)].map(([, name]) => name),
    );
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
