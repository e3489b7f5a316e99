import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, rmSync, symlinkSync, unlinkSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { type Container, healthy, Task, until } from "./container";
import { environment, mountProbe } from "./probe";
import { type Database, mariadb } from "./services";

/** The columns of Moodle 5.1 that metrics.php reads, as lib/db/install.xml has them. moodleFigures.ts asks a real Moodle. */
const tables = `
CREATE DATABASE moodle; USE moodle;
CREATE TABLE mdl_config (id BIGINT AUTO_INCREMENT PRIMARY KEY, name VARCHAR(255), value TEXT);
CREATE TABLE mdl_config_plugins (id BIGINT AUTO_INCREMENT PRIMARY KEY, plugin VARCHAR(100), name VARCHAR(100), value TEXT);
CREATE TABLE mdl_user (id BIGINT AUTO_INCREMENT PRIMARY KEY, lastaccess BIGINT NOT NULL DEFAULT 0);
CREATE TABLE mdl_task_scheduled (id BIGINT AUTO_INCREMENT PRIMARY KEY, classname VARCHAR(255), faildelay BIGINT, disabled TINYINT NOT NULL DEFAULT 0, timestarted BIGINT, hostname VARCHAR(255), pid BIGINT);
CREATE TABLE mdl_task_adhoc (id BIGINT AUTO_INCREMENT PRIMARY KEY, classname VARCHAR(255), nextruntime BIGINT NOT NULL, faildelay BIGINT, timestarted BIGINT, hostname VARCHAR(255), pid BIGINT, attemptsavailable TINYINT);
CREATE TABLE mdl_task_log (id BIGINT AUTO_INCREMENT PRIMARY KEY, type SMALLINT, classname VARCHAR(255), timestart DECIMAL(20,10), timeend DECIMAL(20,10), dbreads BIGINT, dbwrites BIGINT, result TINYINT, hostname VARCHAR(255), pid BIGINT);
INSERT INTO mdl_config (name, value) VALUES ('themerev', '1'), ('jsrev', '1'), ('templaterev', '1'), ('langrev', '1');
`;

const names = [
  "CronAge",
  "OldestAdhocTaskAge",
  "AdhocTasksQueued",
  "FailingTasks",
  "OnlineUsers",
  "LongestRunningTask",
];

describe("Moodle's metrics", () => {
  let root = "";
  let unmount = () => {};
  let database: Database;
  const tasks: Task[] = [];

  before(async function () {
    ({ root, unmount } = mountProbe(this));
    database = await mariadb({ user: "moodle", password: "database-secret" });
    database.sql(tables);
  });
  after(async () => {
    for (const task of tasks) await task.remove();
    await database?.stop();
    unmount();
  });

  const newTask = async (extra: Record<string, string> = {}) => {
    const task = new Task(root, await environment({ MOODLE_DB_PORT: `${database.port}`, ...extra }));
    tasks.push(task);
    return task;
  };
  /** One run of the script, by the role that runs any. */
  const once = async (extra: Record<string, string> = {}) => {
    const { status, text } = await (await newTask(extra)).run(["cli", "../../../opt/moodle/lib/metrics.php", "--once"]);
    return { status, line: JSON.parse(text.trim().split("\n")[0] ?? "{}") as Record<string, any> };
  };
  const sql = (statement: string) => database.sql(`USE moodle; ${statement}`);

  it("are nothing but zero on a site where nothing happens, without the age of a cron that never ran", async () => {
    const { status, line } = await once();
    assert.equal(status, 0);
    assert.deepEqual(
      [
        line.CronAge,
        line.OldestAdhocTaskAge,
        line.AdhocTasksQueued,
        line.FailingTasks,
        line.OnlineUsers,
        line.LongestRunningTask,
      ],
      [undefined, 0, 0, 0, 0, 0],
    );
    assert.deepEqual(
      line._aws.CloudWatchMetrics[0].Metrics.map(({ Name }: { Name: string }) => Name),
      names.slice(1),
    );
  });

  it("count what waits, runs, fails and is online, and nothing that a worker would not take", async () => {
    sql(`INSERT INTO mdl_config_plugins (plugin, name, value) VALUES ('tool_task', 'lastcronstart', UNIX_TIMESTAMP() - 100);
      INSERT INTO mdl_user (lastaccess) VALUES (UNIX_TIMESTAMP() - 10), (UNIX_TIMESTAMP() - 200), (UNIX_TIMESTAMP() - 400), (0);
      INSERT INTO mdl_task_adhoc (classname, nextruntime, faildelay, timestarted, attemptsavailable) VALUES
        ('a', UNIX_TIMESTAMP() - 700, 0, NULL, 12), ('a', UNIX_TIMESTAMP() - 20, 60, NULL, 11), ('old', UNIX_TIMESTAMP() - 50, 0, NULL, NULL),
        ('later', UNIX_TIMESTAMP() + 5000, 0, NULL, 12), ('given up', UNIX_TIMESTAMP() - 9000, 86400, NULL, 0), ('runs', UNIX_TIMESTAMP() - 800, 0, UNIX_TIMESTAMP() - 300, 12);
      INSERT INTO mdl_task_scheduled (classname, faildelay, disabled, timestarted) VALUES ('s', 120, 0, NULL), ('off', 120, 1, NULL), ('t', 0, 0, UNIX_TIMESTAMP() - 90)`);
    const { line } = await once();
    const near = (name: string, expected: number) =>
      assert.ok(Math.abs(line[name] - expected) <= 3, `${name}: ${line[name]}, expected ${expected}`);
    near("CronAge", 100);
    near("OldestAdhocTaskAge", 700);
    near("LongestRunningTask", 300);
    assert.deepEqual([line.AdhocTasksQueued, line.FailingTasks, line.OnlineUsers], [3, 3, 2]);
    // What CloudWatch asks of the format: every metric and dimension named is a member of the root, and metrics are numbers.
    const [definition] = line._aws.CloudWatchMetrics;
    assert.deepEqual(
      [definition.Namespace, definition.Dimensions, line.Environment],
      ["Moodle", [["Environment"]], "test"],
    );
    assert.deepEqual(
      definition.Metrics.map(({ Name }: { Name: string }) => Name),
      names,
    );
    for (const name of names) assert.equal(typeof line[name], "number", name);
    assert.ok(Math.abs(line._aws.Timestamp - Date.now()) < 60_000);
  });

  it("say once that there is no database, without its password, and end with 1", async () => {
    const { status, line } = await once({ MOODLE_DB_PORT: "1" });
    assert.equal(status, 1);
    assert.match(line.message, /^no metrics: /);
    assert.ok(!JSON.stringify(line).includes("database-secret"));
  });

  it("come from the cron role as lines of their own, with records of long tasks and of purges", async () => {
    sql(
      `UPDATE mdl_task_adhoc SET hostname = 'h', pid = 7, classname = '\\\\core_course\\\\task\\\\regrade_final_grades', attemptsavailable = 10 WHERE classname = 'runs'`,
    );
    const task = await newTask();
    const cron: Container = task.start(["cron"]);
    await until("a line of metrics", () =>
      cron.lines().find(({ log, OnlineUsers }) => log === "metrics" && OnlineUsers === 2),
    );
    // The next runs are not waited for: the same process with a shorter pause.
    const other = (await newTask()).start(["cli", "../../../opt/moodle/lib/metrics.php", "--every=1"]);
    await until("a first run", () => other.lines().find(({ log }) => log === "metrics"));
    sql(`DELETE FROM mdl_task_adhoc WHERE pid = 7;
      INSERT INTO mdl_task_log (type, classname, timestart, timeend, dbreads, dbwrites, result, hostname, pid) VALUES
        (1, '\\\\core_course\\\\task\\\\regrade_final_grades', UNIX_TIMESTAMP() - 300, UNIX_TIMESTAMP(), 1000, 200, 0, 'h', 7),
        (0, '\\\\core\\\\task\\\\short', UNIX_TIMESTAMP() - 5, UNIX_TIMESTAMP(), 1, 1, 0, 'h', 8), (0, 'core\\\\task\\\\any', UNIX_TIMESTAMP() - 90, UNIX_TIMESTAMP(), 5, 6, 1, 'h', 9);
      UPDATE mdl_config SET value = '2' WHERE name IN ('themerev', 'jsrev')`);
    const regrade = await until("a record", () =>
      other.lines().find(({ log, type }) => log === "task" && type === "regrade"),
    );
    assert.deepEqual(
      [
        regrade.kind,
        regrade.class,
        regrade.seconds,
        regrade.retries,
        regrade.db_reads,
        regrade.db_writes,
        regrade.result,
      ],
      ["adhoc", "core_course\\task\\regrade_final_grades", 300, 2, 1000, 200, "done"],
    );
    assert.ok(Math.abs(regrade.queue_seconds - 500) <= 100, `${regrade.queue_seconds}`);
    const records = other.lines().filter(({ log }) => log === "task");
    assert.deepEqual(
      records.map(({ type, kind, queue_seconds, result }) => [type, kind, queue_seconds, result]).at(-1),
      ["other", "scheduled", null, "failed"],
    );
    assert.equal(records.length, 2);
    const purge = await until("a purge", () => other.lines().find(({ log }) => log === "event"));
    assert.deepEqual([purge.kind, purge.detail], ["cache-purge", "jsrev, themerev"]);
    cron.signal("SIGTERM");
    assert.equal(await cron.ended, 0);
  });

  it("say how full the fuller one of a task's two disks is, from the start, also by a file that has no name any more", async () => {
    const disk = (container: { lines(): Record<string, any>[] }) =>
      container.lines().find(({ log, DiskUsedPercent }) => log === "metrics" && DiskUsedPercent !== undefined);
    const web = (await newTask()).start(["web"]);
    const first = await until("a line of the disk", () => disk(web));
    assert.deepEqual(
      [first._aws.CloudWatchMetrics[0].Namespace, first._aws.CloudWatchMetrics[0].Metrics, first.Environment],
      ["Moodle", [{ Name: "DiskUsedPercent", Unit: "Percent" }], "test"],
    );
    assert.ok(first.DiskUsedPercent > 0 && first.DiskUsedPercent < 100, `${first.DiskUsedPercent}`);
    await healthy(web);
    web.signal("SIGTERM");
    await web.ended;

    const task = await newTask();
    const folder = mkdtempSync(join(tmpdir(), "moodle-disk-"));
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=100m,uid=1000,gid=1000", "tmpfs", folder]);
    try {
      symlinkSync(folder, join(task.state, "cache"));
      const file = openSync(join(folder, "upload"), "w");
      writeSync(file, Buffer.alloc(85 * 2 ** 20));
      unlinkSync(join(folder, "upload"));
      try {
        const filled = task.start(["cli", "../../../opt/moodle/lib/disk.php"]);
        assert.equal(await filled.ended, 0);
        // Or more, where /tmp of this machine is fuller than that.
        assert.ok(disk(filled)?.DiskUsedPercent >= 85, JSON.stringify(disk(filled)));
      } finally {
        closeSync(file);
      }
    } finally {
      await task.remove();
      execFileSync("umount", [folder]);
      rmSync(folder, { recursive: true });
    }
  });
});
