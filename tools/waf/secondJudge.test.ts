import * as assert from "node:assert/strict";
import { leaveOut } from "../../testing/leftOut";
import { absence, secondJudge, type SecondVerdict } from "./secondJudge";

describe("the second judge (ModSecurity with the OWASP Core Rule Set)", () => {
  const verdicts = new Map<string, SecondVerdict>();

  before(async function () {
    const reason = absence();
    if (reason !== undefined) {
      leaveOut(this, reason);
    }
    for (const verdict of await secondJudge()) {
      verdicts.set(verdict.id, verdict);
    }
  });

  const passes = (id: string) => assert.equal(verdicts.get(id)?.blocked, false, id);
  const blocks = (id: string, rule: RegExp) => {
    assert.equal(verdicts.get(id)?.blocked, true, id);
    assert.match(verdicts.get(id)!.rules.join(" "), rule, id);
  };

  it("lets plain requests through, so it is judging and not failing", () =>
    ["course-view", "login-plain", "upload-jpeg"].forEach(passes));

  it("blocks plain attacks, naming its rules", () => {
    blocks("l-sqli-or", /942\d{3}/);
    blocks("l-xss-script", /941\d{3}/);
    blocks("l-lfi-query", /930\d{3}/);
    blocks("l-shellshock", /932\d{3}/);
  });

  it("blocks what courses write, untuned: why the managed rules only count there", () => {
    blocks("sql-injection-explained", /942\d{3}/);
    blocks("course-summary-script-text", /941\d{3}/);
    blocks("php-system", /933\d{3}/);
  });
});
