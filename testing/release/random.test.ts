import assert from "node:assert/strict";
import * as fc from "fast-check";
import { mostEventsOf } from "../state-machines/release";
import type { Execution } from "./interpreter";
import { Simulation } from "./simulation";
import type { Fault, Pending, Scheduled } from "./world";

// RELEASE_RUNS=5000 tries more, RELEASE_SEED=... others.
const numRuns = Number(process.env["RELEASE_RUNS"] ?? 200);
const seed = Number(process.env["RELEASE_SEED"] ?? 18);

const { definition } = new Simulation();
const tasks = Object.entries(definition.States).filter(([, { Type }]) => Type === "Task");
// Unsent mail reaches nobody, so a lasting fault is not planted there.
const mails = tasks.filter(([, { Resource }]) => String(Resource).endsWith("sns:publish")).map(([name]) => name);
const others = tasks.map(([name]) => name).filter((name) => !mails.includes(name));
const runs = tasks.filter(([, { Resource }]) => String(Resource).endsWith("ecs:runTask")).map(([name]) => name);
const stopping = ["ThrottlingException", "AccessDeniedException", "ServerException"];

const fault: fc.Arbitrary<Fault> = fc.oneof(
  // A call that fails now and then, that fails for good, a task that ends badly, a task that starts late and is not known of.
  fc.record({
    state: fc.constantFrom(...others, ...mails),
    error: fc.constant("ThrottlingException"),
    times: fc.integer({ min: 1, max: 5 }),
  }),
  fc.record({
    state: fc.constantFrom(...others),
    error: fc.constantFrom(...stopping),
    times: fc.integer({ min: 7, max: 30 }),
  }),
  fc.record({
    state: fc.constantFrom(...runs),
    exit: fc.constantFrom(1, 2, 137),
    times: fc.integer({ min: 1, max: 3 }),
  }),
  fc.record({ state: fc.constantFrom(...runs), lateSeconds: fc.integer({ min: 1, max: 170 }), times: fc.constant(7) }),
);

/** Half of all plans are spared it, or nothing would ever succeed. */
const perhaps = <T>(some: fc.Arbitrary<readonly T[]>): fc.Arbitrary<readonly T[]> => fc.oneof(fc.constant([]), some);

const plan = fc.record({
  pending: fc.constantFrom<Pending>("outage", "outage", "outage", "light", "nothing"),
  page: fc.constantFrom<"ours" | "theirs" | "none">("ours", "ours", "ours", "theirs", "none"),
  healthy: fc.constantFrom(true, true, false),
  rollSeconds: fc.oneof(fc.integer({ min: 0, max: 900 }), fc.integer({ min: 0, max: 4000 })),
  // Ten minutes are waited for.
  stopSeconds: fc.oneof(fc.integer({ min: 0, max: 180 }), fc.integer({ min: 0, max: 900 })),
  upgradeSeconds: fc.integer({ min: 0, max: 9000 }),
  otherSeconds: fc.integer({ min: 0, max: 300 }),
  faults: perhaps(fc.array(fault, { maxLength: 5 })),
  // How many steps of all executions go before somebody presses Stop, and before somebody releases once more.
  aborts: perhaps(fc.array(fc.integer({ min: 1, max: 700 }), { maxLength: 2 })),
  others: perhaps(fc.array(fc.integer({ min: 1, max: 900 }), { maxLength: 2 })),
  // From a minute on, for so many minutes: it may end and begin again.
  alarms: perhaps(
    fc.array(
      fc.record({
        name: fc.constantFrom("errors", "many-errors", "synthetic-user-fails"),
        minute: fc.oneof(fc.integer({ min: -60, max: -1 }), fc.integer({ min: 0, max: 150 })),
        minutes: fc.oneof(fc.constant(100_000), fc.integer({ min: 1, max: 90 })),
      }),
      { maxLength: 3 },
    ),
  ),
  // Minutes after the beginning: workers off, and on again.
  schedule: fc.option(fc.tuple(fc.integer({ min: 1, max: 100 }), fc.integer({ min: 1, max: 100 })), { nil: undefined }),
  cleanUpAfter: fc.integer({ min: 1, max: 900 }),
  order: fc.array(fc.nat(5), { minLength: 1, maxLength: 20 }),
});
type Plan = typeof plan extends fc.Arbitrary<infer T> ? T : never;

/** What thousands of runs have found, run every time. */
const found: readonly Plan[] = [
  // The upgrade is done, the new tasks do not become healthy, and another release takes the closed site over: the scaling that the
  // first one had suspended is no person's.
  {
    pending: "outage",
    page: "ours",
    healthy: false,
    rollSeconds: 3721,
    stopSeconds: 0,
    upgradeSeconds: 0,
    otherSeconds: 236,
    faults: [],
    aborts: [],
    others: [571],
    alarms: [],
    schedule: undefined,
    cleanUpAfter: 1,
    order: [0],
  },
  // Workers are stopped, and their schedule starts some of the new code.
  {
    pending: "outage",
    page: "ours",
    healthy: true,
    rollSeconds: 0,
    stopSeconds: 0,
    upgradeSeconds: 0,
    otherSeconds: 165,
    faults: [],
    aborts: [],
    others: [],
    alarms: [],
    schedule: [2, 5],
    cleanUpAfter: 1,
    order: [0],
  },
];

const theirs = '{"state":"outage","message":"Fire"}';

class Story {
  readonly simulation: Simulation;
  private steps = 0;

  constructor(private readonly given: Plan) {
    this.simulation = new Simulation(given.page === "none" ? { page: undefined } : {});
    const { world, clock } = this.simulation;
    world.pending = given.pending;
    world.healthy = given.healthy;
    world.rollSeconds = given.rollSeconds;
    world.stopSeconds = given.stopSeconds;
    world.seconds = ([role, ...rest]) =>
      role === "upgrade" && !rest.some((word) => word.startsWith("--is-") || word === "--revisions")
        ? given.upgradeSeconds
        : given.otherSeconds;
    world.faults = [...given.faults];
    world.switchValue = given.page === "theirs" ? theirs : world.switchValue;
    if (given.schedule !== undefined) {
      const at = (minute: number, min: number, max: number): Scheduled => ({
        at: clock + minute * 60_000,
        role: "adhoc",
        min,
        max,
      });
      const [off, later] = given.schedule;
      world.schedule = [at(off, 0, 0), at(off + later, 1, 10)];
    }
    this.simulation.cleanUpAfter = () => given.cleanUpAfter;
  }

  go(): void {
    const { simulation, given } = this;
    simulation.start("release-1");
    this.ring();
    let turn = 0;
    const choose = (due: readonly Execution[]) => due[given.order[turn++ % given.order.length]! % due.length]!;
    simulation.run(choose, () => this.step());
  }

  private step(): void {
    const { simulation, given } = this;
    this.steps++;
    if (given.aborts.includes(this.steps)) {
      simulation.executions.filter(({ arn }) => arn.includes(":release-")).forEach((one) => simulation.abort(one));
    }
    if (given.others.includes(this.steps)) {
      simulation.start(`release-${simulation.executions.length + 1}`);
    }
    this.ring();
  }
  private readonly began = Date.parse("2027-01-11T07:00:00Z");

  private ring(): void {
    const { simulation, given } = this;
    const { world } = simulation;
    const since = new Map<string, number>();
    for (const { name, minute, minutes } of given.alarms) {
      const [from, to] = [this.began + minute * 60_000, this.began + (minute + minutes) * 60_000];
      if (from <= simulation.clock && simulation.clock < to) {
        since.set(`moodle-${name}`, Math.min(from, since.get(`moodle-${name}`) ?? from));
      }
    }
    // One that rang a moment ago, and still does, has rung since then.
    world.ringing = new Map([...since].map(([name, from]) => [name, world.ringing.get(name) ?? from]));
  }

  /** Repairs all faults in AWS, as a person does before starting the clean-up. */
  repair(): void {
    const { world } = this.simulation;
    world.faults = [];
    world.healthy = true;
    world.rollSeconds = 300;
    world.stopSeconds = 60;
    world.seconds = () => 60;
    world.schedule = [];
    Object.assign(this.given, { aborts: [], others: [], alarms: [] });
    this.ring();
    for (const target of Object.values(world.targets)) {
      Object.assign(target, { min: 1, max: 10 });
    }
  }
}

describe("A release in a world where much goes wrong", () => {
  it("never shows old code on a new database, leaves cron off, closes the site unsaid or upgrades twice at once", () => {
    const most = mostEventsOf(definition, 6);
    const seen = { calm: 0, released: 0, closed: 0, back: 0, person: 0 };
    fc.assert(
      fc.property(plan, (given) => {
        const story = new Story(structuredClone(given));
        const { simulation } = story;
        const { world, table } = simulation;
        const lock = () => table.get("release");
        const needed = () => world.messages.some((one) => one.includes("a person is needed"));
        const off = () => world.switchValue === '{"state":"off"}';
        const what = () =>
          JSON.stringify(
            simulation.executions.map(({ arn, status, error, cause }) => [arn.split(":").at(-1), status, error, cause]),
          );

        story.go();
        assert.deepEqual(world.wrong, [], what());
        assert.ok(world.idle || given.aborts.length > 0 || lock() !== undefined, `tasks run on; ${what()}`);
        for (const one of simulation.executions) {
          assert.notEqual(one.error, "States.Runtime", what());
          assert.ok(one.status !== "RUNNING" && one.events <= most, what());
        }
        const owner = lock()?.["owner"]?.S;
        assert.ok(owner === undefined || simulation.executions.some(({ arn }) => arn === owner), what());
        assert.ok(owner === undefined || needed(), `the lock is held, and nobody was told; ${what()}`);
        assert.ok(off() || given.page === "theirs" || needed(), `the page is on, and nobody was told; ${what()}`);
        assert.ok((world.cronEnabled && world.services.cron.desired === 1) || needed(), `cron is off; ${what()}`);
        // An alarm that rang before, and goes on ringing, may be what the release fixes.
        const calm =
          given.healthy &&
          given.rollSeconds < 3300 &&
          given.stopSeconds < 500 &&
          given.upgradeSeconds < 7000 &&
          [given.faults, given.aborts, given.others].every(({ length }) => length === 0) &&
          given.alarms.every(({ minute, minutes }) => minute < 0 && minutes === 100_000);
        assert.ok(!calm || simulation.executions[0]!.status === "SUCCEEDED", `nothing was in its way; ${what()}`);
        seen.calm += calm ? 1 : 0;
        const told = world.messages.join("\n");
        seen.released += simulation.executions.some(
          ({ arn, status }) => status === "SUCCEEDED" && arn.includes(":release-"),
        )
          ? 1
          : 0;
        seen.closed += told.includes("the site stays closed") ? 1 : 0;
        seen.back += told.includes("the old image is in operation") ? 1 : 0;
        seen.person += told.includes("release failed, and a person is needed") ? 1 : 0;

        // Somebody puts right what was wrong in AWS, and has it cleaned up.
        story.repair();
        simulation.start("clean-up-by-hand", { recover: true });
        simulation.run();
        assert.deepEqual(world.wrong, [], what());
        assert.ok(lock() === undefined || lock()!["phase"]!.S === "closed", `the lock is still held; ${what()}`);
        assert.ok(world.idle, `tasks run on; ${what()}`);
        assert.ok(world.cronEnabled && world.services.cron.desired === 1, `cron is off; ${what()}`);
        assert.equal(world.suspended, false, what());
        assert.ok(
          off() || given.page === "theirs" || lock() !== undefined,
          `the page is on, and nothing is to come; ${what()}`,
        );

        // And releases again.
        const last = simulation.start("release-last");
        simulation.run();
        assert.equal(last.status, "SUCCEEDED", what());
        assert.deepEqual(
          {
            wrong: world.wrong,
            database: [world.databaseVersion, world.half],
            services: Object.values(world.services).map(({ definition: arn }) => arn.split(":").at(-1)),
            workers: [world.cronEnabled, world.services.cron.desired],
            suspended: world.suspended,
            page: world.switchValue,
            lock: lock(),
          },
          {
            wrong: [],
            database: [given.pending === "nothing" ? 1 : 2, false],
            services: ["2", "2", "2"],
            workers: [true, 1],
            suspended: false,
            page: given.page === "theirs" ? theirs : '{"state":"off"}',
            lock: undefined,
          },
          what(),
        );
      }),
      { numRuns, seed, examples: found.map((one) => [one]) },
    );
    for (const [end, count] of Object.entries(seen)) {
      assert.ok(count > numRuns / 50, `${count} of ${numRuns} runs ended so: ${end}, too few to show anything`);
    }
  });
});
