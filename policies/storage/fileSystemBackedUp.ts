import type { Resource } from "../lib/resource";
import { stackRule, strict } from "../lib/rule";
import { fileSystem } from "../lib/types";
import type { Stack } from "../lib/stack";
import { anyOf, expect, pass, undecided, violation, type Tri } from "../lib/verdict";
import { isUnknown, View } from "../lib/view";

const backupPolicy = "aws:efs/backupPolicy:BackupPolicy";
const selection = "aws:backup/selection:Selection";

export const fileSystemBackedUp = stackRule({
  id: "file-system-backed-up",
  group: "storage",
  severity: "high",
  title: "EFS file systems are backed up.",
  why: "Copies in three zones protect from hardware, not from a wrong rm or ransomware.",
  fix: 'Add aws.efs.BackupPolicy with backupPolicy: { status: "ENABLED" }, or name the file system in an aws.backup.Selection.',
  serves: ["Security Hub EFS.2", "Well-Architected REL09-BP03", "Moodle R14", "Moodle R25"],
  example: `new aws.efs.BackupPolicy("files", { fileSystemId: files.id, backupPolicy: { status: "ENABLED" } });`,
  types: [fileSystem],
  limits: { backups: strict(true, "Whether backups are asked for.") },
  check: (files, stack, limits) => {
    if (!limits.backups) {
      return undefined;
    }
    const selected = anyOf(stack.ofType(selection).map((one) => selects(stack, one, files)));
    if (selected === true) {
      return pass;
    }
    const policies = stack.referring(backupPolicy, "fileSystemId", files);
    const [policy] = policies.exact;
    if (policy !== undefined) {
      return expect(
        policy.props.text("backupPolicy.status"),
        (status) => status === "ENABLED",
        (status) => `its backup policy is ${status ?? "not set"}`,
      );
    }
    if (isUnknown(selected)) {
      return undecided(selected);
    }
    return policies.possible.length > 0
      ? undecided("fileSystemId of a backup policy")
      : violation("nothing backs it up");
  },
});

/** A selection of AWS Backup takes resources by ARN, by pattern (`*`) or by tag; `notResources` takes some out again. */
function selects(stack: Stack, one: Resource, files: Resource): Tri {
  const named = stack.references(one, "resources", [fileSystem]);
  if (named.exact.includes(files)) {
    return true;
  }
  const taken = stack.references(one, "notResources", [fileSystem]);
  if (taken.exact.includes(files)) {
    return false;
  }
  const patterns = one.props.list("resources");
  if (isUnknown(patterns)) {
    return named.possible.length > 0 && !named.possible.includes(files) ? false : patterns;
  }
  const byPattern = patterns.some(
    (pattern) => typeof pattern === "string" && /^(\*|arn:[^:]*:(elasticfilesystem|\*):.*\*)$/.test(pattern),
  );
  const tags = tagsOf(one);
  if (tags.length > 0 && (byPattern || patterns.length === 0)) {
    return anyOf(tags.map(([key, value]) => has(files, key, value)));
  }
  return byPattern;
}

/** The tags that a selection asks for, in its two forms. */
function tagsOf({ props }: Resource): readonly (readonly [key: string, value: unknown])[] {
  const old = props.items("selectionTags");
  const conditions = props.items("conditions");
  const listed = (isUnknown(old) ? [] : old).map((tag) => [String(tag.at("key")), tag.at("value")] as const);
  const equal = (isUnknown(conditions) ? [] : conditions).flatMap((one) => {
    const all = one.items("stringEquals");
    return isUnknown(all)
      ? []
      : all.map((tag) => [String(tag.at("key")).replace(/^aws:ResourceTag\//, ""), tag.at("value")] as const);
  });
  return [...listed, ...equal];
}

function has(files: Resource, key: string, wanted: unknown): Tri {
  const found = [files.props.object("tags"), files.props.object("tagsAll"), defaultTagsOf(files)].map((tags) =>
    tags.at(key),
  );
  const unknown = [wanted, ...found].find(isUnknown);
  return found.includes(wanted) && wanted !== undefined ? true : (unknown ?? false);
}

function defaultTagsOf({ provider }: Resource): View {
  const parsed = provider.json("defaultTags");
  return parsed === undefined || isUnknown(parsed) ? new View({}) : parsed.object("tags");
}
