import assert from "node:assert/strict";
import { firstLookSeconds, longestWait } from "./asl";
import { releaseWorks } from "./progress";

describe("The alarm that says that a release works", () => {
  for (const minutes of [30, 90, 720]) {
    it(`stays on between two looks at an upgrade of ${minutes} minutes, and little longer`, () => {
      const { evaluationPeriods, periodSeconds, datapointsToAlarm } = releaseWorks("prod", minutes, 0);
      const seconds = evaluationPeriods * periodSeconds;
      assert.equal(datapointsToAlarm, 1);
      assert.ok(
        seconds > longestWait(firstLookSeconds, minutes) + 60 && seconds < longestWait(firstLookSeconds, minutes) + 240,
        String(seconds),
      );
    });
  }
});
