import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { exampleConfig } from "../../testing/examples/settings";
import { loadSettings } from "../../stacks/settings/load";
import { typesWith } from "../../policies/lib/resourceTypes";
import { type Planned, planCost, pricedTypes } from "./planCost";
import { hoursPerMonth, loadPrices, priceOf } from "../lib/prices";
import { delayValues } from "../capacity/delays";
import { values } from "../capacity/measured";
import { stackPlatform } from "../capacity/stackPlatform";
import { usageCost } from "../capacity/usageCost";
import { simulateYear } from "./year";

const prices = loadPrices("eu-west-2");
const planned = (type: string, inputs: Planned["inputs"] = {}): Planned => ({ type, name: "x", inputs });
const nothing = { seconds: 86400, instanceSeconds: 0, poolSeconds: 0, taskSeconds: 0, acuSeconds: 0 };

describe("prices", () => {
  it("has a date, and a source for each", () => {
    assert.match(prices.date, /^20\d\d-\d\d-\d\d$/);
    assert.ok(Object.values(prices.prices).every(({ source }) => prices.sources[source] !== undefined));
    assert.ok(
      Object.values(prices.prices).some(({ verified }) => !verified),
      "what is not read in AWS's list says so",
    );
  });

  it("names each price that is not verified in docs/capacity.md", () => {
    const document = readFileSync(join(__dirname, "../../docs/capacity.md"), "utf8");
    const unverified = Object.entries(prices.prices).filter(([, { verified }]) => !verified);
    assert.deepEqual(
      unverified.map(([name]) => name).filter((name) => !document.includes(`\`${name}\``)),
      [],
    );
    assert.ok(document.includes(`${unverified.length} of ${Object.keys(prices.prices).length} prices`));
  });

  it("names the file and the entry when a price is missing", () => {
    assert.throws(() => priceOf(prices, "ec2.x9z.large", "hour"), /eu-west-2\.json.*ec2\.x9z\.large.*Add/s);
    assert.throws(() => priceOf(prices, "nat", "month"), /no price of nat per month/);
    assert.throws(() => loadPrices("mars-north-1"), /moodle:region.*mars-north-1.*eu-west-2/s);
  });
});

describe("the cost of a plan", () => {
  it("multiplies what the plan has", () => {
    const lines = planCost(
      [
        planned("moodle:network:Network"),
        planned("aws:ec2/vpc:Vpc"),
        planned("aws:ec2/natGateway:NatGateway"),
        planned("aws:ec2/natGateway:NatGateway"),
        planned("aws:ec2/vpcEndpoint:VpcEndpoint", { vpcEndpointType: "Interface", subnetIds: ["a", "b", "c"] }),
        planned("aws:ec2/vpcEndpoint:VpcEndpoint", { vpcEndpointType: "Gateway", subnetIds: [] }),
        planned("aws:elasticache/replicationGroup:ReplicationGroup", {
          engine: "valkey",
          nodeType: "cache.t4g.micro",
          numCacheClusters: 2,
        }),
        planned("aws:wafv2/webAcl:WebAcl", { rules: [{}, {}] }),
        planned("aws:rds/clusterInstance:ClusterInstance", { instanceClass: "db.serverless" }),
      ],
      prices,
    );
    const cents = Object.fromEntries(lines.map(({ what, usdPerMonth }) => [what, Number(usdPerMonth.toFixed(2))]));
    assert.deepEqual(cents, {
      "NAT gateways": 73,
      "Interface endpoints": 24.09,
      "ElastiCache valkey cache.t4g.micro": 21.02,
      Firewall: 7,
    });
  });

  it("stops at a type that nobody has priced, and names them all", () => {
    const plan = [planned("aws:redshift/cluster:Cluster"), planned("aws:ec2/vpc:Vpc"), planned("gcp:storage:Bucket")];
    assert.throws(
      () => planCost(plan, prices),
      /aws:redshift\/cluster:Cluster, gcp:storage:Bucket.*resourceTypes\.ts/s,
    );
  });

  it("has a price for each type that is charged by the plan, and for no other", () => {
    const byPlan = typesWith("charged").flatMap(([type, charged]) => (charged === "byPlan" ? [type] : []));
    assert.deepEqual([...pricedTypes].sort(), byPlan.sort());
  });

  it("stops at a class without a price", () => {
    assert.throws(
      () => planCost([planned("aws:rds/clusterInstance:ClusterInstance", { instanceClass: "db.z1.huge" })], prices),
      /aurora\.db\.z1\.huge/,
    );
  });
});

describe("the cost of what was used", () => {
  it("is instances with their disks, or tasks, and Serverless times its instances", () => {
    const ec2 = loadSettings(exampleConfig(), "prod");
    const hour =
      priceOf(prices, "ec2.m7g.large", "hour") + (50 * priceOf(prices, "ebs.gp3", "GiB-month")) / hoursPerMonth;
    assert.equal(usageCost({ ...nothing, instanceSeconds: 7200 }, ec2, prices).total, 2 * hour);
    const fargate = loadSettings(exampleConfig({ profile: "dev" }), "dev");
    const cost = usageCost({ ...nothing, taskSeconds: 3600, acuSeconds: 3600 }, fargate, prices);
    assert.equal(cost.tasks, 0.5 * 0.03725 + 0.00409);
    assert.equal(cost.database, 0.14);
  });
});

describe("the cost of a year", () => {
  it("keeps a serverless database running when all else is off, and tells the two apart", () => {
    const settings = loadSettings(exampleConfig({ profile: "dev" }), "dev");
    const known = new Map();
    const yearWith = (on: number) =>
      simulateYear(
        () => stackPlatform(settings, []),
        settings,
        prices,
        { values, delays: delayValues, seed: 1, loadFactor: 0.01, on },
        known,
      );
    const [off, half, full] = [0, 0.5, 1].map(yearWith);
    assert.ok(off!.database > 0);
    assert.equal(off!.total.toFixed(6), off!.database.toFixed(6));
    assert.equal(half!.database, full!.database);
    assert.equal((half!.total - half!.database).toFixed(6), ((full!.total - full!.database) / 2).toFixed(6));
  });
});
