import { stackRule } from "../lib/rule";
import { pass, undecided, violation } from "../lib/verdict";

const lock = "aws:backup/vaultLockConfiguration:VaultLockConfiguration";

export const backupVaultLocked = stackRule({
  id: "backup-vault-locked",
  group: "storage",
  severity: "high",
  title: "Vaults of backups are locked.",
  why: "Whoever takes over an account deletes the backups first. A lock refuses that, in mode compliance even to the root user.",
  fix: "Add aws.backup.VaultLockConfiguration with minRetentionDays. Give changeableForDays only when you want a lock that nobody can ever take off.",
  serves: ["Well-Architected REL09-BP02", "Moodle R25"],
  example: `new aws.backup.VaultLockConfiguration("backups", { backupVaultName: vault.name, minRetentionDays: 30 });`,
  types: ["aws:backup/vault:Vault"],
  limits: {},
  check: (vault, stack) => {
    const locks = stack.referring(lock, "backupVaultName", vault);
    if (locks.exact.length > 0) {
      return pass;
    }
    return locks.possible.length > 0
      ? undecided("backupVaultName of a lock")
      : violation("no aws.backup.VaultLockConfiguration names it");
  },
});
