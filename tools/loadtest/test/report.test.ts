import assert from "node:assert/strict";

import { judge } from "../gate/gate";
import type { Result } from "../gate/result";
import { madeUp, sameAsBefore } from "../gate/synthetic";
import { runPage } from "../report/runPage";
import { markdown, plain } from "../report/text";
import { trackerPage } from "../report/tracker";

const before = { ...madeUp(1, sameAsBefore), release: "5.1.0" };
const now: Result = {
  ...madeUp(2, { ...sameAsBefore, slower: 1.4 }),
  release: "5.1.1 <b>",
  wrong: { "course: status 500": 3 },
  good: false,
};

describe("Reports of load tests", () => {
  it("say in words, Markdown and HTML what the gate found", async () => {
    const verdict = judge(now, before);
    for (const text of [plain(now, verdict), markdown(now, verdict), await runPage(now, verdict)]) {
      assert.match(text, /Not good/);
      assert.match(text, /regressed/);
      assert.match(text, /course: status 500/);
      assert.match(text, /quiz-view/);
    }
    assert.match(markdown(now, verdict), /Compared with made-up-1/);
    assert.match(markdown(now, judge(now, undefined)), /nothing to compare with/);
  });

  it("are pages that need nothing else, and take no markup from a run", async () => {
    for (const html of [await runPage(now, judge(now, before)), await trackerPage([before, now])]) {
      assert.ok(!/<script|<link|src=|url\(|https?:/.test(html.replaceAll(/xmlns(:xlink)?="[^"]*"/g, "")));
      assert.ok(!html.includes("<b>"));
      assert.match(html, /<svg [^>]*viewBox/);
    }
  });

  it("track each shape by itself, in the order of time, and mark what failed", async () => {
    const other = { ...before, shape: { ...before.shape, users: 99 } };
    assert.match(await trackerPage([]), /Shapes: 0\. A dot/);
    const html = await trackerPage([now, other, before]);
    assert.equal(html.match(/<h2>/g)?.length, 2);
    assert.ok(html.indexOf("5.1.1 &lt;b&gt;") > 0);
    assert.match(html, /fill="var\(--bad\)"/);
    assert.match(await trackerPage([]), /No run is stored yet/);
  });
});
