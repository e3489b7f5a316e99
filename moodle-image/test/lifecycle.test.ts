import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";

import { type Container, healthy, Task, until } from "./container";
import { environment, mountProbe } from "./probe";

describe("roles and signals", () => {
  let root = "";
  let unmount = () => {};
  const tasks: Task[] = [];

  before(function () {
    ({ root, unmount } = mountProbe(this));
  });
  afterEach(async () => {
    for (const task of tasks.splice(0)) await task.remove();
  });
  after(() => unmount());

  const newTask = async (extra: Record<string, string> = {}) => {
    const task = new Task(root, await environment(extra));
    tasks.push(task);
    return task;
  };
  const slow = (web: Container, count: number) =>
    Array.from({ length: count }, () => web.get("/slow.php?seconds=2").then((answer) => answer.text()));
  const pause = (seconds: number) => new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  const said = (container: Container, text: string) =>
    container.lines().some(({ message }) => String(message).includes(text));
  const wait = (container: Container, text: string) => until(text, () => (said(container, text) ? true : undefined));

  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    it(`web finishes 6 requests on 4 children after ${signal}, and 0 fail`, async () => {
      const web = (await newTask()).start(["web"]);
      await healthy(web);
      const answers = slow(web, 6);
      await pause(0.5);
      web.signal(signal);
      await pause(0.3);
      await assert.rejects(web.get("/"), "a new connection was taken");
      assert.deepEqual(
        await Promise.all(answers),
        answers.map(() => "finished"),
      );
      assert.equal(await web.ended, 0);
    });
  }

  it("nginx and php-fpm in two containers of a task finish what they have, in the order in which ECS stops them", async () => {
    const task = await newTask();
    const php = task.start(["php-fpm"]);
    const nginx = task.start(["nginx"]);
    await healthy(nginx);
    const answers = slow(nginx, 6);
    await pause(0.5);
    nginx.signal("SIGTERM");
    assert.equal(await nginx.ended, 0);
    php.signal("SIGTERM");
    assert.equal(await php.ended, 0);
    assert.deepEqual(
      await Promise.all(answers),
      answers.map(() => "finished"),
    );
  });

  it("php-fpm finishes a request that it works on when it is stopped first", async () => {
    const task = await newTask();
    const php = task.start(["php-fpm"]);
    const nginx = task.start(["nginx"]);
    await healthy(nginx);
    const answers = slow(nginx, 4);
    await pause(0.5);
    php.signal("SIGTERM");
    assert.deepEqual(
      await Promise.all(answers),
      answers.map(() => "finished"),
    );
    assert.equal(await php.ended, 0);
    assert.equal((await nginx.get("/healthz")).status, 502);
  });

  it("a role that is stopped while it reads its configuration ends at once, and a one-off not as if it had done its work", async () => {
    const stopped = async (role: readonly string[]) => {
      let asked = false;
      // Takes connections and never answers: PHP would ask four times, five seconds each, and refuse to start.
      const bucket = createServer(() => (asked = true)).listen(0, "127.0.0.1");
      await once(bucket, "listening");
      const endpoint = `http://127.0.0.1:${(bucket.address() as AddressInfo).port}`;
      const task = await newTask({
        MOODLE_CONFIG_BUCKET: "configuration",
        MOODLE_CONFIG_PREFIX: "prod",
        MOODLE_CONFIG_ENDPOINT: endpoint,
        MOODLE_CONFIG_VERSION: "0".repeat(64),
        AWS_REGION: "eu-west-2",
        AWS_CONTAINER_CREDENTIALS_FULL_URI: `${endpoint}/credentials`,
        MOODLE_DB_MASTER_USER: "master",
        MOODLE_DB_MASTER_PASSWORD: "master-secret",
        MOODLE_ADMIN_EMAIL: "admin@example.org",
        MOODLE_ADMIN_PASSWORD: "first-secret",
      });
      try {
        const container = task.start(role);
        await Promise.race([until(`${role[0]} asks`, () => asked || undefined), container.ended]);
        assert.ok(asked, `${role[0]}: ${container.errors()}`);
        container.signal("SIGTERM");
        return [role[0], await container.ended, said(container, "stopped before it began")];
      } finally {
        bucket.closeAllConnections();
        bucket.close();
      }
    };
    const expected = [
      ...["nginx", "php-fpm", "web", "cron", "adhoc"].map((role) => [role, 0, true]),
      ...["install", "upgrade", "verify", "cli"].map((role) => [role, 143, true]),
      ["smoke", 1, true],
    ];
    assert.deepEqual(
      await Promise.all(
        expected.map(([role]) => stopped(role === "cli" ? ["cli", "admin/cli/status.php"] : [`${role}`])),
      ),
      expected,
    );
  });

  it("nginx and php-fpm that are stopped while they start end with 0", async () => {
    // From the moment at which the shell starts the program, before that has a handler of its own.
    const delays = [0, 0.02, 0.05, 0.1];
    const stopped = async (task: Task, role: string, program: string, delay: number) => {
      const container = task.start([role]);
      const pipe = join(task.state, `run/log-${program}`);
      let over = false;
      void container.ended.then(() => (over = true));
      while (!existsSync(pipe) && !over) await new Promise((resolve) => setImmediate(resolve));
      await pause(delay);
      container.signal("SIGTERM");
      assert.equal(await container.ended, 0, `${role}, ${delay} s after ${program}: ${container.errors()}`);
    };
    for (const delay of delays) {
      const [web, pair] = [await newTask(), await newTask()];
      const php = pair.start(["php-fpm"]);
      await until("the first pages", () => (existsSync(join(pair.state, "run/warm")) ? true : undefined));
      await Promise.all([
        stopped(web, "web", "php-fpm", delay),
        stopped(await newTask(), "php-fpm", "php-fpm", delay),
        stopped(pair, "nginx", "nginx", delay),
      ]);
      php.signal("SIGTERM");
      assert.equal(await php.ended, 0);
    }
  });

  it("web ends with 1 when one of its programs dies, so that the task is replaced", async () => {
    const web = (await newTask()).start(["web"]);
    await healthy(web);
    process.kill(web.process("php-fpm"), "SIGKILL");
    assert.equal(await web.ended, 1);
    assert.ok(said(web, "php-fpm ended on its own"));
  });

  it("cron finishes its task after SIGTERM, begins no other, and ends with 0", async () => {
    const cron = (await newTask()).start(["cron"]);
    await wait(cron, "task 1 begins");
    cron.signal("SIGTERM");
    assert.equal(await cron.ended, 0);
    assert.ok(said(cron, "task 1 is finished"));
    assert.ok(!said(cron, "task 2 begins"));
  });

  it("adhoc runs as many workers as it is told, and each finishes its task", async () => {
    const adhoc = (await newTask({ MOODLE_ADHOC_RUNNERS: "2" })).start(["adhoc"]);
    const begun = () =>
      adhoc.lines().filter(({ log, message }) => String(log).startsWith("adhoc-") && message === "task 1 begins")
        .length;
    await until("two workers", () => (begun() === 2 ? true : undefined));
    adhoc.signal("SIGTERM");
    assert.equal(await adhoc.ended, 0);
    assert.equal(adhoc.lines().filter(({ message }) => message === "task 1 is finished").length, 2);
  });

  it("cron waits in maintenance or while an upgrade is pending: it does not end, and stops at once", async () => {
    const cron = (await newTask({ MOODLE_CUSTOM_EXIT: "1" })).start(["cron"]);
    await wait(cron, "cron ended with status 1");
    await pause(1.5);
    const start = Date.now();
    cron.signal("SIGTERM");
    assert.equal(await cron.ended, 0);
    // The pause before it looks again has more than eight seconds left.
    assert.ok(Date.now() - start < 8000);
  });

  it("cli passes arguments and the exit status on", async () => {
    const task = await newTask();
    assert.deepEqual(await task.run(["cli", "admin/cli/status.php", "3", "a b"]), { status: 3, text: "3 a b\n" });
    assert.equal((await task.run(["cli", "admin/cli/status.php"])).status, 0);
    assert.equal((await task.run(["cli", "/etc/passwd"])).status, 64);
    assert.equal((await task.run(["cli"])).status, 64);
  });

  it("an unknown role ends with 64 and says which there are", async () => {
    const { status, text } = await (await newTask()).run(["wbe"]);
    assert.equal(status, 64);
    assert.match(
      text,
      /unknown role: use nginx, php-fpm, web, cron, adhoc, install, upgrade, smoke, verify, check or cli/,
    );
  });

  it("install and upgrade end with 1 and one reason when the database is not there", async () => {
    const task = await newTask({
      MOODLE_DB_MASTER_USER: "master",
      MOODLE_DB_MASTER_PASSWORD: "master-secret",
      MOODLE_ADMIN_EMAIL: "admin@example.org",
      MOODLE_ADMIN_PASSWORD: "first-secret",
    });
    for (const [role, reason] of [
      ["install", "the database cannot be prepared"],
      ["upgrade", "the database cannot be reached"],
    ] as const) {
      const { status, text } = await task.run([role]);
      assert.equal(status, 1);
      assert.ok(text.includes(reason), text);
      assert.ok(!text.includes("secret"));
    }
  });

  it("health checks tell a working role from one that does not work", async () => {
    const task = await newTask();
    const check = (role: string, port = 0) =>
      spawnSync(
        "unshare",
        [
          "--mount",
          "--propagation",
          "private",
          "sh",
          "-c",
          `mount --bind "$STATE/run" "$ROOT/run/moodle" && exec chroot --userspec=1000:1000 "$ROOT" moodle-healthcheck ${role}`,
        ],
        {
          env: { PATH: process.env.PATH, ROOT: root, STATE: task.state, MOODLE_HTTP_PORT: `${port}` },
        },
      ).status;
    mkdirSync(join(task.state, "run"));
    assert.equal(check("php-fpm"), 1);
    const php = task.start(["php-fpm"]);
    await until("php-fpm", () => (check("php-fpm") === 0 ? true : undefined));
    const nginx = task.start(["nginx"]);
    await healthy(nginx);
    assert.equal(check("nginx", nginx.port), 0);
    php.signal("SIGTERM");
    await php.ended;
    assert.equal(check("nginx", nginx.port), 1);
    assert.equal(check("wbe"), 64);
  });

  it("health checks of cron and workers follow what their processes do, however long that takes", async () => {
    const limit = 10;
    const start = async (role: string, extra: Record<string, string>) => {
      const container = (await newTask({ MOODLE_TASK_STUCK_SECONDS: `${limit}`, ...extra })).start([role]);
      await wait(container, "task 1 begins");
      const check = () => container.exec(["moodle-healthcheck", role]);
      assert.equal(check(), 0, role);
      return { container, check };
    };
    const work = { MOODLE_CUSTOM_WORK_SECONDS: "300" };
    const signal = ({ container }: { container: Container }, name: string, of: string) =>
      container.exec(["sh", "-c", `kill -${name} ${of}`]);
    const pid = (name: string) => `$(cat /run/moodle/alive-${name})`;
    const [working, stopped, waiting, two, gone] = await Promise.all([
      start("cron", work),
      start("cron", work),
      start("cron", { MOODLE_CUSTOM_WAIT_SECONDS: "300" }),
      start("adhoc", { ...work, MOODLE_ADHOC_RUNNERS: "2" }),
      start("cron", work),
    ]);
    signal(stopped, "STOP", pid("cron"));
    signal(two, "STOP", pid("adhoc-2"));
    // A loop that does not see that its process has ended.
    gone.container.signal("SIGSTOP");
    signal(gone, "KILL", pid("cron"));
    const sick = {
      "one that is stopped": stopped,
      "one that waits for good": waiting,
      "the second of two": two,
      "one that is gone": gone,
    };
    for (const [what, { check }] of Object.entries(sick))
      await until(what, () => (check() === 1 ? true : undefined), 60);
    assert.equal(working.check(), 0, "one that has worked for longer than the limit");
    signal(two, "CONT", pid("adhoc-2"));
    await until("both work again", () => (two.check() === 0 ? true : undefined), 20);
    gone.container.signal("SIGCONT");
  });
});
