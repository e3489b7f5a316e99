import assert from "node:assert/strict";
import aslValidator from "asl-validator";
import { definition } from "../../components/release/definition";
import { Moto } from "../release/moto";
import { Simulation } from "../release/simulation";
import { type Fault, World } from "../release/world";
import { recordedSet } from "../values/recordedSets";
import { eventsOf, eventsOfAnAttempt, eventsOfAnExecution, mostEvents } from "./history";
import { machineOf, type PlannedMachine } from "./machine";
import { mostEventsOf, mostSecondsOf } from "./release";

/** Sets of settings whose machines differ: with and without the outage page, the alarms and the scaling of workers. */
const sets = ["prod", "staging", "dev", "another CDN, certificates by hand", "people, chat and a synthetic user"];

/** Each failed attempt of a call writes events too. This many must fit beside the longest way. */
const spareAttempts = 1000;

const longest = (machine: PlannedMachine) => ({ events: mostEventsOf(machine), seconds: mostSecondsOf(machine) });
const errorsOf = (machine: unknown): string => aslValidator(machine).errorsText();

describe("State machines are valid, and no way through them is too long", () => {
  for (const set of sets) {
    it(`of ${set}`, async () => {
      const machines = (await recordedSet(set)).filter(({ type }) => type === "aws:sfn/stateMachine:StateMachine");
      assert.ok(machines.length > 0);
      for (const { name, inputs } of machines) {
        const machine = machineOf(inputs["definition"]);
        assert.equal(errorsOf(machine), "", name);
        const { events, seconds } = longest(machine);
        const spare = Math.floor((mostEvents - events) / eventsOfAnAttempt);
        console.log(
          `      ${name}: ${Object.keys(machine.States).length} states; the longest way has ${events} of ${mostEvents} events, ` +
            `takes ${(seconds / 3600).toFixed(1)} of ${machine.TimeoutSeconds! / 3600} hours, and has room for ${spare} failed attempts`,
        );
        assert.ok(
          spare >= spareAttempts,
          `${name}: got ${events} events, expected room for ${spareAttempts} failed attempts`,
        );
        assert.ok(
          seconds <= machine.TimeoutSeconds!,
          `${name}: got ${seconds} s, expected ${machine.TimeoutSeconds} s at most`,
        );
      }
    });
  }

  describe("A planted mistake is found", () => {
    const machine = machineOf(JSON.stringify(definition(new World("world").args)));
    const changed = (change: (states: any) => void): PlannedMachine => {
      const copy = structuredClone(machine);
      change(copy.States);
      return copy;
    };

    it("a state of a type that does not exist, one that leads nowhere, a path that is none", () => {
      const mistakes: readonly (readonly [(states: any) => void, RegExp])[] = [
        [(states) => (states["Page on"].Type = "Tsk"), /Page on/],
        [(states) => (states["Page on"].Next = "Page of"), /Page of/],
        [(states) => (states["Page on"].ResultPath = "result"), /ResultPath|JSON_PATH|JsonPath/i],
      ];
      for (const [change, says] of mistakes) {
        assert.match(errorsOf(changed(change)), says);
      }
    });

    it("a loop that turns too often, by the count of events and of seconds", () => {
      const often = longest(
        changed((states) => (states["Upgrade: end: judge"].Choices.at(-1).NumericGreaterThanEquals = 5000)),
      );
      assert.ok(often.events > mostEvents, String(often.events));
      assert.ok(often.seconds > machine.TimeoutSeconds!, String(often.seconds));
    });

    it("a loop that nothing ends, and one that nothing counts", () => {
      assert.throws(
        () => longest(changed((states) => states["Upgrade: end: judge"].Choices.pop())),
        /turns round "Upgrade: /,
      );
      assert.throws(
        () => longest(changed((states) => (states["Upgrade: end: count"].ResultPath = "$.other"))),
        /back to "Upgrade: .* that nothing counts/,
      );
    });
  });
});

describe("Events are counted as moto's interpreter writes them", () => {
  let moto: Moto;
  let world: World;
  before(async function () {
    moto = await Moto.start(this, (call) => world.answer(call));
  });
  after(() => moto?.stop());

  it("of a whole release, in which one call fails now and then and one wait is long", async () => {
    world = new World("history");
    const faults: Fault[] = [
      { state: "Snapshot: look", result: { DBClusterSnapshots: [{ Status: "creating" }] }, times: 30 },
      { state: "Page on", error: "ThrottlingException", times: 2 },
    ];
    world.faults = structuredClone(faults);
    const { args } = world;
    await moto.lockTable(world.name);
    await moto.call("DynamoDB_20120810.PutItem", {
      TableName: world.name,
      Item: { id: { S: "last" }, image: { S: `sha256:${"1".repeat(64)}` } },
    });
    await moto.repository(world.name, [`sha256:${"1".repeat(64)}`, args.imageDigest]);
    const machine = machineOf(JSON.stringify(definition(args)));
    const execution = await moto.begin(
      await moto.machine("history", JSON.stringify(machine)),
      "release-1",
      world.input,
    );
    assert.equal((await moto.ended(execution)).status, "SUCCEEDED");
    const { events } = await moto.call<{
      readonly events: readonly {
        readonly type: string;
        readonly stateEnteredEventDetails?: { readonly name: string };
      }[];
    }>("AWSStepFunctions.GetExecutionHistory", { executionArn: execution });
    const visited = events.flatMap(({ stateEnteredEventDetails }) => stateEnteredEventDetails?.name ?? []);
    const counted = visited.reduce((sum, name) => sum + eventsOf(machine.States[name]!), eventsOfAnExecution);
    assert.ok(visited.filter((name) => name === "Snapshot: look").length > 30);
    assert.equal(counted + 2 * eventsOfAnAttempt, events.length);

    // The interpreter of the random test goes the same way, but for the marks: its image repository has none to move.
    const simulation = new Simulation({ lockTableName: world.name });
    simulation.world.faults = structuredClone(faults);
    const simulated = simulation.start("release-1");
    simulation.run();
    const way = (names: readonly string[]) => names.filter((name) => !name.startsWith("Mark what "));
    assert.equal(simulated.status, "SUCCEEDED");
    assert.deepEqual(way(simulated.visited), way(visited));
  });
});
