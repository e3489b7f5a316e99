import assert from "node:assert/strict";
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { dirname, join, resolve } from "node:path";

import { leaveOut, needPython } from "../../testing/leftOut";
import { freePort } from "../../tools/lib/freePort";
import { baseOf, missing } from "./build";
import { type Container, healthy, type Task, until } from "./container";
import { master } from "./moodleSignIn";
import { verify } from "./moodleVerify";
import { host, Site } from "./site";

const repository = resolve(__dirname, "../..");
const bucket = "prod-objects-bucket-1a2b3c4";
const prefix = "objectfs/";
const size = 300_000;

/**
 * tool_objectfs end to end: the plugin's own code (OBJECTFS_SRC) in a real Moodle (MOODLE_SRC), and moto's server in the place of S3.
 * Names of settings: components/moodle/objectFiles.ts, which a stack with signed addresses has.
 */
describe("tool_objectfs in the image", () => {
  const [moodle, plugin] = [process.env.MOODLE_SRC ?? "", process.env.OBJECTFS_SRC ?? ""];
  let site: Site = undefined as never;
  let task: Task = undefined as never;
  let web: Container = undefined as never;
  let s3: ChildProcess | undefined;
  let address = "";
  let hash = "";
  let page = "";

  before(async function () {
    const why =
      moodle === "" || plugin === ""
        ? "MOODLE_SRC and OBJECTFS_SRC are not both set: folders with the source of Moodle and of the plugin's branch for it"
        : missing(baseOf(moodle).release);
    if (why !== undefined) {
      leaveOut(this, why);
    }
    execFileSync(join(repository, "testing/release/setup"), { stdio: "inherit" });
    needPython(this, "moto");
    const port = await freePort();
    address = `http://127.0.0.1:${port}`;
    s3 = spawn(join(repository, ".offline/moto/bin/moto_server"), ["-H", "127.0.0.1", "-p", `${port}`], {
      stdio: "ignore",
    });
    await until("moto", async () => ((await fetch(address)).ok ? true : undefined));
    assert.equal((await objects("", { method: "PUT" })).status, 200);

    site = await Site.start(moodle);
    site.addPlugin("admin/tool/objectfs", plugin);
    task = await site.newTask({ AWS_ACCESS_KEY_ID: "key", AWS_SECRET_ACCESS_KEY: "secret" });
    const installed = await task.run(["install"], master);
    assert.equal(installed.status, 0, installed.text.slice(-3000));
    await set({
      enabletasks: "1",
      filesystem: "\\tool_objectfs\\s3_file_system",
      s3_usesdkcreds: "1",
      s3_bucket: bucket,
      s3_region: "us-east-1",
      s3_base_url: address,
      key_prefix: prefix,
      sizethreshold: "0",
      minimumage: "0",
      consistencydelay: "0",
      deletelocal: "0",
    });
    await cli("admin/cli/cfg.php", "--name=alternative_file_system_class", "--set=\\tool_objectfs\\s3_file_system");
    const file = "[context_system::instance()->id, 'local_lab', 'lecture', 0, '/', 'lecture.mp4']";
    hash = (
      await site.php(`
[$contextid, $component, $filearea, $itemid, $filepath, $filename] = ${file};
echo 'hash ', get_file_storage()->create_file_from_string(
    compact('contextid', 'component', 'filearea', 'itemid', 'filepath', 'filename'), str_repeat('lecture ', ${size / 8})
)->get_contenthash();`)
    )
      .split("hash ")[1]!
      .trim();
    assert.match(hash, /^[0-9a-f]{40}$/);
    page = site.addPage(
      `<?php require __DIR__ . '/../config.php'; require_once $CFG->libdir . '/filelib.php'; send_stored_file(get_file_storage()->get_file(...${file}));`,
    );
    web = task.start(["web"]);
    await healthy(web);
  });
  after(async () => {
    await site?.stop();
    s3?.kill();
  });

  const cli = async (...command: string[]) => {
    const { status, text } = await task.run(["cli", ...command]);
    assert.equal(status, 0, text);
    return text;
  };
  const set = async (values: Readonly<Record<string, string>>) => {
    for (const [name, value] of Object.entries(values)) {
      await cli("admin/cli/cfg.php", "--component=tool_objectfs", `--name=${name}`, `--set=${value}`);
    }
  };
  const run = (name: string) =>
    cli("admin/cli/scheduled_task.php", `--execute=\\tool_objectfs\\task\\${name}`, "--force");
  // moto looks at whose request it is, not at the signature: without it, a private object is refused.
  const authorization =
    "AWS4-HMAC-SHA256 Credential=key/20261101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0";
  const objects = (path: string, init: RequestInit = {}) =>
    fetch(`${address}/${bucket}${path}`, { ...init, headers: { authorization } });
  const remote = () => `/${prefix}${hash.slice(0, 2)}/${hash.slice(2, 4)}/${hash}`;
  const local = () => join(site.shared, "filedir", hash.slice(0, 2), hash.slice(2, 4), hash);
  /** -1 error, 0 local, 1 both, 2 S3 alone: lib.php of the plugin. */
  const location = async () =>
    /location (-?\d)/.exec(
      await site.php(
        `echo 'location ', $DB->get_field('tool_objectfs_objects', 'location', ['contenthash' => '${hash}']);`,
      ),
    )?.[1];
  const read = (headers: Record<string, string> = {}) =>
    new Promise<{ status: number; location: string; body: Buffer }>((done, failed) => {
      const all = { Host: host, "X-Forwarded-Proto": "https", ...headers };
      const sent = request({ port: web.port, host: "127.0.0.1", path: page, headers: all }, (answer) => {
        const parts: Buffer[] = [];
        answer.on("data", (part: Buffer) => parts.push(part));
        answer.on("end", () =>
          done({ status: answer.statusCode ?? 0, location: answer.headers.location ?? "", body: Buffer.concat(parts) }),
        );
      });
      sent.on("error", failed);
      sent.end();
    });
  const said = () =>
    web
      .lines()
      .map((line) => JSON.stringify(line))
      .slice(-8)
      .join("\n");
  const sha1 = (body: Buffer) => createHash("sha1").update(body).digest("hex");
  const stored = async () => sha1(Buffer.from(await (await objects(remote())).arrayBuffer()));

  it("copies a file to S3 under the stack's prefix, and keeps the local one", async () => {
    await run("push_objects_to_storage");
    assert.equal(await stored(), hash);
    assert.ok(existsSync(local()));
    assert.equal(await location(), "1");
  });

  it("serves a file whose local copy is lost, whole and in parts, without signed addresses", async () => {
    rmSync(local());
    const whole = await read();
    assert.equal(whole.status, 200, said());
    assert.equal(sha1(whole.body), hash);
    const part = await read({ Range: "bytes=1000-1999" });
    assert.equal(part.status, 206);
    assert.equal(part.body.length, 1000);
  });

  it("deletes local copies of what is in S3 when it is told to", async () => {
    await set({ deletelocal: "1" });
    await run("delete_local_objects");
    assert.ok(!existsSync(local()));
    assert.equal(await location(), "2");
    assert.equal(await stored(), hash);
    await set({ deletelocal: "0" });
  });

  it("brings local copies back", async () => {
    await set({ sizethreshold: `${2 * size}` });
    await run("pull_objects_from_storage");
    assert.equal(execFileSync("sha1sum", [local()], { encoding: "utf8" }).slice(0, 40), hash);
    assert.equal(await location(), "1");
  });

  it("sends browsers to S3 with a signed address when that is on, and the address gives the file", async () => {
    await set({ enablepresignedurls: "1", signingmethod: "s3", signingwhitelist: "*", presignedminfilesize: "0" });
    const answer = await read();
    assert.ok([302, 303].includes(answer.status), `${answer.status} ${said()}`);
    const target = new URL(answer.location);
    assert.ok(target.href.startsWith(`${address}/${bucket}${remote()}?`), target.href);
    assert.ok(target.searchParams.has("X-Amz-Signature"));
    assert.equal(sha1(Buffer.from(await (await fetch(target)).arrayBuffer())), hash);
    await set({ enablepresignedurls: "0" });
  });

  it("finds an object that is gone from both places, and takes it up again when it is back", async () => {
    await set({ sizethreshold: "0", deletelocal: "1" });
    await run("delete_local_objects");
    assert.equal(await location(), "2");
    const kept = await (await objects(remote())).arrayBuffer();
    await objects(remote(), { method: "DELETE" });
    await set({ sizethreshold: `${2 * size}` });
    await run("pull_objects_from_storage");
    assert.equal(await location(), "-1");
    await objects(remote(), { method: "PUT", body: kept });
    await run("recover_error_objects");
    assert.equal(await location(), "2");
    assert.equal(sha1((await read()).body), hash);
  });

  describe("verify", () => {
    const judge = () => verify(site, { AWS_ACCESS_KEY_ID: "key", AWS_SECRET_ACCESS_KEY: "secret" });
    const found = async (expected: readonly string[]) => {
      const verdict = await judge();
      assert.deepEqual([...verdict.damage].sort(), [...expected].sort(), verdict.text);
      assert.equal(verdict.status, expected.length === 0 ? 0 : 1);
      return verdict;
    };
    const object = () => `s3://${bucket}${remote()}`;
    const newFile = (name: string) =>
      site.php(`
echo 'hash ', get_file_storage()->create_file_from_string(['contextid' => context_system::instance()->id, 'component' => 'local_lab',
    'filearea' => 'verify', 'itemid' => 0, 'filepath' => '/', 'filename' => '${name}'], '${name}')->get_contenthash();`);

    it("reads from the bucket what is nowhere else, and finds nothing wrong", async () => {
      assert.equal(await location(), "2");
      const { result } = await found([]);
      assert.ok(result["objects"] >= 1 && result["hashes"] === result["files"], JSON.stringify(result));
      // It has judged alone: the plugin has noted nothing.
      assert.equal(await location(), "2");
      assert.ok(!existsSync(local()));
    });

    it("names an object that is gone or was changed", async () => {
      const kept = await (await objects(remote())).arrayBuffer();
      await objects(remote(), { method: "DELETE" });
      const { text } = await found([`object-missing ${object()}`]);
      assert.match(text, /tool_objectfs has it as pushed, and neither the bucket nor the disk has it/);
      assert.equal(await location(), "2");
      await objects(remote(), { method: "PUT", body: "another lecture" });
      await found([`object-changed ${object()}`]);
      await objects(remote(), { method: "PUT", body: kept });
      await found([]);
    });

    it("names an object that was never pushed, while a copy is on the disk and when none is", async () => {
      const kept = await (await objects(remote())).arrayBuffer();
      mkdirSync(dirname(local()), { recursive: true });
      writeFileSync(local(), Buffer.from(kept));
      await objects(remote(), { method: "DELETE" });
      const { text } = await found([`object-missing ${object()}`]);
      assert.match(text, /has no such object\. A copy is on the disk\. Fix: push it again/);
      await objects(remote(), { method: "PUT", body: kept });

      const never = (await newFile("never pushed")).split("hash ")[1]!.trim();
      await newFile("a newer one");
      const place = join(never.slice(0, 2), never.slice(2, 4), never);
      const disk = join(site.shared, "filedir", place);
      const content = readFileSync(disk);
      rmSync(disk);
      const lost = await found([`file-missing ${place}`]);
      assert.match(lost.text, /it is not on the disk; it was never pushed to the bucket/);
      writeFileSync(disk, content);
      await found([]);
    });

    it("judges nothing when the bucket is away", async () => {
      await set({ s3_bucket: "another-bucket" });
      const away = await judge();
      await set({ s3_bucket: bucket });
      assert.equal(away.status, 69, away.text);
      assert.match(away.text, /"unknown":"bucket".*the bucket cannot be read/);
    });
  });
});
