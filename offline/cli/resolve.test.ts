import * as assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { PulumiCommand } from "@pulumi/pulumi/automation";
import { build } from "./build";
import { download } from "./download";
import { deleteLeftovers } from "./leftovers";
import { cliVersion, firstThatWorks, install, type Way, ways } from "./resolve";

const cli = { command: "pulumi", version: null } as unknown as PulumiCommand;

function way(name: string, outcome: PulumiCommand | string, looksOnly = true): Way & { calls: number } {
  const made = {
    name,
    fix: `fix ${name}`,
    looksOnly,
    calls: 0,
    find: () => {
      made.calls += 1;
      return typeof outcome === "string" ? Promise.reject(new Error(outcome)) : Promise.resolve(outcome);
    },
  };
  return made;
}

describe("finding a Pulumi CLI", () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "cli-test-"))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it("stops at the first way that works, and says nothing when looking was enough", async () => {
    const lines: string[] = [];
    const last = way("download", cli, false);
    assert.equal(await firstThatWorks([way("PATH", "none"), way("cache", cli), last], (line) => lines.push(line)), cli);
    assert.deepEqual(lines, []);
    assert.equal(last.calls, 0);
  });

  it("gives one line for each failure once something has to be fetched", async () => {
    const lines: string[] = [];
    const found = firstThatWorks(
      [
        way("PATH", "none"),
        way("cache", "not there"),
        way("download", "no answer\nat x", false),
        way("Go", cli, false),
      ],
      (line) => lines.push(line),
    );
    assert.equal(await found, cli);
    assert.deepEqual(lines, [
      "Pulumi CLI: PATH: none",
      "Pulumi CLI: cache: not there",
      "Pulumi CLI: download: no answer",
    ]);
  });

  it("lists what was tried and how to fix each, when nothing works", async () => {
    await assert.rejects(
      firstThatWorks([way("PATH", "none"), way("Go build", "there is no Go on PATH", false)], () => undefined),
      (error: Error) => {
        assert.match(error.message, /1\. Pulumi CLI: PATH: none\n {5}fix PATH/);
        assert.match(error.message, /2\. Pulumi CLI: Go build: there is no Go on PATH\n {5}fix Go build/);
        return true;
      },
    );
  });

  it("looks on PATH, then in the cache, then downloads, then builds", () => {
    const names = ways(folder).map((one) => one.name);
    assert.deepEqual(names, ["on PATH", join(folder, cliVersion), "official download", "Go build"]);
  });

  it("does not take a CLI that is missing or too old", async () => {
    const [, cache] = ways(folder);
    await assert.rejects(
      cache!.find(() => undefined),
      /not there/,
    );
    fakeCli(join(folder, cliVersion), "3.100.0");
    await assert.rejects(
      cache!.find(() => undefined),
      /version 3\.100\.0 is older than/,
    );
    fakeCli(join(folder, cliVersion), "3.999.0");
    assert.equal((await cache!.find(() => undefined)).command, join(folder, cliVersion, "bin", "pulumi"));
  });

  it("installs beside the final folder and renames, so that a broken attempt leaves nothing", async () => {
    const target = join(folder, "3.250.0");
    const broken = install(target, (into) => {
      writeFileSync(join(into, "bin", "pulumi"), "half");
      return Promise.reject(new Error("cut off"));
    });
    await assert.rejects(broken, /cut off/);
    assert.deepEqual(readdirSync(folder), []);
    const made = await install(target, (into) => Promise.resolve(fakeCli(into, "3.250.0")));
    assert.equal(made.command, join(target, "bin", "pulumi"));
    assert.deepEqual(readdirSync(folder), ["3.250.0"]);
  });

  it("deletes what an interrupted build or download left, and nothing of a process that is at work", async () => {
    const gone = spawn("true");
    await new Promise((done) => gone.once("close", done));
    const kept = [
      "3.250.0",
      "3.250.0.tmp",
      `3.250.0.${process.pid}.tmp`,
      `3.250.0.${process.pid}.tmp-download`,
      "3.250.0.1.tmp",
    ];
    for (const name of [...kept, `3.250.0.${gone.pid}.tmp`, `3.250.0.${gone.pid}.tmp-download`]) {
      mkdirSync(join(folder, name, "bin"), { recursive: true });
    }
    deleteLeftovers(folder);
    assert.deepEqual(readdirSync(folder).sort(), kept.sort());
    deleteLeftovers(join(folder, "no-such"));
  });

  it("gives up a download when the site does not answer", async () => {
    const probe = () => Promise.reject(new Error("get.pulumi.com cannot be reached (ENOTFOUND)"));
    await assert.rejects(
      download("3.250.0", join(folder, "x"), () => undefined, { probe }),
      /cannot be reached/,
    );
  });

  it("gives up a download that stalls, and leaves no process behind", async () => {
    const child = spawn("sh", ["-c", "sleep 60 & wait"], { detached: true, stdio: ["ignore", "ignore", "pipe"] });
    const stalled = download("3.250.0", join(folder, "x"), () => undefined, {
      probe: () => Promise.resolve(),
      start: () => child,
      stallSeconds: 0.2,
    });
    await assert.rejects(stalled, /stalled for 0\.2 s/);
    await new Promise((resolve) => child.once("close", resolve));
    assert.equal(existsSync(join(folder, "x-download")), false);
  });

  it("reports what the installer said last", async () => {
    const failing = download("3.250.0", join(folder, "x"), () => undefined, {
      probe: () => Promise.resolve(),
      start: () => spawn("sh", ["-c", "echo no such version >&2; exit 3"], { stdio: ["ignore", "ignore", "pipe"] }),
    });
    await assert.rejects(failing, /ended with code 3: no such version/);
  });

  it("shows progress of a build, and says when there is no Go", async () => {
    await assert.rejects(
      build("3.250.0", folder, () => undefined, { go: join(folder, "go") }),
      /no Go on PATH/,
    );
    const slow = join(folder, "go");
    writeFileSync(
      slow,
      '#!/bin/sh\nsleep 0.4; while [ "$1" != "-o" ]; do shift; done; mkdir -p "${2%/*}"; touch "$2"\n',
    );
    chmodSync(slow, 0o755);
    const lines: string[] = [];
    await build("3.250.0", folder, (line) => lines.push(line), { go: slow, progressSeconds: 0.1 });
    assert.match(lines[0]!, /tends to take 3 to 5 minutes/);
    assert.ok(lines.some((line) => line.includes("still building")));
    assert.ok(existsSync(join(folder, "bin", "pulumi")));
  });

  it("reports Go's last words when a build fails", async () => {
    const failing = join(folder, "go");
    writeFileSync(failing, "#!/bin/sh\necho first >&2; echo 'no such module' >&2; exit 1\n");
    chmodSync(failing, 0o755);
    await assert.rejects(
      build("3.250.0", folder, () => undefined, { go: failing }),
      /code 1: no such module/,
    );
  });
});

function fakeCli(folder: string, version: string): void {
  mkdirSync(join(folder, "bin"), { recursive: true });
  writeFileSync(join(folder, "bin", "pulumi"), `#!/bin/sh\necho ${version}\n`);
  chmodSync(join(folder, "bin", "pulumi"), 0o755);
}
