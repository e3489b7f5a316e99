import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { type AddressInfo } from "node:net";
import { hostname } from "node:os";
import { join } from "node:path";

import { type Container, Task, until } from "./container";
import { environment, mountProbe } from "./probe";
import { type Database, mariadb } from "./services";

/** The columns of Moodle 5.1 that protect.php reads, as lib/db/install.xml has them. */
const tables = `
CREATE DATABASE moodle; USE moodle;
CREATE TABLE mdl_config (id BIGINT AUTO_INCREMENT PRIMARY KEY, name VARCHAR(255), value TEXT);
CREATE TABLE mdl_task_scheduled (id BIGINT AUTO_INCREMENT PRIMARY KEY, classname VARCHAR(255), timestarted BIGINT, hostname VARCHAR(255), pid BIGINT);
CREATE TABLE mdl_task_adhoc (id BIGINT AUTO_INCREMENT PRIMARY KEY, classname VARCHAR(255), timestarted BIGINT, hostname VARCHAR(255), pid BIGINT);
`;

/**
 * Stands in for the agent of ECS, with requests and answers as its page documents them:
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-scale-in-protection-endpoint.html
 */
class Agent {
  /** What was asked, true for protection; a refused request too. */
  readonly asked: boolean[] = [];
  /** Minutes of the last protection. */
  minutes = 0;
  protected = false;
  /** As with more protected tasks than the service wants. */
  blocked = false;
  private server?: Server;

  async start(): Promise<string> {
    this.server = createServer((request, response) => {
      let body = "";
      request.on("data", (part) => (body += String(part)));
      request.on("end", () => {
        const { status, answer } = this.answer(request.method, request.url, body);
        response.writeHead(status, { "Content-Type": "application/json" }).end(JSON.stringify(answer));
      });
    });
    await new Promise<void>((resolve) => this.server?.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/api/0123456789abcdef`;
  }

  stop(): Promise<unknown> {
    return new Promise((resolve) => this.server?.close(resolve));
  }

  private answer(method = "", url = "", body: string): { status: number; answer: unknown } {
    const TaskArn = "arn:aws:ecs:eu-west-2:123456789012:task/prod-cluster/0123456789abcdef";
    if (method !== "PUT" || url !== "/api/0123456789abcdef/task-protection/v1/state") {
      return { status: 404, answer: "404 page not found" };
    }
    const { ProtectionEnabled, ExpiresInMinutes = 120, ...other } = JSON.parse(body) as Record<string, unknown>;
    const minutes = Number(ExpiresInMinutes);
    if (typeof ProtectionEnabled !== "boolean" || !(minutes >= 1 && minutes <= 2880) || Object.keys(other).length > 0) {
      return { status: 400, answer: { error: { Arn: TaskArn, Code: "InvalidParameterException", Message: body } } };
    }
    this.asked.push(ProtectionEnabled);
    if (ProtectionEnabled && this.blocked) {
      return {
        status: 200,
        answer: { requestID: "1", failure: { Arn: TaskArn, Detail: null, Reason: "DEPLOYMENT_BLOCKED" } },
      };
    }
    this.protected = ProtectionEnabled;
    this.minutes = ProtectionEnabled ? minutes : this.minutes;
    const ExpirationDate = new Date(Date.now() + minutes * 60_000).toISOString();
    return {
      status: 200,
      answer: {
        requestID: "1",
        protection: { ...(ProtectionEnabled && { ExpirationDate }), ProtectionEnabled, TaskArn },
      },
    };
  }
}

describe("Protection of jobs from scale-in and deployments", () => {
  let root = "";
  let unmount = () => {};
  let database: Database;
  const tasks: Task[] = [];
  const agents: Agent[] = [];

  before(async function () {
    ({ root, unmount } = mountProbe(this));
    database = await mariadb({ user: "moodle", password: "database-secret" });
    database.sql(tables);
  });
  beforeEach(() => {
    sql("DELETE FROM mdl_task_adhoc; DELETE FROM mdl_task_scheduled; DELETE FROM mdl_config");
    sql("INSERT INTO mdl_config (name, value) VALUES ('cron_enabled', '1')");
  });
  afterEach(async () => {
    for (const task of tasks.splice(0)) await task.remove();
    for (const agent of agents.splice(0)) await agent.stop();
  });
  after(async () => {
    await database?.stop();
    unmount();
  });

  const sql = (statement: string) => database.sql(`USE moodle; ${statement}`);
  const newTask = async () => {
    const agent = new Agent();
    agents.push(agent);
    const task = new Task(
      root,
      await environment({ MOODLE_DB_PORT: `${database.port}`, ECS_AGENT_URI: await agent.start() }),
    );
    tasks.push(task);
    return { agent, task };
  };
  const begin = async (role: "cron" | "adhoc") => {
    const { agent, task } = await newTask();
    const worker = task.start([role]);
    const name = role === "cron" ? "cron" : "adhoc-1";
    const pid = await until("a process of the loop", async () => {
      const found = Number(await readFile(join(task.state, "run", `alive-${name}`), "utf8"));
      return found > 0 ? found : undefined;
    });
    return { agent, worker, pid };
  };
  /** What watches alone, with shorter times, and process 4242 of a loop. */
  const watch = async ({ after = 0, options = [] }: { after?: number; options?: string[] } = {}) => {
    const { agent, task } = await newTask();
    const watcher = task.start([
      "cli",
      "../../../opt/moodle/lib/protect.php",
      "--every=1",
      `--after=${after}`,
      ...options,
    ]);
    await until("its folder", () => writeFile(join(task.state, "run", "alive-adhoc-1"), "4242\n").then(() => true));
    return { agent, watcher, pid: 4242 };
  };
  const job = (pid: number, seconds: number, table = "adhoc", host = hostname()) =>
    sql(
      `INSERT INTO mdl_task_${table} (classname, timestarted, hostname, pid) VALUES ('job', UNIX_TIMESTAMP() - ${seconds}, '${host}', ${pid})`,
    );
  const state = (agent: Agent, wanted: boolean) =>
    until(wanted ? "protection" : "no protection", () => (agent.protected === wanted ? true : undefined));
  const said = (container: Container, text: string) =>
    until(text, () => (container.lines().some(({ message }) => String(message).includes(text)) ? true : undefined));

  for (const [role, table] of [
    ["cron", "scheduled"],
    ["adhoc", "adhoc"],
  ] as const) {
    it(`is on while ${role} works on a job, and off after it`, async () => {
      const { agent, worker, pid } = await begin(role);
      job(pid, 100, table);
      await state(agent, true);
      await said(worker, "protected: a job runs");
      sql(`DELETE FROM mdl_task_${table}`);
      await state(agent, false);
      // Once, for longer than its 45 minutes: ECS may refuse a second request.
      assert.deepEqual([agent.asked, agent.minutes], [[true, false], 46]);
    });
  }

  it("is not asked for a job of another task or of a process that is gone, nor in a job's first seconds", async () => {
    const { agent, pid } = await watch({ after: 5 });
    job(pid, 100, "adhoc", "another-host");
    job(pid + 1, 100);
    job(pid, 0);
    await state(agent, true);
    const seconds = sql(
      `SELECT CONCAT('age ', UNIX_TIMESTAMP() - timestarted) FROM mdl_task_adhoc WHERE hostname = '${hostname()}' AND pid = ${pid}`,
    );
    assert.ok(Number(/age (\d+)/.exec(seconds)?.[1]) >= 5, seconds);
  });

  it("ends for a job that outlives the limit, pauses so that ECS can stop the task, and comes back", async () => {
    const { agent, watcher, pid } = await watch({ options: ["--most=3", "--pause=3"] });
    job(pid, 0);
    await state(agent, true);
    await state(agent, false);
    await said(watcher, "not protected any more: a job runs for");
    await state(agent, true);
  });

  it("pauses after each job too, so that a full queue keeps no task from being stopped", async () => {
    const { agent, watcher, pid } = await watch({ options: ["--pause=5"] });
    job(pid, 0);
    await state(agent, true);
    sql("DELETE FROM mdl_task_adhoc");
    await state(agent, false);
    job(pid, 0);
    const ended = Date.now();
    await state(agent, true);
    assert.ok(Date.now() - ended >= 3000, "protected again at once");
    assert.ok(!watcher.output().includes("DEPLOYMENT_BLOCKED"));
  });

  it("ends when cron is switched off, as a release does before it upgrades the database", async () => {
    const { agent, pid } = await begin("adhoc");
    job(pid, 100);
    await state(agent, true);
    sql("UPDATE mdl_config SET value = '0' WHERE name = 'cron_enabled'");
    await state(agent, false);
  });

  it("that ECS refuses is reported once and asked for again", async () => {
    const { agent, watcher, pid } = await watch();
    agent.blocked = true;
    job(pid, 0);
    await said(watcher, "DEPLOYMENT_BLOCKED");
    await until("another try", () => (agent.asked.length >= 3 ? true : undefined));
    assert.equal(watcher.lines().filter(({ log }) => log === "protection").length, 1);
    agent.blocked = false;
    await state(agent, true);
  });

  it("is left alone without a database, and taken up again when it is back", async () => {
    const { agent, watcher, pid } = await watch();
    job(pid, 0);
    await state(agent, true);
    await database.halt();
    await said(watcher, "not known whether a job runs");
    assert.equal(agent.protected, true);
    await database.resume();
    sql("DELETE FROM mdl_task_adhoc");
    await state(agent, false);
    assert.ok(!watcher.output().includes("database-secret"));
  });

  it("does nothing outside ECS", async () => {
    const task = new Task(root, await environment({ MOODLE_DB_PORT: `${database.port}` }));
    tasks.push(task);
    assert.deepEqual(await task.run(["cli", "../../../opt/moodle/lib/protect.php"]), { status: 0, text: "" });
  });
});
