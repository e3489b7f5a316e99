import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { freePort } from "../../tools/lib/freePort";
import { Task, until } from "./container";
import { environment, mountProbe } from "./probe";
import { type Database, mariadb, redis, type Service } from "./services";

/** What a page of the probe answers instead (probe/public/login/index.php). */
interface Answer {
  readonly status?: number;
  readonly headers?: readonly string[];
  readonly text?: string;
}

describe("the smoke test of a web task", () => {
  const site = "https://moodle.test";
  let root = "";
  let unmount = () => {};
  let settings: Record<string, string>;
  let database: Database;
  let servers: readonly Service[] = [];
  const tasks: Task[] = [];

  before(async function () {
    ({ root, unmount } = mountProbe(this));
    database = await mariadb({ user: "moodle", password: "database-secret" });
    const [sessions, cache] = [await redis({ policy: "noeviction" }), await redis({ policy: "allkeys-lru" })];
    servers = [database, sessions, cache];
    settings = {
      ...(await environment()),
      MOODLE_WWWROOT: site,
      MOODLE_DB_PORT: `${database.port}`,
      MOODLE_DB_NAME: "mysql",
      MOODLE_SESSION_REDIS_PORT: `${sessions.port}`,
      MOODLE_CACHE_REDIS_PORT: `${cache.port}`,
      // As on AWS: requests from within the task come through no proxy.
      MOODLE_TRUSTED_PROXIES: "10.0.0.0/8",
    };
  });
  afterEach(async () => {
    for (const task of tasks.splice(0)) await task.remove();
  });
  after(async () => {
    for (const server of servers) await server.stop();
    unmount();
  });

  /** A web task with `smoke` in the place of php-fpm, as ECS runs it, with files in the shared folder. */
  const smoke = async (files: Readonly<Record<string, string>> = {}) => {
    const task = new Task(root, { ...settings, MOODLE_HTTP_PORT: `${await freePort()}` });
    tasks.push(task);
    mkdirSync(join(task.state, "data"));
    for (const [name, text] of Object.entries(files)) writeFileSync(join(task.state, "data", name), text);
    const [pages, nginx] = [task.start(["smoke"]), task.start(["nginx"])];
    const status = await pages.ended;
    nginx.signal("SIGTERM");
    const said = pages
      .lines()
      .filter(({ role }) => role === "smoke")
      .map(({ message }) => String(message));
    assert.equal(
      said.length,
      1,
      `one line, not these: ${said.join("\n")}\n${pages.output()}${pages.errors()}${nginx.output()}${nginx.errors()}`,
    );
    assert.equal(await nginx.ended, 0);
    return `${status} ${said[0]}`;
  };
  const pages = (login: Answer, forgotten?: Answer) => ({
    "probe-login-index.php.json": JSON.stringify(login),
    ...(forgotten && { "probe-login-forgot_password.php.json": JSON.stringify(forgotten) }),
  });
  const to = (address: string): Answer => ({ status: 303, headers: [`Location: ${address}`] });
  const own = (inside: string): Answer => ({
    text: `<title>Elsewhere</title><script>M.cfg = {"wwwroot":${JSON.stringify(site).replaceAll("/", "\\/")}};</script>${inside}`,
  });
  const sheet = `<link rel="stylesheet" href="${site}/theme/styles.php/boost/1/all">`;

  it("ends with 0 when pages are right, and says what it saw", async () => {
    assert.equal(
      await smoke(),
      "0 right: deep health 200, the sign-in page 200, its style sheet 200 with 7 bytes, a script of it 200",
    );
  });

  const sso = "https://sso.test/saml?SAMLRequest=StateSecret";
  const post =
    '<form method="post" action="https://sso.test/saml"><input type="hidden" name="SAMLRequest" value="x"></form>';
  for (const [what, files, expected] of [
    [
      "a sign-in at another site",
      pages(to(sso)),
      /deep health 200, the sign-in page is at sso\.test, the page for a forgotten password 200, its style sheet 200/,
    ],
    ["one that is posted to another site", pages({ text: post }), /the sign-in page is at sso\.test, the page for/],
    [
      "a password elsewhere as well",
      pages(to(sso), to("https://password.test/")),
      /forgotten password is at password\.test, no style sheet was looked at$/,
    ],
    [
      "a sign-in page of a plugin",
      pages(to(`${site}/login/forgot_password.php?x=1`), own(sheet)),
      /the sign-in page is at \/login\/forgot_password\.php, its style sheet 200/,
    ],
    [
      "CLI maintenance",
      { "climaintenance.html": "closed" },
      /^0 no page was looked at, as Moodle is in CLI maintenance mode: deep health 200$/,
    ],
  ] as const) {
    it(`accepts ${what}, and says so`, async () => {
      const line = await smoke(files);
      assert.match(line, expected);
      assert.match(line, /^0 (right|no page)/);
      assert.ok(!line.includes("Secret"));
    });
  }

  it("ends with 1 and says which page was wrong and how", async () => {
    // At once, as each is asked three times with a pause between.
    const wrong: readonly (readonly [Readonly<Record<string, string>>, string])[] = [
      [
        pages({ status: 500, text: "<title>Error &amp; more | Moodle</title>PageSecret" }),
        `answered 500 and is titled "Error & more | Moodle"`,
      ],
      [pages({ text: "<title>Welcome to nginx!</title>" }), `is no page of ${site} and is titled "Welcome to nginx!"`],
      [pages(own(sheet)), `has no sign-in form and is titled "Elsewhere"`],
      [pages(to("/login/index.php")), "is redirected repeatedly within the site"],
      [pages(to("http://moodle.test/login/index.php")), `is redirected to http://moodle.test, which is not ${site}`],
      [
        pages(own('<input name="logintoken">')),
        `1 wrong: the style sheet is not linked by the page, or not under ${site} (3 times asked)`,
      ],
      [
        { "probe-no-styles": "" },
        "1 wrong: the style sheet /theme/styles.php/boost/1/all answered 200 with 0 bytes of text/css",
      ],
    ];
    await Promise.all(
      wrong.map(async ([files, expected]) => {
        const line = await smoke(files);
        assert.ok(line.includes(expected), line);
        assert.match(line, /^1 wrong: the (sign-in page \/login\/index\.php|style sheet) .* \(3 times asked\)$/);
        assert.ok(!line.includes("Secret"));
      }),
    );
  });

  it("ends with 1 when the database is away, and does not for a moment of it", async () => {
    await database.halt();
    assert.equal(
      await smoke(),
      "1 wrong: the deep health check /healthz/deep answered 503 for database (3 times asked)",
    );
    const again = smoke();
    await new Promise((resolve) => setTimeout(resolve, 6000));
    await database.resume();
    assert.match(await again, /^0 right: /);
  });

  it("ends with 1 when the task is stopped before, as it is when nginx cannot start", async () => {
    const task = new Task(root, settings);
    tasks.push(task);
    const container = task.start(["smoke"]);
    await until("php-fpm", () => (container.process("php-fpm") > 0 ? true : undefined));
    container.signal("SIGTERM");
    assert.equal(await container.ended, 1);
    assert.ok(container.lines().some(({ message }) => message === "wrong: stopped before all pages were looked at"));
  });
});
