import assert from "node:assert/strict";
import { longestWait } from "./asl";
import { releaseWorks } from "./progress";

describe("The alarm that says that a release works", () => {
  for (const minutes of [30, 90, 720]) {
    it(`stays on between two looks at an upgrade of ${minutes} minutes, and little longer`, () => {
      const { evaluationPeriods, periodSeconds, datapointsToAlarm } = releaseWorks("prod", minutes);
      const seconds = evaluationPeriods * periodSeconds;
      assert.equal(datapointsToAlarm, 1);
      assert.ok(seconds > longestWait(10, minutes) + 60 && seconds < longestWait(10, minutes) + 240, String(seconds));
    });
  }
});
