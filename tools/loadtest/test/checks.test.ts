import assert from "node:assert/strict";

import { checks } from "../scenario/checks";
import { classOf } from "../../../components/lib/pathClasses";
import { flows, type Step } from "../scenario/flows";
import { kinds, type RequestName, requestNames } from "../scenario/kinds";
import { makePlan } from "../scenario/plan";
import type { Answer, Visitor } from "../scenario/visitor";
import { standInSite } from "./standin/site";

const target = "https://moodle.test";
const visitor = (): Visitor => ({ plan: makePlan("files", 1, 60, 1, standInSite), username: "u", password: "p" });
const answer = (status: number, body = "", headers: Answer["headers"] = {}): Answer => ({ status, body, headers });
const whole = (id: string, content: string) =>
  `<html><head></head><body id="${id}"><a href="/login/logout.php?sesskey=x">Log out</a>${content}</body></html>`;

describe("What counts as a right answer", () => {
  it("has a check for each request, and none takes an empty page, an error or a maintenance page", () => {
    assert.deepEqual(Object.keys(checks).sort(), [...requestNames].sort());
    for (const name of requestNames) {
      for (const wrong of [
        answer(200),
        answer(500, "x"),
        answer(200, "<html><body>Back soon</body></html>", { "content-type": "text/html" }),
        answer(200, "null"),
      ]) {
        if (name === "asset" && wrong.body === "null") {
          continue;
        }
        assert.throws(() => checks[name](wrong, visitor(), target), `${name} took ${wrong.status} "${wrong.body}"`);
      }
    }
  });

  it("takes a page only from a user who is signed in, whole, and of the right script", () => {
    const page = whole("page-my-index", '<script>{"sesskey":"abc"}</script>');
    checks.dashboard(answer(200, page), visitor(), target);
    assert.throws(
      () => checks.dashboard(answer(200, page.replace("logout.php", "x")), visitor(), target),
      /not signed in/,
    );
    assert.throws(
      () => checks.dashboard(answer(200, page.replace("</html>", "")), visitor(), target),
      /without an end/,
    );
    assert.throws(
      () => checks.dashboard(answer(200, page.replace("my-index", "error")), visitor(), target),
      /another page/,
    );
  });

  it("does not follow a redirect to another host: a load test must not wander off", () => {
    const to = (location: string) => checks.answer(answer(303, "", { location }), visitor(), target);
    to("https://moodle.test/mod/quiz/attempt.php?attempt=5&page=1");
    assert.throws(() => to("https://elsewhere.test/mod/quiz/attempt.php?attempt=5"), /another host/);
    assert.throws(() => to("https://moodle.test/login/index.php"), /another page/);
  });

  it("knows a refused password from a taken one", () => {
    const to = (location: string) => checks.login(answer(303, "", { location }), visitor(), target);
    to("https://moodle.test/login/index.php?testsession=7");
    assert.throws(() => to("https://moodle.test/login/index.php"));
    assert.throws(() => to("https://moodle.test/login/index.php?loginredirect=1"));
  });

  it("has the path class that the access log gives each request", () => {
    // Where a flow goes by what the page before said: an address of that kind.
    const followed: Partial<Record<RequestName, string>> = {
      "login-check": "/login/index.php?testsession=3",
      attempt: "/mod/quiz/attempt.php?attempt=1",
      summary: "/mod/quiz/summary.php?attempt=1",
      review: "/mod/quiz/review.php?attempt=1",
      file: standInSite.files[0]!.path,
    };
    const asked = (steps: readonly Step[]): readonly { name: RequestName; url: string }[] =>
      steps.flatMap((step) => {
        const request = (step.get ?? step.post) as { name: RequestName; url: string } | undefined;
        return request !== undefined ? [request] : asked((step.loop ?? []) as readonly Step[]);
      });
    const all = Object.values(flows).flatMap(asked);
    assert.deepEqual([...new Set(all.map(({ name }) => name))].sort(), [...requestNames].sort());
    for (const { name, url } of all.filter((one) => one.name !== "asset")) {
      const path = url.startsWith("/") ? url : followed[name];
      if (path !== undefined) {
        assert.equal(kinds[name].pathClass, classOf(path), name);
      } else {
        assert.equal(name, "forum");
      }
    }
  });

  it("gives each request but assets a path class and a cost in the capacity model", () => {
    for (const name of requestNames) {
      assert.equal(kinds[name].pathClass === undefined, name === "asset");
      assert.equal(kinds[name].cost === undefined, name === "asset");
    }
  });
});
