import * as assert from "node:assert/strict";
import * as fc from "fast-check";
import ical from "node-ical";
import Parser from "rss-parser";
import { branding } from "../../../testing/outage/example";
import { changed, type Edit } from "./change";
import { statusFiles } from "./files";
import { firstStatus, type Status } from "./status";

const at = (time: string) => `2026-11-23T${time}:00.000Z`;
const first = firstStatus(branding, at("01:00"));
const file = (status: Status, name: string) =>
  statusFiles(status, at("05:00")).find((one) => one.name === name)!.content;

/** Texts that an editor may write, without the characters and the white space that no feed keeps. */
const words = fc.string({ unit: "grapheme-composite", minLength: 1, maxLength: 200 }).map((text) => `A${text}Z`);
const texts = fc.oneof(
  words,
  fc.constantFrom('<b>&amp;]]>"', "A\u2028Z\u2029Z\u0085Z", "a; b, c\\n: d", "x".repeat(300), "one\ntwo"),
);
interface ReadEvent {
  readonly type: string;
  readonly uid?: string;
  readonly summary?: string;
  readonly description?: string;
  readonly status?: string;
  readonly start?: Date;
  readonly end?: Date;
}
const read = (status: Status) =>
  (Object.values(ical.sync.parseICS(file(status, "calendar.ics"))) as unknown as readonly ReadEvent[]).filter(
    ({ type }) => type === "VEVENT",
  );
/** What readers get for a text: Unicode's line ends are those of all others. */
const asRead = (text: string): string => text.replaceAll(/[\u0085\u2028\u2029]/g, "\n");
const noBackslash = texts.map((text) => text.replaceAll("\\", "/"));

describe("the feeds, to readers that others wrote", () => {
  it("say each update by RSS, newest first, with an id of its own", async () => {
    await fc.assert(
      fc.asyncProperty(texts, texts, texts, async (title, one, two) => {
        const changes: readonly Edit[] = [
          { state: "announce", title, message: one, start: at("06:00"), until: at("08:00") },
          { state: "trouble", title, message: two },
        ];
        const status = changes.reduce((before, change, hour) => changed(before, change, at(`0${hour + 2}:00`)), first);
        const { items } = await new Parser().parseString(file(status, "feed.xml"));
        assert.deepEqual(
          items.map(({ title: of, content, isoDate }) => [of, content, isoDate]),
          [
            [title, two, at("03:00")],
            [title, one, at("02:00")],
          ].map((texts) => texts.map((text) => asRead(text!).trim())),
        );
        assert.equal(new Set(items.map(({ guid }) => guid)).size, 2);
        assert.deepEqual(
          [...new Set(items.map(({ link }) => link))],
          ["https://moodle.example.org/outage/status.html"],
        );
      }),
    );
  });

  it("have planned work in the calendar, and its withdrawal", () => {
    fc.assert(
      // This reader makes a new line of a backslash before an n, which RFC 5545 (3.3.11) tells apart.
      fc.property(noBackslash, noBackslash, (title, message) => {
        const planned = changed(
          first,
          { state: "announce", title, message, start: at("06:00"), until: at("08:00") },
          at("02:00"),
        );
        const [event, ...others] = read(planned);
        assert.deepEqual(
          [event?.summary, event?.description, others.length],
          [`Moodle: ${asRead(title)}`, asRead(message), 0],
        );
        assert.deepEqual(
          [event?.start?.toISOString(), event?.end?.toISOString(), event?.status],
          [at("06:00"), at("08:00"), "CONFIRMED"],
        );
        const [gone] = read(changed(planned, { state: "withdraw" }, at("03:00")));
        assert.deepEqual([gone?.uid, gone?.status], [event?.uid, "CANCELLED"]);
      }),
    );
    assert.deepEqual(read(first), []);
  });
});
