import assert from "node:assert/strict";
import { type Behind, RotatingStack, type RunningTask } from "../../testing/stand-ins/rotatingStack";
import { ask } from "../../testing/tools/ask";
import { rotateSecret } from "./command";

/** Servers as a rotation needs them: who is let in with what. */
class Servers implements Behind {
  readonly users = new Map<string, string>([["moodle", "first"]]);
  readonly accepted: Record<"sessions" | "cache", readonly string[]> = { sessions: ["first"], cache: ["first"] };
  masterPassword = "first";
  readonly dropped: string[] = [];

  /** Every secret that a task holds and its server refuses. */
  refused({ environment: given, arn }: RunningTask): readonly string[] {
    const wrong = [
      this.users.get(given["MOODLE_DB_USER"]!) === given["MOODLE_DB_PASSWORD"] ? "" : "database",
      this.accepted.sessions.includes(given["MOODLE_SESSION_REDIS_AUTH"]!) ? "" : "sessions",
      this.accepted.cache.includes(given["MOODLE_CACHE_REDIS_AUTH"]!) ? "" : "cache",
    ];
    return wrong.filter((name) => name !== "").map((name) => `${arn}: ${name}`);
  }

  async start(task: RunningTask): Promise<void> {
    assert.deepEqual(this.refused(task), [], "a task starts with what its server refuses");
  }
  async stop(): Promise<void> {}

  async install(given: Readonly<Record<string, string>>, [, word]: readonly string[]) {
    assert.equal(given["MOODLE_DB_MASTER_PASSWORD"], this.masterPassword);
    const dropped = word?.replace("--drop-database-user=", "");
    if (dropped === undefined) {
      this.users.set(given["MOODLE_DB_USER"]!, given["MOODLE_DB_PASSWORD"]!);
    } else {
      assert.notEqual(dropped, given["MOODLE_DB_USER"]);
      this.users.delete(dropped);
      this.dropped.push(dropped);
    }
    return { exitCode: 0, printed: "done" };
  }

  async tokens(group: "sessions" | "cache", tokens: readonly string[]): Promise<void> {
    this.accepted[group] = tokens;
  }

  async master(password: string): Promise<void> {
    this.masterPassword = password;
  }
}

describe("make rotate", () => {
  let servers: Servers;
  let stack: RotatingStack;
  beforeEach(async () => {
    servers = new Servers();
    const first = { database: "first", sessions: "first", cache: "first", master: "first" };
    stack = await RotatingStack.start(servers, first);
    stack.after = () =>
      assert.deepEqual(
        stack.tasks.flatMap((task) => servers.refused(task)),
        [],
      );
  });
  afterEach(() => stack.stop());

  const tool = (pause = () => stack.settle()) =>
    rotateSecret({
      run: () => JSON.stringify(stack.outputs),
      follow: () => assert.fail("nothing is deployed"),
      pace: { pause, looks: 20 },
      now: () => 0,
    });
  const rotate = (WHAT: string, pause?: () => Promise<void>) => ask(tool(pause), { STACK: "prod", WHAT });

  const holds: Readonly<Record<string, (task: RunningTask) => string | undefined>> = {
    database: ({ environment }) => environment["MOODLE_DB_PASSWORD"],
    sessions: ({ environment }) => environment["MOODLE_SESSION_REDIS_AUTH"],
    cache: ({ environment }) => environment["MOODLE_CACHE_REDIS_AUTH"],
  };
  const secretOf = (what: string) => (what === "database" ? "application" : what);
  const secretArn = (what: string) => {
    const { databaseSecretArn, ...caches } = stack.outputs["rotation"] as any;
    return (what === "database" ? databaseSecretArn : caches[what].secretArn) as string;
  };
  /** It is over: one value is good, every task has it, and no label is left. */
  const over = (what: string) => {
    assert.deepEqual(stack.labels(secretOf(what)).toSorted(), ["AWSCURRENT", "AWSPREVIOUS"]);
    const { password, token, username } = stack.current(secretOf(what));
    const value = password ?? token!;
    assert.ok(stack.tasks.every((task) => holds[what]!(task) === value));
    assert.match(value, /^[A-Za-z0-9]{40,64}$/);
    if (what === "database") {
      assert.deepEqual([...servers.users], [[username, value]]);
    } else {
      assert.deepEqual(servers.accepted[what as "sessions" | "cache"], [value]);
    }
  };

  for (const what of ["database", "sessions", "cache"]) {
    it(`${what}: no task ever holds what its server refuses, and at the end the old one is refused`, async () => {
      for (let times = 0; times < 3; times++) {
        const { code, said } = await rotate(what);
        assert.equal(code, 0, said);
        over(what);
        // No value is ever shown.
        assert.ok(!said.includes(Object.values(stack.current(secretOf(what))).at(-1)!));
      }
    });

    it(`${what}: goes on wherever it was stopped, also when an answer was lost, and makes one value for it`, async () => {
      await rotate(what);
      const calls = stack.asked.length;
      const versions = () => stack.secrets.get(secretArn(what))!.length;
      // Each operation at its last place, and the first three calls: the many looks are the same.
      const places = [...new Map(stack.asked.map((operation, place) => [operation, place])).values(), 0, 1, 2];
      for (const place of places) {
        for (const how of ["refused", "lost"] as const) {
          const before = versions();
          stack.asked.length = 0;
          stack[how] = place;
          const { code, complained } = await rotate(what);
          stack[how] = undefined;
          if (code === 0) continue;
          assert.match(complained, /not (now|heard)/);
          assert.equal((await rotate(what)).code, 0);
          over(what);
          // The last call was carried out: the rotation was over, and this was another.
          const ended = how === "lost" && place === calls - 1;
          assert.equal(versions() - before, ended ? 2 : 1, `${how} ${place}`);
        }
      }
    });

    it(`${what}: waits for a task of its own that has the old one, and refuses nothing before its end`, async () => {
      const upgrade = await stack.begin("upgrade");
      let looks = 0;
      const { code } = await rotate(what, async () => {
        await stack.settle();
        assert.deepEqual(servers.refused(upgrade), []);
        if (++looks === 6) await stack.end(upgrade);
      });
      assert.equal(code, 0);
      over(what);
    });

    it(`${what}: says which task stays for too long, and which service was not replaced; both values are good then`, async () => {
      const upgrade = await stack.begin("upgrade");
      const stayed = await rotate(what);
      assert.equal(stayed.code, 1);
      assert.match(stayed.complained, /still run: .*upgrade.*Both secrets are good/);
      await stack.end(upgrade);
      stack.broken = "web";
      assert.match((await rotate(what)).complained, /web was not replaced: FAILED\. Both secrets are good/);
      stack.broken = undefined;
      assert.equal((await rotate(what)).code, 0);
      over(what);
    });
  }

  it("database: the two users take turns, and what is dropped is never in use", async () => {
    for (const user of ["moodle2", "moodle", "moodle2"]) {
      await rotate("database");
      assert.equal(stack.current("application")["username"], user);
    }
    assert.deepEqual(servers.dropped, ["moodle", "moodle2", "moodle"]);
  });

  it("master: asks RDS for another one and waits until it is there; no task is replaced", async () => {
    const tasks = [...stack.tasks];
    const { code } = await rotate("master");
    assert.equal(code, 0);
    assert.notEqual(servers.masterPassword, "first");
    assert.equal(stack.current("master")["password"], servers.masterPassword);
    assert.deepEqual(stack.tasks, tasks);
  });

  it("refuses what it cannot rotate", async () => {
    assert.match((await ask(tool(), { STACK: "prod" })).complained, /^error: WHAT: got nothing, expected database,/);
    assert.match((await ask(tool(), { STACK: "prod", WHAT: "admin" })).complained, /docs\/runbooks\/secrets\.md/);
  });
});
