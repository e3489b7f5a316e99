import assert from "node:assert/strict";
import { definition } from "../../components/release/definition";
import { type Ended, Moto } from "./moto";
import { type Fault, World } from "./world";

const known = (revision: number) => ["web", "cron", "adhoc"].map((role) => `${role}:${revision}`);
// Every failure at every state takes some minutes; without RELEASE_FAULTS=all every fourth is tried.
const every = process.env["RELEASE_FAULTS"] === "all" ? 1 : 4;
const some = <T>(items: readonly T[]): readonly T[] => items.filter((_, i) => i % every === 0);
const old = `sha256:${"1".repeat(64)}`;
const minutes = (n: number) => new Date(Date.now() + n * 60_000).toISOString();

describe("The release's state machine, run by moto", () => {
  let moto: Moto;
  const worlds = new Map<string, World>();
  const machines = new Map<string, Promise<string>>();
  let made = 0;

  before(async function () {
    moto = await Moto.start(this, (call) => worlds.get(/world\d+/.exec(call.execution)![0])!.answer(call));
  });
  after(() => moto?.stop());

  interface Made {
    readonly world: World;
    readonly machine: Promise<string>;
    readonly begin: (name?: string, input?: object) => Promise<string>;
    /** Begins and waits. */
    readonly run: (name?: string, input?: object) => Promise<Ended>;
  }
  async function make(changes: Partial<World["args"]> = {}): Promise<Made> {
    const name = `world${++made}`;
    const world = new World(name, changes);
    worlds.set(name, world);
    await moto.lockTable(name);
    await put(world, { id: "last", image: old });
    await moto.repository(name, [old, world.args.imageDigest]);
    const text = JSON.stringify(definition(world.args));
    const machine = machines.get(text) ?? moto.machine(`machine${machines.size}`, text);
    machines.set(text, machine);
    const begin = async (id = "release-1", input: object = world.input) =>
      moto.begin(await machine, `${name}-${id}`, input);
    return { world, machine, begin, run: async (id, input) => moto.ended(await begin(id, input)) };
  }
  const put = (world: World, item: Readonly<Record<string, string>>) =>
    moto.call("DynamoDB_20120810.PutItem", {
      TableName: world.name,
      Item: Object.fromEntries(Object.entries(item).map(([key, value]) => [key, { S: value }])),
    });
  const item = async (world: World, id: string): Promise<Readonly<Record<string, { S: string }>> | undefined> => {
    const found = await moto.call<{ Item?: Record<string, { S: string }> }>("DynamoDB_20120810.GetItem", {
      TableName: world.name,
      Key: { id: { S: id } },
    });
    return found.Item;
  };

  /** What must hold whenever a release has ended and its clean-up too. */
  async function whole(world: World, revision: 1 | 2, what: string): Promise<void> {
    const { web, cron, adhoc } = world.services;
    assert.deepEqual(
      {
        definitions: Object.entries(world.services).map(
          ([role, { definition: arn }]) => `${role}:${arn.split(":").at(-1)}`,
        ),
        counts: [web.desired, cron.desired, adhoc.desired],
        cron: world.cronEnabled,
        locked: [world.uiLocked, (await item(world, "release")) !== undefined],
        suspended: world.suspended,
        site: world.switchValue,
        wrong: world.wrong,
      },
      {
        definitions: known(revision),
        counts: [3, 1, 2],
        cron: true,
        locked: [false, false],
        suspended: false,
        site: '{"state":"off"}',
        wrong: [],
      },
      what,
    );
  }
  const told = (world: World): string => world.messages.at(-1)!;

  /** Runs with a fault, and expects all to be as before, and told. */
  async function fails(
    fault: Fault | readonly Fault[],
    prepare: (world: World) => void = () => undefined,
  ): Promise<World> {
    const faults = [fault].flat();
    const { world, run } = await make();
    prepare(world);
    world.faults = [...faults];
    const ended = await run();
    const what = `${JSON.stringify(faults)}\n${world.calls.map(({ state }) => state).join(" | ")}`;
    assert.equal(ended.status, "FAILED", what);
    await whole(world, 1, what);
    assert.match(told(world), /^prod: release failed, the old image is in operation\n/, what);
    const half = world.databaseVersion !== 1;
    assert.equal(/The database is NOT what the old code expects/.test(told(world)), half, told(world));
    return world;
  }

  async function all<T>(items: readonly T[], one: (item: T) => Promise<unknown>): Promise<void> {
    const rest = [...items];
    const worker = async () => {
      for (let next = rest.shift(); next !== undefined; next = rest.shift()) {
        await one(next);
      }
    };
    await Promise.all(Array.from({ length: 4 }, worker));
  }
  const visited = (world: World) => [...new Set(world.calls.map(({ state }) => state))];
  let path: readonly string[] = [];

  it("releases with an outage, in the documented order", async () => {
    const { world, run } = await make();
    assert.equal((await run()).status, "SUCCEEDED");
    await whole(world, 2, "after it");
    assert.equal(world.databaseVersion, 2);
    path = visited(world);
    const order = [
      "Take the lock",
      "Is an upgrade pending?",
      "Snapshot: look",
      "Disable cron: look",
      "Stop workers: look",
      "Page on",
      "Upgrade: look",
      "Roll web: look",
      "Enable cron",
      "New workers: cron",
      "Do code and database agree?",
      "Are pages right?",
      "Watch alarms: look",
      "Page off",
      "Unlock",
    ];
    assert.deepEqual(
      path.filter((state) => order.includes(state)),
      order,
    );
    assert.equal((await item(world, "last"))!["image"]!.S, world.args.imageDigest);
    assert.equal(world.messages.length, 13, "twelve steps and the end; nothing was installed");
    assert.match(world.messages[3]!, /^prod: release, step 5 of 13\n.*drain cron and workers, began at 20/);
    assert.match(told(world), /^prod: released\n/);
  });

  it("marks what is in operation and what was before, and moves no mark when it fails", async () => {
    const { world, run } = await make();
    world.pending = "nothing";
    world.faults = [{ state: "Are pages right?", exit: 1 }];
    assert.equal((await run("release-1")).status, "FAILED");
    const next = world.args.imageDigest;
    assert.deepEqual(await moto.marks(world.name), { "live-now-prod": old, "live-next-prod": next });
    world.faults = [{ state: "Mark what was released: what is now", error: "ServerException" }];
    assert.equal((await run("release-2")).status, "SUCCEEDED", "a mark undoes no release");
    assert.deepEqual(await moto.marks(world.name), {
      "live-before-prod": old,
      "live-now-prod": old,
      "live-next-prod": next,
    });
    world.faults = [];
    assert.equal((await run("release-3")).status, "SUCCEEDED", "the same image again");
    assert.deepEqual(await moto.marks(world.name), {
      "live-before-prod": old,
      "live-now-prod": next,
      "live-next-prod": next,
    });
  });

  it("changes nothing when the image is gone, and says so", async () => {
    const { world, run } = await make({ imageDigest: `sha256:${"3".repeat(64)}` });
    await moto.call("AmazonEC2ContainerRegistry_V20150921.BatchDeleteImage", {
      repositoryName: world.name,
      imageIds: [{ imageDigest: world.args.imageDigest }],
    });
    const ended = await run();
    assert.deepEqual([ended.status, ended.error], ["FAILED", "ImageMissing"]);
    assert.match(ended.cause!, /^The repository moodle of account 123456789012 has no image sha256:3+\.$/);
    await whole(world, 1, "untouched");
    assert.ok(!world.calls.some(({ action }) => action === "RunTask"));
  });

  it("keeps the site open where Moodle allows it, and purges what such an upgrade leaves stale", async () => {
    const { world, run } = await make();
    world.pending = "light";
    assert.equal((await run()).status, "SUCCEEDED");
    await whole(world, 2, "after it");
    const states = visited(world);
    assert.ok(!states.includes("Page on") && states.includes("Purge all but the theme"));
    assert.ok(states.indexOf("Roll web") < states.indexOf("Purge all but the theme"));
  });

  it("only replaces the tasks when nothing is pending, and purges only for another image", async () => {
    const { world, run } = await make();
    world.pending = "nothing";
    assert.equal((await run("release-1")).status, "SUCCEEDED");
    const states = visited(world);
    assert.ok(!states.includes("Snapshot") && !states.includes("Disable cron") && states.includes("Build the theme"));
    const before = world.calls.length;
    assert.equal((await run("release-2")).status, "SUCCEEDED");
    await whole(world, 2, "after the second");
    assert.ok(!world.calls.slice(before).some(({ state }) => /^Purge/.test(state)), "the same image again");
  });

  it("is the first installation too", async () => {
    const { world, run } = await make();
    world.installed = false;
    await moto.call("DynamoDB_20120810.DeleteItem", { TableName: world.name, Key: { id: { S: "last" } } });
    assert.equal((await run()).status, "SUCCEEDED");
    await whole(world, 2, "after it");
    assert.deepEqual([world.installed, world.databaseVersion, world.snapshots.length], [true, 2, 0]);
  });

  it("leaves a page that somebody else has put on, and needs none", async () => {
    const { world, run } = await make();
    world.switchValue = '{"state":"outage","message":"Fire"}';
    assert.equal((await run()).status, "SUCCEEDED");
    assert.equal(world.switchValue, '{"state":"outage","message":"Fire"}');
    const other = await make({ page: undefined, alarmNames: [], scalableWorkers: [] });
    assert.equal((await other.run()).status, "SUCCEEDED");
    await whole(other.world, 2, "without page, alarms and scaling");
  });

  it("tries an upgrade again, once, as Moodle goes on where it stopped", async () => {
    const { world, run } = await make();
    world.faults = [{ state: "Upgrade", exit: 1 }];
    assert.equal((await run()).status, "SUCCEEDED");
    assert.ok(visited(world).includes("Upgrade, second try"));
  });

  it("refuses another image than the stack's, and says what to do", async () => {
    const { world, run } = await make();
    const ended = await run("release-1", { image: `sha256:${"3".repeat(64)}` });
    assert.deepEqual([ended.status, ended.error], ["FAILED", "OtherImage"]);
    assert.match(ended.cause!, /set moodle:image \(kind digest, and the digest\) and run pulumi up/);
    assert.match(told(world), /^prod: release refused\n/);
    assert.equal((await run("release-2", {})).error, "OtherImage");
    await whole(world, 1, "untouched");
  });

  it("refuses in an exam freeze, unless it is told twice", async () => {
    const image = new World("x").input.image;
    const around = { from: minutes(-10), to: minutes(10) };
    const others = [
      { exam: "past", from: minutes(-20), to: minutes(-10), overridable: false },
      { exam: "later", from: minutes(30), to: minutes(40), overridable: false },
    ];
    const settings = [{ exam: "anatomy", ...around, overridable: true }, ...others];
    const nothingTold = [{ exam: "anatomy", ...around, overridable: false }];
    const cases = [
      [settings, {}, "ExamFreeze"],
      [settings, { overrideFreeze: "physics" }, "ExamFreeze"],
      [nothingTold, { overrideFreeze: "anatomy" }, "ExamFreeze"],
      [settings, { overrideFreeze: "anatomy" }, undefined],
    ] as const;
    await all(cases, async ([freezes, input, error]) => {
      const { world, run } = await make({ freezes });
      const ended = await run("release-1", { image, ...input });
      assert.equal(ended.error, error, JSON.stringify([freezes, input]));
      await whole(world, error === undefined ? 2 : 1, JSON.stringify([freezes, input]));
    });
  });

  it("lets only one release in", async () => {
    const { world, begin, run } = await make();
    let other: Promise<Ended> | undefined;
    world.before = ({ state, execution }) => {
      if (state === "Snapshot" && execution.endsWith("release-1")) {
        other ??= run("release-2");
      }
    };
    // Slow enough for the second to come and go.
    world.faults = Array.from({ length: 40 }, () => ({
      state: "Snapshot: look",
      result: { DBClusterSnapshots: [{ Status: "creating" }] },
      times: 1,
    }));
    const first = await moto.ended(await begin("release-1"));
    const second = await other!;
    assert.deepEqual([first.status, second.status, second.error], ["SUCCEEDED", "FAILED", "ReleaseUnderWay"]);
    await whole(world, 2, "after both");
  });

  it("goes back whatever call of AWS fails for good", async () => {
    assert.ok(path.length > 40, "the states of a whole release");
    const own = path.filter(
      (state) =>
        !/^Step /.test(state) &&
        !/^Mark what was released/.test(state) &&
        !["Take the lock", "Unlock", "Write what is in operation", "Report the end"].includes(state),
    );
    // An upgrade is tried twice.
    const twice = (state: string) => [state, state.replace(/^Upgrade(?=$|:)/, "Upgrade, second try")];
    await all(some(own), (state) => fails(twice(state).map((one) => ({ state: one, error: "AccessDeniedException" }))));
  });

  it("does not stop for a call that fails now and then, or for mail that cannot be sent", async () => {
    const { world, run } = await make();
    world.faults = path.map((state) => ({ state, error: "ThrottlingException", times: /^Step /.test(state) ? 99 : 2 }));
    assert.equal((await run()).status, "SUCCEEDED", JSON.stringify(world.faults));
    await whole(world, 2, "after it");
  });

  it("goes back whatever task ends badly, and says whether the database was changed", async () => {
    const tasks = path.filter((state) => path.includes(`${state}: look`) && !/^(Roll|New|Stop|Snapshot)/.test(state));
    assert.deepEqual(tasks.length, 7, tasks.join());
    await all(tasks, async (state) => {
      // An upgrade that fails may have changed the database.
      const both = [state, ...(state === "Upgrade" ? ["Upgrade, second try"] : [])];
      const spoilt = (world: World) => {
        world.before = (call) => {
          world.databaseVersion = call.state === "Upgrade, second try" ? 1.5 : world.databaseVersion;
        };
      };
      const exit = state === "Disable cron" ? 137 : 1;
      await fails(
        both.map((one) => ({ state: one, exit })),
        spoilt,
      );
    });
  });

  it("goes back from all that does not become ready", async () => {
    const services = (primary: object) => ({ services: [{ deployments: [{ status: "PRIMARY", ...primary }] }] });
    const running = { tasks: [{ lastStatus: "RUNNING", containers: [{}] }] };
    const cases: readonly (readonly [string, unknown])[] = [
      // The circuit breaker gave up, or has turned it back already, or nothing ever happens.
      ["Roll web: look", services({ taskDefinition: "new", rolloutState: "FAILED" })],
      ["Roll web: look", services({ taskDefinition: "the old one", rolloutState: "COMPLETED" })],
      ["Roll web: look", services({ taskDefinition: "the old one", rolloutState: "IN_PROGRESS" })],
      ["New workers: cron: look", services({ taskDefinition: "new", rolloutState: "FAILED" })],
      ["Snapshot: look", { DBClusterSnapshots: [{ Status: "failed" }] }],
      ["Snapshot: look", { DBClusterSnapshots: [] }],
      ["Stop workers: look", { services: [{ runningCount: 1 }, { runningCount: 0 }] }],
      ["Is an upgrade pending?: look", running],
      ["Is an upgrade pending?: look", { tasks: [], failures: [{ reason: "MISSING" }] }],
      [
        "Is an upgrade pending?: look",
        { tasks: [{ lastStatus: "STOPPED", stoppedReason: "no image", containers: [{}] }] },
      ],
      ["Is an upgrade pending?", { tasks: [], failures: [{ reason: "RESOURCE:MEMORY" }] }],
      // php-fpm could not be started.
      [
        "Are pages right?: look",
        { tasks: [{ lastStatus: "STOPPED", containers: [{ name: "nginx", exitCode: 0 }, { name: "php-fpm" }] }] },
      ],
      ["Roll web: alarms", { MetricAlarms: [{ AlarmName: "errors" }] }],
      ["Watch alarms: look", { MetricAlarms: [{ AlarmName: "errors" }] }],
    ];
    await all(cases, async ([state, result]) => {
      const world = await fails({ state, result });
      assert.ok(told(world).length < 4000);
    });
  });

  it("keeps the lock and calls a person when it cannot go back, and the clean-up ends it", async () => {
    const { world: tried, run: runTried } = await make();
    const broken: Fault = { state: "Do code and database agree?", exit: 1 };
    tried.faults = [broken];
    await runTried();
    const restoring = visited(tried).filter((state) => /^Restore/.test(state) && !/does the database fit/.test(state));
    assert.ok(restoring.length > 10, restoring.join());
    await all(some(restoring), async (state) => {
      const { world, run } = await make();
      world.faults = [broken, { state, error: "AccessDeniedException" }];
      const ended = await run();
      assert.equal(ended.error, "RestoreIncomplete", state);
      assert.match(told(world), /a person is needed\n/, state);
      assert.ok((await item(world, "release")) !== undefined, "the lock is kept");
      if (!/page off/i.test(state) && state !== "Restore") {
        assert.equal(world.switchValue, '{"state":"off"}', `${state}: the rest is done all the same`);
      }
      world.faults = [];
      assert.equal((await run("clean-up", { recover: true })).status, "SUCCEEDED", state);
      await whole(world, 1, state);
    });
  });

  it("is cleaned up after when it was aborted, anywhere", async () => {
    const places = some(path.filter((state) => !/^Step 01/.test(state)));
    await all(places, async (place) => {
      const { world, machine, begin, run } = await make();
      let arn = "";
      let stopped: Promise<unknown> | undefined;
      world.before = ({ state }) => {
        if (state === place) {
          stopped ??= moto.call("AWSStepFunctions.StopExecution", { executionArn: arn });
        }
      };
      // Its ARN must be known before the place is reached.
      arn = `${(await machine).replace("stateMachine", "execution")}:${world.name}-release-1`;
      assert.equal(await begin(), arn);
      const ended = await moto.ended(arn);
      await stopped;
      await new Promise((done) => setTimeout(done, 300));
      if (ended.status === "ABORTED") {
        assert.equal((await run("clean-up", { recover: true })).status, "SUCCEEDED", place);
        await whole(world, world.services.web.definition.endsWith(":2") ? 2 : 1, place);
      }
    });
  });

  it("cleans up by itself when the next release finds a dead lock", async () => {
    const { world, run } = await make();
    const dead = await (await make()).begin("dead", {});
    assert.equal((await moto.ended(dead)).status, "FAILED");
    const before = {
      web: { definition: world.services.web.definition, count: 3 },
      cron: { definition: world.services.cron.definition, count: 1 },
      adhoc: { definition: world.services.adhoc.definition, count: 2 },
    };
    await put(world, {
      id: "release",
      owner: dead,
      phase: "upgrading",
      page: "ours",
      before: JSON.stringify(before),
      snapshot: "none",
      upgrading: "never",
    });
    Object.assign(world, { cronEnabled: false, switchValue: '{"state":"planned"}', suspended: true });
    world.services.cron.desired = world.services.adhoc.desired = 0;
    const ended = await run();
    assert.equal(ended.status, "SUCCEEDED", `${ended.error}: ${ended.cause}`);
    await whole(world, 2, "released");
    assert.equal((await run("clean-up", { recover: true })).status, "SUCCEEDED");
    await whole(world, 2, "nothing was left to clean up");
  });
});
