import * as assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { type Answer, ask } from "../../testing/tools/ask";
import type { Given } from "../lib/command";
import { outage } from "./command";
import { branding } from "../../testing/outage/example";
import { OutageStore } from "../../testing/stand-ins/outageStore";
import { firstFiles, publishedNames } from "../../components/outage/pages/files";
import { changeStates } from "../../components/outage/pages/change";
import { parseStatus } from "../../components/outage/pages/status";
import { readSwitch } from "../../components/outage/pages/switchValue";

const now = "2026-11-23T05:00:00.000Z";
const storeArn = "arn:aws:cloudfront::123456789012:key-value-store/1a2b";

describe("make outage", () => {
  let home: string;
  const path = process.env["PATH"];

  let aws: OutageStore;

  beforeEach(async () => {
    home = mkdtempSync(join(tmpdir(), "outage-"));
    aws = await OutageStore.start(storeArn);
    firstFiles(branding).forEach(({ name, content }) => aws.objects.set(`outage/${name}`, content));
    put(
      "pulumi",
      `#!/bin/sh\necho '${JSON.stringify({ outage: { bucket: "pages-1a2b", keyValueStoreArn: storeArn } })}'\n`,
    );
    process.env["PATH"] = `${home}${delimiter}${path}`;
  });
  afterEach(() => {
    aws.stop();
    process.env["PATH"] = path;
    rmSync(home, { recursive: true });
  });

  function put(name: string, content: string): void {
    writeFileSync(join(home, name), content);
    chmodSync(join(home, name), 0o755);
  }
  const make = (given: Given, time = now): Promise<Answer> =>
    ask(outage({ now: () => time, transport: aws.transport }), { STACK: "prod", ...given });
  const fails = async (given: Given, message: RegExp) => {
    const { code, complained } = await make(given);
    assert.equal(code, 1);
    assert.match(complained, message);
  };
  const turned = () => readSwitch(aws.keys.get("state"));
  const page = (name: string) => aws.objects.get(`outage/${name}`) ?? "";

  it("turns the switch first, then writes the status page and the feeds, as it said it would", async () => {
    const { code, said } = await make({
      STATE: "planned",
      MESSAGE: 'It\'s an upgrade;\\n$(rm) "x"',
      UNTIL: "2026-11-23T07:00Z",
    });
    assert.equal(code, 0, said);
    const value = turned();
    assert.deepEqual(
      [value.state, value.message, value.until, value.back, value.version],
      [
        "planned",
        'It\'s an upgrade;\n$(rm) "x"',
        "2026-11-23T07:00:00.000Z",
        "Monday 23 November 2026 at 07:00 GMT",
        2,
      ],
    );
    assert.match(said, /Will turn the switch of prod from off to planned \(\d+ of 1024 bytes\)/);
    assert.ok(said.includes(`Testers get in at https://moodle.example.org/outage-pass/${value.pass}`));
    assert.match(page("status.html"), /Moodle is closed for maintenance.*It&#39;s an upgrade|It's an upgrade/s);
    assert.deepEqual(parseStatus(page("status.json")).version, 2);
    const [id] = [aws.keys.get("pages")];
    assert.match(id ?? "", /^2-[\w-]{12}$/);
    const written = aws.asked.filter((one) => !one.startsWith("GET"));
    assert.deepEqual(written, [
      `PUT pages-1a2b/journal/${id}.json`,
      ...publishedNames.map((name) => `PUT pages-1a2b/outage/v/${id}/${name}`),
      "POST keys",
      ...publishedNames.toReversed().map((name) => `PUT pages-1a2b/outage/${name}`),
    ]);
    for (const name of publishedNames) {
      assert.equal(aws.objects.get(`outage/v/${id}/${name}`), page(name), name);
    }
  });

  it("keeps the testers' pass while planned work goes on, and forgets it after", async () => {
    await make({ STATE: "planned" });
    const { pass } = turned();
    await make({ STATE: "planned", MESSAGE: "Half done" }, "2026-11-23T05:30:00.000Z");
    assert.equal(turned().pass, pass);
    await make({ STATE: "off" }, "2026-11-23T06:00:00.000Z");
    assert.deepEqual(turned(), { state: "off", version: 4 });
    await make({ STATE: "planned" }, "2026-11-23T08:00:00.000Z");
    assert.notEqual(turned().pass, pass);
  });

  it("says at once what is wrong while the site stays open, and takes it away with off", async () => {
    const { code, said } = await make({ STATE: "trouble", MESSAGE: "Quizzes are slow." });
    assert.equal(code, 0, said);
    assert.match(said, /Will say on the status page of prod, which stays open: Quizzes are slow\./);
    assert.equal(aws.keys.get("state"), "off");
    assert.match(page("status.html"), /Moodle is available, with problems.*Problems, from .*Quizzes are slow\./s);
    assert.match(page("feed.xml"), /<title>Moodle has problems<\/title>/);
    await make({ STATE: "off" }, "2026-11-23T06:00:00.000Z");
    assert.match(page("status.html"), /<strong>Moodle is available<\/strong>.*Quizzes are slow\./s);
  });

  it("does not say that the site is open while the switch closes it", async () => {
    await make({ STATE: "outage" });
    const { code, complained } = await make({ STATE: "trouble" });
    assert.equal(code, 2, complained);
    assert.match(complained, /STATE: got "trouble", expected trouble while the site is open\. .*the state outage/);
    assert.match(page("status.html"), /Moodle is not available/);
  });

  it("announces without touching the switch", async () => {
    const { code, said } = await make({
      STATE: "announce",
      TITLE: "Upgrade",
      START: "2026-12-01T06:00Z",
      UNTIL: "2026-12-01T08:00Z",
    });
    assert.equal(code, 0, said);
    assert.match(said, /Will announce on the status page of prod: work from Tuesday 1 December 2026 at 06:00 GMT/);
    assert.equal(turned().state, "off");
    assert.equal(aws.keys.get("state"), "off");
    assert.match(page("feed.xml"), /<title>Upgrade<\/title>/);
  });

  it("writes nothing with DRY=1, and only the preview with PREVIEW=1", async () => {
    const before = page("status.json");
    assert.match((await make({ STATE: "outage", DRY: "1" })).said, /Will turn .*DRY=1: nothing was written/s);
    const { said } = await make({ STATE: "outage", PREVIEW: "1", MESSAGE: "A <b>" });
    assert.match(said, /https:\/\/moodle.example.org\/outage\/preview.html. The switch was not turned/);
    assert.match(page("preview.html"), /<h1>Moodle is not available<\/h1><p>A &lt;b&gt;<\/p>/);
    assert.deepEqual([turned().state, page("status.json")], ["off", before]);
  });

  it("never writes the page that people edit", async () => {
    aws.objects.set("outage/index.html", "ours");
    for (const STATE of ["outage", "off"]) {
      await make({ STATE });
    }
    assert.equal(page("index.html"), "ours");
  });

  it("changes nothing when the pages cannot be written", async () => {
    aws.denied = true;
    const { code, complained } = await make({ STATE: "outage" });
    assert.equal(code, 1);
    assert.match(complained, /s3 PutObject of journal\/2-[\w-]+.json failed: AccessDenied/);
    assert.deepEqual([turned().state, aws.keys.get("pages")], ["off", undefined]);
  });

  it("stops when somebody else was quicker, when the stack has no pages, and without the Pulumi CLI", async () => {
    aws.tagTold = "old";
    await fails(
      { STATE: "outage" },
      /Somebody else has published, or turned the switch, just now\. Nothing was changed/,
    );
    assert.equal(parseStatus(page("status.json")).version, 1);
    put("pulumi", "#!/bin/sh\necho '{}'\n");
    await fails({ STATE: "outage" }, /Stack prod has no output "outage"/);
    process.env["PATH"] = "";
    await fails({ STATE: "outage" }, /pulumi stack output failed: it is not installed/);
  });

  it("refuses a message that does not fit before it does anything", async () => {
    const { code, complained } = await make({ STATE: "outage", MESSAGE: "x".repeat(1100) });
    assert.equal(code, 2);
    assert.match(complained, /MESSAGE: got "1100 characters".* Shorten it by \d+ characters/);
    assert.deepEqual([turned().state, aws.asked.filter((one) => !one.startsWith("GET"))], ["off", []]);
  });

  it("corrects the words of a closed site and of the page at once, and keeps the rest", async () => {
    await make({ STATE: "planned", MESSAGE: "Back at nin", UNTIL: "2026-11-23T07:00Z" });
    const { pass } = turned();
    const { code, said } = await make({ STATE: "correct", MESSAGE: "Back at nine" }, "2026-11-23T05:10:00.000Z");
    assert.equal(code, 0, said);
    const { message, until, pass: kept, version } = turned();
    assert.deepEqual([message, until, kept, version], ["Back at nine", "2026-11-23T07:00:00.000Z", pass, 3]);
    assert.match(page("status.html"), /Back at nine \(corrected, <time datetime="2026-11-23T05:10:00.000Z">/);
    assert.doesNotMatch(page("status.html"), /Back at nin /);
    const { code: wrong, complained } = await make({ STATE: "correct" });
    assert.deepEqual([wrong, /MESSAGE: got nothing, expected a correction/.test(complained)], [2, true]);
  });

  it("withdraws an announcement, which the feeds say too", async () => {
    await make({ STATE: "announce", TITLE: "Wrong day", START: "2026-12-01T06:00Z", MESSAGE: "Secret plans" });
    const { code } = await make({ STATE: "withdraw", MESSAGE: "Not on this day." }, "2026-11-23T05:10:00.000Z");
    assert.equal(code, 0);
    assert.match(page("status.html"), /Nothing is planned\..*Wrong day \(withdrawn\).*Not on this day\./s);
    assert.match(page("feed.xml"), /<title>Withdrawn: Wrong day<\/title><description>Not on this day\./);
    for (const name of publishedNames) {
      assert.ok(!page(name).includes("Secret plans"), name);
    }
    const { code: again, complained } = await make({ STATE: "withdraw" });
    assert.deepEqual([again, /EVENT: got nothing.*There is none\./.test(complained)], [2, true]);
  });

  it("does not withdraw what the site is closed for", async () => {
    await make({ STATE: "outage" });
    const { code, complained } = await make({ STATE: "withdraw" });
    assert.equal(code, 2);
    assert.match(complained, /EVENT: got "outage-\d+".*Open the site first/);
  });

  it("takes back the last publish with undo, the switch too, and twice brings it back", async () => {
    const before = page("status.html");
    await make({ STATE: "outage", MESSAGE: "Oh no" });
    const { code, said } = await make({ STATE: "undo" }, "2026-11-23T05:10:00.000Z");
    assert.equal(code, 0, said);
    assert.match(said, /Will take back version 2 of prod: outage: Oh no/);
    assert.match(said, /Will turn the switch of prod from outage to off/);
    const changes = /Last change: .*?<\/time>/;
    assert.equal(page("status.html").replace(changes, ""), before.replace(changes, ""));
    assert.equal(turned().state, "off");
    await make({ STATE: "undo" }, "2026-11-23T05:20:00.000Z");
    assert.deepEqual([turned().state, turned().message], ["outage", "Oh no"]);
    assert.equal(parseStatus(page("status.json")).version, 4);
  });

  it("does not undo over the head of a release, and works beside one", async () => {
    const { code, complained } = await make({ STATE: "undo" });
    assert.deepEqual([code, /STATE: got "undo", expected undo after a publish/.test(complained)], [2, true]);
    await make({ STATE: "announce", START: "2026-12-01T06:00Z" });
    aws.turn('{"state":"planned","message":"A new version"}');
    assert.match((await make({ STATE: "undo" })).complained, /undo while the switch is as it was published/);
    assert.match((await make({ STATE: "trouble" })).complained, /trouble while the site is open/);
    assert.equal((await make({ STATE: "withdraw" })).code, 0);
    assert.deepEqual(turned(), { state: "planned", message: "A new version" }, "the release's words stay");
    aws.turn('{"state":"off"}');
    assert.equal((await make({ STATE: "outage" })).code, 0);
    assert.equal(turned().state, "outage");
  });

  it("keeps who and when where no visitor can read it", async () => {
    await make({ STATE: "trouble", BY: "ada@example.org" });
    const record = JSON.parse(aws.objects.get(`journal/${aws.keys.get("pages")}.json`) ?? "") as { log: unknown[] };
    const [entry] = record.log;
    assert.deepEqual(entry, {
      id: aws.keys.get("pages"),
      version: 2,
      at: now,
      by: "ada@example.org",
      what: "trouble",
    });
    for (const [key, content] of aws.objects) {
      assert.equal(content.includes("ada@example.org"), key.startsWith("journal/"), key);
    }
  });

  const refused: readonly [string, Given, RegExp][] = [
    ["an unknown stack", { STACK: "live", STATE: "off" }, /STACK: got "live", expected dev, prod, staging/],
    ["no stack", { STACK: "", STATE: "off" }, /STACK: got nothing/],
    [
      "an unknown state",
      { STATE: "down" },
      /STATE: got "down", expected off, planned, outage, trouble, announce, correct, withdraw, undo/,
    ],
    ["no state", {}, /STATE: got nothing/],
    ["a loose time", { STATE: "outage", UNTIL: "tomorrow" }, /UNTIL: got "tomorrow", expected a time such as/],
    ["a time without a zone", { STATE: "outage", UNTIL: "2026-11-23T07:00" }, /UNTIL: got "2026-11-23T07:00"/],
    [
      "an end in the past",
      { STATE: "outage", UNTIL: "2026-11-22T07:00Z" },
      /UNTIL: .* expected a time after the start/,
    ],
    ["a start of the switch", { STATE: "outage", START: "2026-11-24T07:00Z" }, /START: .*Use the state announce/],
    ["an announcement without start", { STATE: "announce" }, /START: got nothing, expected when the work will begin/],
    ["DRY=yes", { STATE: "off", DRY: "yes" }, /DRY: got "yes", expected 1/],
  ];
  for (const [what, given, message] of refused) {
    it(`refuses ${what}`, async () => {
      const { code, printed, complained } = await make(given);
      assert.deepEqual([code, printed], [2, ""]);
      assert.match(complained, message);
      assert.deepEqual(aws.asked, [], "nothing was asked of AWS");
    });
  }

  it("runs each command of docs/outage.md, one after the other, on AWS's stand-in and on a folder", async () => {
    const text = readFileSync(join(__dirname, "../../docs/outage.md"), "utf8");
    const lines = text.split("\n").filter((line) => line.startsWith("make outage "));
    const states = new Set<string>();
    for (const more of [{}, { LOCAL: "1", LOCAL_FOLDER: join(home, "documented") }]) {
      for (const [index, line] of lines.entries()) {
        const words = [...line.matchAll(/([A-Z]+)=("[^"]*"|\S+)/g)];
        const given = Object.fromEntries(words.map(([, name, value]) => [name!, value!.replaceAll('"', "")]));
        states.add(given["STATE"] ?? "");
        const { code, said } = await make({ ...given, ...more }, `2026-11-23T05:${10 + index}:00.000Z`);
        assert.equal(code, 0, `${line}\n${said}`);
      }
    }
    assert.deepEqual([...states].sort(), [...changeStates].sort(), "the page shows each state");
  });

  it("can be tried on a folder, from the command line", () => {
    const program = join(__dirname, "command.ts");
    const env = { ...process.env, STACK: "dev", STATE: "outage", LOCAL: "1", LOCAL_FOLDER: join(home, "local") };
    const { status, stdout } = spawnSync(process.execPath, ["--import", "tsx", program], { env, encoding: "utf8" });
    assert.equal(status, 0, stdout);
    assert.match(stdout, /^Local: nothing of AWS is touched/);
    assert.match(stdout, /written to folder .*local\. No message is sent\.$/m);
    assert.match(readFileSync(join(home, "local", "outage", "status.html"), "utf8"), /is not available/);
    assert.deepEqual(aws.asked, []);
  });

  it("keeps a dollar in the words that make hands on", () => {
    const given = ["STACK=dev", "STATE=outage", "LOCAL=1", "DRY=1", `LOCAL_FOLDER=${join(home, "local")}`];
    const { status, stdout } = spawnSync("make", ["--silent", "outage", ...given, "MESSAGE=It costs $5 and $$6"], {
      cwd: join(__dirname, "../.."),
      encoding: "utf8",
    });
    assert.equal(status, 0, stdout);
    assert.match(stdout, /Visitors get 503 and: It costs \$5 and \$\$6$/m);
  });
});
