import assert from "node:assert/strict";
import { build, settled } from "../../testing/build";
import { Backup, type BackupArgs, dailyJobs } from "./backup";

const args: BackupArgs = {
  vault: { vaultName: "vault" as never },
  retentionDays: 35,
  startTime: "02:30",
  snapshotsOf: ["arn:database"],
  filesOf: ["arn:files"],
  continuousOf: ["arn:objects"],
};
const make = (changes: Partial<BackupArgs> = {}, preview = false) =>
  build((opts) => new Backup("prod-backup", { ...args, ...changes }, opts), { preview });

describe("Backup", () => {
  it("makes a role with AWS's four policies, and a plan and a selection for each kind of backup", async () => {
    const built = await make();
    assert.deepEqual(built.identities, [
      "aws:backup/plan:Plan::prod-backup-continuous",
      "aws:backup/plan:Plan::prod-backup-files",
      "aws:backup/plan:Plan::prod-backup-snapshots",
      "aws:backup/selection:Selection::prod-backup-continuous-selection",
      "aws:backup/selection:Selection::prod-backup-files-selection",
      "aws:backup/selection:Selection::prod-backup-snapshots-selection",
      "aws:iam/role:Role::prod-backup-role",
      "aws:iam/rolePolicyAttachment:RolePolicyAttachment::prod-backup-backup",
      "aws:iam/rolePolicyAttachment:RolePolicyAttachment::prod-backup-backup-buckets",
      "aws:iam/rolePolicyAttachment:RolePolicyAttachment::prod-backup-restore",
      "aws:iam/rolePolicyAttachment:RolePolicyAttachment::prod-backup-restore-buckets",
      "moodle:backup:Backup::prod-backup",
    ]);
    const trust = JSON.parse(built.get("prod-backup-role").inputs["assumeRolePolicy"]);
    assert.deepEqual(trust.Statement[0].Principal, { Service: "backup.amazonaws.com" });
    assert.deepEqual(
      built.ofType("aws:iam/rolePolicyAttachment:RolePolicyAttachment").map(({ inputs }) => inputs["policyArn"]),
      [
        "arn:aws:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForBackup",
        "arn:aws:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForRestores",
        "arn:aws:iam::aws:policy/AWSBackupServiceRolePolicyForS3Backup",
        "arn:aws:iam::aws:policy/AWSBackupServiceRolePolicyForS3Restore",
      ],
    );
    assert.match((await settled(built.component.roleArn)) ?? "", /prod-backup-role/);
  });

  it("keeps the role for as long as backups expire, unless they go with the stack", async () => {
    const kept = async (keep?: boolean) =>
      (await make({ ...(keep !== undefined && { keep }) })).resources
        .filter(({ type }) => type.startsWith("aws:iam/"))
        .map(({ options }) => options.retainOnDelete);
    assert.deepEqual(await kept(), [true, true, true, true, true]);
    assert.deepEqual(await kept(false), [false, false, false, false, false]);
  });

  it("begins with the files an hour after the database, also over midnight", async () => {
    const times = async (startTime: string) => {
      const built = await make({ startTime });
      return ["snapshots", "files"].map((kind) => built.get(`prod-backup-${kind}`).inputs["rules"][0].schedule);
    };
    assert.deepEqual(await times("02:30"), ["cron(30 2 * * ? *)", "cron(30 3 * * ? *)"]);
    assert.deepEqual(await times("23:30"), ["cron(30 23 * * ? *)", "cron(30 0 * * ? *)"]);
  });

  it("replaces a selection in its own place: both have one name", async () => {
    const selections = (await make()).ofType("aws:backup/selection:Selection");
    assert.deepEqual(
      selections.map(({ options }) => options.deleteBeforeReplace),
      [true, true, true],
    );
  });

  it("takes snapshots of database and files, and every change of buckets, by ARN and by no tag", async () => {
    const built = await make();
    const of = (kind: string) => {
      const { inputs } = built.get(`prod-backup-${kind}-selection`);
      const [rule] = built.get(`prod-backup-${kind}`).inputs["rules"];
      return [inputs["resources"], rule.enableContinuousBackup, inputs["selectionTags"]];
    };
    assert.deepEqual(of("snapshots"), [["arn:database"], false, undefined]);
    assert.deepEqual(of("files"), [["arn:files"], false, undefined]);
    assert.deepEqual(of("continuous"), [["arn:objects"], true, undefined]);
    assert.equal(dailyJobs(args), 3);
  });

  it("runs daily in UTC, and keeps recovery points and each vault's copies as long as asked", async () => {
    const built = await make({
      copies: [
        { arn: "arn:copies", retentionDays: 14 },
        { arn: "arn:account", retentionDays: 7 },
      ],
    });
    for (const kind of ["snapshots", "continuous"]) {
      const [rule] = built.get(`prod-backup-${kind}`).inputs["rules"];
      assert.equal(rule.schedule, "cron(30 2 * * ? *)");
      assert.equal(rule.targetVaultName, "vault");
      assert.deepEqual(rule.lifecycle, { deleteAfter: 35 });
      assert.deepEqual(
        rule.copyActions.map((copy: Record<string, unknown>) => [copy["destinationVaultArn"], copy["lifecycle"]]),
        [
          ["arn:copies", { deleteAfter: 14 }],
          ["arn:account", { deleteAfter: 7 }],
        ],
      );
    }
    assert.deepEqual((await make()).get("prod-backup-snapshots").inputs["rules"][0].copyActions, []);
  });

  it("makes no plan for a kind without resources", async () => {
    const built = await make({ filesOf: [], continuousOf: [] });
    assert.deepEqual(
      built.ofType("aws:backup/plan:Plan").map(({ name }) => name),
      ["prod-backup-snapshots"],
    );
  });

  const refused: readonly (readonly [Partial<BackupArgs>, RegExp])[] = [
    [{ retentionDays: 0 }, /retentionDays: got 0, expected a whole number from 1 to 35/],
    [{ retentionDays: 36 }, /retentionDays: got 36/],
    [{ startTime: "2:30" }, /startTime: got "2:30", expected hh:mm in UTC/],
    [{ snapshotsOf: [], filesOf: [], continuousOf: [] }, /snapshotsOf: got \[\]/],
  ];
  for (const [changes, says] of refused) {
    it(`refuses ${JSON.stringify(changes)}`, () => assert.rejects(make(changes), says));
  }
});
