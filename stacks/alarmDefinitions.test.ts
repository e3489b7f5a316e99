import assert from "node:assert/strict";
import { alarmProblems } from "../components/observability/problems";
import { exampleAlarms } from "../tools/replay/scenario";
import { exampleConfig } from "../testing/examples/settings";
import { loadSettings } from "./settings/load";

const alarmsOf = (changes: Readonly<Record<string, unknown>> = {}) =>
  exampleAlarms(loadSettings(exampleConfig(changes), "test"));
const ids = (changes: Readonly<Record<string, unknown>> = {}) => alarmsOf(changes).regional.map(({ id }) => id);
const alarm = (id: string, changes: Readonly<Record<string, unknown>> = {}) => {
  const { regional, edge } = alarmsOf(changes);
  return [...regional, ...edge].find((one) => one.id === id) ?? assert.fail(`no alarm ${id}`);
};

describe("The alarms of a stack", () => {
  for (const profile of ["prod", "staging", "dev"]) {
    it(`are what CloudWatch takes in ${profile}, and say what is wrong and why then`, () => {
      const { regional, edge } = alarmsOf({ profile });
      assert.deepEqual([...alarmProblems("test", regional), ...alarmProblems("test", edge)], []);
      for (const { id, summary, reason } of [...regional, ...edge]) {
        assert.match(summary, /^[A-Z].*\.$/, id);
        assert.ok(reason.includes("https://") || reason.includes("(") || reason.length > 40, `${id}: no reason`);
      }
    });
  }

  it("have thresholds that follow the settings", () => {
    const capacity = (instanceClass: string) => ({ database: { capacity: { kind: "provisioned", instanceClass } } });
    assert.equal(alarm("database-connections", capacity("db.r7g.xlarge")).threshold, 1600);
    assert.equal(alarm("database-connections", capacity("db.r7g.2xlarge")).threshold, 2400);
    const serverless = { database: { capacity: { kind: "serverless", minAcu: 4, maxAcu: 32 } } };
    assert.equal(alarm("database-connections", serverless).threshold, 2400);
    assert.equal(alarm("database-load", serverless).metrics["m"]?.name, "ACUUtilization");
    assert.equal(alarm("database-load").metrics["m"]?.name, "CPUUtilization");
    const cache = (nodeType: string) => ({ cache: { sessions: { nodeType } } });
    assert.deepEqual([alarm("sessions-load", cache("cache.m7g.large")).threshold], [45]);
    assert.deepEqual([alarm("sessions-load", cache("cache.m7g.xlarge")).threshold], [90]);
  });

  it("watch the engine's own CPU on more than two vCPUs: of four it fills a quarter", () => {
    const metric = (nodeType: string) =>
      alarm("cache-load", { cache: { application: { nodeType } } }).metrics["m1"]?.name;
    assert.equal(metric("cache.r7g.large"), "CPUUtilization");
    assert.equal(metric("cache.r7g.xlarge"), "EngineCPUUtilization");
  });

  it("watch every node of a cache", () => {
    const { metrics, expression } = alarm("sessions-memory", { cache: { sessions: { replicas: 2 } } });
    assert.deepEqual(
      Object.values(metrics).map(({ dimensions }) => dimensions["CacheClusterId"]),
      ["sessions-001", "sessions-002", "sessions-003"],
    );
    assert.equal(expression, "MAX([m1, m2, m3])");
  });

  it("are there for what the stack has, and for nothing else", () => {
    const bursting = { storage: { kind: "efs", throughputMode: "bursting" } };
    const openzfs = { storage: { kind: "openzfs" } };
    assert.ok(!ids().includes("files-credits") && ids(bursting).includes("files-credits"));
    assert.ok(ids(openzfs).includes("files-space") && !ids(openzfs).includes("files-clients"));
    assert.ok(
      !ids({ storage: { kind: "nfs", host: "files.example.org", export: "/moodle" } })
        .join()
        .includes("files-"),
    );
    assert.ok(ids().includes("instances-short"));
    const dev = ids({ profile: "dev" });
    assert.ok(!dev.includes("instances-short"), "Fargate has no instances");
    assert.ok(!dev.includes("database-replica-lag") && !dev.includes("sessions-replication"), "dev has no replicas");
  });

  it("refuse an objective that its alarm could never see burnt", () => {
    const set = (latencyPercent: number) => () =>
      alarmsOf({ observability: { objectives: { login: { latencyPercent } } } });
    assert.throws(set(90), /moodle:observability\.objectives\.login\.latencyPercent: got 90, expected 94 to 99\.9/);
    assert.doesNotThrow(set(94));
  });
});
