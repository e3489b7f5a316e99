import * as assert from "node:assert/strict";
import * as fc from "fast-check";
import type { z } from "zod";
import { profiles, raised } from "./profiles";
import { exampleConfig, exampleValues } from "../testing/examples/settings";
import { isRecord, kindOf, type Node, toNode } from "./settings/jsonSchema";
import { checkSettings, loadSettings, parseGroups } from "./settings/load";
import type { Safety } from "./settings/safety";
import { groups, type Profile, type Settings } from "./settings/settings";
import { type ProfileName, profileNames } from "./settings/site";

const floorNames = Object.keys(profiles.prod.safety) as (keyof Safety)[];

const natGatewaysOf = (network: Settings["network"]) => (network.kind === "own" ? network.natGateways : undefined);

describe("profiles", () => {
  it("prod is nowhere looser than staging, nor staging than dev", () => {
    const pairs: readonly (readonly [ProfileName, ProfileName])[] = [
      ["prod", "staging"],
      ["staging", "dev"],
    ];
    for (const [strict, loose] of pairs) {
      for (const floor of floorNames) {
        const [high, low] = [profiles[strict].safety[floor], profiles[loose].safety[floor]];
        assert.ok(high >= low, `${floor}: ${strict} ${high}, ${loose} ${low}`);
      }
    }
  });

  it("prod survives the loss of a zone, and nothing in it can be deleted by accident", () => {
    assert.deepEqual(profiles.prod.safety, {
      availabilityZones: 3,
      natPerZone: true,
      lockedBackups: true,
      backupCopies: true,
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
        natGatewaysOf(network),
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
        const value = profiles[profile].safety[floor];
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
    assert.deepEqual(settings.safety, { ...profiles.prod.safety, ...safety });
    assert.equal(
      natGatewaysOf(loadSettings(exampleConfig({ profile: "dev", safety: { natPerZone: true } }), "t").network),
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
        lockedBackups: fc.boolean(),
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
        const { safety: floors } = profiles[changes.profile];
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
        assert.ok(!settings.safety.lockedBackups || settings.backup.kind === "vault");
        assert.ok(!settings.safety.natPerZone || natGatewaysOf(settings.network) === "per-zone");
      }),
    );
  });

  it("is nowhere below its own floors", () => {
    for (const name of profileNames) {
      assert.deepEqual(raised(profiles[name], profiles[name].safety), profiles[name]);
    }
  });

  it("knows no setting that the schema does not know", () => {
    const { safety } = profiles.dev;
    const unknown: readonly Profile[] = [
      // @ts-expect-error no such group
      { safety, caches: {} },
      // @ts-expect-error no such setting
      { safety, cache: { sessions: { colour: 7 } } },
      // @ts-expect-error no such kind
      { safety, cluster: { eks: {} } },
      // @ts-expect-error a setting of another kind
      { safety, cluster: { fargate: { warmPoolSize: 1 } } },
    ];
    for (const profile of unknown) {
      assert.notDeepEqual(parseGroups(exampleValues({ profile: "dev" }), profile).problems, []);
    }
  });
});

/** One value of a profile, and where it goes. */
interface Leaf {
  /** In the settings. */
  readonly path: readonly string[];
  /** The same with the kinds on the way. */
  readonly inProfile: readonly string[];
  readonly node: Node;
  readonly value: unknown;
  /** Kinds on the way, which a stack file must name for the setting to count. */
  readonly given: Readonly<Record<string, unknown>>;
}

/** Settings that a stack file must give with a kind. */
const needed: Readonly<Record<string, object>> = { "mail.smtp": { host: "mail.example.org" } };

function leavesOf(name: ProfileName): Leaf[] {
  const leaves: Leaf[] = [];
  const walk = (leaf: Leaf): void => {
    const { path, inProfile, node, value, given } = leaf;
    if (node.oneOf !== undefined && isRecord(value)) {
      for (const [kind, parts] of Object.entries(value)) {
        const at = [...inProfile, kind];
        if (kind === "kind") {
          leaves.push({ ...leaf, path: [...path, kind], inProfile: at, value: parts });
          continue;
        }
        const variant = node.oneOf.find((one) => kindOf(one) === kind) ?? assert.fail(`no kind ${at.join(".")}`);
        const choice = replaced(given, path, { kind, ...needed[at.join(".")] });
        walk({ path, inProfile: at, node: variant, value: parts, given: choice });
      }
    } else if (node.properties !== undefined && isRecord(value)) {
      for (const [key, part] of Object.entries(value)) {
        const property = node.properties[key] ?? assert.fail(`no setting ${[...path, key].join(".")}`);
        walk({ path: [...path, key], inProfile: [...inProfile, key], node: property, value: part, given });
      }
    } else {
      leaves.push(leaf);
    }
  };
  for (const [key, value] of Object.entries(profiles[name])) {
    const schema = (groups as Readonly<Record<string, z.ZodType>>)[key] ?? assert.fail(`no group ${key}`);
    walk({ path: [key], inProfile: [key], node: toNode(schema), value, given: {} });
  }
  return leaves;
}

/** Another value that the schema allows. */
function another({ node, value, path }: Pick<Leaf, "node" | "value" | "path">): unknown {
  const choices = node.oneOf?.map(kindOf) ?? node.enum;
  if (choices !== undefined) {
    // The kinds that need nothing more.
    return choices.filter((one) => one !== "smtp").find((one) => one !== value);
  }
  if (typeof value === "boolean") {
    return !value;
  }
  if (typeof value === "number") {
    const step = node.multipleOf ?? 1;
    return value + step <= (node.maximum ?? Infinity) ? value + step : value - step;
  }
  if (Array.isArray(value)) {
    return value.length > 0 ? value.slice(1) : [another({ node: node.items ?? {}, value: undefined, path })];
  }
  const pattern = new RegExp(node.pattern ?? assert.fail(`no other value of ${path.join(".")} is known`));
  const characters = [...String(value)];
  return characters
    .flatMap((_, index) => ["1", "2", "m", "n"].map((other) => characters.with(index, other).join("")))
    .find((text) => text !== value && pattern.test(text));
}

function replaced(at: unknown, [key, ...rest]: readonly string[], value: unknown): Record<string, unknown> {
  const record = isRecord(at) ? at : {};
  return key === undefined
    ? (value as Record<string, unknown>)
    : { ...record, [key]: rest.length === 0 ? value : replaced(record[key], rest, value) };
}

function valueAt(data: unknown, path: readonly string[]): unknown {
  return path.reduce((at, key) => (isRecord(at) ? at[key] : undefined), data);
}

describe("each value of a profile", () => {
  for (const name of profileNames) {
    for (const leaf of leavesOf(name)) {
      it(`decides ${leaf.inProfile.join(".")} in ${name}`, () => {
        const other = another(leaf);
        assert.notDeepEqual(other, leaf.value);
        for (const value of [leaf.value, other]) {
          const profile = replaced(profiles[name], leaf.inProfile, value) as unknown as Profile;
          const { data, problems } = parseGroups(
            exampleValues({ profile: name, backup: undefined, ...leaf.given }),
            profile,
          );
          assert.deepEqual(problems, []);
          assert.deepEqual(valueAt(data, leaf.path), value);
        }
      });
    }
  }
});
