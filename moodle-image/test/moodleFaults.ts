import assert from "node:assert/strict";

import { Browser } from "./browser";
import { Load, pause, type Result } from "./load";
import { host, password, type Site } from "./site";
import type { Service } from "./services";

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
}
