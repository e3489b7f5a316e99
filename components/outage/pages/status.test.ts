// cspell:ignore vtimezone dtstamp vevent transp tzoffsetfrom tzoffsetto calname prodid dtend dtstart tzid
import * as assert from "node:assert/strict";
import * as fc from "fast-check";
import { branding } from "../../../testing/outage/example";
import { firstFiles, statusFiles } from "./files";
import { type Edit, changed } from "./change";
import { current, firstStatus, history, inWords, parseStatus, type Status, upcoming } from "./status";
import { readSwitch, switchText } from "./switchValue";

const at = (time: string) => `2026-11-23T${time}:00.000Z`;
const first = firstStatus(branding, at("01:00"));
const file = (status: Status, now: string, name: string) =>
  statusFiles(status, now).find((one) => one.name === name)?.content ?? "";

describe("the status of the service", () => {
  it("starts with nothing to say", () => {
    assert.deepEqual([current(first), upcoming(first, at("01:00")), history(first)], [undefined, [], []]);
    assert.match(file(first, at("01:00"), "status.html"), /Moodle is available.*Nothing is planned.*Nothing so far/s);
  });

  it("opens an outage, takes updates, and closes it", () => {
    const down = changed(first, { state: "outage", message: "Database" }, at("02:00"));
    const more = changed(down, { state: "outage", message: "Failing over", until: at("03:00") }, at("02:10"));
    assert.equal(more.events.length, 1);
    assert.deepEqual(
      current(more)?.updates.map(({ text }) => text),
      ["Failing over", "Database"],
    );
    const up = changed(more, { state: "off" }, at("02:30"));
    assert.equal(current(up), undefined);
    const [past] = history(up);
    assert.deepEqual(
      [past?.start, past?.end, past?.updates[0]?.text],
      [at("02:00"), at("02:30"), "Moodle is available again."],
    );
    assert.equal(up.version, 4);
  });

  it("shows trouble while the site is open, until an outage begins", () => {
    const slow = changed(first, { state: "trouble", message: "Slow" }, at("02:00"));
    const more = changed(slow, { state: "trouble", message: "Slower" }, at("02:10"));
    assert.deepEqual([more.events.length, current(more)?.kind, current(more)?.updates.length], [1, "trouble", 2]);
    const down = changed(more, { state: "outage" }, at("02:20"));
    assert.deepEqual([current(down)?.kind, history(down)[0]?.kind], ["outage", "trouble"]);
    assert.equal(parseStatus(JSON.stringify(down)).events[1]?.kind, "trouble");
  });

  it("begins announced work when the switch is turned for it, and not before", () => {
    const change: Edit = { state: "announce", title: "Upgrade", start: at("06:00"), until: at("08:00") };
    const announced = changed(first, change, at("02:00"));
    assert.equal(current(announced), undefined, "announced is not begun, not even later");
    assert.deepEqual(
      upcoming(announced, at("06:30")).map(({ title }) => title),
      ["Upgrade"],
    );
    assert.deepEqual(upcoming(announced, at("08:30")), [], "and past when it is past");
    const other = changed(announced, { state: "planned" }, at("03:00"));
    assert.deepEqual(
      [other.events.length, current(other)?.title],
      [2, "Maintenance"],
      "three hours before is other work",
    );
    const begun = changed(announced, { state: "planned" }, at("05:55"));
    assert.deepEqual(
      [begun.events.length, current(begun)?.title, current(begun)?.start, current(begun)?.expectedEnd],
      [1, "Upgrade", at("05:55"), at("08:00")],
    );
    assert.equal(history(changed(begun, { state: "off" }, at("07:00"))).length, 1);
  });

  it("corrects the words and times of an entry, and keeps its place in the feeds", () => {
    const announced = changed(
      first,
      { state: "announce", title: "Upgrade", start: at("06:00"), until: at("08:00") },
      at("02:00"),
    );
    const moved = changed(
      announced,
      { state: "correct", title: "Move", message: "At seven", start: at("07:00"), until: at("09:00") },
      at("02:10"),
    );
    const [event] = moved.events;
    assert.deepEqual(
      [event?.title, event?.start, event?.expectedEnd, event?.updates],
      ["Move", at("07:00"), at("09:00"), [{ at: at("02:00"), text: "At seven", corrected: at("02:10") }]],
    );
    const items = (status: Status) => JSON.parse(file(status, at("02:10"), "feed.json")).items as any[];
    assert.deepEqual(
      [items(moved)[0].id, items(moved)[0].date_published, items(moved)[0].date_modified],
      [items(announced)[0].id, at("02:00"), at("02:10")],
    );
    assert.equal(items(announced)[0].date_modified, undefined);
    const older = changed(moved, { state: "outage" }, at("03:00"));
    const again = changed(older, { state: "correct", event: event!.id, message: "At eight" }, at("03:10"));
    assert.deepEqual([again.events[0]?.kind, again.events[1]?.updates[0]?.text], ["outage", "At eight"]);
  });

  it("withdraws an entry: its words go, its title says so, and what goes on is over", () => {
    const slow = changed(first, { state: "trouble", message: "Hush" }, at("02:00"));
    const gone = changed(slow, { state: "withdraw" }, at("02:10"));
    assert.equal(current(gone), undefined);
    assert.match(file(gone, at("02:10"), "status.html"), /Moodle is available<.*Moodle has problems \(withdrawn\)/s);
    assert.ok(!JSON.stringify(gone).includes("Hush"));
    assert.match(file(gone, at("02:10"), "feed.xml"), /<title>Withdrawn: Moodle has problems<.*published by mistake/s);
    const other = changed(gone, { state: "correct", message: "x" }, at("02:20"));
    assert.deepEqual(other.events, gone.events, "a withdrawn entry is not corrected");
  });

  it("ends planned work when it becomes an outage", () => {
    const planned = changed(first, { state: "planned" }, at("02:00"));
    const outage = changed(planned, { state: "outage" }, at("02:30"));
    assert.equal(current(outage)?.kind, "outage");
    assert.deepEqual(
      history(outage).map(({ kind, end }) => [kind, end]),
      [["planned", at("02:30")]],
    );
  });

  it("shows whatever people write as text, and reads back what it wrote", () => {
    const change = fc.record({
      state: fc.constantFrom("off", "planned", "outage", "announce"),
      title: fc.string({ unit: "grapheme" }),
      message: fc.string({ unit: "grapheme" }),
    });
    fc.assert(
      fc.property(fc.array(change, { maxLength: 6 }), (changes) => {
        const status = changes.reduce<Status>(
          (before, one, index) => changed(before, one as Edit, at(`0${index + 1}:00`)),
          first,
        );
        assert.deepEqual(parseStatus(file(status, at("09:00"), "status.json")), JSON.parse(JSON.stringify(status)));
        assert.ok(
          status.events.filter(({ end, begun, kind }) => end === undefined && (begun || kind === "outage")).length <= 1,
        );
        JSON.parse(file(status, at("09:00"), "feed.json"));
        assert.ok(readSwitch(switchText({ state: "outage", message: "x" })).state === "outage");
      }),
    );
    const nasty = changed(first, { state: "outage", title: "<script>1</script>", message: '"</title>&' }, at("02:00"));
    for (const name of ["status.html", "feed.xml"]) {
      assert.ok(!file(nasty, at("02:00"), name).includes("<script>"), name);
      assert.ok(file(nasty, at("02:00"), name).includes("&lt;/title&gt;&amp;"), name);
    }
  });

  it("has feeds with an entry for every update, newest first", () => {
    const down = changed(first, { state: "outage", message: "A & B" }, at("02:00"));
    const up = changed(down, { state: "off" }, at("02:30"));
    const rss = file(up, at("02:30"), "feed.xml");
    assert.match(
      rss,
      /^<\?xml version="1.0" encoding="UTF-8"\?>\n<rss version="2.0"><channel><title>Moodle status, University of Example<\/title>/,
    );
    assert.match(rss, /<pubDate>Mon, 23 Nov 2026 02:30:00 GMT<\/pubDate>.*A &amp; B/s);
    assert.equal(rss.match(/<item>/g)?.length, 2);
    const feed = JSON.parse(file(up, at("02:30"), "feed.json")) as any;
    assert.equal(feed.version, "https://jsonfeed.org/version/1.1");
    assert.equal(feed.home_page_url, "https://moodle.example.org/outage/status.html");
    assert.equal(feed.feed_url, "https://moodle.example.org/outage/feed.json");
    assert.deepEqual(
      feed.items.map((item: any) => item.content_text),
      ["Moodle is available again.", "A & B"],
    );
    assert.equal(new Set(feed.items.map((item: any) => item.id)).size, 2);
  });

  describe("the calendar", () => {
    /** The properties of each event, read by the text of RFC 5545: lines joined again, and escapes taken out. */
    const read = (text: string) =>
      text
        .replaceAll("\r\n ", "")
        .split("BEGIN:VEVENT\r\n")
        .slice(1)
        .map((event) =>
          Object.fromEntries(
            event
              .split("\r\n")
              .map((line) => /^([A-Z-]+):(.*)$/.exec(line))
              .flatMap((match) => (match === null ? [] : [[match[1]!, unescaped(match[2]!)]])),
          ),
        );
    const unescaped = (value: string) => value.replace(/\\(.)/g, (_, one: string) => (one === "n" ? "\n" : one));
    const announced = (title: string, message: string) =>
      changed(first, { state: "announce", title, message, start: at("06:00"), until: at("08:00") }, at("02:00"));

    it("has the planned work with its times, and a new number with each update", () => {
      const planned = announced("Upgrade; to, 5.1", "One\nTwo \\ three");
      const text = file(planned, at("03:00"), "calendar.ics");
      assert.match(text, /^BEGIN:VCALENDAR\r\nVERSION:2\.0\r\n[^]*\r\nEND:VCALENDAR\r\n$/);
      assert.match(text, /^REFRESH-INTERVAL;VALUE=DURATION:PT1H\r$/m);
      const [event, ...others] = read(text);
      assert.deepEqual(others, []);
      assert.equal(event!["UID"], "planned-20261123020000@moodle.example.org");
      assert.deepEqual(
        ["DTSTART", "DTEND", "DTSTAMP", "SEQUENCE", "SUMMARY", "DESCRIPTION", "STATUS", "TRANSP", "URL"].map(
          (name) => event![name],
        ),
        [
          "20261123T060000Z",
          "20261123T080000Z",
          "20261123T020000Z",
          "2",
          "Moodle: Upgrade; to, 5.1",
          "One\nTwo \\ three",
          "CONFIRMED",
          "TRANSPARENT",
          "https://moodle.example.org/outage/status.html",
        ],
      );
      const begun = changed(planned, { state: "planned", message: "We began" }, at("05:30"));
      const [later] = read(file(begun, at("05:30"), "calendar.ics"));
      assert.deepEqual(
        [later!["UID"], later!["SEQUENCE"], later!["DTSTART"], later!["DESCRIPTION"]],
        [event!["UID"], "3", "20261123T053000Z", "We began\n\nOne\nTwo \\ three"],
      );
      const over = changed(begun, { state: "off" }, at("07:00"));
      assert.equal(read(file(over, at("07:00"), "calendar.ics"))[0]!["DTEND"], "20261123T070000Z");
    });

    it("cancels what was withdrawn, at the times that calendars have of it", () => {
      const planned = announced("Upgrade", "Soon");
      const [before] = read(file(planned, at("02:00"), "calendar.ics"));
      const gone = changed(planned, { state: "withdraw", message: "Not this week" }, at("04:00"));
      const [event] = read(file(gone, at("04:00"), "calendar.ics"));
      assert.deepEqual(
        ["UID", "DTSTART", "DTEND", "SEQUENCE", "STATUS", "DESCRIPTION"].map((name) => event![name]),
        [before!["UID"], before!["DTSTART"], before!["DTEND"], "3", "CANCELLED", "Not this week"],
      );
      assert.match(file(gone, at("04:00"), "banner.html"), /<main class="ok"><h1>Moodle is available<\/h1><p><a/);
    });

    it("is a whole calendar without work, and leaves outages and trouble out", () => {
      for (const status of [first, changed(first, { state: "outage" }, at("02:00"))]) {
        const text = file(status, at("02:00"), "calendar.ics");
        assert.deepEqual(read(text), []);
        assert.match(text, /BEGIN:VTIMEZONE\r\nTZID:Etc\/UTC/);
      }
    });

    it("keeps its form whatever people write", () => {
      fc.assert(
        fc.property(fc.string({ unit: "grapheme" }), fc.string({ unit: "binary" }), (title, message) => {
          const nasty = announced(`T${title}`, `${message}\r\nEND:VEVENT\r\u0007BEGIN:VALARM`);
          const text = file(nasty, at("03:00"), "calendar.ics");
          const lines = text.split("\r\n");
          // RFC 5545, section 3.1: 75 octets a line, and no other line ends or control characters.
          assert.ok(
            lines.every((line) => Buffer.byteLength(line) <= 75),
            text,
          );

          assert.ok(
            lines.every((line) => !/[\u0000-\u0008\u000a-\u001f\u007f]/.test(line)),
            text,
          );
          assert.equal(lines.filter((line) => line === "END:VEVENT").length, 1);
          assert.equal(lines.filter((line) => line.startsWith("BEGIN:VALARM")).length, 0);
          const xml = file(nasty, at("03:00"), "feed.xml");

          assert.doesNotMatch(xml, /[\u0000-\u0008\u000b-\u001f\ufffe\uffff]/);
        }),
      );
    });
  });

  describe("the banner", () => {
    const shown = (status: Status, now: string) => file(status, now, "banner.html").replace(/<style>.*<\/style>/, "");

    it("says the state, and the newest words of what goes on", () => {
      assert.match(
        shown(first, at("02:00")),
        /<main class="ok"><h1>Moodle is available<\/h1><p><a href="https:\/\/moodle/,
      );
      const down = changed(first, { state: "trouble", message: "Quizzes are <slow>" }, at("02:00"));
      const html = shown(down, at("02:00"));
      assert.match(
        html,
        /<main class="trouble"><h1>Moodle is available, with problems<\/h1><p>Quizzes are &lt;slow&gt;<\/p>/,
      );
      assert.match(html, /target="_top">Service status</);
      assert.doesNotMatch(html, /<script|<img|<link|<iframe/);
    });

    it("says planned work a week before it, and not earlier", () => {
      const change = { state: "announce", title: "Upgrade", start: "2026-12-01T06:00:00Z" } as const;
      const planned = changed(first, change, at("02:00"));
      assert.match(shown(planned, "2026-11-23T06:00:00Z"), /class="ok"/);
      const html = shown(planned, "2026-11-24T07:00:00Z");
      assert.match(
        html,
        /class="planned"><h1>Moodle is available<\/h1><p>Planned: Upgrade, from Tuesday 1 December 2026/,
      );
    });
  });

  it("serves another service as well", () => {
    const library = { ...branding, service: "The library catalogue", address: "https://library.example.org/" };
    const pages = firstFiles(library);
    assert.deepEqual(
      pages.map(({ name }) => name),
      ["index.html", "status.json", "status.html", "feed.xml", "feed.json", "calendar.ics", "banner.html"],
    );
    assert.ok(pages.every(({ content }) => !content.includes("Moodle") && content.includes("library")));
    const feed = pages.find(({ name }) => name === "feed.json");
    assert.ok(feed?.content.includes('"https://library.example.org/outage/feed.json"'));
  });

  it("plans the same files every day", () => assert.deepEqual(firstFiles(branding), firstFiles(branding)));

  it("says times in words, in the site's own zone", () => {
    assert.equal(inWords("2026-07-01T05:00:00Z", "Europe/London"), "Wednesday 1 July 2026 at 06:00 BST");
  });

  const refused: readonly [string, string, RegExp][] = [
    ["no JSON", "{", /status.json is not JSON/],
    ["no service", JSON.stringify({ ...first, service: "" }), /service must be a text that is not empty/],
    ["no list", JSON.stringify({ ...first, events: {} }), /events must be a list/],
    [
      "a wrong kind",
      JSON.stringify({ ...first, events: [{ kind: "x" }] }),
      /events\[0\].kind must be "planned", "outage" or "trouble"/,
    ],
    [
      "a wrong time",
      JSON.stringify({ ...first, events: [{ kind: "outage", start: "soon" }] }),
      /events\[0\].start must be a time such as/,
    ],
  ];
  for (const [what, text, message] of refused) {
    it(`refuses ${what}`, () => assert.throws(() => parseStatus(text), message));
  }
});
