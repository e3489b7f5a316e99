import assert from "node:assert/strict";

import { until } from "./container";
import type { Site } from "./site";

/** What a release's smoke test says of a real Moodle. */
export function smokeTest(site: () => Site): void {
  /** A web task with `smoke` in the place of php-fpm: its exit status, and its line. */
  const smoke = async (extra: Readonly<Record<string, string>> = {}): Promise<string> => {
    const task = await site().newTask(extra);
    const [pages, nginx] = [task.start(["smoke"]), task.start(["nginx"])];
    const status = await pages.ended;
    nginx.signal("SIGTERM");
    await nginx.ended;
    return `${status} ${pages
      .lines()
      .filter(({ role }) => role === "smoke")
      .map(({ message }) => String(message))
      .join("\n")}`;
  };

  it("passes its smoke test, also with a login at another site and in CLI maintenance", async () => {
    const page =
      /^0 right: deep health 200, the sign-in page 200, its style sheet 200 with (\d+) bytes, a script of it 200$/;
    const healthy = await smoke();
    assert.ok(Number(page.exec(healthy)?.[1]) > 100_000, healthy);

    // Closed for everybody but administrators, who still sign in.
    await site().php("set_config('forcelogin', 1); set_config('maintenance_enabled', 1);");
    assert.equal(await smoke(), healthy);
    await site().php(
      "set_config('maintenance_enabled', 0); set_config('alternateloginurl', 'https://sso.test/login');",
    );
    assert.match(
      await smoke(),
      /^0 right: .*the sign-in page is at sso\.test, the page for a forgotten password 200, its style sheet 200 with \d{6,} bytes/,
    );
    await site().php("set_config('alternateloginurl', ''); set_config('forcelogin', 0);");

    const [task] = site().tasks;
    const maintenance = async (how: string) =>
      assert.equal((await task?.run(["cli", "admin/cli/maintenance.php", how]))?.status, 0);
    await maintenance("--enable");
    assert.match(await smoke(), /^0 no page was looked at, as Moodle is in CLI maintenance mode: deep health 200$/);
    await maintenance("--disable");
    await until("a site that is open", async () => ((await smoke()) === healthy ? true : undefined));
  });

  it("fails its smoke test with one line when the database is away, empty or half there", async () => {
    assert.equal(
      await smoke({ MOODLE_DB_PORT: "1" }),
      "1 wrong: the deep health check /healthz/deep answered 503 for database (3 times asked)",
    );

    // There is a database, so its health is fine, but not a Moodle's.
    const { database } = site();
    database.sql("CREATE DATABASE empty; GRANT ALL ON empty.* TO 'moodle'@'%'");
    assert.match(
      await smoke({ MOODLE_DB_NAME: "empty" }),
      /^1 wrong: the sign-in page \/login\/index\.php leads to \/admin\/index\.php, where Moodle is installed/,
    );

    database.sql("RENAME TABLE moodle.mdl_context TO moodle.mdl_away");
    try {
      assert.match(
        await smoke(),
        /^1 wrong: the sign-in page \/login\/index\.php answered 500 and is titled "Error" \(3 times asked\)$/,
      );
    } finally {
      database.sql("RENAME TABLE moodle.mdl_away TO moodle.mdl_context");
    }
  });
}
