import assert from "node:assert/strict";
import { build } from "../../testing/build";
import { BackupVault, type BackupVaultArgs } from "./vault";

const args: BackupVaultArgs = { lock: { mode: "governance", minRetentionDays: 30 } };
const make = (changes: Partial<BackupVaultArgs> = {}) =>
  build((opts) => new BackupVault("vault", { ...args, ...changes }, opts));
const statements = (policy: string): readonly any[] => JSON.parse(policy).Statement;

describe("BackupVault", () => {
  it("makes a vault with its own key, a lock and a policy, which all outlive the stack", async () => {
    const built = await make();
    assert.deepEqual(built.identities, [
      "aws:backup/vault:Vault::vault-vault",
      "aws:backup/vaultLockConfiguration:VaultLockConfiguration::vault-lock",
      "aws:backup/vaultPolicy:VaultPolicy::vault-policy",
      "aws:kms/key:Key::vault-key",
      "moodle:backup:BackupVault::vault",
    ]);
    const children = built.resources.filter(({ name }) => name !== "vault");
    assert.ok(children.every(({ options }) => options.retainOnDelete === true && options.parent === built.component));
    assert.equal(built.get("vault-vault").inputs["forceDestroy"], false);
    assert.equal(built.get("vault-key").inputs["enableKeyRotation"], true);
  });

  it("goes with a throw-away stack, and takes its backups along", async () => {
    const built = await make({ keep: false });
    assert.equal(built.get("vault-vault").inputs["forceDestroy"], true);
    const children = built.resources.filter(({ name }) => name !== "vault");
    assert.ok(children.every(({ options }) => options.retainOnDelete === false));
  });

  it("can be unlocked by an administrator, unless a lock that nobody takes off is asked for", async () => {
    const lock = async (changes: Partial<BackupVaultArgs>) => (await make(changes)).get("vault-lock").inputs;
    // The mere presence of changeableForDays makes a lock permanent.
    assert.equal("changeableForDays" in (await lock({})), false);
    assert.equal((await lock({}))["minRetentionDays"], 30);
    const compliance = { mode: "compliance", changeableForDays: 14, minRetentionDays: 30 } as const;
    assert.equal((await lock({ lock: compliance }))["changeableForDays"], 14);
  });

  it("lets nobody delete a backup, and with a role for emergencies that role alone", async () => {
    const [deny] = statements((await make()).get("vault-policy").inputs["policy"]);
    assert.equal(deny.Effect, "Deny");
    assert.equal(deny.Principal, "*");
    assert.equal(deny.Condition, undefined);
    assert.deepEqual(deny.Action, [
      "backup:DeleteRecoveryPoint",
      "backup:UpdateRecoveryPointLifecycle",
      "backup:DisassociateRecoveryPoint",
    ]);
    const breakGlassRoleArn = "arn:aws:iam::123456789012:role/break-glass";
    const [guarded] = statements((await make({ breakGlassRoleArn })).get("vault-policy").inputs["policy"]);
    assert.deepEqual(guarded.Condition, { ArnNotEquals: { "aws:PrincipalArn": breakGlassRoleArn } });
    assert.ok(guarded.Action.includes("backup:PutBackupVaultAccessPolicy"));
    assert.ok(guarded.Action.includes("backup:DeleteBackupVaultAccessPolicy"));
  });

  it("lets an account that gets copies read by its key, and no other account", async () => {
    const policy = async (changes: Partial<BackupVaultArgs>) =>
      statements((await make(changes)).get("vault-key").inputs["policy"]);
    assert.deepEqual(
      (await policy({})).map(({ Principal }) => Principal.AWS),
      ["arn:aws:iam::123456789012:root"],
    );
    const shared = (await policy({ copiesToAccount: "210987654321" })).slice(1);
    assert.ok(shared.every(({ Principal }) => Principal.AWS === "arn:aws:iam::210987654321:root"));
    assert.ok(
      shared.every(
        ({ Action }) =>
          !Action.some((action: string) => /Put|Delete|Disable|\*$/.test(action.replace(/(DataKey|ReEncrypt)\*/, ""))),
      ),
    );
  });

  const refused: readonly (readonly [BackupVaultArgs["lock"], RegExp])[] = [
    [{ mode: "governance", minRetentionDays: 0 }, /lock.minRetentionDays: got 0/],
    [{ mode: "governance", minRetentionDays: 7, changeableForDays: 14 }, /lock.changeableForDays: got 14/],
    [{ mode: "compliance", minRetentionDays: 7 }, /lock.changeableForDays: got nothing/],
    [{ mode: "compliance", minRetentionDays: 7, changeableForDays: 2 }, /lock.changeableForDays: got 2/],
  ];
  for (const [lock, says] of refused) {
    it(`refuses ${JSON.stringify(lock)}`, () => assert.rejects(make({ lock }), says));
  }
});
