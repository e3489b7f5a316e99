import * as assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { outage } from "./command";
import { branding } from "../../testing/outage/example";
import { firstFiles } from "../../components/outage/pages/files";
import type { Given } from "./request";
import { parseStatus } from "../../components/outage/pages/status";
import { readSwitch } from "../../components/outage/pages/switchValue";

const now = "2026-11-23T05:00:00.000Z";
const storeArn = "arn:aws:cloudfront::123456789012:key-value-store/1a2b";

/** Stands for the AWS CLI: keeps the store and the bucket in files, and writes down what it was asked. */
const awsProgram = `#!${process.execPath}
const fs = require("node:fs"), path = require("node:path");
const args = process.argv.slice(2), home = ${JSON.stringify("HOME_FOLDER")};
fs.appendFileSync(path.join(home, "calls.txt"), JSON.stringify(args) + "\\n");
const of = (name) => args[args.indexOf(name) + 1];
const file = (url) => path.join(home, url.replace("s3://pages-1a2b/", ""));
const fail = (text) => { process.stderr.write(text); process.exit(254); };
if (args[0] === "cloudfront-keyvaluestore") {
  if (of("--kvs-arn") !== ${JSON.stringify(storeArn)}) fail("ResourceNotFoundException");
  const tag = "KV" + fs.readFileSync(path.join(home, "tag"), "utf8");
  if (args[1] === "describe-key-value-store") console.log(JSON.stringify({ ETag: tag, ItemCount: 1 }));
  if (args[1] === "get-key") console.log(JSON.stringify({ Key: "state", Value: fs.readFileSync(path.join(home, "switch"), "utf8") }));
  if (args[1] === "put-key") {
    if (of("--if-match") !== tag) fail("ConflictException");
    fs.writeFileSync(path.join(home, "switch"), of("--value"));
  }
} else if (args[0] === "s3" && args[1] === "cp") {
  if (fs.existsSync(path.join(home, "denied"))) { if (args[2] === "-") fail("AccessDenied"); }
  if (args[3] === "-") process.stdout.write(fs.readFileSync(file(args[2])));
  else fs.writeFileSync(file(args[3]), fs.readFileSync(0));
} else fail("unknown command " + args.join(" "));
`;

describe("make outage", function () {
  this.timeout(60_000);
  let home: string;
  const path = process.env["PATH"];

  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), "outage-"));
    mkdirSync(join(home, "outage"));
    firstFiles(branding).forEach(({ name, content }) => writeFileSync(join(home, "outage", name), content));
    writeFileSync(join(home, "switch"), "off");
    writeFileSync(join(home, "tag"), "1");
    put("aws", awsProgram.replace("HOME_FOLDER", home));
    put(
      "pulumi",
      `#!/bin/sh\necho '${JSON.stringify({ outage: { bucket: "pages-1a2b", keyValueStoreArn: storeArn } })}'\n`,
    );
    process.env["PATH"] = `${home}${delimiter}${path}`;
  });
  afterEach(() => {
    process.env["PATH"] = path;
    rmSync(home, { recursive: true });
  });

  function put(name: string, content: string): void {
    writeFileSync(join(home, name), content);
    chmodSync(join(home, name), 0o755);
  }
  function make(given: Given, time = now): { code: number; said: string } {
    const lines: string[] = [];
    const code = outage({ STACK: "prod", ...given }, time, (line) => lines.push(line));
    return { code, said: lines.join("\n") };
  }
  const turned = () => readSwitch(readFileSync(join(home, "switch"), "utf8"));
  const page = (name: string) => readFileSync(join(home, "outage", name), "utf8");
  const calls = () =>
    readFileSync(join(home, "calls.txt"), "utf8")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as string[]);

  it("turns the switch first, then writes the status page and the feeds, as it said it would", () => {
    const { code, said } = make({
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
    assert.deepEqual(
      calls().map(([program, verb, from, to]) => [program, verb, program === "s3" ? (from === "-" ? to : from) : ""]),
      [
        ["s3", "cp", "s3://pages-1a2b/outage/status.json"],
        ["cloudfront-keyvaluestore", "get-key", ""],
        ["cloudfront-keyvaluestore", "describe-key-value-store", ""],
        ["cloudfront-keyvaluestore", "put-key", ""],
        ["s3", "cp", "s3://pages-1a2b/outage/status.json"],
        ["s3", "cp", "s3://pages-1a2b/outage/status.html"],
        ["s3", "cp", "s3://pages-1a2b/outage/feed.xml"],
        ["s3", "cp", "s3://pages-1a2b/outage/feed.json"],
      ],
    );
    assert.ok(calls().every((args) => args.includes("us-east-1")));
  });

  it("keeps the testers' pass while planned work goes on, and forgets it after", () => {
    make({ STATE: "planned" });
    const { pass } = turned();
    make({ STATE: "planned", MESSAGE: "Half done" }, "2026-11-23T05:30:00.000Z");
    assert.equal(turned().pass, pass);
    make({ STATE: "off" }, "2026-11-23T06:00:00.000Z");
    assert.deepEqual(turned(), { state: "off", version: 4 });
    make({ STATE: "planned" }, "2026-11-23T08:00:00.000Z");
    assert.notEqual(turned().pass, pass);
  });

  it("announces without touching the switch", () => {
    const { code, said } = make({
      STATE: "announce",
      TITLE: "Upgrade",
      START: "2026-12-01T06:00Z",
      UNTIL: "2026-12-01T08:00Z",
    });
    assert.equal(code, 0, said);
    assert.match(said, /Will announce on the status page of prod: work from Tuesday 1 December 2026 at 06:00 GMT/);
    assert.equal(turned().state, "off");
    assert.ok(!calls().some(([, verb]) => verb === "put-key"));
    assert.match(page("feed.xml"), /<title>Upgrade<\/title>/);
  });

  it("writes nothing with DRY=1, and only the preview with PREVIEW=1", () => {
    const before = page("status.json");
    assert.match(make({ STATE: "outage", DRY: "1" }).said, /Will turn .*DRY=1: nothing was written/s);
    const { said } = make({ STATE: "outage", PREVIEW: "1", MESSAGE: "A <b>" });
    assert.match(said, /https:\/\/moodle.example.org\/outage\/preview.html. The switch was not turned/);
    assert.match(page("preview.html"), /<h1>Moodle is not available<\/h1><p>A &lt;b&gt;<\/p>/);
    assert.deepEqual([turned().state, page("status.json")], ["off", before]);
  });

  it("never writes the page that people edit", () => {
    writeFileSync(join(home, "outage", "index.html"), "ours");
    for (const STATE of ["outage", "off"]) {
      make({ STATE });
    }
    assert.equal(page("index.html"), "ours");
  });

  it("says what is done and what is not when the pages cannot be written", () => {
    writeFileSync(join(home, "denied"), "");
    const { code, said } = make({ STATE: "outage" });
    assert.equal(code, 1);
    assert.match(said, /The switch is turned, but status.json was not written. aws s3 cp failed: AccessDenied/);
  });

  it("stops when somebody else was quicker, when the stack has no pages, and without the AWS CLI", () => {
    put("aws", awsProgram.replace("HOME_FOLDER", home).replace("{ ETag: tag,", '{ ETag: "old",'));
    assert.throws(() => make({ STATE: "outage" }), /aws cloudfront-keyvaluestore put-key failed: ConflictException/);
    assert.equal(parseStatus(page("status.json")).version, 1);
    put("pulumi", "#!/bin/sh\necho '{}'\n");
    assert.throws(() => make({ STATE: "outage" }), /Stack prod has no output "outage"/);
    process.env["PATH"] = "";
    assert.throws(() => make({ STATE: "outage" }), /pulumi stack output failed: it is not installed/);
  });

  it("refuses a message that does not fit before it does anything", () => {
    assert.throws(() => make({ STATE: "outage", MESSAGE: "x".repeat(1100) }), /Shorten it by \d+ characters/);
    assert.equal(turned().state, "off");
  });

  const refused: readonly [string, Given, RegExp][] = [
    ["an unknown stack", { STACK: "live", STATE: "off" }, /STACK: "live" was given; allowed is dev, prod, staging/],
    ["no stack", { STACK: "", STATE: "off" }, /STACK: nothing was given/],
    ["an unknown state", { STATE: "down" }, /STATE: "down" was given; allowed is off, planned, outage, announce/],
    ["no state", {}, /STATE: nothing was given/],
    ["a loose time", { STATE: "outage", UNTIL: "tomorrow" }, /UNTIL: "tomorrow" was given; allowed is a time such as/],
    ["a time without a zone", { STATE: "outage", UNTIL: "2026-11-23T07:00" }, /UNTIL: "2026-11-23T07:00"/],
    [
      "an end in the past",
      { STATE: "outage", UNTIL: "2026-11-22T07:00Z" },
      /UNTIL: .* allowed is a time after the start/,
    ],
    ["a start of the switch", { STATE: "outage", START: "2026-11-24T07:00Z" }, /START: .*Use STATE=announce/],
    [
      "an announcement without start",
      { STATE: "announce" },
      /START: nothing was given; allowed is when the work will begin/,
    ],
    ["DRY=yes", { STATE: "off", DRY: "yes" }, /DRY: "yes" was given; allowed is 1/],
  ];
  for (const [what, given, message] of refused) {
    it(`refuses ${what}`, () => {
      const { code, said } = make(given);
      assert.equal(code, 2);
      assert.match(said, message);
      assert.ok(!existsSync(join(home, "calls.txt")), "nothing was asked of AWS");
    });
  }

  it("can be tried on a folder, from the command line", () => {
    const program = join(__dirname, "command.ts");
    const env = { ...process.env, STACK: "dev", STATE: "outage", LOCAL: "1", LOCAL_FOLDER: join(home, "local") };
    const { status, stdout } = spawnSync(process.execPath, ["--import", "tsx", program], { env, encoding: "utf8" });
    assert.equal(status, 0, stdout);
    assert.match(stdout, /^Local: nothing of AWS is touched/);
    assert.match(stdout, /written to folder .*local\. Nobody is told\.$/m);
    assert.match(readFileSync(join(home, "local", "outage", "status.html"), "utf8"), /is not available/);
    assert.ok(!existsSync(join(home, "calls.txt")));
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
