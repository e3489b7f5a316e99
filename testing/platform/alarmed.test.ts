import * as aws from "@pulumi/aws";
import * as assert from "node:assert/strict";
import { stopStandIns } from "../../offline/engine";
import { type Alarmed, alarmed } from "./alarmed";
import { exceptions } from "./exceptions";

describe("Every resource of prod that holds data or carries all requests is watched", () => {
  const added = [
    "aws:cloudwatch/logGroup:LogGroup::prod-more-logs",
    "aws:dynamodb/table:Table::prod-table",
    "aws:elasticache/replicationGroup:ReplicationGroup::prod-third-group",
    "aws:kms/key:Key::prod-second-key",
    "aws:s3/bucket:Bucket::prod-more-bucket",
  ];
  let found: Alarmed;
  // One plan for both: the program's own resources, and some that are not watched.
  before(async () => {
    found = await alarmed("prod", (opts) => {
      new aws.elasticache.ReplicationGroup("prod-third-group", { description: "A third cache" }, opts);
      new aws.cloudwatch.MetricAlarm("prod-unguided-alarm", { comparisonOperator: "x", evaluationPeriods: 1 }, opts);
      new aws.dynamodb.Table("prod-table", { attributes: [{ name: "id", type: "S" }], hashKey: "id" }, opts);
      new aws.cloudwatch.LogGroup("prod-more-logs", { retentionInDays: 90 }, opts);
      new aws.kms.Key("prod-second-key", {}, opts);
      new aws.s3.Bucket("prod-more-bucket", {}, opts);
      new aws.appconfig.Application("prod-unheard", {}, opts);
    });
  });
  after(stopStandIns);

  it("in the plan", () => {
    assert.deepEqual(
      found.unwatched.filter((identity) => !added.includes(identity)),
      [],
    );
    const own = found.stateful.filter((identity) => !added.includes(identity));
    assert.ok(own.length >= 40, own.join("\n"));
    for (const type of ["aws:s3/bucket:Bucket", "aws:kms/key:Key", "aws:secretsmanager/secret:Secret"]) {
      assert.ok(own.filter((identity) => identity.startsWith(`${type}::`)).length >= 2, type);
    }
  });

  it("and each type is known to hold data or not to", () => {
    assert.deepEqual(found.unclassified, ["aws:appconfig/application:Application"]);
  });

  it("with a reason for each that is not, and none of them is gone", () => {
    const names = new Set(found.stateful.map((identity) => identity.split("::prod-")[1]));
    for (const [role, watch] of Object.entries(exceptions)) {
      assert.ok(names.has(role), `${role} is not in the plan`);
      assert.ok(watch.by !== "nobody" || /^[A-Z].{30,}\.$/.test(watch.reason), role);
    }
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
