import * as assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { preview, type RunResult, stopStandIns, up } from "../../offline/engine";
import { type Outside, outsideVariable } from "../../offline/providers/outside";
import { defaultEngineVersion } from "../../components/database/engine";

const account = "123456789012";
const snapshotArn = `arn:aws:rds:eu-west-2:${account}:cluster-snapshot:awsbackup:job-0123abcd`;
const fileSystemId = "fs-0123456789abcdef0";
const objectsBucketName = "restored-objects";
const clusterIdentifier = "prod-database-qwerty";
const cluster = { engine: "aurora-mysql", engineVersion: defaultEngineVersion, tags: {} };

/** As EFS and S3 describe what AWS Backup has restored: with another key, throughput and tags than the program's. */
const restored = (stack: string): Outside => ({
  [`aws:rds/getClusterSnapshot:getClusterSnapshot::${snapshotArn}`]: { ...cluster, status: "available" },
  [`aws:rds/getCluster:getCluster::${clusterIdentifier}`]: { ...cluster, clusterIdentifier },
  [`aws:efs/fileSystem:FileSystem::${stack}-files-file-system`]: {
    id: fileSystemId,
    arn: `arn:aws:elasticfilesystem:eu-west-2:${account}:file-system/${fileSystemId}`,
    inputs: {
      encrypted: true,
      kmsKeyId: `arn:aws:kms:eu-west-2:${account}:key/01234567-89ab-cdef-0123-456789abcdef`,
      creationToken: "aws-backup-token",
      performanceMode: "generalPurpose",
      throughputMode: "bursting",
      tags: { "aws:elasticfilesystem:default-backup": "enabled" },
    },
  },
  [`aws:s3/bucket:Bucket::${stack}-objects-bucket`]: {
    id: objectsBucketName,
    arn: `arn:aws:s3:::${objectsBucketName}`,
    bucketRegionalDomainName: `${objectsBucketName}.s3.eu-west-2.amazonaws.com`,
    inputs: { bucket: objectsBucketName, tags: { restoredBy: "AWS Backup" } },
  },
});

const fromSnapshot = { kind: "backup", databaseSnapshotArn: snapshotArn, fileSystemId, objectsBucketName };
const fromTime = {
  kind: "backup",
  databaseClusterIdentifier: clusterIdentifier,
  databaseTime: "2026-11-22T09:55:00Z",
  fileSystemId,
};

describe("a stack from a backup, on the real engine", () => {
  const folder = mkdtempSync(join(tmpdir(), "moodle-recovery-"));
  const file = join(folder, "outside.json");
  before(async () => {
    await stopStandIns();
    process.env[outsideVariable] = file;
  });
  after(async () => {
    delete process.env[outsideVariable];
    await stopStandIns();
    rmSync(folder, { recursive: true });
  });

  const told = (outside: Outside) => writeFileSync(file, JSON.stringify(outside));
  const options = (stack: string, groups: Readonly<Record<string, unknown>> = {}) => ({
    run: `recovery-${stack}`,
    quiet: true,
    config: Object.fromEntries(Object.entries(groups).map(([key, value]) => [`moodle:${key}`, JSON.stringify(value)])),
  });
  const inputs = (result: RunResult, end: string) =>
    result.resources.find(({ urn }) => urn.endsWith(`::${end}`))?.inputs;
  const succeeds = (result: RunResult) => {
    assert.ok(result.ok, result.printed);
    assert.deepEqual(
      result.violations.filter(({ policy }) => policy !== "undecided"),
      [],
    );
  };

  for (const [stack, recovery] of [
    ["prod", fromSnapshot],
    ["staging", fromTime],
  ] as const) {
    it(`is made in one update in profile ${stack}, and lives on when the setting is taken away`, async () => {
      told(restored(stack));
      const made = await up(stack, options(stack, { recovery }));
      succeeds(made);
      const database = inputs(made, `${stack}-database-cluster`)!;
      if (recovery === fromTime) {
        assert.deepEqual(database["restoreToPointInTime"], {
          sourceClusterIdentifier: clusterIdentifier,
          restoreToTime: "2026-11-22T09:55:00Z",
          restoreType: "full-copy",
        });
      } else {
        assert.equal(database["snapshotIdentifier"], snapshotArn);
      }
      assert.equal(made.outputs["objectsBucket"] === objectsBucketName, recovery === fromSnapshot);

      const again = await preview(stack, options(stack, { recovery }));
      succeeds(again);
      assert.deepEqual(Object.keys(again.changes), ["same"], again.printed);

      const after = await up(stack, options(stack));
      succeeds(after);
      // Tags, throughput and life cycle of what was taken over become the program's; nothing is replaced, made or deleted.
      assert.deepEqual(Object.keys(after.changes).sort(), ["same", "update"], after.printed);
      const settled = await preview(stack, options(stack));
      assert.deepEqual(Object.keys(settled.changes), ["same"], settled.printed);
    });
  }

  it("is previewed offline with nothing told of the account: the stand-ins have what AWS Backup restores", async () => {
    told({});
    succeeds(await preview("dev", { ...options("dev", { recovery: fromSnapshot }), run: "recovery-untold" }));
  });

  it("is refused in a preview where a database runs that was not made from it", async () => {
    const identifier = "prod-database-abcdef";
    told({
      ...restored("prod"),
      "aws:rds/getClusters:getClusters::all": { clusterIdentifiers: [identifier, "staging-database-abcdef"] },
      [`aws:rds/getCluster:getCluster::${identifier}`]: { ...cluster, clusterIdentifier: identifier },
    });
    const refused = await preview("prod", options("prod", { recovery: fromSnapshot }));
    assert.equal(refused.ok, false);
    assert.match(
      refused.printed,
      /moodle:recovery\.databaseSnapshotArn: got "arn:aws:rds:[^"]+", expected a stack without a database, and prod-database-abcdef runs\. Remove moodle:recovery\./,
    );
  });

  it("would replace nothing even where nobody had looked: the state protects the database and the files", async () => {
    const other = { ...fromSnapshot, databaseSnapshotArn: `${snapshotArn}2` };
    told({
      ...restored("prod"),
      [`aws:rds/getClusterSnapshot:getClusterSnapshot::${snapshotArn}2`]: { ...cluster, status: "available" },
    });
    const refused = await preview("prod", options("prod", { recovery: other }));
    assert.equal(refused.ok, false);
    assert.match(refused.printed, /unable to replace resource "[^"]*prod-database-cluster"/);
  });
});
