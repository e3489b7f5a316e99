import * as assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stackSettings } from "./stackFiles";

describe("stack files", () => {
  let folder = "";
  before(() => (folder = mkdtempSync(join(tmpdir(), "stack-files-"))));
  after(() => rmSync(folder, { recursive: true }));
  const read = (content: string) => {
    const file = join(folder, "Pulumi.test.yaml");
    writeFileSync(file, content);
    return stackSettings(file);
  };

  for (const [what, content] of Object.entries({ nothing: "", comments: "# later\n", "an empty document": "---\n" })) {
    it(`may hold ${what}`, () => assert.deepEqual(read(content), {}));
  }

  it("need not be there", () => assert.deepEqual(stackSettings(join(folder, "Pulumi.none.yaml")), {}));

  it("are read to the end of their first document, as the CLI does", () =>
    assert.deepEqual(read("config:\n  a:b: 1\n---\nconfig:\n  a:b: 2\n"), { config: { "a:b": 1 } }));

  it("name the number that the CLI would fail on", () => {
    assert.throws(() => read("config:\n  moodle:web:\n    cpu: .inf\n"), /moodle:web\.cpu: got \.inf or \.nan/);
    assert.throws(() => read("config:\n  moodle:a:\n    - b: -.inf\n"), /moodle:a\[0\]\.b/);
    assert.throws(() => read("config:\n  moodle:web: .nan\n"), /moodle:web: /);
  });
});
