import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

import { needPython } from "../../testing/leftOut";
import { mountProbe } from "./probe";

const repository = resolve(__dirname, "../..");

interface Component {
  readonly name: string;
  purl?: string;
  type: string;
}

/** By the CycloneDX project's library, dpkg's own file and an XML parser: sbom/judge.py. */
describe("the image's bill of materials", () => {
  let root = "";
  let unmount = () => {};

  before(function () {
    execFileSync(join(repository, "testing/venv"), ["sbom", "moodle-image/test/sbom/requirements.txt"], {
      stdio: "inherit",
    });
    needPython(this, "sbom");
    ({ root, unmount } = mountProbe(this));
  });
  after(() => unmount());

  const problems = (folder: string) =>
    JSON.parse(
      execFileSync(join(repository, ".offline/sbom/bin/python"), [join(__dirname, "sbom/judge.py"), folder], {
        encoding: "utf8",
      }),
    ) as string[];

  it("is CycloneDX 1.6 and lists what is there, and nothing else", () => {
    assert.deepEqual(problems(root), []);
  });

  it("would be found wrong", () => {
    const copy = mkdtempSync(join(tmpdir(), "sbom-"));
    try {
      for (const file of ["opt/moodle/sbom.cdx.json", "var/lib/dpkg/status"]) {
        mkdirSync(join(copy, file, ".."), { recursive: true });
        cpSync(join(root, file), join(copy, file));
      }
      const file = join(copy, "opt/moodle/sbom.cdx.json");
      const plant = (change: (components: Component[]) => Component[]) => {
        const bom = JSON.parse(readFileSync(join(root, "opt/moodle/sbom.cdx.json"), "utf8")) as {
          components: Component[];
        };
        writeFileSync(file, JSON.stringify({ ...bom, components: change(bom.components) }));
        return problems(copy).join("\n");
      };
      const packages = (components: Component[]) => components.filter(({ purl }) => purl !== undefined);
      assert.equal(plant(packages), "");
      assert.match(
        plant((all) => packages(all).filter(({ name }) => name !== "nginx")),
        /nginx.* is there and not listed/,
      );
      assert.match(
        plant((all) => packages(all).map((one) => ({ ...one, purl: one.purl?.replace("nginx@", "nginx@9") ?? "" }))),
        /nginx/,
      );
      assert.match(
        plant((all) => packages(all).map((one) => ({ ...one, type: "package" }))),
        /^schema: /,
      );
    } finally {
      rmSync(copy, { recursive: true });
    }
  });
});
