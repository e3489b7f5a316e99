import assert from "node:assert/strict";
import { definition } from "../../components/release/definition";
import { type Ended, Moto } from "./moto";
import { Simulation } from "./simulation";
import { type Fault, type Pending, World } from "./world";

const known = (revision: number) => ["web", "cron", "adhoc"].map((role) => `${role}:${revision}`);
// Every failure at every state takes some minutes; without RELEASE_FAULTS=all every eighth is tried.
const every = process.env["RELEASE_FAULTS"] === "all" ? 1 : 8;
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

  /** Conditions that hold whenever a release and its clean-up have ended. */
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
    // Whatever replaced web tasks last, forward or back: no address of before is kept with an answer of theirs.
    if (world.staleSince !== undefined) {
      assert.equal(world.revisionsMovedBy, web.definition, `${what}: old answers are kept`);
    }
  }
  const told = (world: World): string => world.messages.at(-1)!;

  /**
   * Runs with a fault. Before an upgrade with outage begins, the result is the state from before, and a message. After
   * that the site stays closed, no old code meets the database, and a person is notified; a release without the fault
   * ends it.
   */
  async function fails(fault: Fault | readonly Fault[]): Promise<World> {
    const faults = [fault].flat();
    const { world, run } = await make();
    world.faults = [...faults];
    const ended = await run();
    const what = `${JSON.stringify(faults)}\n${world.calls.map(({ state }) => state).join(" | ")}`;
    assert.equal(ended.status, "FAILED", what);
    const begun = world.calls.some(({ state }) => state === "Note that the database may change");
    if (!begun || world.faults.some(({ state }) => state === "Note that the database may change")) {
      await whole(world, 1, what);
      assert.match(told(world), /^prod: release failed, the old image is in operation\n/, what);
      return world;
    }
    assert.equal(ended.error, "SiteStaysClosed", what);
    assert.match(told(world), /^prod: release failed, and the site stays closed: a person is needed\n/, what);
    assert.match(told(world), world.half ? /The database is half upgraded/ : /The database is upgraded, completely/);
    assert.deepEqual(
      [world.switchValue, world.cronEnabled, world.services.cron.desired, world.suspended, world.wrong],
      [world.args.page!.value, true, 1, false, []],
      what,
    );
    world.faults = [];
    world.healthy = true;
    assert.equal((await run("release-2")).status, "SUCCEEDED", what);
    await whole(world, 2, what);
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
      // Or a worker that still restores a course is scaled in meanwhile.
      "Suspend scaling 1",
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
    assert.equal(world.messages.length, 14, "twelve steps, the closed site and the end; nothing was installed");
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

  it("leaves closed what a person has closed since, and says so; words that they have added to its own page go with it", async () => {
    for (const [value, after, page] of [
      ['{"state":"outage","message":"Fire"}', '{"state":"outage","message":"Fire"}', "somebody else's"],
      [" Outage", " Outage", "somebody else's"],
      ['{"state":"off"}', '{"state":"off"}', "somebody else's"],
      ['{"state":"planned","message":"Until noon"}', '{"state":"off"}', "ours"],
      [" Planned", '{"state":"off"}', "ours"],
    ] as const) {
      const { world, run } = await make();
      world.before = ({ state }) => {
        if (state === "Move the revisions") world.turn(value);
      };
      assert.equal((await run()).status, "SUCCEEDED", value);
      assert.deepEqual([world.switchValue, world.wrong], [after, []], value);
      assert.match(told(world), new RegExp(`Outage page: ${page}\\.`), value);
      assert.equal(await item(world, "release"), undefined, "the lock is free");
    }
    const back = await make();
    back.world.before = ({ state }) => {
      if (state === "Note that the database may change") back.world.turn('{"state":"outage"}');
    };
    back.world.faults = [{ state: "Note that the database may change", error: "AccessDeniedException" }];
    assert.equal((await back.run()).status, "FAILED");
    assert.equal(back.world.switchValue, '{"state":"outage"}', "on the way back too");
  });

  it("closes nothing over a person who closes the site at the same moment", async () => {
    const { world, run } = await make();
    world.before = ({ state }) => {
      if (state === "Note that the page is ours") world.turn('{"state":"outage"}');
    };
    assert.equal((await run()).status, "FAILED");
    assert.deepEqual([world.switchValue, world.databaseVersion], ['{"state":"outage"}', 1]);
  });

  it("offers the status page's editors words when it has closed the site, and when the site stays closed", async () => {
    const { world, run } = await make();
    assert.equal((await run()).status, "SUCCEEDED");
    assert.deepEqual(world.drafts, [["prod: the site is closed for an upgrade", "releaseClosed"]]);
    const stays = await make();
    stays.world.faults = [
      { state: "Upgrade", exit: 1 },
      { state: "Upgrade, second try", exit: 1 },
    ];
    assert.equal((await stays.run()).error, "SiteStaysClosed");
    assert.deepEqual(stays.world.drafts.at(-1), [
      "prod: release failed, and the site stays closed: a person is needed",
      "releaseStaysClosed",
    ]);
    const light = await make();
    light.world.pending = "light";
    assert.equal((await light.run()).status, "SUCCEEDED");
    assert.deepEqual(light.world.drafts, []);
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
        !/^(Mark what was released|Page off|Finish)/.test(state) &&
        !["Take the lock", "Unlock", "Write what is in operation", "Report the end"].includes(state),
    );
    // An upgrade is tried twice.
    const twice = (state: string) => [state, state.replace(/^Upgrade(?=$|: look)/, "Upgrade, second try")];
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
    assert.deepEqual(tasks.length, 9, tasks.join());
    await all(tasks, async (state) => {
      const both = [state, ...(state === "Upgrade" ? ["Upgrade, second try"] : [])];
      const exit = state === "Disable cron" ? 137 : 1;
      await fails(both.map((one) => ({ state: one, exit })));
    });
  });

  it("goes back from all that does not become ready", async () => {
    const services = (primary: object) => ({ services: [{ deployments: [{ status: "PRIMARY", ...primary }] }] });
    const ringing = (StateTransitionedTimestamp: string) => ({
      AlarmName: "moodle-errors",
      StateTransitionedTimestamp,
    });
    const running = { tasks: [{ lastStatus: "RUNNING", containers: [{}] }] };
    const stopping = (cron: object) => {
      const stopped = { desiredCount: 0, runningCount: 0, deployments: [{ status: "PRIMARY" }] };
      return { services: [{ ...stopped, ...cron }, stopped] };
    };
    const cases: readonly (readonly [string, unknown])[] = [
      // The circuit breaker gave up, or has turned it back already, or nothing ever happens.
      ["Roll web: look", services({ taskDefinition: "new", rolloutState: "FAILED" })],
      ["Roll web: look", services({ taskDefinition: "the old one", rolloutState: "COMPLETED" })],
      ["Roll web: look", services({ taskDefinition: "the old one", rolloutState: "IN_PROGRESS" })],
      ["New workers: cron: look", services({ taskDefinition: "new", rolloutState: "FAILED" })],
      ["Snapshot: look", { DBClusterSnapshots: [{ Status: "failed" }] }],
      ["Snapshot: look", { DBClusterSnapshots: [] }],
      ["Stop workers: look", stopping({ runningCount: 1 })],
      ["Stop workers: look", stopping({ deployments: [{ status: "ACTIVE" }, { status: "PRIMARY" }] })],
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
      ["Roll web: alarms", { MetricAlarms: [ringing(minutes(60))] }],
      ["Watch alarms: look", { MetricAlarms: [ringing(minutes(60))] }],
      // Its time cannot be read: it counts.
      ["Watch alarms: look", { MetricAlarms: [ringing("1.8e9")] }],
    ];
    await all(cases, async ([state, result]) => {
      const world = await fails({ state, result });
      assert.ok(told(world).length < 4000);
    });
  });

  it("keeps the lock and calls a person when it cannot go back, and the clean-up ends it", async () => {
    const { world: tried, run: runTried } = await make();
    // While an upgrade is pending that has not begun, there is all to bring back.
    const broken: Fault = { state: "Note that the database may change", error: "AccessDeniedException" };
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
      if (!/page off|how far|its tasks|does an upgrade run/i.test(state)) {
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
        const cleaned = await run("clean-up", { recover: true });
        if (cleaned.error === "SiteStaysClosed") {
          assert.deepEqual([world.switchValue, world.wrong], [world.args.page!.value, []], place);
          assert.equal((await run("release-2")).status, "SUCCEEDED", place);
        } else {
          assert.equal(cleaned.status, "SUCCEEDED", place);
        }
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
      phase: "draining",
      page: "ours",
      before: JSON.stringify(before),
      snapshot: "none",
      upgrading: "never",
      database: "unchanged",
    });
    Object.assign(world, { cronEnabled: false, switchValue: '{"state":"planned"}' });
    const [target] = Object.values(world.targets);
    target!.suspended = { ...target!.suspended, DynamicScalingInSuspended: true, DynamicScalingOutSuspended: true };
    world.services.cron.desired = world.services.adhoc.desired = 0;
    const ended = await run();
    assert.equal(ended.status, "SUCCEEDED", `${ended.error}: ${ended.cause}`);
    await whole(world, 2, "released");
    assert.equal((await run("clean-up", { recover: true })).status, "SUCCEEDED");
    await whole(world, 2, "nothing was left to clean up");
  });

  it("releases while an alarm rings that rang before, and goes back for one that begins", async () => {
    const { world, run } = await make();
    world.pending = "nothing";
    world.ring("errors", Date.now() - 3_600_000);
    assert.equal((await run()).status, "SUCCEEDED", "the fix of what the alarm says");
    await whole(world, 2, "after it");
    const worse = await make();
    worse.world.pending = "nothing";
    worse.world.ring("errors", Date.now() - 3_600_000);
    worse.world.before = ({ state }) => {
      if (state === "Roll web: look") {
        // Off meanwhile, and on again.
        worse.world.ring("errors", Date.now() + 1000);
      }
    };
    const ended = await worse.run();
    assert.deepEqual([ended.status, ended.error], ["FAILED", "Roll web"]);
    assert.match(
      ended.cause!,
      /^Alarms that ring: \["moodle-errors"\]; one that rings since before 20.* does not count\./,
    );
    await whole(worse.world, 1, "worse");
  });

  it("is not failed by the synthetic user who meets the release's own page, and is where the site is open", async () => {
    for (const [pending, status] of [
      ["outage", "SUCCEEDED"],
      ["nothing", "FAILED"],
    ] as const) {
      const { world, run } = await make();
      world.pending = pending;
      world.before = ({ state }) => {
        if (state === "Roll web: look") {
          world.ring("synthetic-user-fails", Date.now() + 1000);
        }
      };
      assert.equal((await run()).status, status, pending);
      await whole(world, status === "SUCCEEDED" ? 2 : 1, pending);
    }
  });

  it("waits for an upgrade that runs on after an abort, and opens nothing meanwhile", async () => {
    const { world, machine, begin, run } = await make();
    const arn = `${(await machine).replace("stateMachine", "execution")}:${world.name}-release-1`;
    // In the time of moto's waits, which are a thousand times shorter.
    world.seconds = ([role, ...rest]) => (role === "upgrade" && rest.length === 0 ? 2 : 0);
    let stopped: Promise<unknown> | undefined;
    world.before = ({ state, execution }) => {
      if (state === "Upgrade: look" && execution.endsWith("release-1")) {
        stopped ??= moto.call("AWSStepFunctions.StopExecution", { executionArn: arn });
      }
    };
    await begin();
    assert.equal((await moto.ended(arn)).status, "ABORTED");
    await stopped;
    const cleaned = await run("clean-up", { recover: true });
    assert.deepEqual([cleaned.error, world.databaseVersion, world.half], ["SiteStaysClosed", 2, false]);
    assert.deepEqual([world.idle, world.wrong, world.switchValue], [true, [], world.args.page!.value]);
    assert.ok(world.messages.some((one) => one.startsWith("prod: an upgrade runs on, and is waited for\n")));
    assert.match(told(world), /The database is upgraded, completely\./);
    assert.equal((await run("release-2")).status, "SUCCEEDED");
    await whole(world, 2, "the same image again");
  });

  it("stops an upgrade that takes too long once, and gives it no second try", async () => {
    const { world, run } = await make({ upgradeMinutes: 30 });
    world.seconds = ([role, ...rest]) => (role === "upgrade" && rest.length === 0 ? 1e6 : 0);
    assert.equal((await run()).error, "SiteStaysClosed");
    assert.match(
      told(world),
      /Upgrade: The task had not ended after 30 minutes and was stopped\. The database is half upgraded/,
    );
    assert.ok(!visited(world).includes("Upgrade, second try"));
    assert.deepEqual([world.half, world.wrong, world.idle], [true, [], true]);
  });

  it("lets no code that is older than a half upgraded database think that nothing is pending", async () => {
    const { world, run } = await make();
    world.faults = ["Upgrade", "Upgrade, second try"].map((state) => ({ state, exit: 1 }));
    assert.equal((await run()).error, "SiteStaysClosed");
    // The image of before: its check answers 0.
    world.faults = [{ state: "Is an upgrade pending?", exit: 0 }];
    await put(world, {
      ...Object.fromEntries(Object.entries((await item(world, "release"))!).map(([key, { S }]) => [key, S])),
      begun: old,
    });
    assert.equal((await run("release-2")).error, "SiteStaysClosed");
    assert.match(
      told(world),
      /HalfUpgraded: The upgrade by sha256:1+ was not completed, and sha256:2+ does not continue it\./,
    );
    assert.deepEqual([world.switchValue, world.wrong], [world.args.page!.value, []]);
  });

  it("has as many workers at the end as their schedule asks for by then, and suspends again what a person had suspended", async () => {
    const { world, run } = await make();
    const [target] = Object.values(world.targets);
    target!.suspended = { ...target!.suspended, DynamicScalingInSuspended: true };
    world.before = ({ state }) => {
      if (state === "Page on") {
        world.schedule = [{ at: 0, role: "adhoc", min: 0, max: 0 }];
      }
      if (state === "Upgrade, second try") {
        assert.fail();
      }
    };
    assert.equal((await run()).status, "SUCCEEDED");
    assert.deepEqual([world.services.adhoc.desired, world.wrong], [0, []], "the evening came meanwhile");
    assert.deepEqual(
      [target!.suspended.DynamicScalingInSuspended, target!.suspended.DynamicScalingOutSuspended],
      [true, false],
    );
    const morning = await make();
    morning.world.services.adhoc.desired = 0;
    Object.assign(Object.values(morning.world.targets)[0]!, { min: 0, max: 0 });
    morning.world.before = ({ state }) => {
      if (state === "Page on") {
        morning.world.schedule = [{ at: 0, role: "adhoc", min: 3, max: 9 }];
      }
    };
    assert.equal((await morning.run()).status, "SUCCEEDED");
    assert.deepEqual(
      [morning.world.services.adhoc.desired, morning.world.wrong],
      [3, []],
      "the morning came meanwhile",
    );
  });

  it("is told when its end fails, and the clean-up takes the page off; nothing goes back", async () => {
    const { world, run } = await make();
    world.faults = [{ state: "Page off", error: "AccessDeniedException" }];
    assert.equal((await run()).error, "FinishIncomplete");
    assert.match(told(world), /^prod: released, and a person is needed\n/);
    assert.equal(world.switchValue, world.args.page!.value);
    world.faults = [];
    assert.equal((await run("clean-up", { recover: true })).status, "SUCCEEDED");
    await whole(world, 2, "finished");
    assert.equal((await item(world, "last"))!["image"]!.S, world.args.imageDigest);
  });

  it("stops what else runs on after an abort", () => {
    const simulation = new Simulation();
    const { world } = simulation;
    world.seconds = (command) => (command.includes("--disable-wait=600") ? 1e6 : 0);
    const first = simulation.start("release-1");
    while (!first.visited.includes("Disable cron: look")) {
      simulation.advance(first);
    }
    simulation.abort(first);
    simulation.run();
    assert.deepEqual(
      simulation.executions.map(({ status }) => status),
      ["ABORTED", "SUCCEEDED"],
    );
    assert.deepEqual([world.idle, world.cronEnabled, world.services.cron.desired, world.wrong], [true, true, 1, []]);
  });

  it("goes the same way by the interpreter of the random releases", async () => {
    const cases: readonly (readonly [Pending, readonly Fault[]])[] = [
      ["outage", []],
      ["light", []],
      ["nothing", []],
      ["outage", [{ state: "Are pages right?", exit: 1 }]],
      ["light", [{ state: "Roll web: look", error: "AccessDeniedException" }]],
      ["outage", [{ state: "Snapshot: look", result: { DBClusterSnapshots: [] } }]],
      ["outage", ["Upgrade", "Upgrade, second try"].map((state) => ({ state, exit: 1 }))],
    ];
    await all(cases, async ([pending, faults]) => {
      const { world, run } = await make();
      Object.assign(world, { pending, faults });
      const ended = await run();
      const simulation = new Simulation();
      Object.assign(simulation.world, { pending, faults });
      const execution = simulation.start("release-1");
      simulation.cleanUpAfter = () => 1e9;
      while (execution.status === "RUNNING") {
        simulation.advance(execution);
      }
      const calls = (one: World) => one.calls.map(({ service, action, state }) => `${state}: ${service} ${action}`);
      const kept = (all: readonly string[]) => all.filter((one) => !/^Mark |ecr /.test(one));
      assert.deepEqual(kept(calls(simulation.world)), kept(calls(world)), JSON.stringify([pending, faults]));
      assert.deepEqual([execution.status, execution.error], [ended.status, ended.error]);
    });
  });
});
