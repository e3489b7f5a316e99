import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { gzipSync } from "node:zlib";
import { pack } from "tar-stream";
import type { Patch } from "../../moodle-image/patches/list";
import { ask } from "../../testing/tools/ask";
import { command, report } from "./command";
import { raise } from "./lock";

/** A release's archive: Moodle 5.1 moved version.php to public/. */
async function archive(release: string, path = "moodle/public/version.php"): Promise<Buffer> {
  const tar = pack();
  tar.entry({ name: "moodle/lib/long.php" }, "x".repeat(200_000));
  tar.entry({ name: path }, `<?php\n$version  = 2025100601.00;\n$release  = '${release} (Build: 20251208)';\n`);
  // A plugin's is not Moodle's own.
  tar.entry({ name: "moodle/public/mod/quiz/version.php" }, "<?php\n$release = '9.9';\n");
  tar.finalize();
  return gzipSync(await buffer(tar));
}

const sha256 = (data: Buffer) => createHash("sha256").update(data).digest("hex");

describe("moodle-lock", () => {
  let folder = "";
  let server: Server;
  let base = "";
  let files = { lock: "", plugins: "", patches: "" };
  const served = new Map<string, Buffer>();

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "moodle-lock-"));
    served.clear();
    server = createServer((request, response) => {
      const body = served.get(request.url ?? "");
      response.writeHead(body === undefined ? 404 : 200).end(body);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    files = {
      lock: join(folder, "moodle.lock.json"),
      plugins: join(folder, "plugins.lock.json"),
      patches: mkdtempSync(join(tmpdir(), "patches-")),
    };
    carry();
    writeFileSync(files.plugins, '{ "plugins": [] }\n');
    lockAt(`${base}/stable501/moodle-5.1.1.tgz`);
  });
  afterEach(async () => {
    await new Promise((resolve) => server.close(resolve));
    rmSync(folder, { recursive: true });
    rmSync(files.patches, { recursive: true });
  });
  const carry = (...patches: readonly (Partial<Patch> & { readonly file: string })[]) => {
    patches.forEach(({ file }) => writeFileSync(join(files.patches, file), ""));
    writeFileSync(join(files.patches, "patches.json"), JSON.stringify({ patches }));
  };

  const lockAt = (url: string) =>
    writeFileSync(
      files.lock,
      JSON.stringify({
        about: "kept",
        moodle: { version: "5.1.1", url, sha256: "a".repeat(64) },
        base: { "8.4": "debian@sha256:b" },
      }),
    );
  const locked = () => JSON.parse(readFileSync(files.lock, "utf8")) as Record<string, unknown>;
  /** Refused, with the lock file and its folder as they were. */
  const refuses = async (version: string, expected: RegExp, checksum?: string) => {
    const before = readFileSync(files.lock, "utf8");
    await assert.rejects(raise(version, checksum, files), expected);
    assert.equal(readFileSync(files.lock, "utf8"), before);
    assert.deepEqual(readdirSync(folder), ["moodle.lock.json", "plugins.lock.json"]);
  };

  it("writes version, address and the checksum of what the source gives", async () => {
    const data = await archive("5.1.5");
    served.set("/stable501/moodle-5.1.5.tgz", data);
    const raised = await raise("5.1.5", undefined, files);
    const moodle = { version: "5.1.5", url: `${base}/stable501/moodle-5.1.5.tgz`, sha256: sha256(data) };
    assert.deepEqual(locked(), { about: "kept", moodle, base: { "8.4": "debian@sha256:b" } });
    assert.match(readFileSync(files.lock, "utf8"), /^\{\n {2}"about".*\}\n$/s);
    const { url } = moodle;
    const plugins = "0 plugins, all well";
    assert.deepEqual(raised, {
      from: "5.1.1",
      to: "5.1.5",
      url,
      sha256: sha256(data),
      plugins,
      patches: [],
      branch: undefined,
    });
    assert.doesNotMatch(report(raised, true), /moodle:moodle\.version|Compare the checksum/);
  });

  it("follows to another branch, and says which setting goes with it", async () => {
    served.set("/stable502/moodle-5.2.tgz", await archive("5.2"));
    const raised = await raise("5.2", undefined, files);
    assert.equal(raised.branch, "5.2");
    const text = report(raised, false);
    assert.match(text, /^Moodle 5\.1\.1 -> 5\.2$/m);
    assert.match(text, /1\. Compare the checksum.*\n {2}2\. Set moodle:moodle\.version to "5\.2"/);
    assert.match(text, /make release STACK=staging; then the same for prod/);
  });

  it("names the patches that the release makes superfluous, and those for another branch", async () => {
    const patch = { why: "It fails", moodle: ["5.1"], expires: "2020-01-01", owner: "Learning platforms" };
    carry(
      { ...patch, file: "a.patch", issue: "MDL-1", fixedIn: ["5.1.3"] },
      { ...patch, file: "b.patch", issue: "MDL-2", fixedIn: [] },
    );
    served.set("/stable501/moodle-5.1.5.tgz", await archive("5.1.5"));
    const raised = await raise("5.1.5", undefined, files);
    assert.deepEqual(raised.patches, [
      "Patch MDL-1 (a.patch): Moodle 5.1.5 has its fix: delete the patch and its entry.",
    ]);
    assert.match(report(raised, true), /^ {2}1\. Patch MDL-1 \(a\.patch\): Moodle 5\.1\.5 has its fix/m);
    // Said again for the release that is locked already.
    assert.match(report(await raise("5.1.5", undefined, files), true), /^Patch MDL-1/m);
    served.set("/stable502/moodle-5.2.tgz", await archive("5.2"));
    const other = await raise("5.2", undefined, files);
    assert.match(other.patches.join("\n"), /MDL-1.*has its fix[^]*MDL-2 \(b\.patch\): it is for Moodle 5\.1, not 5\.2/);
    carry({ ...patch, file: "c.patch", issue: "12", fixedIn: [] });
    await assert.rejects(raise("5.2.1", undefined, files), /patches\.json.*\n.*such as MDL-12345/);
  });

  it("takes a mirror whose folders have no branch, and Moodle without public/", async () => {
    lockAt(`${base}/mirror/moodle-5.1.1.tgz`);
    served.set("/mirror/moodle-5.2.1.tgz", await archive("5.2.1", "moodle/version.php"));
    assert.equal((await raise("5.2.1", undefined, files)).url, `${base}/mirror/moodle-5.2.1.tgz`);
  });

  it("writes nothing when the archive cannot be had, or is another", async () => {
    await refuses("5.1.9", /moodle-5\.1\.9\.tgz answers 404\. Fix: look the release up/);
    const whole = await archive("5.1.5");
    served.set("/stable501/moodle-5.1.5.tgz", whole.subarray(0, whole.length / 2));
    await refuses("5.1.5", /is not a whole archive: unexpected end of file/);
    served.set("/stable501/moodle-5.1.5.tgz", Buffer.from("<html>Sign in</html>"));
    await refuses("5.1.5", /is not a whole archive: incorrect header check/);
    served.set("/stable501/moodle-5.1.5.tgz", await archive("5.1.5+"));
    await refuses("5.1.5", /got Moodle 5\.1\.5\+, expected Moodle 5\.1\.5/);
    served.set("/stable501/moodle-5.1.5.tgz", await archive("5.1.5", "moodle/other.php"));
    await refuses("5.1.5", /got an archive without Moodle's version\.php/);
    lockAt("http://127.0.0.1:1/moodle-5.1.1.tgz");
    await refuses("5.1.5", /cannot be reached: .+ Fix: run this where .* moodle\.lock\.json is as it was/);
    lockAt(`${base}/moodle.tar.gz`);
    await refuses("5.1.5", /expected an address that ends in \/moodle-5\.1\.1\.tgz/);
  });

  it("writes nothing when the checksum is not the expected one", async () => {
    const data = await archive("5.1.5");
    served.set("/stable501/moodle-5.1.5.tgz", data);
    await refuses("5.1.5", new RegExp(`got sha256 ${sha256(data)}, expected ${"c".repeat(64)}`), "c".repeat(64));
    assert.equal((await raise("5.1.5", sha256(data), files)).to, "5.1.5");
    // The same release once more: its archive must be the one that is locked.
    assert.match(
      report(await raise("5.1.5", undefined, files), false),
      /is in the lock, and its archive is as it was$/m,
    );
    served.set("/stable501/moodle-5.1.5.tgz", gzipSync(data));
    await refuses("5.1.5", /is not a whole archive|got an archive without/);
    const other = Buffer.concat([data, gzipSync(Buffer.alloc(1024))]);
    served.set("/stable501/moodle-5.1.5.tgz", other);
    await refuses("5.1.5", new RegExp(`got sha256 ${sha256(other)}, expected ${sha256(data)}`));
    await refuses("5.1.5", new RegExp(`got sha256 ${sha256(other)}, expected ${sha256(data)}`), sha256(other));
  });

  it("writes nothing for a branch that a plugin does not support", async () => {
    served.set("/stable502/moodle-5.2.1.tgz", await archive("5.2.1"));
    const plugin = {
      name: "mod_thing",
      version: "2025010100",
      source: "https://example.org/a.zip",
      sha256: "a".repeat(64),
      moodle: ["5.1"],
    };
    writeFileSync(files.plugins, JSON.stringify({ plugins: [plugin] }));
    await refuses("5.2.1", /mod_thing 2025010100 supports Moodle 5\.1, not 5\.2: .*\nFix: make plugins-update/);
  });

  it("refuses what cannot be built or started, before anything is downloaded", async () => {
    await refuses("5.9.1", /VERSION: got "5\.9\.1", expected a release of 5\.0, 5\.1, 5\.2, 5\.3\./);
    await refuses("5.1", /VERSION: got "5\.1", expected 5\.1\.1 or newer/);
    await refuses("5.0.8", /expected 5\.1\.1 or newer: Moodle does not start on the database of a newer release/);
    for (const VERSION of ["5", "5.2.0", "5.2.1+", "latest"]) {
      assert.equal((await ask(command, { VERSION })).code, 2, VERSION);
    }
  });
});
