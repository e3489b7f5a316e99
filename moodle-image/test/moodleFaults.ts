// cspell:ignore changesincoursecat coursecattree labcore replypost
import assert from "node:assert/strict";

import { Proxy } from "../cachestore/tests/proxy";
import { Browser } from "./browser";
import { type Container, healthy, until } from "./container";
import { Load, pause, type Result } from "./load";
import { host, password, type Site } from "./site";
import type { Service } from "./services";

/** Seconds that a busy machine gets besides. */
const noise = 5;

async function timed(browser: Browser, web: Container, path: string): Promise<{ status: number; seconds: number }> {
  const began = Date.now();
  const { status } = await browser.get(web.port, path);
  return { status, seconds: (Date.now() - began) / 1000 };
}

/**
 * Behaviour of Moodle itself when a service goes away, with requests in flight. While a service is away pages fail (no
 * setting of the image can change that). The tests check that nothing has to be restarted, that the load balancer keeps
 * the task, and how soon pages come back.
 */
export function moodleFaults(site: () => Site): void {
  const report = (what: string, { answers, failed, lastFailure }: Result, back: number) =>
    process.stdout.write(
      `      ${what}: ${answers.length} requests, ${failed} failed, the last ${lastFailure === undefined ? 0 : Math.max(0, lastFailure - back)} ms after it was back\n`,
    );

  for (const [name, service, signal, signedIn] of [
    // This server forgets its sessions when it restarts, so that everybody has to sign in again; one with a replica does not.
    ["Redis for sessions", () => site().sessions, "SIGTERM", 0],
    ["Redis for caches", () => site().cache, "SIGTERM", 1],
    ["the database", () => site().database, "SIGKILL", 1],
  ] as const satisfies readonly (readonly [string, () => Service, "SIGTERM" | "SIGKILL", number])[]) {
    it(`comes back by itself within 10 s when ${name} restarts, and stays healthy`, async () => {
      const [web] = site().web;
      const health = new Load(1, () => web.get("/healthz"));
      // Sessions, caches and the database are all in a sign-in page; each request is a new visitor.
      const pages = new Load(2, () => new Browser(host).get(web.port, "/login/index.php"));
      const user = new Browser(host);
      await user.login(web.port, "admin", password);
      let turn = 0;
      const own = new Load(signedIn, () =>
        user.get(web.port, ["/my/", "/course/view.php?id=2", "/calendar/view.php"][turn++ % 3] ?? ""),
      );
      await pause(2);
      for (const load of [pages, own]) assert.equal(load.soFar().failed, 0);
      await service().halt(signal);
      await pause(3);
      await service().resume();
      const back = Date.now();
      await pause(10);
      const recovered = Date.now();
      await pause(3);
      const checks = await health.stop();
      for (const [what, hurt] of [
        ["sign-in pages", await pages.stop()],
        ["pages of a user", await own.stop()],
      ] as const) {
        if (hurt.answers.length === 0) continue;
        report(`${name}, ${what}`, hurt, back);
        assert.ok(hurt.answers.some(({ began, status }) => began > recovered && status === 200));
        assert.ok((hurt.lastFailure ?? 0) < back + 10_000);
      }
      assert.equal(checks.failed, 0);
      assert.match((await new Browser(host).login(web.port, "admin", password)).text, /login\/logout\.php/);
    });
  }

  describe("Redis that hangs: connections stay open, and nothing answers", () => {
    let web: Container;
    before(async () => {
      const task = await site().newTask({ MOODLE_REQUEST_TIMEOUT_SECONDS: "20", MOODLE_PHP_MAX_CHILDREN: "4" });
      web = task.start(["web"]);
      await healthy(web);
    });
    after(async () => {
      web.signal("SIGTERM");
      await web.ended;
    });
    const longest = ({ answers }: Result) => Math.max(...answers.map(({ began, ended }) => ended - began)) / 1000;
    /** Lines of the log about requests under one name. */
    const told = (name: string) => web.lines().filter(({ log, request }) => log === "error" && request === name);

    it("for caches: pages of users go on, and one request at a time waits for it", async () => {
      const user = new Browser(host, { "X-Amz-Cf-Id": "cache-hangs" });
      await user.login(web.port, "admin", password);
      const { cache } = site();
      cache.hang();
      let result: Result;
      try {
        const one = await timed(user, web, "/my/");
        assert.equal(one.status, 200);
        assert.ok(one.seconds < 9 + noise, `${one.seconds} s`);
        const [line, ...more] = told("cache-hangs");
        assert.deepEqual([line?.level, line?.kind, more.length], ["warning", "cache", 0], JSON.stringify(line));
        let turn = 0;
        const pages = new Load(3, () =>
          new Browser(host, { "X-Amz-Cf-Id": `hangs-${turn++}` }).get(web.port, "/login/index.php"),
        );
        await until("pages", () => (pages.soFar().answers.length > 20 ? true : undefined));
        result = await pages.stop();
        report("Redis for caches hangs, sign-in pages", result, 0);
        process.stdout.write(`      the longest took ${longest(result).toFixed(1)} s\n`);
      } finally {
        cache.goOn();
      }
      assert.equal(result.failed, 0);
      // By themselves, and not because nginx or php-fpm ended them.
      assert.ok(longest(result) < 20, `${longest(result)} s`);
      // Three may have begun before the first knew; then one each 5 s asks, and all others go without.
      const lasted = (Math.max(...result.answers.map(({ ended }) => ended)) - result.answers[0]!.began) / 1000;
      const asked = result.answers.filter((_, n) => {
        const lines = told(`hangs-${n}`);
        assert.equal(lines.length, 1, `request ${n}`);
        return !String(lines[0]?.message).includes("it hangs, as another request has seen");
      }).length;
      assert.ok(asked <= 3 + lasted / 5, `${asked} of ${result.answers.length} asked in ${lasted} s`);
      await until("a page with the cache", async () => {
        const name = `back-${performance.now()}`;
        await new Browser(host, { "X-Amz-Cf-Id": name }).get(web.port, "/login/index.php");
        // The line comes a moment after the answer.
        await pause(0.5);
        return told(name).length === 0 ? true : undefined;
      });
    });

    it("for sessions: pages end in the stated time, each with one line, and come back by themselves", async () => {
      const user = new Browser(host);
      await user.login(web.port, "admin", password);
      const named = new Browser(host, { "X-Amz-Cf-Id": "sessions-hang", Cookie: user.cookie });
      const { sessions } = site();
      sessions.hang();
      try {
        const one = await timed(named, web, "/my/");
        process.stdout.write(`      Redis for sessions hangs: ${one.status} after ${one.seconds.toFixed(1)} s\n`);
        assert.ok(one.status !== 200 && one.status !== 504, `${one.status}`);
        assert.ok(one.seconds < 14 + noise, `${one.seconds} s`);
        const lines = await until("a line", () =>
          told("sessions-hang").length > 0 ? told("sessions-hang") : undefined,
        );
        assert.equal(lines.length, 1, JSON.stringify(lines));
        assert.equal(lines[0]?.level, "error");
        assert.match(lines[0]?.kind, /sessions|redis/);
        assert.equal((await web.get("/healthz")).status, 200);
      } finally {
        sessions.goOn();
      }
      await until("the user's page", async () =>
        (await user.open(web.port, "/my/")).text.includes("login/logout.php") ? true : undefined,
      );
    });
  });

  it("reports each page that fails while all caches are purged repeatedly", async () => {
    const targets = site().web;
    const users = await Promise.all(
      [0, 1].map(async () => {
        const user = new Browser(host);
        await user.login(targets[0].port, "admin", password);
        return user;
      }),
    );
    let turn = 0;
    const failed: string[] = [];
    const load = new Load(4, async () => {
      const n = turn++;
      const name = `purge-${n}`;
      const browser = new Browser(host, { "X-Amz-Cf-Id": name, Cookie: users[n % 2]!.cookie });
      const path = ["/my/", "/course/view.php?id=2", "/login/index.php", "/calendar/view.php"][n % 4]!;
      const answer = await browser.get(targets[n % 2]!.port, path);
      // Who is signed in is sent on from the sign-in page.
      if (answer.status === 303) return { status: 200, text: "" };
      if (answer.status !== 200) failed.push(name);
      return answer;
    });
    for (let purge = 0; purge < 4; purge++) {
      await site().php("purge_all_caches();");
      await pause(1);
    }
    const result = await load.stop();
    report("all caches purged four times", result, 0);
    for (const name of failed) {
      const lines = targets.flatMap((web) =>
        web.lines().filter(({ log, request }) => log === "error" && request === name),
      );
      assert.equal(lines.length, 1, `${name}: ${JSON.stringify(lines)}`);
    }
  });

  it("makes up for what a cut of the caches swallowed: a setting, a capability, a group, an event", async () => {
    const way = await Proxy.start(site().cache.port);
    const behind = { MOODLE_CACHE_REDIS_PORT: `${way.port}` };
    const cut = await site().newTask(behind);
    const own = cut.start(["web"]);
    try {
      await healthy(own);
      const script = (code: string, name = "cut") => {
        const path = site().addPage(
          `<?php\ndefine('NO_MOODLE_COOKIES', true);\nrequire __DIR__ . '/../config.php';\n${code}\n`,
        );
        return async (web: Container) => {
          const answer = await new Browser(host, { "X-Amz-Cf-Id": name }).get(web.port, path);
          assert.equal(answer.status, 200, answer.text);
          return answer.text;
        };
      };
      const ids = JSON.parse(
        await site().php(`
require_once $CFG->dirroot . '/group/lib.php';
require_once $CFG->dirroot . '/user/lib.php';
$user = user_create_user(['username' => 'somebody', 'password' => 'Cut-user-1!', 'email' => 'cut@example.invalid', 'firstname' => 'C', 'lastname' => 'U', 'confirmed' => 1, 'mnethostid' => $CFG->mnet_localhost_id]);
enrol_try_internal_enrol(2, $user, 5);
$group = groups_create_group((object) ['courseid' => 2, 'name' => 'cut']);
set_config('lab', 'old', 'local_lab');
set_config('labcore', 'old');
echo json_encode(['user' => $user, 'group' => $group]);`),
      ) as { user: number; group: number };
      const read = script(`
$context = context_course::instance(2);
$tree = cache::make('core', 'coursecattree');
$tree->get('x');
echo json_encode([get_config('local_lab', 'lab'), $CFG->labcore, has_capability('mod/forum:replypost', $context, ${ids.user}),
    count(groups_get_user_groups(2, ${ids.user})[0]), $tree->get('lab')]);`);
      await script("cache::make('core', 'coursecattree')->set('lab', 'old');")(own);
      const everywhere = [own, ...site().web];
      for (const web of everywhere) assert.equal(await read(web), '["old","old",true,0,"old"]');
      await way.cut();
      // No error page: whoever changes something goes on.
      await script(`
require_once $CFG->dirroot . '/group/lib.php';
set_config('lab', 'new', 'local_lab');
set_config('labcore', 'new');
assign_capability('mod/forum:replypost', CAP_PROHIBIT, 5, context_system::instance()->id, true);
groups_add_member(${ids.group}, ${ids.user});
cache_helper::purge_by_event('changesincoursecat');
cache_helper::invalidate_by_event('changesincoursecat', ['lab']);`)(own);
      await way.join();
      await script("echo get_config('local_lab', 'lab');")(own);
      for (const web of everywhere) assert.equal(await read(web), '["new","new",false,1,false]');
    } finally {
      await site().php(
        "assign_capability('mod/forum:replypost', CAP_ALLOW, 5, context_system::instance()->id, true); unassign_capability('mod/forum:replypost', 5, context_system::instance()->id);",
      );
      own.signal("SIGTERM");
      await own.ended;
      await way.stop();
    }
  });
}
