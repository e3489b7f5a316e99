import * as assert from "node:assert/strict";
import { destroy, preview, stopStandIns, up } from "../../offline/engine";
import { exampleCalendar, exampleSettings } from "../../testing/examples/calendar";
import { freezeRefusal, frozen, holdDuringExams } from "./freeze";

const calendar = exampleCalendar({
  exams: [{ name: "law", start: "2026-10-20T09:30", durationMinutes: 120, expectedStudents: 2400 }],
});
const at = (text: string) => Date.parse(text);

describe("the exam freeze", () => {
  it("protects an exam from an hour and a half before until half an hour after", () => {
    const moments = ["06:59", "07:00", "10:59", "11:00"].map((time) => at(`2026-10-20T${time}:00Z`));
    assert.deepEqual(
      moments.map((moment) => frozen(calendar, moment).map(({ name }) => name)),
      [[], ["law"], ["law"], []],
    );
  });

  it("is overridden only when told twice, by the exam's name", () => {
    const during = at("2026-10-20T09:00:00Z");
    const told = [{}, { setting: "law" }, { environment: "law" }, { setting: "law", environment: "economics" }];
    for (const words of told) {
      assert.match(
        freezeRefusal(calendar, during, words)!,
        /no deployment until 2026-10-20 12:00 \(Europe\/London\): exam law/,
      );
    }
    assert.equal(freezeRefusal(calendar, during, { setting: "law", environment: "law" }), undefined);
    assert.equal(freezeRefusal(calendar, at("2026-10-21T09:00:00Z"), {}), undefined);
  });

  describe("on the real engine", () => {
    const stack = "offline-freeze";
    const during = at("2026-10-20T09:00:00Z");
    const program = (setting?: string, variable?: string) => ({
      run: stack,
      quiet: true,
      policyPacks: [],
      program: () => {
        const settings = exampleSettings("prod", { calendar: { overrideFreeze: setting } });
        holdDuringExams(calendar, settings, during, { MOODLE_OVERRIDE_FREEZE: variable });
        return { deployed: true };
      },
    });
    after(stopStandIns);

    it("lets a preview through with a warning, and refuses the update before anything is made", async () => {
      const looked = await preview(stack, program());
      assert.ok(looked.ok, looked.printed);
      assert.match(looked.printed, /an update would be refused now/);
      const refused = await up(stack, program("law"));
      assert.equal(refused.ok, false);
      assert.match(refused.printed, /Exam freeze: nothing was changed/);
      assert.deepEqual(refused.outputs, {});
    });

    it("deploys when told twice", async () => {
      const deployed = await up(stack, program("law", "law"));
      assert.ok(deployed.ok, deployed.printed);
      assert.deepEqual(deployed.outputs, { deployed: true });
      await destroy(stack, program());
    });
  });
});
