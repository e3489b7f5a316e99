import assert from "node:assert/strict";
import { createServer, type Server } from "node:http";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { Refused } from "./archive";
import { add, check, remove, update } from "./plugins";
import { describeArchive, lockFile, parseLock, readLock } from "./lock";

type Files = Readonly<Record<string, string>>;

/** As GitHub and Moodle's plugins directory make them: by git, whose tar begins with a comment of its own. */
function packed(files: Files, format: "zip" | "tar.gz"): Buffer {
  const repository = mkdtempSync(join(tmpdir(), "plugin-"));
  const git = (...args: readonly string[]) =>
    execFileSync("git", ["-C", repository, "-c", "user.name=a", "-c", "user.email=a@example.org", ...args]);
  try {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(repository, path)), { recursive: true });
      writeFileSync(join(repository, path), text);
    }
    git("init", "--quiet");
    git("add", "--all", "--force");
    git("commit", "--quiet", "--no-gpg-sign", "--message", "a");
    return git("archive", `--format=${format}`, "HEAD");
  } finally {
    rmSync(repository, { recursive: true });
  }
}
const zip = (files: Files) => packed(files, "zip");
const tgz = (files: Files) => packed(files, "tar.gz");

const version = (number: string, extra = "$plugin->supported = [405, 501];", name = "mod_thing") =>
  `<?php\n$plugin->component = '${name}';\n$plugin->version = ${number};\n${extra}\n`;

describe("plugins of the image", () => {
  let folder = "";
  let file = "";
  let server: Server;
  let base = "";
  const served = new Map<string, Buffer>();

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "plugins-"));
    file = join(folder, "plugins.lock.json");
    writeFileSync(file, '{ "plugins": [] }\n');
    served.clear();
    server = createServer((request, response) => {
      const body = served.get(request.url ?? "");
      response.writeHead(body === undefined ? 404 : 200).end(body);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterEach(async () => {
    await new Promise((resolve) => server.close(resolve));
    rmSync(folder, { recursive: true });
  });

  /** Tests use files: the lock accepts https and file addresses only. */
  const archive = (name: string, data: Buffer) => {
    writeFileSync(join(folder, name), data);
    return `file://${join(folder, name)}`;
  };
  const added = (source: string, versions?: readonly string[]) => add(source, versions, file);
  const updated = (name: string, source: string) => update(name, source, undefined, file);
  const refused = (attempt: Promise<string>, expected: RegExp) =>
    assert.rejects(attempt, (error: Error) => error instanceof Refused && expected.test(error.message));

  for (const [kind, make] of [
    ["zip", zip],
    ["tar.gz", tgz],
  ] as const) {
    it(`are added from a ${kind} with what the archive says`, async () => {
      const source = archive(
        `a.${kind}`,
        make({ "thing/version.php": version("2025010100"), "thing/lib.php": "<?php" }),
      );
      assert.equal(await added(source), "added mod_thing 2025010100 for Moodle 4.5, 5.0, 5.1");
      const [plugin] = readLock(file);
      assert.deepEqual(
        [plugin?.name, plugin?.version, plugin?.moodle],
        ["mod_thing", "2025010100", ["4.5", "5.0", "5.1"]],
      );
      assert.match(plugin?.sha256 ?? "", /^[0-9a-f]{64}$/);
      assert.equal(await check({}, file), "1 plugin, all well");
    });
  }

  it("are kept in order, updated upwards only, and removed", async () => {
    for (const name of ["mod_zebra", "block_ant"])
      await added(archive(name, zip({ "a/version.php": version("2025010100", undefined, name) })));
    assert.deepEqual(
      readLock(file).map(({ name }) => name),
      ["block_ant", "mod_zebra"],
    );
    const newer = archive("newer", tgz({ "a/version.php": version("2025020200", undefined, "mod_zebra") }));
    assert.equal(await updated("mod_zebra", newer), "updated mod_zebra from 2025010100 to 2025020200");
    await refused(
      updated("mod_zebra", archive("older", zip({ "a/version.php": version("2024010100", undefined, "mod_zebra") }))),
      /older than 2025020200/,
    );
    await refused(
      updated("mod_zebra", archive("other", zip({ "a/version.php": version("2026010100", undefined, "mod_lion") }))),
      /is mod_lion, not mod_zebra/,
    );
    await refused(updated("mod_lion", newer), /mod_lion is not in plugins\.lock\.json; it has block_ant, mod_zebra/);
    assert.match(remove("block_ant", file), /uninstall_plugins\.php --plugins=block_ant/);
    assert.deepEqual(
      readLock(file).map(({ name }) => name),
      ["mod_zebra"],
    );
  });

  it("are refused with the reason", async () => {
    await refused(added(`${base}/missing.zip`), /answers 404: check the address/);
    await refused(added("https://127.0.0.1:1/a.zip"), /cannot be reached/);
    await refused(added(archive("text", Buffer.from("hello"))), /neither a \.zip nor a \.tar\.gz/);
    await refused(
      added(archive("two", zip({ "a/version.php": version("2025010100"), "b/x": "" }))),
      /has 2 folders at its top \(a, b\)/,
    );
    await refused(added(archive("none", zip({ "a/lib.php": "" }))), /has no version\.php/);
    await refused(added(archive("empty", zip({ "a/version.php": "<?php" }))), /names no component and version/);
    const silent = archive("silent", zip({ "a/version.php": version("2025010100", "") }));
    await refused(added(silent), /does not say which Moodle versions it supports: look it up and pass MOODLE=/);
    await refused(added(silent, ["9.9"]), /moodle\[0\]/);
    assert.equal(await added(silent, ["5.0", "5.1"]), "added mod_thing 2025010100 for Moodle 5.0, 5.1");
    await refused(added(silent, ["5.1"]), /already: use make plugins-update NAME=mod_thing URL=file/);
    await refused(
      added(archive("old", zip({ "a/version.php": version("2015010100", "$plugin->supported = [30, 39];") }))),
      /supports the Moodle branches 30 to 39/,
    );
  });

  it("are checked for another Moodle version and for archives that were changed", async () => {
    const source = archive(
      "a.zip",
      zip({ "a/version.php": version("2025010100", "$plugin->supported = [405, 405];") }),
    );
    await added(source);
    await refused(check({ moodle: "5.1", offline: true }, file), /mod_thing 2025010100 supports Moodle 4\.5, not 5\.1/);
    archive("a.zip", zip({ "a/version.php": version("2025010100", "// changed") }));
    await refused(check({}, file), /the archive was changed after it was added/);
    assert.equal(await check({ moodle: "4.5", offline: true }, file), "1 plugin, all well");
  });

  it("come from a lock file without mistakes", () => {
    assert.throws(() => parseLock("{"), /is not JSON/);
    assert.throws(
      () =>
        parseLock(
          '{ "plugins": [{ "name": "thing", "version": "1", "source": "ftp://x", "sha256": "A", "moodle": [], "more": 1 }] }',
        ),
      (error: Error) =>
        ["mod_attendance", "2025010100", "https address", "64 hexadecimal", "at least one", "more"].every((part) =>
          error.message.includes(part),
        ),
    );
    const one = {
      name: "mod_a",
      version: "2025010100",
      source: "https://example.org/a.zip",
      sha256: "a".repeat(64),
      moodle: ["5.1"],
    };
    assert.throws(() => parseLock(JSON.stringify({ plugins: [one, one] })), /lists mod_a twice/);
  });

  it("of this repository can be used", () => {
    assert.doesNotThrow(() => readLock(lockFile));
    assert.equal(readFileSync(lockFile, "utf8").endsWith("}\n"), true);
  });

  it("come from archives with long names, and not from half of one", async () => {
    const long = `a/${"long-".repeat(30)}/lib.php`;
    const source = "https://example.org/a.zip";
    for (const make of [zip, tgz]) {
      const whole = make({ "a/version.php": version("2025010100"), [long]: "x".repeat(5000) });
      assert.equal((await describeArchive(whole, source)).name, "mod_thing");
      const part = whole.subarray(0, whole.length / 2);
      await assert.rejects(describeArchive(part, source), /^Error: the archive cannot be read: .*Download it again/);
    }
  });
});
