import * as assert from "node:assert/strict";
import { hourAxis, timeAxis } from "./timeAxis";

const at = (text: string) => Date.parse(text);
const shown = ({ ticks }: ReturnType<typeof timeAxis>) =>
  ticks.map((tick) => [new Date(tick.at).toISOString().slice(11, 16), [tick.text].flat().join(" ")]);

describe("A time axis", () => {
  it("has the same ticks at the same instants, whenever the span begins", () => {
    const late = timeAxis(at("2026-11-23T12:13Z"), at("2026-11-23T14:00Z"), "UTC");
    const early = timeAxis(at("2026-11-23T12:06Z"), at("2026-11-23T14:00Z"), "UTC");
    assert.deepEqual(shown(late)[0], ["12:20", "12:20"]);
    assert.deepEqual(shown(early).slice(-3), shown(late).slice(-3));
    assert.equal(late.title, "time on 23 Nov 2026, UTC");
  });

  it("is by the clock of the zone, quarters of an hour too", () => {
    const axis = timeAxis(at("2026-11-23T09:06Z"), at("2026-11-23T17:00Z"), "Asia/Kathmandu");
    assert.deepEqual(shown(axis).slice(0, 2), [
      ["09:15", "15:00"],
      ["10:15", "16:00"],
    ]);
    assert.equal(axis.title, "time on 23 Nov 2026, Asia/Kathmandu (GMT+5:45)");
  });

  it("says which hour it is, where autumn repeats one", () => {
    const axis = timeAxis(at("2026-10-25T00:00Z"), at("2026-10-25T03:00Z"), "Europe/London");
    assert.equal(axis.title, "time on 25 Oct 2026, Europe/London (BST, then GMT)");
    assert.deepEqual(
      shown(axis).filter(([, text]) => text!.startsWith("01:00")),
      [
        ["00:00", "01:00 BST"],
        ["01:00", "01:00 GMT"],
      ],
    );
  });

  it("has no tick in the hour that spring leaves out", () => {
    const axis = timeAxis(at("2026-03-29T00:00Z"), at("2026-03-29T03:00Z"), "Europe/London");
    assert.ok(!shown(axis).some(([, text]) => text!.startsWith("01:")));
    assert.deepEqual(
      shown(axis).find(([instant]) => instant === "01:00"),
      ["01:00", "02:00 BST"],
    );
  });

  it("has the date at midnight, over several days", () => {
    const axis = timeAxis(at("2026-12-30T12:00Z"), at("2027-01-01T12:00Z"), "UTC");
    assert.ok(shown(axis).some(([, text]) => text === "00:00 1 Jan"));
    assert.equal(axis.title, "time on 30 Dec to 1 Jan 2027, UTC");
  });

  it("of a day without a date begins with minutes, and passes midnight", () => {
    assert.deepEqual(
      hourAxis(23.75, 45)
        .ticks.slice(0, 4)
        .map(({ at: minute, text }) => [minute, text]),
      [
        [0, "23:45"],
        [5, "23:50"],
        [10, "23:55"],
        [15, "00:00"],
      ],
    );
  });
});
