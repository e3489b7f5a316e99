import { awsDefaults } from "../lib/awsDefaults";
import { atLeast, resourceRule } from "../lib/rule";
import { expect } from "../lib/verdict";

export const keyRotation = resourceRule({
  id: "key-rotation",
  group: "identity",
  severity: "medium",
  title: "KMS keys rotate every year and wait before they are deleted.",
  why: "Rotation limits what one key protects, and costs nothing to use; a deleted key takes every backup with it, so there must be time to notice.",
  fix: "Set enableKeyRotation: true, and leave deletionWindowInDays at 30.",
  serves: ["CIS AWS 3.0 3.6", "Security Hub KMS.4", "Well-Architected SEC08-BP01"],
  example: `new aws.kms.Key("data", { enableKeyRotation: true });`,
  types: ["aws:kms/key:Key"],
  limits: { minDeletionDays: atLeast(30, "The fewest days between deleting a key and losing it (7 to 30).") },
  check: ({ props }, limits) => {
    const spec = props.text("customerMasterKeySpec");
    const usage = props.text("keyUsage");
    // Only symmetric encryption keys rotate: https://docs.aws.amazon.com/kms/latest/developerguide/rotate-keys.html
    const rotates =
      (spec === undefined || spec === "SYMMETRIC_DEFAULT") && (usage === undefined || usage === "ENCRYPT_DECRYPT");
    return [
      ...(rotates
        ? [expect(props.flag("enableKeyRotation"), (on) => on === true, "enableKeyRotation is not true")]
        : []),
      expect(
        props.number("deletionWindowInDays"),
        (days) => (days ?? awsDefaults.kmsDeletionDays.value) >= limits.minDeletionDays,
        (days) => `deletionWindowInDays is ${days ?? awsDefaults.kmsDeletionDays.value}, not ${limits.minDeletionDays}`,
      ),
    ];
  },
  remedy: ({ props }) =>
    ["enableKeyRotation", "customerMasterKeySpec", "keyUsage"].some((name) => props.has(name))
      ? undefined
      : { enableKeyRotation: true },
});
