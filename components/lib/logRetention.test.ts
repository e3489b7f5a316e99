import * as assert from "node:assert/strict";
import { logRetentionDays, retentionProblems } from "./logRetention";

describe("logRetention", () => {
  it("accepts what CloudWatch Logs accepts", () => {
    assert.equal(logRetentionDays.length, 22);
    assert.deepEqual(
      logRetentionDays.flatMap((days) => retentionProblems("days", days)),
      [],
    );
  });

  for (const days of [0, 2, 100, -1, 1.5]) {
    it(`refuses ${days}`, () => assert.equal(retentionProblems("days", days).length, 1));
  }
});
