import assert from "node:assert/strict";
import { copyFileSync, existsSync, mkdirSync, readdirSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";

import { type Container, healthy, Task, until } from "./container";
import { environment, mountProbe } from "./probe";
import { certificates, mariadb, redis } from "./services";

describe("web requests", () => {
  let root = "";
  let unmount = () => {};
  let task: Task;
  let web: Container;

  before(async function () {
    ({ root, unmount } = mountProbe(this));
    task = new Task(
      root,
      await environment({
        MOODLE_TRUSTED_PROXIES: "127.0.0.0/8,10.0.0.0/8",
        MOODLE_UPLOAD_MAX_MB: "5",
        MOODLE_REQUEST_TIMEOUT_SECONDS: "20",
      }),
    );
    web = task.start(["web"]);
    await healthy(web);
  });
  after(async () => {
    await task?.remove();
    unmount();
  });

  const seen = async (headers: Record<string, string> = {}): Promise<Record<string, any>> =>
    (await web.get("/", { headers })).json() as Promise<Record<string, any>>;

  it("come with opcache, APCu and every extension that Moodle needs", async () => {
    const { opcache, apcu, extensions, ini, user } = await seen();
    assert.equal(opcache, true);
    assert.equal(apcu, true);
    assert.equal(user, "1000:1000");
    const wanted =
      "iconv mbstring curl openssl ctype zip zlib gd simplexml spl pcre dom xml xmlreader intl json hash fileinfo sodium mysqli soap exif tokenizer redis igbinary zstd apcu";
    for (const name of [...wanted.split(" "), "zend opcache"])
      assert.ok(extensions.includes(name), `${name} is not loaded`);
    assert.deepEqual(ini, {
      upload_max_filesize: "5M",
      post_max_size: "21M",
      max_execution_time: "20",
      max_input_vars: "5000",
      memory_limit: "256M",
      display_errors: "",
      expose_php: "",
      // The image's own program: docs/mail.md.
      sendmail_path: "/usr/bin/php -n -d memory_limit=256M /opt/moodle/lib/sendmail.php",
      "opcache.enable": "1",
      "openssl.cafile": "/opt/moodle/certificates/bundle.pem",
      "apc.shm_size": "128M",
      "apc.entries_hint": "65536",
      // Debian 13 has APCu 5.1.24.
      "apc.serializer": "default",
    });
  });

  it("find the code that was compiled at build, under php-fpm's own key", async () => {
    assert.equal(await (await web.get("/depends.php")).text(), "served");
    // Another key would show as a second folder: php-fpm writes what it does not find.
    const compiled = readdirSync(join(root, "opt/moodle/opcache"));
    assert.equal(compiled.length, 1);
    assert.ok(
      existsSync(join(root, "opt/moodle/opcache", compiled[0] ?? "", "var/www/moodle/public/my/index.php.bin")),
    );
    assert.deepEqual(readdirSync(join(task.state, "run/opcache")), compiled);
  });

  it("carry the address that the last trusted proxy saw, whatever the viewer writes", async () => {
    for (const [forwarded, expected] of [
      ["9.9.9.9, 203.0.113.7, 10.1.2.3", "203.0.113.7"],
      ["203.0.113.7", "203.0.113.7"],
      ["10.0.0.9, 203.0.113.7", "203.0.113.7"],
      ["2001:db8::7, 10.1.2.3", "2001:db8::7"],
    ] as const) {
      const {
        remote,
        client_ip_header,
        forwarded: passed,
      } = await seen({ "X-Forwarded-For": forwarded, "Client-IP": "1.1.1.1" });
      assert.deepEqual([remote, client_ip_header, passed], [expected, "", expected], forwarded);
    }
    assert.equal((await seen({ Proxy: "http://evil.invalid" })).proxy_header, "");
  });

  it("reach scripts, slash arguments, folders and the router", async () => {
    const text = async (path: string) => (await web.get(path)).text();
    assert.equal(await text("/pluginfile.php/12/course/a%20b.php/c.txt?x=1"), "file /12/course/a b.php/c.txt");
    assert.equal(await text("/my/?a=b"), "my a=b");
    assert.equal(await text("/files/a.txt"), "plain text\n");
    assert.equal(await text("/api/rest/v2/openapi.json?x=1"), "router /api/rest/v2/openapi.json?x=1");
    assert.equal((await web.get("/nothing/here")).headers.get("x-router"), "1");
    assert.equal(await text("/pluginfile.php/1/readme.txt"), "file /1/readme.txt");
    assert.equal(await text("/pluginfile.php/1/tests/a.php"), "file /1/tests/a.php");
    assert.equal(await text("/pluginfile.php/1/.htaccess"), "file /1/.htaccess");
  });

  it("are redirected within the site, without the container's scheme and port", async () => {
    const answer = await web.get("/my", { headers: { Host: "moodle.example.org" } });
    assert.equal(answer.status, 301);
    assert.equal(answer.headers.get("location"), "/my/");
  });

  it("do not reach what is not a page", async () => {
    for (const path of [
      "/.hidden",
      "/README.md",
      "/composer.json",
      "/vendor/x/a.php",
      "/lib/tests/a.php",
      "/theme/classes/a.php",
      "/lib/db/install.xml",
      "/mod/forum/tests/fixtures/a.php",
      "/mod/forum/tests/fixtures/logo.png",
      "/missing.php",
      "/admin/cli/cron.php",
      "/../config.php",
      "/files/a.txt/x.php",
      "/config.php",
    ]) {
      const answer = await web.get(path);
      const text = await answer.text();
      assert.ok(answer.status === 404 || answer.headers.get("x-router") === "1", `${path}: ${answer.status} ${text}`);
      assert.ok(!text.includes("must not be reached"));
    }
  });

  it("reach a trial on this machine by its own address only", async () => {
    const fetched = async (address: string) => {
      const task = new Task(root, await environment({ MOODLE_HTTP_ADDRESS: address }));
      try {
        const container = task.start(["web"]);
        await healthy(container);
        // Another address of this machine, as all of 127.0.0.0/8 are.
        return await fetch(`http://127.0.0.2:${container.port}/healthz`).then(
          ({ status }) => status,
          () => "refused",
        );
      } finally {
        await task.remove();
      }
    };
    assert.deepEqual([await fetched("0.0.0.0"), await fetched("127.0.0.1")], [200, "refused"]);
  });

  it("may upload up to the limit, and hear from PHP when a file is larger", async () => {
    const upload = async (megabytes: number) => {
      const body = new FormData();
      body.set("name", "x");
      body.set("file", new Blob([new Uint8Array(megabytes * 1024 * 1024)]), "a.bin");
      return web.get("/upload.php", { method: "POST", body });
    };
    assert.deepEqual(await (await upload(4)).json(), { error: 0, size: 4 * 1024 * 1024, posted: 1 });
    const larger = await upload(6);
    assert.equal(larger.status, 200);
    assert.deepEqual(await larger.json(), { error: 1, size: 0, posted: 1 });
    // Above post_max_size PHP drops the form; Moodle sees a request without its fields and says so.
    assert.deepEqual(await (await upload(30)).json(), { error: null, size: null, posted: 0 });
  });

  it("are compressed, as CloudFront does not compress what it does not cache", async () => {
    const answer = await web.get("/", { headers: { "Accept-Encoding": "gzip" } });
    assert.equal(answer.headers.get("content-encoding"), "gzip");
  });

  it("cannot write to code, to the image or to the system", async () => {
    assert.deepEqual(await (await web.get("/write.php")).json(), {
      code: false,
      image: false,
      etc: false,
      root: false,
      usr: false,
      tmp: true,
      run: true,
      cache: true,
      data: true,
    });
  });

  it("are logged as JSON with a class and times, and without secrets", async () => {
    await web.get("/login/index.php?sesskey=QuerySecret", {
      headers: { Referer: "https://a.example/x?wantsurl=RefererSecret" },
    });
    await web.get("/tokenpluginfile.php/PathSecret/1/user/icon?token=QuerySecret");
    await web.get("/fail.php?sesskey=QuerySecret");
    const row = (path: string) =>
      until(path, () => web.lines().find((line) => line.log === "access" && line.path === path));
    const login = await row("/login/index.php");
    assert.equal(login.class, "login");
    assert.equal(login.referer, "https://a.example/x");
    assert.equal(typeof login.seconds, "number");
    assert.equal((await row("/tokenpluginfile.php/-/1/user/icon")).class, "file");
    assert.equal((await row("/fail.php")).php_status, "500");
    await until("PHP's message", () =>
      web.lines().find((line) => line.log === "php-fpm" && String(line.message).includes("not shown to anyone")),
    );
    const all = web.output() + web.errors();
    for (const secret of ["QuerySecret", "PathSecret", "RefererSecret", "AbC123", "deadbeef", "database-secret"])
      assert.ok(!all.includes(secret), `${secret} is in the log`);
    assert.ok(!web.lines().some((line) => line.path === "/healthz"), "health checks fill the log");
    for (const line of all.split("\n")) assert.ok(line === "" || line.startsWith("{"), `not JSON: ${line}`);
  });

  it("are logged with the time that PHP took beside the whole: a slow client's upload is not PHP's", async () => {
    await new Promise<void>((resolve, reject) => {
      const slow = request(
        {
          port: web.port,
          method: "POST",
          path: "/upload.php/slow",
          headers: { "Content-Length": 2, "Content-Type": "text/plain" },
        },
        (answer) => {
          answer.resume().on("end", resolve);
        },
      ).on("error", reject);
      slow.write("a");
      setTimeout(() => slow.end("b"), 2500);
    });
    const line = await until("its line", () =>
      web.lines().find((one) => one.log === "access" && one.path === "/upload.php/slow"),
    );
    assert.ok(line.seconds >= 2.4, `all: ${line.seconds}`);
    // The 2.5 s in which the body came are nginx's alone.
    assert.ok(typeof line.php_seconds === "number", `PHP: ${line.php_seconds}`);
    assert.ok(line.seconds - line.php_seconds >= 2.4, `all: ${line.seconds}, PHP: ${line.php_seconds}`);
  });

  describe("for health", () => {
    const asked = (path: string, headers: Record<string, string> = {}) =>
      new Promise<number>((resolve, reject) => {
        request({ port: web.port, host: "127.0.0.1", path, headers }, (answer) => {
          answer.resume();
          resolve(answer.statusCode ?? 0);
        })
          .on("error", reject)
          .end();
      });

    it("answer 200 for any Host, with no database and no Redis", async () => {
      assert.equal(await asked("/healthz", { Host: "10.0.3.7" }), 200);
      assert.equal(await asked("/healthz/deep"), 503);
    });

    it("answer 200 while every child is busy", async () => {
      let finished = 0;
      const busy = Array.from({ length: 6 }, async () => {
        const text = await (await web.get("/slow.php?seconds=5")).text();
        finished += 1;
        return text;
      });
      await new Promise((resolve) => setTimeout(resolve, 500));
      assert.equal(await asked("/healthz"), 200);
      assert.equal(finished, 0, "the health check waited for a child");
      assert.deepEqual(
        await Promise.all(busy),
        Array.from({ length: 6 }, () => "finished"),
      );
    });

    it("show the deep check and php-fpm's state only to the inside", async () => {
      for (const path of ["/healthz/deep", "/healthz/php"])
        assert.equal(await asked(path, { "X-Forwarded-For": "203.0.113.7" }), 403, path);
      assert.equal(await asked("/healthz/php"), 200);
    });
  });
});

describe("the deep health check", () => {
  it("is 200 with a database and two Redis servers over verified TLS, and 503 for a certificate that nobody signed", async function () {
    const { root, unmount } = mountProbe(this);
    const tls = certificates();
    const servers = [
      await mariadb({ user: "moodle", password: "database-secret" }, tls),
      await redis({ policy: "noeviction", password: "session-secret", tls }),
      await redis({ policy: "allkeys-lru", password: "cache-secret", tls }),
    ] as const;
    const settings = await environment({
      MOODLE_DB_TLS: "verify-full",
      MOODLE_DB_PORT: `${servers[0].port}`,
      MOODLE_DB_NAME: "mysql",
      MOODLE_SESSION_REDIS_PORT: `${servers[1].port}`,
      MOODLE_SESSION_REDIS_AUTH: "session-secret",
      MOODLE_CACHE_REDIS_PORT: `${servers[2].port}`,
      MOODLE_CACHE_REDIS_AUTH: "cache-secret",
      MOODLE_REDIS_TLS: "1",
    });
    const deep = async (extra: Record<string, string>) => {
      const task = new Task(root, settings);
      mkdirSync(join(task.state, "run"));
      copyFileSync(tls.authority, join(task.state, "run/ca.pem"));
      const web = task.start(["web"], extra);
      await healthy(web);
      const answer = await web.get("/healthz/deep");
      const checks = ((await answer.json()) as { checks: Record<string, { ok: boolean }> }).checks;
      await task.remove();
      return [answer.status, Object.keys(checks).filter((name) => !checks[name]?.ok)];
    };
    try {
      assert.deepEqual(await deep({ MOODLE_CA_FILE: "/run/moodle/ca.pem" }), [200, []]);
      assert.deepEqual(await deep({}), [503, ["database", "sessions", "cache"]]);
    } finally {
      for (const server of servers) await server.stop();
      tls.remove();
      unmount();
    }
  });
});
