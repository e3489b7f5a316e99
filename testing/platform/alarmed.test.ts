import * as aws from "@pulumi/aws";
import * as assert from "node:assert/strict";
import { stopStandIns } from "../../offline/engine";
import { type Alarmed, alarmed } from "./alarmed";

describe("Every resource of prod that holds data or carries all requests has an alarm", function () {
  this.timeout(180_000);
  const added = [
    "aws:dynamodb/table:Table::prod-table",
    "aws:elasticache/replicationGroup:ReplicationGroup::prod-third-group",
  ];
  let found: Alarmed;
  // One plan for both: the program's own resources, and two that nobody watches.
  before(async () => {
    found = await alarmed("prod", (opts) => {
      new aws.elasticache.ReplicationGroup("prod-third-group", { description: "A third cache" }, opts);
      new aws.cloudwatch.MetricAlarm("prod-unguided-alarm", { comparisonOperator: "x", evaluationPeriods: 1 }, opts);
      new aws.dynamodb.Table("prod-table", { attributes: [{ name: "id", type: "S" }], hashKey: "id" }, opts);
    });
  });
  after(stopStandIns);

  it("in the plan", () => {
    assert.deepEqual(
      found.unwatched.filter((identity) => !added.includes(identity)),
      [],
    );
    assert.ok(found.critical.length >= 11 + added.length, found.critical.join("\n"));
  });

  it("with a runbook that there is", () => {
    assert.deepEqual(found.unguided, ["prod-unguided-alarm"]);
  });

  it("and one that is added without an alarm is found", () => {
    assert.deepEqual(
      found.unwatched.filter((identity) => added.includes(identity)),
      added,
    );
  });
});
