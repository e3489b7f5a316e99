// cspell:ignore Prüfung prufung langsam Mahara
import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import lock from "../../moodle-image/moodle.lock.json";
import { ask } from "../../testing/tools/ask";
import { incident } from "../incident/command";
import { beginIncident, parseIncident } from "../lib/incidents";
import { actions, command } from "./command";
import { listing, rowsOf } from "./listing";
import { askTracker, upstreamSentence } from "./upstream";

const now = () => new Date("2026-11-30T12:00:00Z");

const record = (actionLines: string, front = "") =>
  `---\ntitle: Quizzes were slow\nstart: 2026-11-23T09:41Z\nend: 2026-11-23T10:12Z\nservices: [Moodle]\n${front}actions:\n${actionLines}---\n\n# Quizzes were slow\n`;
const action = (what: string, due: string, more = "") =>
  `  - action: ${what}\n    owner: Learning platforms\n    due: ${due}\n    state: open\n${more}`;

describe("actions after incidents", () => {
  let folder = "";
  let patches = "";
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "incidents-"));
    patches = mkdtempSync(join(tmpdir(), "patches-"));
    carry();
  });
  afterEach(() => [folder, patches].forEach((one) => rmSync(one, { recursive: true })));

  const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
  const carry = (...all: readonly object[]) => {
    writeFileSync(join(patches, "patches.json"), JSON.stringify({ patches: all }));
    all.forEach((one) => writeFileSync(join(patches, (one as { file: string }).file), ""));
  };
  const list = (given = {}, asked: Readonly<Record<string, readonly string[]>> = {}) =>
    ask(actions({ now, patches, ask: (issue) => Promise.resolve(asked[issue] ?? []) }), { FOLDER: folder, ...given });

  it("are listed by their day, with owner and file; what is done or dropped is not", async () => {
    const closed = ["done", "dropped"].map((state) => action(`is ${state}`, "2026-01-01").replace("open", state));
    write("README.md", "no record");
    write("2026-11-23-a.md", record(action("Raise the CPU", "2026-12-15") + closed.join("")));
    write("2026-11-24-b.md", record(action("Ask for an index", "2026-12-01")));
    const { code, printed } = await list();
    assert.equal(code, 0);
    assert.deepEqual(printed.split("\n").map((line) => line.replace(/: \S+-([ab]\.md)$/, ": $1")), [
      "2 open, 0 of them overdue, 0 waiting for a release of Moodle.",
      "open  2026-12-01  Ask for an index (Learning platforms)",
      "  Quizzes were slow: b.md",
      "open  2026-12-15  Raise the CPU (Learning platforms)",
      "  Quizzes were slow: a.md",
    ]); // prettier-ignore
  });

  it("fail when one is overdue, which its last day is not", async () => {
    write("2026-11-23-a.md", record(action("Raise the CPU", "2026-11-30")));
    assert.equal((await list()).code, 0);
    write("2026-11-23-a.md", record(action("Raise the CPU", "2026-11-29")));
    const { code, printed } = await list();
    assert.equal(code, 1);
    assert.match(printed, /^1 open, 1 of them overdue.*\nOVERDUE {2}2026-11-29 {2}Raise the CPU/);
  });

  it("are none in this repository", async () => {
    assert.deepEqual(await ask(command, {}), { code: 0, printed: "No open actions.", complained: "", said: "No open actions." });
  }); // prettier-ignore

  it("say which release has a fix that is waited for: by the record, a patch, or the tracker", async () => {
    write("2026-11-23-a.md", record(action("Take the fix", "2027-01-31", "    upstream: MDL-12\n")));
    assert.match(
      (await list()).printed,
      /1 waiting for.*\nwaiting {2}2027-01-31.*\n.*\n {2}MDL-12: no release has it yet\./,
    );
    const fixed = "    upstream: MDL-12\n    fixedIn: [99.1, 99.10]\n";
    write("2026-11-23-a.md", record(action("Take the fix", "2027-01-31", fixed)));
    // 99.10 is no 99.1.
    assert.match((await list()).printed, /MDL-12 is fixed in 99\.1, 99\.10, and the image has Moodle/);
    write("2026-11-23-a.md", record(action("Take the fix", "2027-01-31", "    upstream: MDL-12\n")));
    assert.match((await list({ FOLLOW: "1" }, { "MDL-12": ["99.3"] })).printed, /MDL-12 is fixed in 99\.3/);
    const [major = "", minor = ""] = lock.moodle.version.split(".");
    const branch = `${major}.${minor}`;
    const carried = { file: "a.patch", issue: "MDL-12", why: "Regrading locks", moodle: [branch], fixedIn: [`${branch}.99`], expires: "2027-03-01", owner: "Learning platforms" }; // prettier-ignore
    carry(carried);
    const { code, printed } = await list();
    assert.equal(code, 0);
    assert.match(
      printed,
      new RegExp(
        `2 open, 0 .*, 2 waiting[^]*MDL-12 is fixed in ${branch}\\.99, .*; the image carries a patch\\.\nwaiting  2027-03-01  Patch a\\.patch: Regrading locks`,
      ),
    );
    // In the release that is locked: the action is looked at, the patch goes.
    carry({ ...carried, fixedIn: [lock.moodle.version] });
    const arrived = await list();
    assert.equal(arrived.code, 1);
    assert.match(arrived.printed, /open {2}2027-01-31 {2}Take the fix[^]*is it done\?/);
    assert.match(
      arrived.printed,
      /OVERDUE {2}2027-03-01 {2}Patch a\.patch.*\n {2}The build refuses it: Moodle .* has its fix/,
    );
    carry({ ...carried, expires: "2026-12-10" });
    assert.match((await list()).printed, /Its last day is near\./);
    carry({ ...carried, expires: "2026-11-29" });
    assert.match((await list()).printed, /OVERDUE {2}2026-11-29.*\n.*past its date/);
  });

  it("that wait for a fix which the image has are not called waiting", () => {
    assert.match(upstreamSentence({ issue: "MDL-1", fixedIn: ["5.1"], carried: false }, "5.2"), /is it done\?$/);
    const none = { incidents: [], patches: [], asked: new Map(), release: "5.1", today: "2026-11-30" };
    assert.equal(listing(rowsOf(none)), "No open actions.");
  });

  describe("of a broken file", () => {
    const wrong = async (text: string, expected: RegExp) => {
      write("2026-11-23-a.md", text);
      const { code, complained, printed } = await list();
      assert.equal(code, 1);
      assert.equal(printed, "");
      assert.equal(complained.split("\n").length, 1, complained);
      assert.match(complained, expected);
    };

    it("are an error with file and line", async () => {
      await wrong("# No front matter\n", /2026-11-23-a\.md:1: got "# No front matter", expected a front matter/);
      await wrong("---\ntitle: a\n", /a\.md:1: /);
      await wrong(
        record(action("Raise", "2026-12-15")).replace("owner: L", "owner: [L"),
        /a\.md:\d+: it is not YAML: /,
      );
      await wrong(record(action("One", "2026-12-15") + action("Two", "soon")), /a\.md:13: actions\[1\]\.due: got "soon", expected a day such as 2026-12-15/); // prettier-ignore
      await wrong(record(action("One", "2026-12-15").replace("open", "opened")), /a\.md:10: actions\[0\]\.state: got "opened", expected open, done, dropped/); // prettier-ignore
      await wrong(record(action("One", "2026-02-30")), /a\.md:9: actions\[0\]\.due: got "2026-02-30"/);
      await wrong(record(action("One", "2026-12-15").replace(/ +owner.*\n/, "")), /a\.md:7: actions\[0\]\.owner: got nothing, expected who does it/); // prettier-ignore
      await wrong(record(action("One", "2026-12-15", "    upstream: 12\n")), /a\.md:11: actions\[0\]\.upstream: got "12", expected an issue/); // prettier-ignore
      await wrong(record("", "severity: 1\n").replace("actions:\n", "actions: []\n"), /a\.md:6: severity: got "1", expected no such field/); // prettier-ignore
      await wrong(
        record("").replace("start: 2026-11-23T09:41Z", "start: yesterday"),
        /a\.md:3: start: got "yesterday"/,
      );
      await wrong(
        record("").replace("[Moodle]", "Moodle"),
        /a\.md:5: services: got "Moodle", expected a list of services/,
      );
      await wrong("---\n---\n", /a\.md:\d: front matter: got nothing, expected title, start, services and actions/);
      await wrong("---\ntitle: a\ntitle: b\n---\n", /a\.md:3: it is not YAML: duplicated mapping key/);
    });

    it("are found in a list that is written the other way, with Windows' ends of lines", async () => {
      const inline =
        "---\r\ntitle: a\r\nstart: 2026-11-23T09:41Z\r\nservices:\r\n  - Moodle\r\nactions:\r\n  - { action: a, owner: b, due: soon, state: open }\r\n---\r\n";
      await wrong(inline, /a\.md:7: actions\[0\]\.due: got "soon"/);
    });
  });

  it("are refused for a folder that is not there", async () => {
    const { code, complained } = await list({ FOLDER: join(folder, "none") });
    assert.equal(code, 2);
    assert.match(complained, /^error: FOLDER: got ".*none", expected a folder that exists/);
  });

  it("are asked of the tracker as Jira answers", async () => {
    const answers: Readonly<Record<string, unknown>> = {
      "MDL-1": { fields: { fixVersions: [{ name: "5.0.6" }, { name: "5.1.3", released: true }, { name: "5.2", released: false }, { name: "Future Dev" }] } }, // prettier-ignore
      "MDL-2": { fields: { fixVersions: [] } },
      "MDL-3": { errorMessages: ["Issue does not exist"] },
    };
    const server = createServer((request, response) => {
      const [, name = ""] = /^\/rest\/api\/2\/issue\/(MDL-\d+)\?fields=fixVersions$/.exec(request.url ?? "") ?? [];
      response.writeHead(name === "MDL-3" ? 404 : 200, { "content-type": "application/json" });
      response.end(name === "" ? "<html>" : JSON.stringify(answers[name]));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    try {
      assert.deepEqual(await askTracker("MDL-1", base), ["5.0.6", "5.1.3"]);
      assert.deepEqual(await askTracker("MDL-2", base), []);
      await assert.rejects(askTracker("MDL-3", base), /answers 404 without fixVersions\. Fix: is MDL-3 right\?/);
      await assert.rejects(askTracker("x", base), /answers 200 without fixVersions/);
    } finally {
      await new Promise((resolve) => server.close(resolve));
    }
    await assert.rejects(askTracker("MDL-1", base), /cannot be reached: .*Fix: leave FOLLOW out/);
  });
});

describe("make incident", () => {
  let folder = "";
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "incidents-"))));
  afterEach(() => rmSync(folder, { recursive: true }));
  const begin = (given: Readonly<Record<string, string>>) => ask(incident(now), { FOLDER: folder, ...given });

  it("begins a file that make actions reads", async () => {
    const { code, printed } = await begin({
      TITLE: "Prüfung: 50 % der Quizzes – langsam",
      START: "2026-11-23T10:41+01:00",
    });
    assert.equal(code, 0);
    assert.deepEqual(readdirSync(folder), ["2026-11-23-prufung-50-der-quizzes-langsam.md"]);
    assert.match(printed, /prufung-50-der-quizzes-langsam\.md: write what happened/);
    const text = readFileSync(join(folder, readdirSync(folder)[0]!), "utf8");
    const expected = { title: "Prüfung: 50 % der Quizzes – langsam", start: "2026-11-23T09:41Z", end: "", services: ["Moodle"], actions: [] }; // prettier-ignore
    assert.deepEqual(parseIncident(text, "a"), expected);
    assert.match(text, /^# Prüfung.*\n\n## What people noticed$/m);
    assert.equal((await ask(actions({ now }), { FOLDER: folder })).code, 0);
  });

  it("takes now for the start, several services, and writes nothing twice", async () => {
    assert.equal((await begin({ TITLE: "a", SERVICES: "Moodle, Mahara" })).code, 0);
    const [name = ""] = readdirSync(folder);
    const { start, services } = parseIncident(readFileSync(join(folder, name), "utf8"), name);
    assert.deepEqual({ name, start, services }, { name: "2026-11-30-a.md", start: "2026-11-30T12:00Z", services: ["Moodle", "Mahara"] }); // prettier-ignore
    const second = await begin({ TITLE: "a" });
    assert.equal(second.code, 1);
    assert.match(second.complained, /2026-11-30-a\.md is there already\. Fix: edit it, or give another TITLE/);
    assert.equal((await begin({ TITLE: "b", START: "2026-11-23T10:00Z", END: "2026-11-23T09:00Z" })).code, 2);
    assert.equal((await begin({})).code, 2);
    assert.deepEqual(readdirSync(folder), [name]);
  });

  it("writes any title so that it is read again", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "grapheme", minLength: 1 }).filter((text) => text.trim() !== ""),
        (title) => {
          const made = mkdtempSync(join(tmpdir(), "incident-"));
          try {
            const given = { title, start: "2026-11-23T09:41Z", end: "", services: ["Moodle"], actions: [] };
            beginIncident(made, given);
            const [name = ""] = readdirSync(made);
            assert.match(name, /^2026-11-23-[a-z0-9-]+\.md$/);
            assert.deepEqual(parseIncident(readFileSync(join(made, name), "utf8"), name), given);
          } finally {
            rmSync(made, { recursive: true });
          }
        },
      ),
      { numRuns: 100 },
    );
  });
});
