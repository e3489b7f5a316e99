import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, chownSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { leaveOut } from "../../testing/leftOut";
import { emulated } from "./build";
import { type Container, healthy, Task, until } from "./container";
import { Load, pause, type Result } from "./load";
import { environment, mountProbe } from "./probe";
import { certificates, type Database, mariadb, redis, type Service } from "./services";

/**
 * What breaks around the image, each time with requests in flight and a count of those that fail. The probe stands where Moodle
 * would, so these are promises of the image (nginx, php-fpm, entry point, health); what Moodle itself does when a service is away is
 * in moodleFaults.ts. An override file that is malformed or missing: configuration.test.ts.
 */
describe("faults", () => {
  let root = "";
  let unmount = () => {};
  let database: Database;
  let sessions: Service;
  let cache: Service;
  let settings: Record<string, string> = {};
  const tasks: Task[] = [];
  const mounts: string[] = [];

  before(async function () {
    ({ root, unmount } = mountProbe(this));
    database = await mariadb({ user: "moodle", password: "database-secret" });
    sessions = await redis({ policy: "noeviction", password: "session-secret" });
    cache = await redis({ policy: "allkeys-lru", password: "cache-secret" });
    settings = {
      MOODLE_DB_NAME: "mysql",
      MOODLE_DB_PORT: `${database.port}`,
      MOODLE_SESSION_REDIS_PORT: `${sessions.port}`,
      MOODLE_SESSION_REDIS_AUTH: "session-secret",
      MOODLE_CACHE_REDIS_PORT: `${cache.port}`,
      MOODLE_CACHE_REDIS_AUTH: "cache-secret",
    };
  });
  afterEach(async () => {
    for (const task of tasks.splice(0)) await task.remove();
    for (const folder of mounts.splice(0)) {
      execFileSync("umount", [join(folder, "mount")]);
      rmSync(folder, { recursive: true });
    }
  });
  after(async () => {
    for (const service of [database, sessions, cache]) await service?.stop();
    unmount();
  });

  const newTask = async (extra: Record<string, string> = {}) => {
    const task = new Task(root, await environment({ ...settings, ...extra }));
    tasks.push(task);
    return task;
  };
  const web = async (extra: Record<string, string> = {}) => {
    const container = (await newTask(extra)).start(["web"]);
    await healthy(container);
    return container;
  };
  /** A small file system of its own for one of a task's folders. */
  const mounted = (shell: string) => {
    const folder = mkdtempSync(join(tmpdir(), "moodle-mount-"));
    chmodSync(folder, 0o755);
    mkdirSync(join(folder, "mount"));
    execFileSync("sh", ["-e", "-c", shell], { cwd: folder });
    mounts.push(folder);
    return join(folder, "mount");
  };
  const status = async (container: Container, path: string) => (await container.get(path)).status;
  const failing = async (deep: Response) => {
    const { checks } = (await deep.json()) as { checks: Record<string, { ok: boolean }> };
    return Object.keys(checks).filter((name) => !checks[name]?.ok);
  };
  const report = (what: string, { answers, failed }: Result) =>
    process.stdout.write(`      ${what}: ${answers.length} requests, ${failed} failed\n`);

  it("a task is stopped: 0 requests fail, with a load balancer that stops choosing it first, as ECS and ALB do", async () => {
    const targets = [await web(), await web()];
    let turn = 0;
    const load = new Load(8, () =>
      (targets[turn++ % targets.length] as Container).get("/depends.php?on=database,sessions,cache&ms=200"),
    );
    await pause(2);
    // Deregistered, and told to stop at once: not one second of deregistration delay, so requests are still in flight.
    const [stopped] = targets.splice(0, 1) as [Container];
    stopped.signal("SIGTERM");
    assert.equal(await stopped.ended, 0);
    // The one that is left is joined by its replacement.
    targets.push(await web());
    await pause(1);
    const result = await load.stop();
    report("a task is stopped", result);
    assert.ok(result.answers.length > 50);
    assert.equal(result.failed, 0);
  });

  for (const [name, service, signal] of [
    ["Redis for sessions", () => sessions, "SIGTERM"],
    ["Redis for caches", () => cache, "SIGTERM"],
    ["the database, as in a failover", () => database, "SIGKILL"],
  ] as const) {
    const key = name.includes("sessions") ? "sessions" : name.includes("caches") ? "cache" : "database";
    it(`${name} restarts: the task stays healthy, pages without it go on, and the others come back by themselves within 2 s`, async () => {
      const container = await web();
      const needs = new Load(3, () => container.get(`/depends.php?on=${key}`));
      const others = new Load(2, () =>
        container.get(
          `/depends.php?on=${["sessions", "cache", "database"].filter((other) => other !== key).join(",")}`,
        ),
      );
      const health = new Load(1, () => container.get("/healthz"));
      await pause(1);
      assert.equal(needs.soFar().failed, 0);
      await service().halt(signal);
      await pause(2);
      assert.equal(await status(container, "/healthz/deep"), 503);
      await service().resume();
      const back = Date.now();
      await pause(3);
      assert.equal(await status(container, "/healthz/deep"), 200);
      const [hurt, spared, checks] = [await needs.stop(), await others.stop(), await health.stop()];
      report(`${name}, pages that need it`, hurt);
      report(`${name}, other pages`, spared);
      assert.ok(hurt.failed > 0, "the service was not missed");
      for (const { status: given, text } of hurt.answers)
        assert.ok(given === 200 || (given === 503 && text === `no ${key}`), `${given} ${text}`);
      assert.equal(spared.failed, 0);
      assert.equal(checks.failed, 0);
      // A failure that a process kept would last as long as the process.
      assert.ok((hurt.lastFailure ?? 0) - back < 15_000, `${(hurt.lastFailure ?? 0) - back} ms after it came back`);
    });
  }

  it("shared storage stalls for 10 s: 0 requests fail, uploads wait, health checks pass and everything is served after it", async function () {
    // A file system that is frozen blocks every write, as a hard NFS mount does; reads of it and everything else go on.
    if (!existsSync("/dev/loop-control")) leaveOut(this, "there are no loop devices here: /dev/loop-control");
    const data = mounted("truncate -s 32M disk; mkfs.ext4 -q disk; mount -o loop disk mount; chown 1000:1000 mount");
    const thaw = () => spawnSync("fsfreeze", ["--unfreeze", data]);
    const task = new Task(root, await environment({ ...settings, MOODLE_REQUEST_TIMEOUT_SECONDS: "20" }), { data });
    tasks.push(task);
    const container = task.start(["web"]);
    await healthy(container);
    const writers = new Load(3, () => container.get("/depends.php?on=files"));
    const others = new Load(1, () => container.get("/depends.php?on=database,sessions,cache"));
    const health = new Load(1, () => container.get("/healthz"));
    await pause(1);
    const frozen = Date.now();
    try {
      execFileSync("fsfreeze", ["--freeze", data]);
      await pause(10);
      // Three of four children are in the stalled storage; the fourth serves.
      assert.notEqual(others.soFar(frozen + 1000).answers.length, 0);
      // Then none is left: pages wait in the queue, and the load balancer does not take the task out.
      const last = container.get("/depends.php?on=files").then((answer) => answer.status);
      await pause(0.3);
      const behind = container.get("/depends.php").then((answer) => answer.status);
      await pause(0.3);
      assert.equal(await status(container, "/healthz"), 200);
      thaw();
      assert.deepEqual(await Promise.all([last, behind]), [200, 200]);
    } finally {
      // A process that waits for a frozen file system cannot be killed.
      thaw();
    }
    const thawed = Date.now();
    await pause(1);
    const [written, spared, checks] = [await writers.stop(), await others.stop(), await health.stop()];
    report("storage stalls, uploads", written);
    report("storage stalls, other pages", spared);
    const waited = Math.max(...written.answers.map(({ began, ended }) => ended - began));
    assert.ok(
      waited > 9000 && written.answers.some(({ began }) => began > thawed),
      `the longest upload took ${waited} ms`,
    );
    assert.deepEqual([written.failed, spared.failed, checks.failed], [0, 0, 0]);
  });

  it("as many pages wait as there are processes: they are ended, ordinary pages are served, and the health check passes", async () => {
    const container = await web({ MOODLE_REQUEST_TIMEOUT_SECONDS: "5" });
    const began = Date.now();
    const waiters = Array.from({ length: 4 }, () => status(container, "/slow.php?seconds=40"));
    await pause(7);
    const checks = new Load(1, () => container.get("/healthz"));
    assert.equal(await status(container, "/depends.php"), 200);
    // nginx answers after 10 s, the processes are gone after 11 s, and php-fpm looks once a second.
    assert.ok(Date.now() - began < 30_000, `${Date.now() - began} ms`);
    assert.deepEqual(await Promise.all(waiters), [504, 504, 504, 504]);
    assert.equal((await checks.stop()).failed, 0);
  });

  it("processes that cannot even be ended take the task out of the load balancer, and back in when they go on", async function () {
    if (!existsSync("/dev/loop-control")) leaveOut(this, "there are no loop devices here: /dev/loop-control");
    const data = mounted("truncate -s 32M disk; mkfs.ext4 -q disk; mount -o loop disk mount; chown 1000:1000 mount");
    const thaw = () => spawnSync("fsfreeze", ["--unfreeze", data]);
    const task = new Task(root, await environment({ ...settings, MOODLE_REQUEST_TIMEOUT_SECONDS: "5" }), { data });
    tasks.push(task);
    const container = task.start(["web"]);
    await healthy(container);
    try {
      execFileSync("fsfreeze", ["--freeze", data]);
      for (let child = 0; child < 4; child++) container.get("/depends.php?on=files").catch(() => undefined);
      await pause(1);
      assert.equal(await status(container, "/healthz"), 200);
      await until(
        "a health check that follows what users get",
        async () => ((await status(container, "/healthz")) === 503 ? true : undefined),
        40,
      );
    } finally {
      // A process that waits for a frozen file system cannot be killed.
      thaw();
    }
    await until("a healthy task", async () => ((await status(container, "/healthz")) === 200 ? true : undefined), 20);
    assert.equal(await status(container, "/depends.php?on=files"), 200);
  });

  it("the local cache is full: the task starts, pages that do not need it are served, and the deep check says which disk it is", async () => {
    const folder = mounted(
      "mount -t tmpfs -o size=1m,uid=1000,gid=1000 tmpfs mount; head -c 2000000 /dev/zero >mount/filler 2>/dev/null || true",
    );
    const task = await newTask();
    symlinkSync(folder, join(task.state, "cache"));
    const container = task.start(["web"]);
    await healthy(container);
    const load = new Load(2, () => container.get("/depends.php?on=database,sessions,cache,files"));
    await pause(1);
    const deep = await container.get("/healthz/deep");
    assert.deepEqual([deep.status, await failing(deep)], [503, ["local_cache"]]);
    assert.equal(await status(container, "/healthz"), 200);
    assert.equal(await (await container.get("/depends.php?on=disk")).text(), "no disk");
    // Room again: nothing has to be restarted.
    rmSync(join(folder, "filler"));
    assert.equal(await status(container, "/depends.php?on=disk"), 200);
    const result = await load.stop();
    report("local cache full", result);
    assert.equal(result.failed, 0);
  });

  it("secrets are rotated and the old ones refused: old tasks stay up and say so, 0 requests fail on new tasks", async () => {
    const old = await web();
    const without = new Load(2, () => old.get("/depends.php"));
    assert.equal(await status(old, "/healthz/deep"), 200);
    database.sql("ALTER USER 'moodle'@'%' IDENTIFIED BY 'database-new'");
    execFileSync("redis-cli", ["-p", `${sessions.port}`, "CONFIG", "SET", "requirepass", "session-new"], {
      env: { ...process.env, REDISCLI_AUTH: "session-secret" },
    });
    try {
      const deep = await old.get("/healthz/deep");
      assert.deepEqual([deep.status, await failing(deep)], [503, ["database", "sessions"]]);
      assert.equal(await status(old, "/healthz"), 200);
      assert.deepEqual(
        [await status(old, "/depends.php?on=database"), await status(old, "/depends.php?on=sessions")],
        [503, 503],
      );
      const fresh = await web({ MOODLE_DB_PASSWORD: "database-new", MOODLE_SESSION_REDIS_AUTH: "session-new" });
      assert.equal(await status(fresh, "/healthz/deep"), 200);
      const load = new Load(3, () => fresh.get("/depends.php?on=database,sessions,cache"));
      await pause(1);
      old.signal("SIGTERM");
      const [untouched, result] = [await without.stop(), await load.stop()];
      assert.equal(await old.ended, 0);
      report("secret rotated, new task", result);
      assert.equal(result.failed, 0);
      assert.ok(untouched.answers.some((answer) => answer.status === 200));
      const all = old.output() + old.errors() + fresh.output() + fresh.errors();
      for (const secret of ["database-secret", "database-new", "session-secret", "session-new"])
        assert.ok(!all.includes(secret), `${secret} is in the log`);
    } finally {
      database.sql("ALTER USER 'moodle'@'%' IDENTIFIED BY 'database-secret'");
      execFileSync("redis-cli", ["-p", `${sessions.port}`, "CONFIG", "SET", "requirepass", "session-secret"], {
        env: { ...process.env, REDISCLI_AUTH: "session-new" },
      });
    }
  });

  describe("the clock is wrong", () => {
    // Debian's libfaketime moves the clock of one container; the file system's stay right, as NFS servers' do.
    const library = ["x86_64", "aarch64"]
      .map((machine) => `/usr/lib/${machine}-linux-gnu/faketime/libfaketime.so.1`)
      .find(existsSync);
    before(function () {
      const why = emulated
        ? "libfaketime is for this machine's processor, the container's programs for another"
        : library === undefined
          ? "libfaketime is not installed: run moodle-image/test/setup"
          : undefined;
      if (why !== undefined) leaveOut(this, why);
    });
    const at = async (offset: string) => {
      // Older than the clock is wrong by, as every certificate in use is.
      const tls = certificates({ LD_PRELOAD: library ?? "", FAKETIME: "-1h" });
      const secure = await redis({ policy: "noeviction", tls });
      const task = await newTask({
        MOODLE_SESSION_REDIS_PORT: `${secure.port}`,
        MOODLE_CACHE_REDIS_PORT: `${secure.port}`,
        MOODLE_SESSION_REDIS_AUTH: "",
        MOODLE_CACHE_REDIS_AUTH: "",
        MOODLE_REDIS_TLS: "1",
        MOODLE_CA_FILE: "/run/moodle/ca.pem",
      });
      const run = join(task.state, "run");
      mkdirSync(run);
      for (const [from, name] of [
        [tls.authority, "ca.pem"],
        [library ?? "", "libfaketime.so.1"],
      ] as const) {
        copyFileSync(from, join(run, name));
        chmodSync(join(run, name), 0o755);
      }
      chownSync(run, 1000, 1000);
      const container = task.start(["web"], {
        LD_PRELOAD: "/run/moodle/libfaketime.so.1",
        FAKETIME: offset,
        FAKETIME_DONT_FAKE_MONOTONIC: "1",
      });
      await healthy(container);
      const load = new Load(3, () => container.get("/depends.php?on=database,files&ms=20"));
      await pause(1);
      const bad = await failing(await container.get("/healthz/deep"));
      const shallow = await status(container, "/healthz");
      const logged = await until("an access line", () => container.lines().find(({ log }) => log === "access"));
      const result = await load.stop();
      await secure.stop();
      tls.remove();
      return { failed: result.failed, shallow, bad, hours: (Date.parse(logged.time) - Date.now()) / 3_600_000 };
    };

    for (const [offset, hours] of [
      ["+300s", 1 / 12],
      ["-300s", -1 / 12],
    ] as const) {
      it(`by ${offset}: 0 requests fail, TLS and all checks go on`, async () => {
        const { hours: seen, ...rest } = await at(offset);
        assert.ok(Math.abs(seen - hours) < 0.03, `the container's clock is ${seen} h off`);
        assert.deepEqual(rest, { failed: 0, shallow: 200, bad: [] });
      });
    }

    it("by 30 days: certificates are refused, the deep check says so, and the load balancer keeps the task", async () => {
      const { hours, ...rest } = await at("+30d");
      assert.ok(hours > 700);
      assert.deepEqual(rest, { failed: 0, shallow: 200, bad: ["sessions", "cache"] });
    });
  });
});
