import assert from "node:assert/strict";

import { type Answer, enterAws, json, leaveAws, StandInAws, xml } from "../doctor/test/aws";
import { ask } from "../../testing/tools/ask";
import { restore } from "./command";
import type { Found, Point } from "./look";
import { plan } from "./plan";

const now = Date.parse("2026-11-30T12:00:00Z");
const at = (text: string) => Date.parse(`2026-11-${text}:00Z`);
const point = (text: string, bytes?: number): Point => ({
  arn: `arn:${text}`,
  at: at(text),
  ...(bytes !== undefined && { bytes }),
});
const found: Found = {
  window: { earliest: at("01T02:00"), latest: at("30T11:55") },
  points: {
    database: [point("28T02:30"), point("29T02:30"), point("30T02:30")],
    files: [point("28T02:30"), point("29T02:30", 200e9), point("30T02:30", 200e9)],
    objects: [point("01T02:30")],
  },
};

describe("the plan of a restore", () => {
  const said = (changes: Partial<Found>, stores: Parameters<typeof plan>[1], time: number) => {
    const { lines, ...rest } = plan({ ...found, ...changes }, stores, time, now);
    return { text: lines.join("\n"), ...rest };
  };

  it("takes the database back by Aurora's own backup, and leaves the files", () => {
    const { text, steps, values } = said({}, ["database"], at("30T09:55"));
    assert.deepEqual([steps, values], [[1, 2, 6, 7], { 2: { time: "2026-11-30T09:55:00Z" } }]);
    assert.match(
      text,
      /Lost: what people wrote in the database from 2026-11-30T09:55:00Z to 2026-11-30T12:00:00Z \(2 h 5 min\)/,
    );
    assert.match(text, /Files: stay as they are/);
    assert.match(text, /database: any second from 2026-11-01T02:00:00Z to 2026-11-30T11:55:00Z/);
  });

  it("goes to Aurora's newest where somebody asks for the last minutes", () => {
    assert.deepEqual(said({}, ["database"], at("30T11:59")).values, { 2: { time: "2026-11-30T11:55:00Z" } });
  });

  it("takes the files of the first backup after the database, which has all that it names", () => {
    const { text, steps, values } = said({}, ["database", "files", "objects"], at("28T09:55"));
    assert.deepEqual(steps, [1, 2, 3, 4, 6, 7]);
    assert.deepEqual(values, {
      2: { time: "2026-11-28T09:55:00Z" },
      3: { point: "arn:29T02:30" },
      4: { point: "arn:01T02:30", time: "2026-11-28T09:55:00Z" },
    });
    assert.match(text, /Lost: what people deleted from 2026-11-28T09:55:00Z to 2026-11-29T02:30:00Z \(16 h 35 min\)/);
    // 200 GB at 100 MB a second.
    assert.match(text, /Files: 34 min or more for 186\.3 GiB/);
  });

  it("says what an older file store loses, and which time loses nothing", () => {
    const { text, values } = said({}, ["database", "files"], at("30T09:55"));
    assert.deepEqual(values[3], { point: "arn:30T02:30" });
    assert.match(
      text,
      /Lost: files that were uploaded from 2026-11-30T02:30:00Z to 2026-11-30T09:55:00Z \(7 h 25 min\)/,
    );
    assert.match(text, /To lose no file that the database names: TIME=2026-11-30T02:30:00Z/);
  });

  it("makes a database that is gone from the newest snapshot until then, by the program", () => {
    const { text, steps, values } = said({ window: undefined }, ["database", "files"], at("30T09:55"));
    assert.deepEqual(steps, [1, 5, 6, 7]);
    assert.deepEqual(values, { 5: { snapshot: "arn:30T02:30", point: "arn:30T02:30" } });
    assert.match(text, /the cluster is gone/);
  });

  it("takes a snapshot for a time before Aurora's window", () => {
    const window = { earliest: at("29T00:00"), latest: at("30T11:55") };
    const { steps, values } = said({ window }, ["database"], at("28T09:00"));
    assert.deepEqual([steps, values], [[1, 2, 6, 7], { 2: { snapshot: "arn:28T02:30" } }]);
  });

  it("says what is there when nothing reaches back", () => {
    assert.throws(
      () => said({ window: undefined }, ["database"], at("27T00:00")),
      /Nothing of the database reaches back to 2026-11-27T00:00:00Z\. database: the cluster is gone.*from 2026-11-28T02:30:00Z/,
    );
    const points = { database: [], files: [], objects: [] };
    const { text, steps } = said({ points }, ["files", "objects"], at("30T09:55"));
    assert.deepEqual(steps, [1, 6, 7]);
    assert.match(text, /Files: the vault has none\.\nObjects: the vault has none/);
  });
});

/*
 * moto has no recovery points and no times of Aurora's backups, so this stand-in answers in their place, in the wire
 * format of the SDK's own client.
 */
describe("make restore", () => {
  let aws: StandInAws;
  let cluster: Answer;
  const names = {
    profile: "prod",
    region: "eu-west-2",
    database: "prod-database-abcdef",
    databaseArn: "arn:aws:rds:eu-west-2:123456789012:cluster:prod-database-abcdef",
    efsFileSystem: "fs-1",
    efsFileSystemArn: "arn:aws:elasticfilesystem:eu-west-2:123456789012:file-system/fs-1",
    openZfsFileSystem: "",
    openZfsFileSystemArn: "",
    objectsBucket: "objects",
    objectsBucketArn: "arn:aws:s3:::objects",
    backupVault: "prod-backups",
    backupRole: "arn:aws:iam::123456789012:role/prod-backup",
    clusterName: "prod-cluster",
    webService: "prod-web",
    cronService: "prod-cron",
    adhocService: "prod-adhoc",
    kmsKeyArn: "arn:key",
    imageDigest: "sha256:1",
  };
  const pulumi = () => JSON.stringify({ runbook: names });
  const run = (given: object) =>
    ask(
      restore(pulumi, () => now),
      { STACK: "prod", ...given },
    );
  const describeClusters = (inner: string) =>
    xml(
      `<DescribeDBClustersResponse xmlns="http://rds.amazonaws.com/doc/2014-10-31/"><DescribeDBClustersResult><DBClusters><DBCluster>${inner}</DBCluster></DBClusters></DescribeDBClustersResult></DescribeDBClustersResponse>`,
    );

  before(async () => {
    aws = await StandInAws.alone();
    enterAws(aws.address);
    aws.answering = ({ service, operation, query }) => {
      if (service === "rds") {
        return cluster;
      }
      assert.equal(service, "backup", operation);
      assert.equal(operation, "GET /backup-vaults/prod-backups/recovery-points");
      const resource = query.get("resourceArn") ?? "";
      const seconds = (text: string) => at(text) / 1000;
      const one = (RecoveryPointArn: string, text: string, Status: string) => ({
        RecoveryPointArn,
        CreationDate: seconds(text),
        Status,
        BackupSizeInBytes: 200e9,
      });
      const points = resource.includes("elasticfilesystem")
        ? [
            one("arn:files:new", "30T02:30", "COMPLETED"),
            one("arn:files:old", "29T02:30", "COMPLETED"),
            one("arn:files:bad", "30T03:30", "PARTIAL"),
          ]
        : resource.includes(":rds:")
          ? [one("arn:aws:rds:eu-west-2:123456789012:cluster-snapshot:awsbackup:job-1", "30T02:30", "COMPLETED")]
          : [one("arn:objects", "01T02:30", "AVAILABLE")];
      return json({ RecoveryPoints: points });
    };
  });
  after(() => {
    leaveAws();
    aws.stop();
  });
  beforeEach(() => {
    cluster = describeClusters(
      "<DBClusterIdentifier>prod-database-abcdef</DBClusterIdentifier><EarliestRestorableTime>2026-11-01T02:00:00Z</EarliestRestorableTime><LatestRestorableTime>2026-11-30T11:55:00Z</LatestRestorableTime>",
    );
  });

  it("prints what is lost and the runbook's steps with this stack's names and recovery points", async () => {
    const { code, printed } = await run({ TIME: "2026-11-29T22:00:00Z", WHAT: "all" });
    assert.equal(code, 0);
    assert.match(printed, /^Stack prod, in eu-west-2\. Nothing was changed/);
    assert.match(printed, /files: 2 in the vault, from 2026-11-29T02:30:00Z to 2026-11-30T02:30:00Z/);
    assert.deepEqual(printed.match(/^## .*/gm), [
      "## 1. Close the site",
      "## 2. A: the database",
      "## 3. B: the files",
      "## 4. C: the objects",
      "## 6. Check, and open",
      "## 7. Go back, or tidy up",
    ]);
    assert.match(printed, /^time=2026-11-29T22:00:00Z$/m);
    assert.match(printed, /^point=arn:files:new$/m);
    assert.match(printed, /^point=arn:objects$/m);
    assert.match(printed, /^make verify STACK=prod$/m);
    assert.match(printed, /^make outage STACK=prod STATE=outage/m);
    // What this kind of stack has not is a comment.
    assert.doesNotMatch(printed, /^[^#\n]*<[a-z][A-Za-z]+>/m);
  });

  it("leads to the program's own way when the cluster is gone", async () => {
    cluster = xml(
      "<ErrorResponse><Error><Type>Sender</Type><Code>DBClusterNotFoundFault</Code><Message>gone</Message></Error></ErrorResponse>",
      404,
    );
    const { code, printed } = await run({ TIME: "2026-11-30T09:55:00Z" });
    assert.equal(code, 0);
    assert.match(printed, /^snapshot=arn:aws:rds:eu-west-2:123456789012:cluster-snapshot:awsbackup:job-1$/m);
    assert.match(printed, /^pulumi config set --path moodle:recovery\.databaseSnapshotArn "\$snapshot" --stack prod$/m);
    assert.doesNotMatch(printed, /^## 2\. /m);
  });

  it("asks AWS for nothing that changes anything", async () => {
    aws.asked.length = 0;
    await run({ TIME: "2026-11-30T09:55:00Z", WHAT: "all" });
    assert.ok(
      aws.asked.length === 4 && aws.asked.every((one) => /^(rds:DescribeDBClusters$|backup:GET )/.test(one)),
      aws.asked.join(),
    );
  });

  it("refuses a time that has not come, one that is none, and a stack without the names", async () => {
    assert.match((await run({ TIME: "2026-11-30T12:00:00Z" })).complained, /expected a time in the past/);
    const { code, complained } = await run({ TIME: "yesterday", WHAT: "everything" });
    assert.equal(code, 2);
    assert.match(complained, /TIME: got "yesterday", expected an instant of UTC/);
    assert.match(complained, /WHAT: got "everything", expected database, files, objects, all/);
    const old = await ask(
      restore(
        () => "{}",
        () => now,
      ),
      { STACK: "prod", TIME: "2026-11-30T09:55:00Z" },
    );
    assert.match(old.complained, /has not the names that a restore needs\. Fix: deploy this program/);
  });

  it("says what AWS says when it does not answer", async () => {
    cluster = xml("<ErrorResponse><Error><Code>AccessDenied</Code><Message>no</Message></Error></ErrorResponse>", 403);
    assert.match(
      (await run({ TIME: "2026-11-30T09:55:00Z" })).complained,
      /rds DescribeDBClusters failed: AccessDenied: no/,
    );
  });
});
