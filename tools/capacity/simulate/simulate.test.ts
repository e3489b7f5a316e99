import assert from "node:assert/strict";
import * as fc from "fast-check";
import { exampleConfig } from "../../../testing/examples/settings";
import { loadSettings } from "../../../stacks/settings/load";
import { delayValues } from "../delays";
import { values } from "../measured";
import { stackPlatform } from "../stackPlatform";
import type { Trace } from "../trace";
import { Backend } from "./backend";
import { meanWaitMMc } from "./closedForm";
import type { Platform, ScheduledAction } from "./platform";
import { simulate, type SimulationInput } from "./simulate";

const settings = loadSettings(exampleConfig(), "prod");

function trace(points: [number, number][], seconds = 1800, events: Trace["events"] = []): Trace {
  return {
    name: "test",
    title: "test",
    sources: ["test"],
    seconds,
    teaching: true,
    startHour: 0,
    events,
    streams: [{ mix: "browsing", points }],
  };
}

function run(
  of: Trace,
  changes: Partial<Platform> = {},
  scheduled: readonly ScheduledAction[] = [],
  more: Partial<SimulationInput> = {},
) {
  const platform = { ...stackPlatform(settings, scheduled), ...changes };
  return simulate({ platform, trace: of, seed: 1, values, delays: delayValues, ...more });
}

describe("a simulated run", () => {
  it("is the same for the same seed, and another for another", () => {
    const load = trace([[0, 40]]);
    assert.deepEqual(run(load), run(load));
    assert.notEqual(run(load).arrived, run(load, {}, [], { seed: 2 }).arrived);
  });

  it("loses no request and invents none, whatever happens", () => {
    const any = fc.record({
      rate: fc.integer({ min: 0, max: 400 }),
      later: fc.integer({ min: 0, max: 400 }),
      tasks: fc.integer({ min: 1, max: 8 }),
      children: fc.integer({ min: 1, max: 20 }),
      lossAt: fc.integer({ min: 0, max: 600 }),
      writer: fc.boolean(),
      roundRobin: fc.boolean(),
      maxConnections: fc.integer({ min: 12, max: 400 }),
      seed: fc.integer({ min: 0, max: 1e9 }),
    });
    fc.assert(
      fc.property(any, ({ rate, later, tasks, children, lossAt, writer, roundRobin, maxConnections, seed }) => {
        const load = trace(
          [
            [0, rate],
            [300, later],
          ],
          600,
          [{ kind: "zone-loss", at: lossAt, zone: 1, writer }],
        );
        const platform = stackPlatform(settings);
        const result = run(
          load,
          {
            web: { ...platform.web, minTasks: tasks, maxTasks: tasks + 4, children },
            balancing: roundRobin ? "round_robin" : "least_outstanding_requests",
            slowStartSeconds: roundRobin ? 30 : 0,
            maxConnections,
          },
          [],
          { seed },
        );
        const { arrived, completed, refused, held, lost, inFlight } = result;
        assert.equal(arrived, completed + refused + held + lost + inFlight);
        assert.equal(
          arrived,
          result.minutes.reduce((sum, minute) => sum + minute.arrived, 0),
        );
        assert.equal(
          result.failed,
          result.minutes.reduce((sum, minute) => sum + minute.failed, 0),
        );
      }),
      { numRuns: 40 },
    );
  });

  it("has as much CPU in use as the load asks for", () => {
    const result = run(trace([[0, 60]]), {}, [], {});
    const { cpu, tasks } = result.minutes[10]!;
    // 60/s at the mix's 71 ms of CPU.
    assert.ok(Math.abs(cpu * tasks * 2 - 60 * 0.0712) < 0.3, `${cpu * tasks * 2} vCPUs`);
  });

  it("scales out with the load, and fails when nothing can grow", () => {
    const ramp = trace(
      [
        [0, 30],
        [120, 160],
      ],
      1800,
    );
    assert.ok(run(ramp).minutes.at(-1)!.tasks > 12);
    const platform = stackPlatform(settings);
    const stuck = run(ramp, { web: { ...platform.web, minTasks: 3, maxTasks: 3 } });
    assert.ok(stuck.violatingMinutes > 10);
    assert.ok(stuck.secondsShort > 600);
    assert.ok(stuck.failed > 0);
  });

  it("has a scheduled minimum ready when it boots early enough, and not when it does not", () => {
    const gate = trace([
      [0, 20],
      [1199, 20],
      [1200, 300],
      [1260, 300],
      [1261, 20],
    ]);
    const early = run(gate, {}, [
      { at: 300, target: "instances", min: 14 },
      { at: 400, target: "web", min: 24 },
    ]);
    const late = run(gate, {}, [{ at: 1190, target: "web", min: 24 }]);
    assert.equal(early.secondsShort, 0);
    assert.ok(late.secondsShort > 30);
  });

  it("goes on without a zone, and pays for the seconds until the health checks see it", () => {
    const result = run(trace([[0, 60]], 1800, [{ kind: "zone-loss", at: 600, zone: 2, writer: false }]));
    assert.ok(result.held > 0);
    assert.equal(result.violatingMinutes, 0);
    assert.ok(result.minutes[10]!.tasks < 6.01);
    assert.ok(result.minutes.at(-1)!.tasks >= 6);
    const inTurn = run(trace([[0, 60]], 1800, [{ kind: "zone-loss", at: 600, zone: 2, writer: false }]), {
      balancing: "round_robin",
    });
    assert.ok(inTurn.held > 5 * result.held, "in turn, a third of all requests goes to dead tasks");
  });

  it("refuses what the database has no connection for", () => {
    assert.ok(run(trace([[0, 60]], 600), { maxConnections: 12 }).refused > 0);
  });
});

describe("the shared database", () => {
  it("stretches work as the mean of M/M/c does", () => {
    const backend = new Backend({ kind: "provisioned", vcpus: 4 }, values, delayValues);
    for (let second = 0; second < 120; second += 1) {
      backend.request(second, 2.8, 0, 0);
      backend.tick();
    }
    assert.ok(Math.abs(backend.databaseStretch - 1 - meanWaitMMc(4, 2.8, 1)) < 0.001);
  });

  it("keeps what it cannot do in a second, and Serverless grows to it", () => {
    const fixed = new Backend({ kind: "provisioned", vcpus: 4 }, values, delayValues);
    const serverless = new Backend({ kind: "serverless", minAcu: 4, maxAcu: 64 }, values, delayValues);
    for (let second = 0; second < 60; second += 1) {
      for (const backend of [fixed, serverless]) {
        backend.request(second, 6, 0, 0);
        backend.tick();
      }
    }
    assert.equal(fixed.databaseBacklogSeconds, 30);
    assert.ok(serverless.acu > 24 && serverless.acu <= 64);
    assert.ok(serverless.databaseBacklogSeconds < 10);
  });
});
