import assert from "node:assert/strict";
import { exampleCalendar } from "../testing/examples/calendar";
import { freezeRefusal } from "./calendar/freeze";
import { freezes } from "./release";

const calendar = exampleCalendar({
  exams: [
    { name: "anatomy", start: "2026-10-23T09:30", durationMinutes: 120, expectedStudents: 500 },
    // After the end of summer time.
    { name: "physics", start: "2026-10-26T09:30", durationMinutes: 60, expectedStudents: 300 },
  ],
});

describe("freezes of a release", () => {
  it("are those of a deployment, in UTC", () => {
    assert.deepEqual(freezes(calendar, "physics"), [
      { exam: "anatomy", from: "2026-10-23T07:00:00Z", to: "2026-10-23T11:00:00Z", overridable: false },
      { exam: "physics", from: "2026-10-26T08:00:00Z", to: "2026-10-26T11:00:00Z", overridable: true },
    ]);
  });

  it("begin and end when pulumi up is refused and allowed", () => {
    for (const { from, to } of freezes(calendar, undefined)) {
      const refused = [from, to].flatMap((at) => [-1, 0].map((ms) => freezeRefusal(calendar, Date.parse(at) + ms, {})));
      assert.deepEqual(
        refused.map((refusal) => refusal !== undefined),
        [false, true, true, false],
      );
    }
  });
});
