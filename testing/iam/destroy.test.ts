import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { recordStack, type Recorded } from "../values/recorded";
import { settingsSets } from "../values/sets";
import { documentsOf, everything, type Statement } from "./documents";
import { isAllowed } from "./escalation";

/** The table "Who can destroy what" of docs/backups.md: cells by row and column. */
function table(): ReadonlyMap<string, readonly string[]> {
  const document = readFileSync(join(__dirname, "../../docs/backups.md"), "utf8");
  const [, part] = /^## Who can destroy what$([^]*?)^What is left then/m.exec(document) ?? assert.fail("no such table");
  const rows = part!.split("\n").filter((line) => line.startsWith("| ") && !line.startsWith("| ---"));
  return new Map(
    rows.slice(1).map((row) => {
      const [who, ...cells] = row
        .split("|")
        .slice(1, -1)
        .map((cell) => cell.trim());
      return [who!, cells];
    }),
  );
}

const account = "arn:aws:iam::123456789012";
const emergency = `${account}:role/break-glass`;

describe("Who can destroy what is what docs/backups.md says, by the policies of the plan", () => {
  let resources: readonly Recorded[] = [];
  let guarded: readonly Recorded[] = [];
  before(async () => {
    const { stack, config } = settingsSets["signed files and a pipeline"]!;
    const backup = JSON.stringify({ copyRegion: "eu-west-1", breakGlassRoleArn: emergency });
    resources = await recordStack(config, stack);
    guarded = await recordStack({ ...config, values: { ...config.values, "moodle:backup": backup } }, stack);
  });

  const one = (name: string) => resources.find((resource) => resource.name === name) ?? assert.fail(`no ${name}`);
  /** The calls of the table's columns. A cell is yes when one of them is allowed. */
  const columns = (): readonly (readonly (readonly [action: string, resource: string])[])[] => {
    const object = `${one("prod-objects-bucket").arn}/files/x`;
    const files = one("prod-files-file-system").arn!;
    return [
      [["rds:DeleteDBCluster", one("prod-database-cluster").arn!]],
      [["elasticfilesystem:DeleteFileSystem", files]],
      [
        ["elasticfilesystem:ClientWrite", files],
        ["s3:PutObject", object],
      ],
      [["s3:DeleteObjectVersion", object]],
      [["backup:DeleteRecoveryPoint", "arn:aws:backup:eu-west-2:123456789012:recovery-point:1"]],
      [["backup:DeleteBackupVaultLockConfiguration", one("prod-backups-vault").arn!]],
      [
        ["kms:ScheduleKeyDeletion", one("prod-backups-key").arn!],
        ["kms:DisableKey", one("prod-backups-key").arn!],
      ],
    ];
  };
  /** A vault's policy names every resource in it by "*". */
  const vaultPolicy = (of: readonly Recorded[]) =>
    documentsOf(of).find(({ name }) => name === "prod-backups-policy")!.statements;
  const judge = (statements: readonly Statement[], context: Readonly<Record<string, string>> = {}) =>
    columns().map((calls) =>
      calls.some(([action, resource]) => isAllowed(statements, { action, resource, context })) ? "yes" : "no",
    );
  /** An allowance counts whatever its condition, as a request may meet it. */
  const ofRole = (statements: readonly Statement[]) => [
    ...statements.map((statement) => (statement.effect === "Allow" ? { ...statement, conditions: [] } : statement)),
    ...vaultPolicy(resources),
  ];
  const ofRoles = () =>
    documentsOf(resources).filter(
      ({ type, name }) => type === "aws:iam/rolePolicy:RolePolicy" && !/pipeline-deploy/.test(name),
    );

  it("by the roles of the stack", () => {
    const all = new Map(ofRoles().map(({ name, statements }) => [name, judge(ofRole(statements))]));
    assert.ok(all.size > 10);
    assert.deepEqual(all.get("prod-moodle-task-policy"), table().get("Moodle's tasks"));
    for (const [name, cells] of all) {
      if (name !== "prod-moodle-task-policy") {
        assert.deepEqual(cells, table().get("Every other role of the stack"), name);
      }
    }
  });

  it("by the deploy role, were everything allowed to it", () => {
    const { statements } = documentsOf(resources).find(({ name }) => name === "prod-pipeline-deploy-policy")!;
    assert.deepEqual(
      judge([everything, ...statements, ...vaultPolicy(resources)]),
      table().get("The pipeline's deploy role"),
    );
  });

  it("by an administrator, and by the role for emergencies", () => {
    const context = (role: string) => ({ "aws:PrincipalArn": role });
    const administrator = context(`${account}:role/administrator`);
    assert.deepEqual(judge([everything, ...vaultPolicy(resources)], administrator), table().get("An administrator"));
    assert.deepEqual(judge([everything, ...vaultPolicy(guarded)], administrator), table().get("An administrator"));
    assert.deepEqual(
      judge([everything, ...vaultPolicy(guarded)], context(emergency)),
      table().get("The role for emergencies"),
    );
  });

  it("a planted mistake is found: a vault without its policy", () => {
    assert.notDeepEqual(judge([everything]), table().get("An administrator"));
  });
});
