import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { destroy, refreshLog, stopStandIns, up } from "../../offline/engine";
import { type Outside, outsideVariable } from "../../offline/providers/outside";
import { differences } from "../../tools/drift/judge";

describe("a refresh on the real engine", () => {
  const folder = mkdtempSync(join(tmpdir(), "moodle-outside-"));
  const file = join(folder, "outside.json");
  const options = { run: "drift", quiet: true, policyPacks: [] };
  before(async () => {
    // The stand-ins read it from their environment, and are started with the first run.
    await stopStandIns();
    process.env[outsideVariable] = file;
    const { ok, printed } = await up("staging", options);
    assert.ok(ok, printed);
  });
  after(async () => {
    await destroy("staging", options);
    delete process.env[outsideVariable];
    await stopStandIns();
    rmSync(folder, { recursive: true });
  });
  const found = async (outside: Outside) => {
    writeFileSync(file, JSON.stringify(outside));
    const log = await refreshLog("staging", options);
    return differences(log, Date.now()).map(({ urn, operation, fields }) => [
      urn.split("::").at(-1),
      operation,
      fields,
    ]);
  };

  it("sees what somebody has changed or deleted, and nothing of what scaling, releases and rotations move", async () => {
    assert.deepEqual(await found({}), []);
    const moved: Outside = {
      "aws:ecs/service:Service::staging-moodle-web-service": { desiredCount: 42, taskDefinition: "arn:released" },
      "aws:ecs/service:Service::staging-moodle-cron-service": { taskDefinition: "arn:released" },
      "aws:autoscaling/group:Group::staging-cluster-group": { desiredCapacity: 17 },
      "aws:appautoscaling/target:Target::staging-moodle-web-scaling": { minCapacity: 20 },
      "aws:secretsmanager/secretVersion:SecretVersion::staging-database-application": {
        versionStages: ["AWSPREVIOUS"],
      },
    };
    assert.deepEqual(await found(moved), []);
    const changed: Outside = {
      ...moved,
      "aws:ec2/securityGroup:SecurityGroup::staging-files-security-group": { description: "by hand" },
      "aws:cloudwatch/logGroup:LogGroup::staging-moodle-web-logs": null,
    };
    assert.deepEqual((await found(changed)).toSorted(), [
      ["staging-files-security-group", "update", ["description"]],
      ["staging-moodle-web-logs", "delete", []],
    ]);
  });
});
