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
import { firstFiles } from "../../components/outage/pages/files";
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
    firstFiles(branding).forEach(({ name, content }) => aws.pages.set(name, content));
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
  const turned = () => readSwitch(aws.value);
  const page = (name: string) => aws.pages.get(name) ?? "";

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
    assert.deepEqual(aws.asked, [
      "GET pages-1a2b/outage/status.json",
      "GET state",
      "GET store",
      "PUT state",
      "PUT pages-1a2b/outage/status.json",
      "PUT pages-1a2b/outage/status.html",
      "PUT pages-1a2b/outage/feed.xml",
      "PUT pages-1a2b/outage/feed.json",
      "PUT pages-1a2b/outage/calendar.ics",
      "PUT pages-1a2b/outage/banner.html",
    ]);
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
    assert.ok(!aws.asked.includes("PUT state"));
    assert.match(page("status.html"), /Moodle is available, with problems.*Problems, from .*Quizzes are slow\./s);
    assert.match(page("feed.xml"), /<title>Moodle has problems<\/title>/);
    await make({ STATE: "off" }, "2026-11-23T06:00:00.000Z");
    assert.match(page("status.html"), /<strong>Moodle is available<\/strong>.*Quizzes are slow\./s);
  });

  it("does not say that the site is open while the switch closes it", async () => {
    await make({ STATE: "outage" });
    const { code, complained } = await make({ STATE: "trouble" });
    assert.equal(code, 2, complained);
    assert.match(complained, /STATE: got "trouble", expected trouble while the site is open\. .*STATE=outage/);
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
    assert.ok(!aws.asked.includes("PUT state"));
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
    aws.pages.set("index.html", "ours");
    for (const STATE of ["outage", "off"]) {
      await make({ STATE });
    }
    assert.equal(page("index.html"), "ours");
  });

  it("says what is done and what is not when the pages cannot be written", async () => {
    aws.denied = true;
    const { code, complained } = await make({ STATE: "outage" });
    assert.equal(code, 1);
    assert.match(
      complained,
      /The switch is turned, but status.json was not written. s3 PutObject of status.json failed: AccessDenied/,
    );
  });

  it("stops when somebody else was quicker, when the stack has no pages, and without the Pulumi CLI", async () => {
    aws.tagTold = "old";
    await fails({ STATE: "outage" }, /cloudfront-keyvaluestore PutKey failed: ConflictException/);
    assert.equal(parseStatus(page("status.json")).version, 1);
    put("pulumi", "#!/bin/sh\necho '{}'\n");
    await fails({ STATE: "outage" }, /Stack prod has no output "outage"/);
    process.env["PATH"] = "";
    await fails({ STATE: "outage" }, /pulumi stack output failed: it is not installed/);
  });

  it("refuses a message that does not fit before it does anything", async () => {
    await fails({ STATE: "outage", MESSAGE: "x".repeat(1100) }, /Shorten it by \d+ characters/);
    assert.equal(turned().state, "off");
  });

  const refused: readonly [string, Given, RegExp][] = [
    ["an unknown stack", { STACK: "live", STATE: "off" }, /STACK: got "live", expected dev, prod, staging/],
    ["no stack", { STACK: "", STATE: "off" }, /STACK: got nothing/],
    ["an unknown state", { STATE: "down" }, /STATE: got "down", expected off, planned, outage, trouble, announce/],
    ["no state", {}, /STATE: got nothing/],
    ["a loose time", { STATE: "outage", UNTIL: "tomorrow" }, /UNTIL: got "tomorrow", expected a time such as/],
    ["a time without a zone", { STATE: "outage", UNTIL: "2026-11-23T07:00" }, /UNTIL: got "2026-11-23T07:00"/],
    [
      "an end in the past",
      { STATE: "outage", UNTIL: "2026-11-22T07:00Z" },
      /UNTIL: .* expected a time after the start/,
    ],
    ["a start of the switch", { STATE: "outage", START: "2026-11-24T07:00Z" }, /START: .*Use STATE=announce/],
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
