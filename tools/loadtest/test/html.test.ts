import assert from "node:assert/strict";

import { parsePage } from "../scenario/html";

/** The markup of Moodle 5.1's templates and renderers, shortened. */
const attempt = `<!DOCTYPE html><html><head><title>Exam (page 1 of 16) | loadtest</title>
<link rel="stylesheet" type="text/css" href="http://m.test/theme/styles.php/boost/1761000000_1/all" />
<link rel="icon" href="http://m.test/theme/image.php/boost/theme/1761000000/favicon" />
<script src="http://m.test/lib/javascript.php/1761000000/lib/javascript-static.js"></script>
<script>M.cfg = {"wwwroot":"http:\\/\\/m.test","sesskey":"aBcDeF1234","contextid":91};</script></head>
<body id="page-mod-quiz-attempt" class="path-mod">
<form action="http://m.test/mod/quiz/processattempt.php?cmid=30" method="post" enctype="multipart/form-data" id="responseform"><div>
<input type="hidden" name="q7:1_:sequencecheck" value="1" />
<input type="hidden" name="q7:1_:flagged" value="0" /><input type="checkbox" id="flag" name="q7:1_:flagged" value="1" />
<input type="radio" name="q7:1_answer" value="1" id="a"><input type="radio" name="q7:1_answer" value="0" id="b">
<input type="radio" name="q7:1_answer" value="-1" id="c" class="visually-hidden" checked="checked" />
<textarea name="q7:2_answer">It&#39;s &lt;b&gt;</textarea>
<select name="q7:3_sub"><option value="0">Choose</option><option value="2" selected="selected">Two</option></select>
<input type="text" name="off" value="x" disabled="disabled"><input type="file" name="f">
<input type="submit" name="next" value="Next page"><input type="hidden" name="sesskey" value="aBcDeF1234" /></div></form>
<a href="http://m.test/login/logout.php?sesskey=aBcDeF1234">Log out</a></body></html>`;

describe("Reading a page of Moodle", () => {
  it("takes a form as a browser would send it: no button, no empty box, the chosen option", () => {
    const page = parsePage(attempt);
    assert.equal(page.forms.length, 1);
    assert.deepEqual(Object.fromEntries(page.forms[0]!.fields), {
      "q7:1_:sequencecheck": "1",
      "q7:1_:flagged": "0",
      "q7:1_answer": "-1",
      "q7:2_answer": "It's <b>",
      "q7:3_sub": "2",
      sesskey: "aBcDeF1234",
    });
    assert.deepEqual(page.forms[0]!.choices.get("q7:1_answer"), ["1", "0", "-1"]);
    assert.equal(page.sesskey, "aBcDeF1234");
    assert.equal(page.bodyId, "page-mod-quiz-attempt");
    assert.equal(page.title, "Exam (page 1 of 16) | loadtest");
  });

  it("takes styles and scripts with a revision, and nothing else, as assets", () => {
    assert.deepEqual(parsePage(attempt).assets, [
      "http://m.test/theme/styles.php/boost/1761000000_1/all",
      "http://m.test/lib/javascript.php/1761000000/lib/javascript-static.js",
    ]);
    assert.deepEqual(parsePage('<link rel="stylesheet" href="/theme/styles.php/boost/-1/all">').assets, []);
  });

  it("sees that a page is cut off, and Moodle's error box, whatever the status", () => {
    assert.equal(parsePage(attempt).complete, true);
    assert.equal(parsePage(attempt).error, undefined);
    assert.equal(parsePage(attempt.slice(0, -20)).complete, false);
    const box =
      '<div class="box errorbox alert alert-danger" data-rel="fatalerror"><p class="errormessage">No <b>database</b></p></div><p>after</p>';
    assert.equal(parsePage(`<html><body>${box}</body></html>`).error, "No database");
  });

  it("has no trouble with what is not a page", () => {
    for (const text of ["", "{}", "<form", "<select><option>", "</html>"]) {
      assert.equal(parsePage(text).bodyId, "");
    }
  });
});
