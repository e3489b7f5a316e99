import assert from "node:assert/strict";

import { Browser } from "./browser";
import { until } from "./container";
import { host, password, type Site } from "./site";

/** What a real Moodle says of each request, and the metrics of a real database. */
export function figures(site: () => Site): void {
  it("logs Moodle's own figures of each request under the name that nginx logged it by, and no user's number", async () => {
    const [first] = site().web;
    const browser = new Browser(host, {
      "X-Amz-Cf-Id": "edge-request_1=",
      "X-Amzn-Trace-Id": "Root=1-67891233-abcdef012345678912345678",
    });
    await browser.login(first.port, "admin", password);
    await browser.open(first.port, "/course/view.php?id=2");
    const line = await until("a line of figures", () =>
      first.lines().find(({ log, script }) => log === "request" && script === "/course/view.php"),
    );
    const access = first.lines().find(({ log, path }) => log === "access" && path === "/course/view.php");
    assert.deepEqual(
      [line.request, line.class, access?.request, access?.class, access?.trace],
      ["edge-request_1=", "course", "edge-request_1=", "course", "Root=1-67891233-abcdef012345678912345678"],
    );
    assert.ok(
      line.db_reads > 5 && line.memory_mib > 1 && line.cache_round_trips > 0 && line.seconds > 0 && line.db_seconds > 0,
      JSON.stringify(line),
    );
    assert.ok(line.seconds <= access?.php_seconds + 0.05, `${line.seconds} ${access?.php_seconds}`);
    assert.match(line.user, /^[0-9a-f]{16}$/);
    const users = (own: boolean) =>
      new Set(
        first
          .lines()
          .filter(({ log, user, request }) => log === "request" && user !== null && (request === line.request) === own)
          .map(({ user }) => user),
      );
    assert.deepEqual([...users(true)], [line.user], "one user, one pseudonym");
    // The administrator's earlier pages, and those of the two other accounts that have signed in here.
    assert.equal(users(false).size, 3, "another user, another pseudonym");
    assert.ok(users(false).has(line.user));
    const login = first
      .lines()
      .find(({ log, class: name, user }) => log === "request" && name === "login" && user === null);
    assert.ok(login !== undefined, "nobody has no pseudonym");
  });

  it("has the tables that the metrics are read from", async () => {
    await site().php("set_config('lastcronstart', time() - 5, 'tool_task');");
    const task = await site().newTask();
    const { status, text } = await task.run(["cli", "../../../opt/moodle/lib/metrics.php", "--once"]);
    assert.equal(status, 0, text);
    const line = JSON.parse(text.trim().split("\n")[0] ?? "");
    assert.ok(line.CronAge >= 5 && line.OnlineUsers >= 1, text);
    assert.equal(line.FailingTasks, 0, text);
  });
}
