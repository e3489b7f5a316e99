import * as assert from "node:assert/strict";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { preview } from "../../offline/engine";

const folder = join(__dirname, "../../examples");
// The one in YAML: testing/languages/plugin.test.ts.
const examples = readdirSync(folder, { withFileTypes: true }).filter(({ name }) =>
  existsSync(join(folder, name, "index.ts")),
);

describe("Examples", () => {
  for (const { name } of examples) {
    it(`${name} is planned by the real engine, and the policies have nothing to say of it`, async () => {
      const result = await preview(name, {
        quiet: true,
        run: `example-${name}`,
        config: { "moodle:profile": "prod" },
        program: () => import(join(folder, name, "index.ts")) as Promise<unknown>,
      });
      assert.ok(result.ok, result.printed.slice(-3000));
      assert.deepEqual(
        result.violations.filter(({ level }) => level === "mandatory"),
        [],
      );
      assert.ok((result.changes["create"] ?? 0) > 20, result.printed);
    });
  }
});
