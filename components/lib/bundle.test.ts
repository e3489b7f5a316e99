import assert from "node:assert/strict";
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { loadBundle } from "../../testing/loadBundle";
import { relayEntry } from "../observability/channel";
import { bundle } from "./bundle";

describe("A bundle", () => {
  const folder = mkdtempSync(join(tmpdir(), "bundle-"));
  const write = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  after(() => rmSync(folder, { recursive: true }));

  it("is one file of CommonJS, with what the entry imports and without what the runtime brings", async () => {
    write("greeting.ts", "export const greeting: string = 'Grüße';\n");
    const entry = write(
      "entry.ts",
      `import { SNSClient } from "@aws-sdk/client-sns";
       import { greeting } from "./greeting";
       export const handler = async () => [greeting, SNSClient];`,
    );
    const code = bundle(entry, 24);
    assert.ok(code.includes('require("@aws-sdk/client-sns")') && code.includes("Grüße"), code);
    const brought = { "@aws-sdk/client-sns": { SNSClient: "brought" } };
    const { handler } = loadBundle<{ handler(): Promise<unknown> }>(code, brought);
    assert.deepEqual(await handler(), ["Grüße", "brought"]);
  });

  it("has the same bytes wherever the repository is, and can be read", () => {
    const elsewhere = join(folder, "elsewhere");
    cpSync(dirname(dirname(relayEntry)), join(elsewhere, "observability"), { recursive: true });
    const code = bundle(relayEntry, 24);
    const before = process.cwd();
    process.chdir(elsewhere);
    try {
      assert.equal(bundle(join(elsewhere, "observability", "lambda", "relay.ts"), 24), code);
    } finally {
      process.chdir(before);
    }
    assert.match(code, /^async function relay\(event, settings, /m, "not minified");
    assert.ok(!code.includes(dirname(dirname(relayEntry))));
  });

  it("is refused when a module is missing, or does not parse", () => {
    assert.throws(() => bundle(write("lost.ts", 'export * from "nowhere";'), 24), /Could not resolve "nowhere"/);
    assert.throws(() => bundle(write("broken.ts", "export const = 1;"), 24), /broken\.ts:1:13/);
    assert.throws(() => bundle(write("doubtful.ts", "export const a = { b: 1, b: 2 };"), 24), /Duplicate key "b"/);
  });
});
