import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";

import { sqlStatements } from "../../testing/runbooks/commands";
import { type Behind, RotatingStack, type RunningTask } from "../../testing/stand-ins/rotatingStack";
import { ask } from "../../testing/tools/ask";
import { rotateSecret } from "../../tools/rotate/command";
import { runbookNames, runbookText } from "../../tools/runbook/command";
import { type Container, healthy, Task, until } from "./container";
import { Load, pause } from "./load";
import { environment, mountProbe } from "./probe";
import { type Database, mariadb, redis, type Service } from "./services";

/**
 * `make rotate` with requests in flight. MariaDB, two Redis and the image's containers are real, and the tool is the real one; AWS is our
 * stand-in, which turns ElastiCache's ROTATE and SET into the commands that Redis has for them.
 */
describe("rotation", () => {
  let root = "";
  let unmount = () => {};
  let database: Database;
  let caches: Record<"sessions" | "cache", Service>;
  let settings: Record<string, string> = {};
  let stack: RotatingStack;
  let load: Load;
  const first = {
    database: "database-first",
    sessions: "sessions-first",
    cache: "cache-first",
    master: "master-first",
  };
  /** What the load balancer chooses from. */
  const targets: Container[] = [];
  const running = new Map<string, { readonly task: Task; readonly container: Container }>();
  const logs: string[] = [];
  let known: Record<"sessions" | "cache", string>;

  const behind: Behind = {
    start: async ({ arn, group, environment: given }: RunningTask) => {
      // One kind of task is enough: what they hold is the same.
      if (group !== "service:web") return;
      const task = new Task(root, await environment({ ...settings, ...given }));
      const container = task.start(["web"]);
      await healthy(container);
      running.set(arn, { task, container });
      targets.push(container);
    },
    stop: async ({ arn }) => {
      const found = running.get(arn);
      if (found === undefined) return;
      running.delete(arn);
      // As ECS and the load balancer: not chosen any more, then told to stop while requests are in flight.
      targets.splice(targets.indexOf(found.container), 1);
      found.container.signal("SIGTERM");
      assert.equal(await found.container.ended, 0);
      logs.push(found.container.output() + found.container.errors());
      await found.task.remove();
    },
    install: async (given, words) => {
      const task = new Task(root, await environment({ ...settings, ...given, MOODLE_ADMIN_EMAIL: "a@example.org" }));
      const { status, text } = await task.run(words, { MOODLE_ADMIN_PASSWORD: "unused" });
      await task.remove();
      logs.push(text);
      return { exitCode: status ?? 1, printed: text };
    },
    tokens: async (group, tokens) => {
      const rules = ["resetpass", ...tokens.map((token) => `>${token}`)];
      execFileSync("redis-cli", ["-p", `${caches[group].port}`, "ACL", "SETUSER", "default", ...rules], {
        env: { ...process.env, REDISCLI_AUTH: known[group] },
      });
      known[group] = tokens.at(-1)!;
    },
    master: async (password) => {
      database.sql(`ALTER USER 'moodleadmin'@'%' IDENTIFIED BY '${password}'`);
    },
  };

  before(async function () {
    ({ root, unmount } = mountProbe(this));
    database = await mariadb({ user: "moodleadmin", password: first.master });
    caches = {
      sessions: await redis({ policy: "noeviction", password: first.sessions }),
      cache: await redis({ policy: "allkeys-lru", password: first.cache }),
    };
    known = { sessions: first.sessions, cache: first.cache };
    // A site that was installed before: what `install` looks at.
    database.sql(`CREATE DATABASE moodle; USE moodle; CREATE TABLE mdl_config (id INT);
      CREATE TABLE mdl_user (id INT, username TEXT, auth TEXT, deleted INT, firstaccess INT, lastaccess INT, currentlogin INT);
      CREATE TABLE mdl_user_preferences (userid INT, name TEXT, value TEXT);
      CREATE USER 'moodle'@'%' IDENTIFIED BY '${first.database}'; GRANT ALL ON moodle.* TO 'moodle'@'%'`);
    settings = {
      MOODLE_DB_PORT: `${database.port}`,
      MOODLE_SESSION_REDIS_PORT: `${caches.sessions.port}`,
      MOODLE_CACHE_REDIS_PORT: `${caches.cache.port}`,
    };
    stack = await RotatingStack.start(behind, first);
    let turn = 0;
    load = new Load(6, () => targets[turn++ % targets.length]!.get("/depends.php?on=database,sessions,cache&ms=50"));
    await pause(1);
  });
  after(async () => {
    await load?.stop();
    for (const { task } of running.values()) await task.remove();
    stack?.stop();
    for (const service of [database, caches?.sessions, caches?.cache]) await service?.stop();
    unmount();
  });

  const rotate = (WHAT: string) =>
    ask(
      rotateSecret({
        run: () => JSON.stringify(stack.outputs),
        follow: () => assert.fail("nothing is deployed"),
        pace: { pause: () => stack.settle(), looks: 20 },
        now: Date.now,
      }),
      { STACK: "prod", WHAT },
    );
  const users = () => database.sql("SELECT user FROM mysql.user WHERE user LIKE 'moodle%'").split("\n").slice(1, -1);
  const redisSays = (group: "sessions" | "cache", token: string) =>
    execFileSync("redis-cli", ["-p", `${caches[group].port}`, "PING"], {
      encoding: "utf8",
      env: { ...process.env, REDISCLI_AUTH: token },
      stdio: ["ignore", "pipe", "ignore"],
    }).trim();

  for (const what of ["database", "sessions", "cache", "master", "database"]) {
    it(`${what}: 0 requests fail`, async () => {
      const began = Date.now();
      const former = [...running.keys()];
      const { code, said } = await rotate(what);
      assert.equal(code, 0, said);
      await pause(1);
      const { answers, failed } = load.soFar(began);
      process.stdout.write(`      ${what}: ${answers.length} requests, ${failed} failed\n`);
      assert.ok(answers.length > 50);
      assert.equal(failed, 0);
      assert.equal(
        former.some((arn) => running.has(arn)),
        what === "master",
      );
    });
  }

  it("refuses every old secret afterwards", () => {
    assert.deepEqual(users().toSorted(), ["moodle", "moodleadmin"]);
    const sign = (user: string, password: string) =>
      execFileSync(
        "mariadb",
        ["--no-defaults", "-h127.0.0.1", `-P${database.port}`, `-u${user}`, `-p${password}`, "-e", "DO 1"],
        {
          stdio: "ignore",
        },
      );
    assert.throws(() => sign("moodle", first.database));
    assert.throws(() => sign("moodleadmin", first.master));
    sign("moodle", stack.current("application")["password"]!);
    sign("moodleadmin", stack.current("master")["password"]!);
    for (const group of ["sessions", "cache"] as const) {
      assert.match(redisSays(group, first[group]), /NOAUTH/);
      assert.equal(redisSays(group, stack.current(group)["token"]!), "PONG");
    }
  });

  it("ends a connection that somebody holds with the old user", async () => {
    const { username, password } = stack.current("application");
    const held = `SELECT COUNT(*) FROM information_schema.processlist WHERE user = '${username}' AND info LIKE '%SLEEP%'`;
    const thief = pause(0).then(() =>
      execFileSync(
        "sh",
        [
          "-c",
          `mariadb --no-defaults -h127.0.0.1 -P${database.port} -u${username} -p${password} -e 'DO SLEEP(300)' & echo`,
        ],
        {
          stdio: "ignore",
        },
      ),
    );
    await thief;
    await pause(1);
    assert.match(database.sql(held), /\n1\n/);
    assert.equal((await rotate("database")).code, 0);
    assert.match(database.sql(held), /\n0\n/);
  });

  it("leaves Moodle's user the rights that the SQL of the runbooks needs, and no more", async () => {
    const { username, password } = stack.current("application") as { username: string; password: string };
    const words = ["--no-defaults", "-h127.0.0.1", `-P${database.port}`, `-u${username}`, `-p${password}`, "-N", "-e"];
    const ask = (sql: string) => execFileSync("mariadb", [...words, sql], { encoding: "utf8", stdio: "pipe" });
    const statements = runbookNames().flatMap((page) => sqlStatements(runbookText(page)));
    assert.ok(statements.length > 2, statements.join("\n"));
    const held = spawn("mariadb", [...words, "DO SLEEP(300)"], { stdio: "ignore" });
    const number = await until(
      "a connection to end",
      async () => /^(\d+)\t.*SLEEP\(300\)/m.exec(ask("SHOW FULL PROCESSLIST"))?.[1],
    );
    const ended = new Promise((resolve) => held.on("exit", resolve));
    for (const sql of statements) ask(sql.replace(/^KILL \d+$/, `KILL ${number}`));
    assert.notEqual(await ended, 0);
    // Needs PROCESS, which install.php gives nobody.
    assert.throws(() => ask("SHOW ENGINE INNODB STATUS"), /PROCESS privilege/);
    // What the pages say of the list: the load balancer's requests are Moodle's, root's own connection is not.
    const seen = new Set(
      ask("SHOW FULL PROCESSLIST")
        .trim()
        .split("\n")
        .map((row) => row.split("\t")[1]),
    );
    assert.deepEqual([...seen], [username]);
    assert.match(database.sql("SHOW PROCESSLIST"), /\troot\t/);
  });

  it("writes no secret into a log", () => {
    const all = logs.join("\n");
    const secrets = [...stack.secrets.values()].flatMap((versions) => versions.map(({ text }) => JSON.parse(text)));
    assert.ok(secrets.length > 8 && all.length > 1000);
    for (const { password, token } of secrets) assert.ok(!all.includes(password ?? token));
  });
});
