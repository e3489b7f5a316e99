// cspell:ignore aton fcntl getsockname sockaddr coursemodinfo CURLOPT RETURNTRANSFER getmypid setopt
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, rmSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { join } from "node:path";

import { Browser, type Page } from "./browser";
import { type Container, healthy, type Task, until } from "./container";
import { host, password, type Site } from "./site";

/** Of the containers of these tests, in seconds (MOODLE_REQUEST_TIMEOUT_SECONDS). */
const limit = 5;
/** What nginx and the process get besides (lib/times.php), and a busy machine. */
const [answer, process_, noise] = [limit + 5, limit + 6, 4];

const page = (code: string) => `<?php\nrequire __DIR__ . '/../config.php';\n${code}\n`;
const seconds = (since: number) => (Date.now() - since) / 1000;

/** Requests of a real Moodle that wait: for a user's other page, the database, another site. */
export function times(site: () => Site): void {
  describe("requests that wait", () => {
    let task: Task;
    let web: Container;
    before(async () => {
      task = await site().newTask({ MOODLE_REQUEST_TIMEOUT_SECONDS: `${limit}`, MOODLE_PHP_MAX_CHILDREN: "4" });
      web = task.start(["web"]);
      await healthy(web);
    });
    after(async () => {
      web.signal("SIGTERM");
      await web.ended;
    });

    const signedIn = async () => {
      const browser = new Browser(host);
      await browser.login(web.port, "admin", password);
      return browser;
    };
    const timed = async (ask: Promise<Page>) => {
      const began = Date.now();
      const { status, text } = await ask;
      return { status, text, took: seconds(began) };
    };

    it("a user whose process was killed is let in again, and reads Moodle's own words until then", async () => {
      const browser = await signedIn();
      const killed = await browser.get(web.port, site().addPage(page("posix_kill(getmypid(), 9);")));
      assert.equal(killed.status, 502);
      const began = Date.now();
      const seen: string[] = [];
      for (;;) {
        const my = await timed(browser.get(web.port, "/my/"));
        seen.push(`${my.status} after ${my.took} s`);
        if (my.status === 200) break;
        assert.notEqual(my.status, 504, seen.join(", "));
        assert.match(my.text, /session lock|page currently in progress/i);
        assert.ok(seconds(began) < limit + 10 + noise, seen.join(", "));
      }
      assert.ok(seconds(began) < limit + 10 + noise, seen.join(", "));
      const told = web.lines().filter(({ log, kind }) => log === "error" && kind === "session-lock");
      assert.equal(told.length, seen.length - 1, `${seen.join(", ")}: ${JSON.stringify(told)}`);
    });

    it("a page that waits for the database too long says so itself, and the log does", async () => {
      const slow = await timed(
        new Browser(host, { "X-Amz-Cf-Id": "slow-database" }).get(
          web.port,
          site().addPage(page("$DB->get_records_sql('SELECT SLEEP(60)');")),
        ),
      );
      assert.ok(slow.took < answer, `${slow.took} s`);
      assert.match(slow.text, /Error reading from database/);
      const line = web.lines().find(({ log, request }) => log === "error" && request === "slow-database");
      assert.equal(line?.kind, "database", JSON.stringify(line));
    });

    it("a page whose database takes no connection says so after 5 s, whatever T is", async () => {
      // A port whose queue of connections is full, and that nobody empties: the kernel drops what comes, as a lost machine does.
      const full = spawn("perl", [
        "-MSocket",
        "-e",
        `socket(my $s, PF_INET, SOCK_STREAM, 0); bind($s, sockaddr_in(0, inet_aton("127.0.0.1"))); listen($s, 0);
my $address = getsockname($s); my @waiting;
for (1 .. 4) { socket(my $c, PF_INET, SOCK_STREAM, 0); fcntl($c, 4, 2048); connect($c, $address); push @waiting, $c }
$| = 1; print((sockaddr_in($address))[0], "\\n"); sleep 600`,
      ]);
      try {
        const port = await new Promise<string>((resolve) =>
          full.stdout.once("data", (text) => resolve(`${text}`.trim())),
        );
        const lost = await site().newTask({
          MOODLE_REQUEST_TIMEOUT_SECONDS: "50",
          MOODLE_DB_PORT: port,
          MOODLE_STOP_SECONDS: "1",
        });
        const cut = lost.start(["web"]);
        await healthy(cut);
        const login = await timed(
          new Browser(host, { "X-Amz-Cf-Id": "no-connection" }).get(cut.port, "/login/index.php"),
        );
        assert.ok(login.took > 4 && login.took < 5 + noise, `${login.took} s`);
        assert.match(login.text, /database/i);
        const line = cut.lines().find(({ log, request }) => log === "error" && request === "no-connection");
        assert.equal(line?.kind, "database", JSON.stringify(line));
        assert.equal((await cut.get("/healthz")).status, 200);
        cut.signal("SIGTERM");
        await cut.ended;
      } finally {
        full.kill();
      }
    });

    it("as many requests as there are processes wait for another site: ordinary pages are served again soon after", async () => {
      const silent = createServer(() => {});
      await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
      const url = `http://127.0.0.1:${(silent.address() as AddressInfo).port}/`;
      const path = site().addPage(
        page(`$c = curl_init('${url}'); curl_setopt($c, CURLOPT_RETURNTRANSFER, true); curl_exec($c);`),
      );
      const began = Date.now();
      const waiters = Array.from({ length: 4 }, () => timed(new Browser(host).get(web.port, path)));
      await new Promise((resolve) => setTimeout(resolve, 1000 * (limit + 2)));
      const ordinary = await new Browser(host).get(web.port, "/login/index.php");
      assert.equal(ordinary.status, 200);
      assert.ok(seconds(began) < process_ + noise, `${seconds(began)} s`);
      for (const { status, took } of await Promise.all(waiters)) {
        assert.equal(status, 504);
        assert.ok(took < answer + noise, `${took} s`);
      }
      silent.close();
    });

    it("a page that waits for another one's work on a cache is told so in time", async () => {
      const lock = "cache::make('core', 'coursemodinfo')->acquire_lock('lab');";
      const held = join(site().shared, "lab-held");
      const holder = new Browser(host)
        .get(web.port, site().addPage(page(`${lock} touch("$CFG->dataroot/lab-held"); sleep(${limit + 3});`)))
        .catch(() => undefined);
      await until("the lock is held", () => existsSync(held) || undefined);
      const waiter = await timed(new Browser(host).get(web.port, site().addPage(page(`${lock} echo 'got it';`))));
      assert.ok(waiter.took > limit - 1 && waiter.took < answer, `${waiter.took} s`);
      assert.match(waiter.text, /unable to acquire a lock/i);
      await holder;
      rmSync(held);
    });

    it("a page that waits for a directory or a stream of PHP is told so in time, and goes on", async () => {
      const silent = createServer(() => {});
      await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
      const { port } = silent.address() as AddressInfo;
      const asked = async (code: string, expected: RegExp) => {
        const { status, text, took } = await timed(new Browser(host).get(web.port, site().addPage(page(code))));
        assert.equal(status, 200, text.slice(0, 1000));
        assert.match(text, expected);
        assert.ok(took < answer, `${code} ${took} s`);
      };
      await Promise.all([
        asked(
          `$directory = ldap_connect('ldap://127.0.0.1:${port}'); echo @ldap_bind($directory) ? 'bound' : ldap_error($directory);`,
          /^(Timed out|Can't contact LDAP server)$/,
        ),
        asked(`echo @file_get_contents('http://127.0.0.1:${port}/') === false ? 'no answer' : '';`, /^no answer$/),
      ]);
      silent.close();
    });

    it("one user who keeps loading a page leaves processes for the others", async () => {
      const patient = await site().newTask({
        MOODLE_REQUEST_TIMEOUT_SECONDS: "40",
        MOODLE_PHP_MAX_CHILDREN: "4",
        MOODLE_STOP_SECONDS: "1",
      });
      const other = patient.start(["web"]);
      await healthy(other);
      const browser = new Browser(host);
      await browser.login(other.port, "admin", password);
      const slow = browser.get(other.port, site().addPage(page("sleep(38);"))).catch(() => undefined);
      await new Promise((resolve) => setTimeout(resolve, 500));
      const began = Date.now();
      const impatient = Array.from({ length: 4 }, () => browser.get(other.port, "/my/").catch(() => undefined));
      const visitor = await new Browser(host).get(other.port, "/login/index.php");
      assert.equal(visitor.status, 200);
      assert.ok(seconds(began) < 18, `${seconds(began)} s`);
      other.signal("SIGTERM");
      await other.ended;
      await Promise.all([slow, ...impatient]);
    });
  });
}
