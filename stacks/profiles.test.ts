import * as assert from "node:assert/strict";
import * as fc from "fast-check";
import { profiles } from "./profiles";
import { exampleConfig } from "../testing/examples/settings";
import { checkSettings, loadSettings } from "./settings/load";
import type { ProfileName, Safety } from "./settings/settings";
import { profileNames } from "./settings/site";

const floorNames = Object.keys(profiles.prod.floors) as (keyof Safety)[];

describe("profiles", () => {
  it("prod is nowhere looser than staging, nor staging than dev", () => {
    const pairs: readonly (readonly [ProfileName, ProfileName])[] = [
      ["prod", "staging"],
      ["staging", "dev"],
    ];
    for (const [strict, loose] of pairs) {
      for (const floor of floorNames) {
        const [high, low] = [profiles[strict].floors[floor], profiles[loose].floors[floor]];
        assert.ok(high >= low, `${floor}: ${strict} ${high}, ${loose} ${low}`);
      }
    }
  });

  it("prod survives the loss of a zone, and nothing in it can be deleted by accident", () => {
    assert.deepEqual(profiles.prod.floors, {
      availabilityZones: 3,
      natPerZone: true,
      deletionProtection: true,
      protect: true,
      steadyCapacity: true,
      instances: 3,
      webTasks: 3,
      readers: 1,
      cacheReplicas: 1,
      backupRetentionDays: 30,
      logRetentionDays: 90,
    });
  });

  it("sets the shape of each environment", () => {
    const shapes = profileNames.map((profile) => {
      const { network, cluster, database, cache, web, edge, storage } = loadSettings(
        exampleConfig({ profile }),
        profile,
      );
      return [
        network.availabilityZones.length,
        network.natGateways,
        cluster.kind === "ec2"
          ? `${cluster.instanceType} ${cluster.minInstances}-${cluster.maxInstances}`
          : cluster.kind,
        database.capacity.kind === "provisioned"
          ? database.capacity.instanceClass
          : `${database.capacity.minAcu}-${database.capacity.maxAcu} ACU`,
        database.readers,
        database.backupRetentionDays,
        `${cache.sessions.nodeType} +${cache.sessions.replicas}`,
        `${web.minTasks}-${web.maxTasks}`,
        edge.kind,
        storage.kind,
      ];
    });
    assert.deepEqual(shapes, [
      [3, "per-zone", "m7g.large 3-48", "db.r7g.2xlarge", 1, 35, "cache.m7g.large +1", "6-32", "cloudfront", "efs"],
      [2, "single", "t4g.large 2-6", "0.5-4 ACU", 1, 7, "cache.t4g.small +1", "2-4", "cloudfront", "efs"],
      [2, "single", "fargate", "0.5-2 ACU", 0, 1, "cache.t4g.micro +0", "1-2", "cloudfront", "efs"],
    ]);
  });

  it("has no floor that a stack file can lower, each refused by its own name", () => {
    for (const profile of profileNames) {
      for (const floor of floorNames) {
        const value = profiles[profile].floors[floor];
        if (value === false || value === 0) {
          continue;
        }
        const lower = typeof value === "number" ? value - 1 : false;
        const { problems } = checkSettings(exampleConfig({ profile, safety: { [floor]: lower } }), "test");
        assert.deepEqual(
          problems.map(({ path, given }) => [path, given]),
          [[`moodle:safety.${floor}`, lower]],
        );
        assert.match(problems[0]?.allowed ?? "", new RegExp(`the floor "${floor}" of profile ${profile}`));
      }
    }
  });

  it("raises what the file does not give along with a raised floor", () => {
    const safety = {
      readers: 2,
      cacheReplicas: 2,
      webTasks: 8,
      instances: 5,
      backupRetentionDays: 35,
      availabilityZones: 4,
    };
    const settings = loadSettings(exampleConfig({ region: "us-east-1", safety }), "test");
    assert.equal(settings.database.readers, 2);
    assert.equal(settings.cache.sessions.replicas, 2);
    assert.equal(settings.cache.application.replicas, 2);
    assert.equal(settings.web.minTasks, 8);
    assert.equal(settings.cluster.kind === "ec2" && settings.cluster.minInstances, 5);
    assert.equal(settings.network.availabilityZones.length, 4);
    assert.deepEqual(settings.safety, { ...profiles.prod.floors, ...safety });
    assert.equal(
      loadSettings(exampleConfig({ profile: "dev", safety: { natPerZone: true } }), "t").network.natGateways,
      "per-zone",
    );
  });

  it("never gives settings below the floors, whatever the file says", () => {
    const numbers = fc.record(
      {
        readers: fc.integer({ min: 0, max: 5 }),
        cacheReplicas: fc.integer({ min: 0, max: 5 }),
        webTasks: fc.integer({ min: 0, max: 20 }),
        backupRetentionDays: fc.integer({ min: 0, max: 35 }),
        natPerZone: fc.boolean(),
        protect: fc.boolean(),
      },
      { requiredKeys: [] },
    );
    const file = fc.record({
      profile: fc.constantFrom(...profileNames),
      safety: numbers,
      database: fc.record({ readers: fc.integer({ min: 0, max: 5 }) }, { requiredKeys: [] }),
      network: fc.record({ natGateways: fc.constantFrom("single", "per-zone") }, { requiredKeys: [] }),
    });
    fc.assert(
      fc.property(file, (changes) => {
        const { settings, problems } = checkSettings(exampleConfig(changes), "test");
        const { floors } = profiles[changes.profile];
        if (settings === undefined) {
          assert.ok(problems.length > 0);
          return;
        }
        for (const floor of floorNames) {
          assert.ok(settings.safety[floor] >= floors[floor]);
        }
        assert.ok(settings.database.readers >= settings.safety.readers);
        assert.ok(settings.cache.sessions.replicas >= settings.safety.cacheReplicas);
        assert.ok(settings.web.minTasks >= settings.safety.webTasks);
        assert.ok(settings.database.backupRetentionDays >= settings.safety.backupRetentionDays);
        assert.ok(!settings.safety.natPerZone || settings.network.natGateways === "per-zone");
      }),
    );
  });
});
