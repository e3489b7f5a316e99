import * as assert from "node:assert/strict";
import { build } from "../../testing/build";
import { takes } from "../../testing/iam/patterns";
import { PipelineAccess, type PipelineAccessArgs } from "./pipelineAccess";

const args: PipelineAccessArgs = {
  environment: "prod",
  repository: "example/moodle",
  stateBucket: "state",
  stateKeyArn: "state-key",
  deployPolicyArns: ["arn:aws:iam::123456789012:policy/moodle-deploy"],
  permissionsBoundaryArn: "arn:aws:iam::123456789012:policy/boundary",
  repositoryArn: "repository-arn",
  lockTableArn: "arn:aws:dynamodb:eu-west-2:123456789012:table/prod-release-lock",
  kmsKeyArn: "key-arn",
  ownObjects: [{ bucketName: "prod-configuration-bucket-1a2b", folder: "moodle/generated" }],
  region: "eu-west-2",
};
const make = (more: Partial<PipelineAccessArgs> = {}) =>
  build((opts) => new PipelineAccess("prod-pipeline", { ...args, ...more }, opts));

interface Statement {
  readonly Sid: string;
  readonly Effect: string;
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
  readonly NotResource?: readonly string[];
  readonly Principal: unknown;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}
const statements = (document: string) => (JSON.parse(document) as { Statement: Statement[] }).Statement;

describe("PipelineAccess", () => {
  it("builds one provider, four roles and a signing profile", async () => {
    const built = await make();
    assert.deepEqual(built.identities, [
      "aws:iam/openIdConnectProvider:OpenIdConnectProvider::prod-pipeline-github",
      "aws:iam/role:Role::prod-pipeline-deploy",
      "aws:iam/role:Role::prod-pipeline-drill",
      "aws:iam/role:Role::prod-pipeline-image",
      "aws:iam/role:Role::prod-pipeline-preview",
      "aws:iam/rolePolicy:RolePolicy::prod-pipeline-deploy-policy",
      "aws:iam/rolePolicy:RolePolicy::prod-pipeline-drill-policy",
      "aws:iam/rolePolicy:RolePolicy::prod-pipeline-image-policy",
      "aws:iam/rolePolicy:RolePolicy::prod-pipeline-preview-policy",
      "aws:iam/rolePolicyAttachment:RolePolicyAttachment::prod-pipeline-deploy-1",
      "aws:iam/rolePolicyAttachment:RolePolicyAttachment::prod-pipeline-preview-reads",
      "aws:signer/signingProfile:SigningProfile::prod-pipeline-signing",
      "moodle:pipeline-access:PipelineAccess::prod-pipeline",
    ]);
    assert.equal(built.get("prod-pipeline-signing").inputs["name"], "prod_moodle_image");
    for (const { name, options } of built.resources.filter((resource) => resource.name !== "prod-pipeline")) {
      assert.equal(options.parent, built.component, name);
    }
  });

  it("trusts exactly one subject for each job, and no pull request", async () => {
    const built = await make({ repository: "example@12/moodle@34" });
    const subjects = ["preview", "deploy", "image", "drill"].map((job) => {
      const [only, ...more] = statements(built.get(`prod-pipeline-${job}`).inputs["assumeRolePolicy"]);
      assert.deepEqual(more, []);
      assert.deepEqual(Object.keys(only!.Condition!), ["StringEquals"]);
      assert.equal(only!.Condition!["StringEquals"]!["token.actions.githubusercontent.com:aud"], "sts.amazonaws.com");
      return only!.Condition!["StringEquals"]!["token.actions.githubusercontent.com:sub"];
    });
    assert.deepEqual(subjects, [
      "repo:example@12/moodle@34:ref:refs/heads/main",
      "repo:example@12/moodle@34:environment:prod",
      "repo:example@12/moodle@34:ref:refs/heads/main",
      "repo:example@12/moodle@34:ref:refs/heads/main",
    ]);
  });

  it("lets preview change nothing but the state's lock", async () => {
    const built = await make();
    const allowed = statements(built.get("prod-pipeline-preview-policy").inputs["policy"]).filter(
      ({ Effect }) => Effect === "Allow",
    );
    const writing = allowed.filter(({ Action }) =>
      Action.some((action) => !/:(Get|List|Describe|Decrypt)/.test(action)),
    );
    assert.deepEqual(
      writing.map(({ Sid, Resource }) => [Sid, Resource]),
      [["LockState", ["arn:aws:s3:::state/.pulumi/locks/*"]]],
    );
  });

  it("keeps the deploy role from changing the pipeline's roles, and bounds what it makes", async () => {
    const all = statements((await make()).get("prod-pipeline-deploy-policy").inputs["policy"]);
    const denied = all.filter(({ Effect }) => Effect === "Deny");
    // testing/iam judges their combined effect.
    assert.deepEqual(
      denied.map(({ Sid }) => Sid),
      [
        "KeepTheseRolesAsTheyAre",
        "KeepManagedPoliciesAsTheyAre",
        "LeavePeopleAlone",
        "PassOwnRolesAlone",
        "TouchNoRoleWithoutTheBoundary",
        "KeepTheBoundary",
        "KeepTheProviderAsItIs",
        "KeepBackups",
        "KeepKeys",
      ],
    );
    assert.deepEqual(denied[0]!.Resource, [
      "arn:aws:iam::123456789012:role/prod-pipeline-*",
      "arn:aws:iam::123456789012:role/*/prod-pipeline-*",
    ]);
    assert.deepEqual(denied.find(({ Sid }) => Sid === "TouchNoRoleWithoutTheBoundary")!.Condition, {
      StringNotEquals: { "iam:PermissionsBoundary": args.permissionsBoundaryArn },
    });
  });

  it("keeps preview from every copy of what students upload: versions, access points, mounts, backups, snapshots", async () => {
    const all = statements((await make()).get("prod-pipeline-preview-policy").inputs["policy"]);
    const denied = all.filter(({ Effect }) => Effect === "Deny");
    const refused = (action: string, resource: string) =>
      denied.some(
        ({ Action, Resource, NotResource }) =>
          Action.some((one) => takes(one, action)) &&
          (NotResource === undefined
            ? [Resource].flat().some((one) => takes(one, resource))
            : !NotResource.some((one) => takes(one, resource))),
      );
    const object = "arn:aws:s3:::prod-objects-bucket-1a2b/objectfs/ab/cd";
    const cases = [
      ["s3:GetObject", object],
      ["s3:GetObjectVersion", object],
      ["s3:GetObjectTorrent", object],
      ["s3:GetObject", "arn:aws:s3:::prod-logs-bucket-1a2b/AWSLogs/x.gz"],
      ["s3:GetObject", "arn:aws:s3:::restored-objects/objectfs/ab/cd"],
      ["s3:GetObject", "arn:aws:s3:::prod-configuration-bucket-1a2b/moodle/overrides/config.php"],
      ["logs:GetLogEvents", "arn:aws:logs:eu-west-2:123456789012:log-group:/moodle/web:*"],
      ["s3:GetObject", "arn:aws:s3:eu-west-2:123456789012:accesspoint/files/object/x"],
      ["elasticfilesystem:ClientMount", "arn:aws:elasticfilesystem:eu-west-2:123456789012:file-system/fs-1"],
      ["backup:StartRestoreJob", "arn:aws:backup:eu-west-2:123456789012:recovery-point:1"],
      ["ebs:GetSnapshotBlock", "arn:aws:ec2:eu-west-2::snapshot/snap-1"],
      ["rds:RestoreDBClusterFromSnapshot", "arn:aws:rds:eu-west-2:123456789012:cluster-snapshot:x"],
      ["rds:DownloadDBLogFilePortion", "arn:aws:rds:eu-west-2:123456789012:db:x"],
      ["fsx:CreateFileSystemFromBackup", "arn:aws:fsx:eu-west-2:123456789012:backup/b"],
    ] as const;
    for (const [action, resource] of cases) {
      assert.ok(refused(action, resource), `${action} ${resource}`);
    }
    // Actions that a refresh does read.
    assert.equal(
      refused("s3:GetObject", "arn:aws:s3:::prod-configuration-bucket-1a2b/moodle/generated/php.ini"),
      false,
    );
    assert.equal(refused("s3:GetBucketPolicy", "arn:aws:s3:::prod-objects-bucket-1a2b"), false);
    assert.equal(refused("backup:DescribeBackupVault", "arn:aws:backup:eu-west-2:123456789012:backup-vault:x"), false);
  });

  it("lets a drill change drill clusters alone", async () => {
    const built = await make();
    const all = statements(built.get("prod-pipeline-drill-policy").inputs["policy"]);
    const restores = all.find(({ Sid }) => Sid === "RestoreIntoDrill")!.Resource;
    // Every cluster has an option group, and RDS asks for it: the default of its engine.
    assert.ok(restores.includes("arn:aws:rds:eu-west-2:123456789012:og:default:*"));
    const { Resource } = all.find(({ Sid }) => Sid === "OpenAndRemoveDrill")!;
    assert.deepEqual(Resource, [
      "arn:aws:rds:eu-west-2:123456789012:cluster:drill-prod-*",
      "arn:aws:rds:eu-west-2:123456789012:db:drill-prod-*",
    ]);
  });

  it("takes the account's provider when it is given", async () => {
    const providerArn = "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com";
    const built = await make({ providerArn });
    assert.ok(!built.identities.some((one) => one.includes("OpenIdConnectProvider")));
    const [trust] = statements(built.get("prod-pipeline-deploy").inputs["assumeRolePolicy"]);
    assert.deepEqual(trust!.Principal, { Federated: providerArn });
  });

  for (const [more, message] of [
    [{ repository: "example/*" }, /repository: got "example\/\*", expected owner\/name/],
    [{ branch: "*" }, /branch: got "\*", expected one branch/],
    [{ deployPolicyArns: [] }, /deployPolicyArns: got \[\], expected 1 to 10/],
    [{ environment: "Prod*" }, /environment: got "Prod\*"/],
    [{ providerArn: "arn:aws:iam::123456789012:oidc-provider/example.org" }, /providerArn: /],
  ] as const) {
    it(`refuses ${JSON.stringify(more)}`, () => assert.rejects(make(more), message));
  }
});
