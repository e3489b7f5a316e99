import * as assert from "node:assert/strict";
import { editorFile } from "../../components/outage/pages/editorFile";
import { editorPage } from "./outageEditor";

describe("the editor's form", () => {
  it("is what its sources say", () => {
    assert.equal(editorFile().content, editorPage(), "Stale. Run: make generate");
  });

  it("is one file that cannot load or send anything elsewhere", () => {
    const { content } = editorFile();
    assert.match(content, /<meta http-equiv="Content-Security-Policy" content="default-src 'none';/);
    const withoutScript = content.replace(/<script>.*<\/script>/s, "");
    assert.doesNotMatch(withoutScript, /<(script|img|link|iframe)/);
    assert.equal(content.match(/<script/g)?.length, 1);
    assert.equal(content.match(/<\/script/g)?.length, 1);
  });
});
