import * as assert from "node:assert/strict";
import { branding } from "../../../testing/outage/example";
import { type Change, changed } from "./change";
import { changeProblems, type Known } from "./rules";
import { firstStatus } from "./status";

const now = "2026-11-23T05:00:00.000Z";
const later = "2026-11-23T07:00:00.000Z";
const status = changed(
  changed(firstStatus(branding, now), { state: "announce", start: "2026-11-25T06:00:00.000Z" }, now),
  { state: "outage" },
  now,
);
const over = changed(status, { state: "off" }, later);
const known: Known = { status, switchState: "outage" };
const announced = status.events[1]!.id;

describe("the rules of a change", () => {
  const taken: readonly [string, Change, Known?][] = [
    ["a state alone", { state: "outage" }],
    ["words of several lines", { state: "trouble", message: "One\ntwo\tthree 🎓" }],
    ["an announcement", { state: "announce", start: later, until: "2026-11-23T08:00:00Z" }],
    ["an update of the outage", { state: "outage", message: "Soon" }, known],
    ["a correction of announced work", { state: "correct", event: announced, start: later }, known],
    ["a correction of what goes on", { state: "correct", until: later }, known],
    ["a withdrawal of announced work", { state: "withdraw", event: announced }, known],
    ["a withdrawal of what is over", { state: "withdraw" }, { status: over, switchState: "off" }],
  ];
  for (const [what, change, about] of taken) {
    it(`take ${what}`, () => assert.deepEqual(changeProblems(change, now, about), []));
  }

  const refused: readonly [string, Change, string, RegExp, Known?][] = [
    ["an unknown state", { state: "closed" as "off" }, "state", /off, planned, outage, trouble/],
    ["an empty message", { state: "outage", message: " \n" }, "message", /words/],
    ["a long title", { state: "outage", title: "x".repeat(121) }, "title", /120 at most/],
    ["a long message", { state: "trouble", message: "x".repeat(2001) }, "message", /2000 at most/],
    ["a character that no feed can hold", { state: "trouble", message: "a\u0000b" }, "message", /control characters/],
    ["half of a character", { state: "trouble", message: "a\ud800b" }, "message", /control characters/],
    ["a title of two lines", { state: "outage", title: "a\nb" }, "title", /one line/],
    ["a loose time", { state: "outage", until: "soon" }, "until", /a time such as/],
    [
      "an end before now",
      { state: "outage", until: "2026-11-23T04:00:00Z" },
      "until",
      /after the start, and after now/,
    ],
    ["an end before the start", { state: "announce", start: later, until: now }, "until", /after the start/],
    ["an announcement without start", { state: "announce" }, "start", /when the work will begin/],
    ["a start of an outage", { state: "outage", start: later }, "start", /nothing, unless/],
    ["an end of the end", { state: "off", until: later }, "until", /nothing with off/],
    ["trouble behind a closed door", { state: "trouble" }, "state", /while the site is open/, known],
    ["a correction of nothing", { state: "correct" }, "message", /a correction/, known],
    [
      "a correction of what is not there",
      { state: "correct", event: "x", message: "y" },
      "event",
      /not withdrawn/,
      known,
    ],
    [
      "a correction of no message",
      { state: "correct", update: now + "x", message: "y" },
      "update",
      /time of a message/,
      known,
    ],
    ["another start of what has begun", { state: "correct", start: later }, "start", /has begun/, known],
    [
      "another end of what is over",
      { state: "correct", until: later },
      "until",
      /is over/,
      { status: over, switchState: "off" },
    ],
    ["to withdraw what the site is closed for", { state: "withdraw" }, "event", /not closed for/, known],
  ];
  for (const [what, change, path, allowed, about] of refused) {
    it(`refuse ${what}`, () => {
      const problems = changeProblems(change, now, about);
      assert.deepEqual(
        problems.map((one) => one.path),
        [path],
      );
      assert.match(problems[0]?.allowed ?? "", allowed);
      assert.ok((problems[0]?.fix ?? "").length > 5);
    });
  }

  it("ask for a new end with a start after the old one", () => {
    const work = changed(
      firstStatus(branding, now),
      { state: "announce", start: later, until: "2026-11-23T08:00:00.000Z" },
      now,
    );
    const change: Change = { state: "correct", start: "2026-11-24T07:00:00.000Z" };
    const [problem] = changeProblems(change, now, { status: work, switchState: "off" });
    assert.deepEqual([problem?.path, problem?.allowed], ["until", "a time after the new start"]);
  });
});
