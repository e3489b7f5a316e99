import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { rules } from "../rules";
import { configSchema } from "../scripts/schema";
import { saysTheSame } from "../scripts/writeOrCheck";
import { configProblems, looser, settingOf, type PackConfig } from "./config";

const folder = path.join(__dirname, "..", "config");
const text = (name: string): string => fs.readFileSync(path.join(folder, `${name}.json`), "utf8");
const configOf = (name: string): PackConfig => JSON.parse(text(name)) as PackConfig;

describe("the configurations of the environments", () => {
  for (const name of ["prod", "staging", "dev"]) {
    it(`${name} has no mistakes, and says nothing that the rules say themselves`, () => {
      const config = configOf(name);
      assert.deepEqual(configProblems(config, rules), []);
      for (const rule of rules.filter(({ id }) => config[id] !== undefined)) {
        const { [rule.id]: own, ...others } = config;
        const { enforcementLevel, ...given } =
          typeof own === "string" ? { enforcementLevel: own } : (own as object & { enforcementLevel?: string });
        assert.notDeepEqual(settingOf(config, rule), settingOf(others, rule), `${rule.id} is the rule's own setting`);
        assert.notEqual(enforcementLevel, "mandatory", `${rule.id}: mandatory is the pack's own level`);
        for (const [key, value] of Object.entries(given)) {
          assert.notDeepEqual(value, rule.limits[key]?.value, `${rule.id}.${key} is the rule's own threshold`);
        }
      }
    });
  }

  it("prod is nowhere looser than staging, nor staging than dev", () => {
    assert.deepEqual(looser(configOf("prod"), configOf("staging"), rules), []);
    assert.deepEqual(looser(configOf("staging"), configOf("dev"), rules), []);
  });

  it("prod fails where another environment fixes by itself", () => {
    for (const rule of rules) {
      assert.notEqual(settingOf(configOf("prod"), rule).level, "remediate", rule.id);
    }
  });

  it("the schema for editors is up to date", () => {
    assert.ok(saysTheSame("schema.json", text("schema"), JSON.stringify(configSchema())), "run scripts/schema.ts");
  });
});

describe("configProblems", () => {
  const problems = (config: PackConfig) => configProblems(config, rules);

  it("accepts levels, thresholds and the word all", () => {
    assert.deepEqual(
      problems({
        all: "advisory",
        "database-backups": "mandatory",
        "cache-failover": { minReplicas: 2 },
        environments: [],
      }),
      [],
    );
  });
  it("names a policy that does not exist, and the one that was meant", () => {
    assert.deepEqual(problems({ "database-backup": "mandatory" }), [
      'database-backup: there is no such policy. Did you mean "database-backups"?',
    ]);
    assert.match(problems({ "something-else-entirely": "mandatory" })[0]!, /See policies\/README\.md/);
  });
  it("names a threshold that does not exist, or has the wrong type", () => {
    assert.deepEqual(problems({ "database-backups": { minDay: 3 } }), [
      "database-backups.minDay: there is no such threshold. Allowed: minDays",
    ]);
    assert.deepEqual(problems({ "database-backups": { minDays: "3" } }), [
      'database-backups.minDays: must be a number from 0, not "3"',
    ]);
    assert.deepEqual(problems({ "no-open-ingress": { publicPorts: [443] } }), [
      "no-open-ingress.publicPorts: must be a list of texts, not [443]",
    ]);
    assert.match(problems({ "bucket-encrypted": { customerKey: 1 } })[0]!, /must be true or false/);
    assert.match(problems({ "bucket-private": { x: 1 } })[0]!, /Allowed: none/);
  });
  it("names a level that does not exist, or does not go here", () => {
    assert.match(problems({ "database-backups": "must" })[0]!, /the level "must" does not exist/);
    assert.match(problems({ "database-backups": "remediate" })[0]!, /nothing is remediated here/);
    assert.match(problems({ undecided: "disabled" })[0]!, /can not be disabled/);
    assert.match(problems({ "database-backups": 3 })[0]!, /must be a level/);
    assert.deepEqual(problems({ "log-retention": "remediate" }), []);
  });
});

describe("looser", () => {
  const check = (one: PackConfig, than: PackConfig) => looser(one, than, rules);
  it("sees a lower level", () => {
    assert.deepEqual(check({ "bucket-private": "advisory" }, {}), ["bucket-private: advisory < mandatory"]);
  });
  it("sees each kind of threshold", () => {
    assert.equal(check({ "database-backups": { minDays: 3 } }, { "database-backups": { minDays: 4 } }).length, 1);
    const percent = (value: number) => ({ "capacity-provider-headroom": { maxTargetCapacity: value } });
    assert.equal(check(percent(99), percent(90)).length, 1);
    assert.equal(check({ "no-open-ingress": { publicPorts: ["443"] } }, {}).length, 1);
    assert.equal(check({ "required-tags": { tags: ["Owner"] } }, {}).length, 1);
    assert.equal(check({ "cloudfront-firewall": { firewall: false } }, {}).length, 1);
    assert.equal(check({ "internal-load-balancers": { allowInternetFacing: true } }, {}).length, 1);
    assert.equal(
      check({ "nat-gateway-ceiling": { maxGateways: 1 } }, { "nat-gateway-ceiling": { maxGateways: 2 } }).length,
      1,
    );
    assert.deepEqual(check(percent(80), percent(90)), []);
  });
});
