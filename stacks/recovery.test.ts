import * as assert from "node:assert/strict";
import { exampleConfig } from "../testing/examples/settings";
import { describeProblem } from "../components/lib/invalid";
import { isClusterOf, type RecoveryFacts, recoveryProblems } from "./recovery";
import { checkSettings, loadSettings } from "./settings/load";
import { databaseSource } from "./settings/recovery";

const account = "123456789012";
const arn = (region = "eu-west-2", owner = account, name = "awsbackup:job-1") =>
  `arn:aws:rds:${region}:${owner}:cluster-snapshot:${name}`;
const fileSystemId = "fs-0123456789abcdef0";
const snapshot = { kind: "backup", databaseSnapshotArn: arn(), fileSystemId };
const time = {
  kind: "backup",
  databaseClusterIdentifier: "prod-database-abcdef",
  databaseTime: "2026-11-30T09:55:00Z",
  fileSystemId,
};
const at = Date.parse("2026-11-30T10:00:00Z");
const version = "8.0.mysql_aurora.3.10.5";
const facts: RecoveryFacts = { account, running: [], origin: { engine: "aurora-mysql", engineVersion: version } };

describe("the settings of a recovery", () => {
  const judged = (recovery: object, further: object = {}) =>
    checkSettings(exampleConfig({ recovery, ...further }), "prod").problems.map(describeProblem);

  it("may be a snapshot, or a cluster and a time, with the files", () => {
    assert.deepEqual(judged(snapshot), []);
    assert.deepEqual(judged(time), []);
    // The files are still there: only the cluster is gone.
    assert.deepEqual(judged({ ...snapshot, fileSystemId: undefined }), []);
    assert.deepEqual(judged({}), []);
  });

  const openzfs = { storage: { kind: "openzfs", storageGib: 64, throughputMbps: 160 } };
  const refused: readonly (readonly [string, object, RegExp, object?])[] = [
    [
      "no database",
      { kind: "backup", fileSystemId },
      /databaseClusterIdentifier: got nothing, expected a snapshot, or/,
    ],
    ["a cluster without a time", { ...time, databaseTime: undefined }, /databaseTime: got nothing/],
    [
      "a time without a cluster",
      { ...time, databaseClusterIdentifier: undefined },
      /databaseClusterIdentifier: got noth/,
    ],
    [
      "a snapshot and a time",
      { ...snapshot, ...time },
      /databaseSnapshotArn: got .* expected nothing beside a cluster/,
    ],
    [
      "a snapshot of another region",
      { ...snapshot, databaseSnapshotArn: arn("eu-west-1") },
      /expected a snapshot in eu-west-2.*start-copy-job/,
    ],
    [
      "a snapshot of an instance",
      { ...snapshot, databaseSnapshotArn: arn().replace("cluster-", "") },
      /expected the ARN of a snapshot of an Aurora cluster/,
    ],
    ["a day that no month has", { ...time, databaseTime: "2026-11-32T09:55:00Z" }, /databaseTime: got "2026-11-32T/],
    [
      "a time with a zone",
      { ...time, databaseTime: "2026-11-30T09:55:00+01:00" },
      /an instant of UTC, in quotes: "2026-11-30T09:55:00Z"/,
    ],
    [
      "files of another kind",
      snapshot,
      /fileSystemId: got "fs-[^"]*", expected nothing with moodle:storage\.kind openzfs/,
      openzfs,
    ],
    ["a word that nothing reads", { ...snapshot, files: "x" }, /moodle:recovery\.files/],
  ];
  for (const [what, recovery, says, further] of refused) {
    it(`are refused: ${what}`, () => {
      const problems = judged(recovery, further);
      assert.ok(
        problems.some((line) => says.test(line)),
        problems.join("\n"),
      );
    });
  }
});

describe("a recovery and the account", () => {
  const problems = (recovery: object, found: Partial<RecoveryFacts> = {}, now = at) => {
    const settings = loadSettings(exampleConfig({ recovery }), "prod");
    return recoveryProblems(settings, databaseSource(settings.recovery)!, now, { ...facts, ...found }).map(
      describeProblem,
    );
  };

  it("fit", () => {
    assert.deepEqual(problems(snapshot), []);
    assert.deepEqual(problems(time), []);
  });

  it("do not fit where a database of the stack runs, unless it was made from the same backup", () => {
    const running = (source?: string) => ({ running: [{ identifier: "prod-database-abcdef", source }] });
    assert.match(problems(snapshot, running())[0]!, /prod-database-abcdef runs\. Remove moodle:recovery/);
    assert.match(problems(snapshot, running("another"))[0]!, /prod-database-abcdef runs, made from another/);
    assert.deepEqual(problems(snapshot, running(arn())), []);
    assert.deepEqual(problems(time, running("prod-database-abcdef at 2026-11-30T09:55:00Z")), []);
    assert.equal(isClusterOf("prod", "prod-database-abcdef"), true);
    assert.equal(isClusterOf("prod", "pre-prod-database-abcdef"), false);
    assert.equal(isClusterOf("prod", "prod-database-abcdef-old"), false);
  });

  it("do not fit with a time that has not come", () => {
    assert.match(
      problems(time, {}, Date.parse("2026-11-30T09:55:00Z"))[0]!,
      /databaseTime: .* expected a time in the past/,
    );
    assert.deepEqual(problems(time, {}, Date.parse("2026-11-30T09:55:01Z")), []);
  });

  it("do not fit with a recovery point of another account, which cannot be shared; a snapshot by hand can", () => {
    const other = "210987654321";
    assert.match(
      problems({ ...snapshot, databaseSnapshotArn: arn("eu-west-2", other) })[0]!,
      /a recovery point of account 123456789012/,
    );
    assert.deepEqual(problems({ ...snapshot, databaseSnapshotArn: arn("eu-west-2", other, "shared") }), []);
  });

  it("do not fit with another engine, a newer one, or a copy that is under way", () => {
    const origin = (engineVersion: string, status?: string, engine = "aurora-mysql") => ({
      origin: { engine, engineVersion, ...(status !== undefined && { status }) },
    });
    assert.match(problems(snapshot, origin("16.2", "available", "aurora-postgresql"))[0]!, /a backup of aurora-mysql/);
    assert.match(
      problems(snapshot, origin("8.0.mysql_aurora.3.11.0"))[0]!,
      /engineVersion: got .*3\.10\.5", expected 8\.0\.mysql_aurora\.3\.11\.0/,
    );
    assert.match(problems(snapshot, origin("5.7.mysql_aurora.2.12.0"))[0]!, /expected 5\.7/);
    assert.deepEqual(problems(snapshot, origin("8.0.mysql_aurora.3.8.0")), []);
    // To a time, RDS restores into the source's version.
    assert.match(
      problems(time, origin("8.0.mysql_aurora.3.10.4"))[0]!,
      /Set it to 8\.0\.mysql_aurora\.3\.10\.4 for the restore/,
    );
    assert.match(
      problems(snapshot, origin(version, "copying"))[0]!,
      /got "copying", expected a snapshot whose state is available/,
    );
    assert.match(
      problems(snapshot, { origin: "AWS says: not found" })[0]!,
      /something that this account finds\. AWS says: not found/,
    );
  });
});
