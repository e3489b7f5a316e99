// cspell:ignore fclose fopen fseek fwrite rchar
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";

import { Browser } from "./browser";
import type { Container } from "./container";
import { host, password, type Site } from "./site";

const mebibyte = 2 ** 20;
/** A lecture; sparse, so that it takes no room here. */
const size = 400 * mebibyte;

/** Reads for some seconds at the pace of a player, and goes away. */
function play(web: Container, path: string, headers: Record<string, string>, rate: number, seconds: number) {
  return new Promise<{ status: number; length: string; bytes: number }>((resolve, reject) => {
    const sent = request({ port: web.port, host: "127.0.0.1", path, headers: { Host: host, ...headers } }, (answer) => {
      let bytes = 0;
      answer.on("data", (chunk: Buffer) => {
        bytes += chunk.length;
        answer.pause();
        setTimeout(() => answer.resume(), (1000 * chunk.length) / rate);
      });
      setTimeout(() => {
        sent.destroy();
        resolve({ status: answer.statusCode ?? 0, length: answer.headers["content-length"] ?? "", bytes });
      }, 1000 * seconds);
    });
    sent.on("error", reject);
    sent.end();
  });
}

/** The processes of nginx in a container. */
function workers(web: Container): number[] {
  const master = web.process("nginx: master");
  return spawnSync("pgrep", ["-P", `${master}`], { encoding: "utf8" })
    .stdout.trim()
    .split("\n")
    .map(Number);
}

/** Bytes that they have read so far, from files and from everywhere else (proc_pid_io(5), rchar). */
function readBy(pids: readonly number[]): number {
  return pids
    .map((pid) => Number(/^rchar: (\d+)/m.exec(readFileSync(`/proc/${pid}/io`, "utf8"))?.[1]))
    .reduce((sum, bytes) => sum + bytes, 0);
}

/** Temporary files that they have open; nginx deletes their names at once, so that no list of a folder shows them. */
function copies(pids: readonly number[]): string[] {
  return pids.flatMap((pid) =>
    readdirSync(`/proc/${pid}/fd`)
      .map((file) => {
        try {
          return readlinkSync(`/proc/${pid}/fd/${file}`);
        } catch {
          return "";
        }
      })
      .filter((name) => name.includes("/nginx-fastcgi/")),
  );
}

/** Files of a real Moodle's store: nginx sends them once PHP has said who may have them. */
export function files(site: () => Site): void {
  describe("large files", () => {
    let path = "";
    let browser: Browser;
    before(async () => {
      path = await site().php(`
$file = make_request_directory() . '/lecture';
$handle = fopen($file, 'w'); ftruncate($handle, ${size}); fseek($handle, ${size} - 4); fwrite($handle, 'last'); fclose($handle);
$context = context_user::instance(2);
get_file_storage()->create_file_from_pathname(['contextid' => $context->id, 'component' => 'user', 'filearea' => 'private', 'itemid' => 0,
    'filepath' => '/', 'filename' => 'lecture.mp4'], $file);
echo "/pluginfile.php/$context->id/user/private/lecture.mp4";
`);
      browser = new Browser(host);
      await browser.login(site().web[0].port, "admin", password);
    });

    it("are played without a copy on the task's disk, and without a process of PHP", async () => {
      const [web] = site().web;
      const nginx = workers(web);
      const before = readBy(nginx);
      const players = Array.from({ length: 4 }, () =>
        play(web, path, { Cookie: browser.cookie, Range: "bytes=0-" }, 300_000, 5),
      );
      await new Promise((resolve) => setTimeout(resolve, 4000));
      const { "active processes": busy } = (await (await web.get("/healthz/php?json")).json()) as Record<
        string,
        number
      >;
      const copied = copies(nginx);
      for (const { status, length, bytes } of await Promise.all(players)) {
        assert.deepEqual([status, length], [206, `${size}`]);
        assert.ok(bytes > 500_000, `${bytes} bytes`);
      }
      const read = (readBy(nginx) - before) / mebibyte;
      process.stdout.write(
        `      4 players of 400 MiB for 5 s: ${read.toFixed(1)} MiB read, ${copied.length} copies, ${busy} busy processes\n`,
      );
      assert.deepEqual([busy, copied], [0, []]);
      // What the sockets' buffers take, of each.
      assert.ok(read < 4 * 16, `${read} MiB`);
    });

    it("are played by 400 people at once on one task, while pages are served", async () => {
      const [web] = site().web;
      const count = 400;
      const began = Date.now();
      const players = Array.from({ length: count }, () =>
        play(web, path, { Cookie: browser.cookie, Range: "bytes=0-" }, 100_000, 20),
      );
      // Each asks PHP once who it is; then nginx alone has it.
      await new Promise((resolve) => setTimeout(resolve, 12_000));
      const page = await browser.get(web.port, "/my/");
      const copied: string[] = [];
      // Free while they play; on a busy machine the last of them is still asked for a little longer.
      let busy = count;
      for (let look = 0; busy > 0 && look < 12; look++) {
        const status = (await (await web.get("/healthz/php?json")).json()) as Record<string, number>;
        busy = status["active processes"]!;
        copied.push(...copies(workers(web)));
        await new Promise((resolve) => setTimeout(resolve, 500));
      }
      const all = await Promise.all(players);
      const served = all.filter(({ status, bytes }) => status === 206 && bytes > 0).length;
      process.stdout.write(
        `      ${served} of ${count} players at once in ${((Date.now() - began) / 1000).toFixed(0)} s, ${busy} busy processes, ${copied.length} copies\n`,
      );
      assert.deepEqual([served, page.status, busy, copied], [count, 200, 0, []]);
    });

    it("can be sought, kept and asked for again, as Moodle says it itself", async () => {
      const [, web] = site().web;
      const ask = (headers: Record<string, string>) =>
        new Browser(host, { Cookie: browser.cookie, ...headers }).get(web.port, path);
      const end = await ask({ Range: `bytes=${size - 4}-` });
      assert.deepEqual([end.status, end.text, end.type], [206, "last", "video/mp4"]);
      const hash = await site().php(`
echo $DB->get_field('files', 'contenthash', ['filename' => 'lecture.mp4', 'component' => 'user']);`);
      assert.equal((await ask({ "If-None-Match": `"${hash}"` })).status, 304);
      const same = await ask({ Range: "bytes=0-3", "If-Range": `"${hash}"` });
      assert.deepEqual([same.status, same.body.length], [206, 4]);
    });

    it("are nobody's who may not have them, by whatever address", async () => {
      const [web] = site().web;
      const hash = (
        await site().php(`
echo $DB->get_field('files', 'contenthash', ['filename' => 'lecture.mp4', 'component' => 'user']);`)
      ).trim();
      const stored = `${hash.slice(0, 2)}/${hash.slice(2, 4)}/${hash}`;
      const visitor = new Browser(host);
      assert.equal((await visitor.get(web.port, path)).status, 303);
      for (const address of [
        `/moodle-files/${stored}`,
        `/moodle-files%2F${stored}`,
        `//moodle-files/${stored}`,
        "/moodle-files/../filedir",
      ])
        assert.equal((await visitor.get(web.port, address)).status, 404, address);
      // Another folder of the shared files is not sent, whoever asks PHP to.
      const script = site().addPage("<?php header('X-Accel-Redirect: /moodle-files/../secret.txt'); echo 'x';");
      assert.ok((await visitor.get(web.port, script)).status >= 400);
    });
  });

  describe("shared storage on a warm page", () => {
    /** System calls of PHP that name a file below moodledata, by their name, while `ask` runs. */
    const calls = async (web: Container, ask: () => Promise<void>): Promise<string[]> => {
      const master = web.process("php-fpm: master");
      const children = spawnSync("pgrep", ["-P", `${master}`], { encoding: "utf8" })
        .stdout.trim()
        .split("\n");
      const trace = spawn(
        "strace",
        ["-f", "-qq", "-y", "-s", "300", "-e", "trace=%file,%desc", ...children.flatMap((id) => ["-p", id])],
        { stdio: ["ignore", "ignore", "pipe"] },
      );
      let text = "";
      trace.stderr.on("data", (part: Buffer) => (text += String(part)));
      await new Promise((resolve) => setTimeout(resolve, 1000));
      await ask();
      await new Promise((resolve) => setTimeout(resolve, 300));
      const ended = new Promise((resolve) => trace.once("exit", resolve));
      trace.kill("SIGTERM");
      await ended;
      assert.match(text, /\(/, "strace saw nothing");
      return text.split("\n").filter((line) => line.includes("/var/moodledata"));
    };

    it("is asked for next to nothing: not for each picture of a course", async () => {
      const [web] = site().web;
      const user = new Browser(host);
      await user.login(web.port, "admin", password);
      for (const where of ["/my/", "/course/view.php?id=2"]) {
        // Every child has seen it.
        for (let i = 0; i < 8; i++) await user.get(web.port, where);
        const lines = await calls(web, async () => void (await user.get(web.port, where)));
        const names = lines.map((line) => /(\w+)\(/.exec(line)?.[1] ?? "");
        process.stdout.write(`      ${where}: ${lines.length} calls ${JSON.stringify([...new Set(names)])}\n`);
        // Maintenance, the site's own bootstrap.php and the routes of 5.1 are a look each; all pictures together are one at two folders.
        assert.ok(lines.length <= 9, lines.join("\n"));
        assert.ok(lines.filter((line) => line.includes("/var/moodledata/pix")).length <= 2, lines.join("\n"));
      }
    });

    it("is looked into for pictures where a site has some there", async () => {
      const [web] = site().web;
      const get = async () => (await new Browser(host).get(web.port, "/theme/image.php/boost/forum/-1/monologo")).text;
      const own = await get();
      assert.match(own, /<svg/);
      const folder = join(site().shared, "pix_plugins/mod/forum");
      mkdirSync(folder, { recursive: true });
      try {
        writeFileSync(join(folder, "monologo.svg"), '<svg xmlns="http://www.w3.org/2000/svg"><title>lab</title></svg>');
        assert.match(await get(), /<title>lab/);
      } finally {
        rmSync(join(site().shared, "pix_plugins"), { recursive: true });
      }
      assert.equal(await get(), own);
    });
  });
}
