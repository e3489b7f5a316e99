import assert from "node:assert/strict";
import { delayValues } from "../delays";
import { binpack, Cluster, type Ec2Compute, instancesToAdd, reservation } from "./cluster";

const compute: Ec2Compute = {
  kind: "ec2",
  instanceType: "m7g.xlarge",
  room: { cpu: 4096, memoryMib: 15308, tasks: 3 },
  minInstances: 3,
  maxInstances: 18,
  warmPool: 2,
  targetCapacityPercent: 80,
  warmupSeconds: 120,
  minStep: 2,
  maxStep: 10,
};
const task = { cpu: 2048, memoryMib: 6144 };
const none = [0, 0, 0];

describe("managed scaling", () => {
  it("calculates as AWS documents: needed by running, in per cent", () => {
    assert.equal(reservation(5, 5), 100);
    assert.equal(reservation(4, 5), 80);
    assert.equal(reservation(1, 0), 200);
    assert.equal(reservation(0, 0), 100);
  });

  it("adds what is missing for the target, within the two step sizes", () => {
    assert.equal(instancesToAdd(5, 5, compute), 2, "5 / 0.8 is 7");
    assert.equal(instancesToAdd(4, 4, compute), 2, "one is missing, the smallest step is two");
    assert.equal(instancesToAdd(40, 5, compute), 10);
    assert.equal(instancesToAdd(4, 5, compute), 0);
  });

  it("packs tasks by CPU, memory and network interfaces", () => {
    assert.equal(binpack(new Array(5).fill(task), compute.room), 3);
    assert.equal(binpack(new Array(4).fill({ cpu: 256, memoryMib: 512 }), compute.room), 2, "three interfaces each");
  });

  it("spreads over zones first, and fills instances second", () => {
    const cluster = new Cluster(compute, 3, delayValues);
    const zones = [0, 1, 2, 0].map(
      (_, index) =>
        cluster.place(
          0,
          task,
          [0, 1, 2].map((zone) => (zone < index % 3 ? 1 : 0)),
        )?.zone,
    );
    assert.deepEqual(zones, [0, 1, 2, 0]);
    assert.equal(cluster.instances[0]!.tasks, 2);
  });

  it("launches from the warm pool first, and blocks a second step while instances warm up", () => {
    const cluster = new Cluster(compute, 3, delayValues);
    while (cluster.place(0, task, none) !== undefined);
    cluster.scale(30, new Array(6).fill(task));
    assert.equal(cluster.instances.length, 8, "3 in use and 3 wanted, by 0.8");
    const ready = cluster.instances.slice(3).map((instance) => instance.readyAt);
    assert.deepEqual(ready.slice(0, 3), [30 + 30 + 40, 30 + 30 + 40, 30 + 30 + 100]);
    cluster.scale(90, new Array(20).fill(task));
    assert.equal(cluster.instances.length, 8);
    cluster.scale(150, new Array(20).fill(task));
    assert.ok(cluster.instances.length > 8);
  });

  it("takes empty instances away after fifteen minutes, at most half of them at once, never below the minimum", () => {
    const cluster = new Cluster(compute, 3, delayValues);
    cluster.setMin(0, 12);
    cluster.setMin(60, 3);
    const counts: number[] = [];
    for (let minute = 1; minute <= 20; minute += 1) {
      cluster.scale(minute * 60, []);
      counts.push(cluster.instances.length);
    }
    assert.deepEqual(counts.slice(13, 18), [12, 6, 3, 3, 3]);
  });

  it("forgets a lost zone's instances and launches elsewhere", () => {
    const cluster = new Cluster(compute, 3, delayValues);
    assert.equal(cluster.loseZone(1).length, 1);
    cluster.replaceLost(10);
    assert.deepEqual(cluster.instances.map((instance) => instance.zone).sort(), [0, 0, 2]);
  });
});
