import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { policyDocument, type Statement } from "../lib/iam";
import { type Problem, refuse } from "../lib/invalid";
import { deployLimits } from "./deployLimits";

export interface PipelineAccessArgs {
  /** The stack's name, which is also that of the GitHub environment whose reviewers approve a deployment. */
  readonly environment: string;
  /**
   * The repository as GitHub's tokens name it: `owner/name`, or `owner@id/name@id` for a repository with immutable
   * subject claims, which is every one created, renamed or moved since 15 July 2026. `gh api
   * repos/<owner>/<name>/actions/oidc/customization/sub` says which:
   * https://docs.github.com/en/actions/reference/security/oidc#immutable-subject-claims
   */
  readonly repository: string;
  /** The deployed branch. @default main */
  readonly branch?: string;
  /**
   * An account has one provider for GitHub. Without an ARN it is made here; a second stack gets the first one's ARN.
   * @default none
   */
  readonly providerArn?: string;
  /** The S3 bucket that holds Pulumi's state. */
  readonly stateBucket: string;
  /** The KMS key that encrypts the secrets in it. */
  readonly stateKeyArn: string;
  /** Managed policies that let the deploy role make the program's resources. The account's owners write them. */
  readonly deployPolicyArns: readonly string[];
  /** Boundary of every role of the stack: the deploy role makes and changes no role without it. {@link boundaryDocument} */
  readonly permissionsBoundaryArn: string;
  /** The image repository. */
  readonly repositoryArn: pulumi.Input<string>;
  /** The release's table, which holds the current release. */
  readonly lockTableArn: pulumi.Input<string>;
  /** The environment's own key. */
  readonly kmsKeyArn: pulumi.Input<string>;
  /** Where the program writes objects of its own, which a refresh compares. The preview role reads no other object of S3. */
  readonly ownObjects: readonly OwnObjects[];
  readonly region: string;
  /**
   * Role of another account, which writes the site's DNS records there. Previews take it too, since the provider asks
   * for it before it reads anything. @default none
   */
  readonly dnsRoleArn?: string | undefined;
}

/** Objects of a bucket below a folder. */
export interface OwnObjects {
  readonly bucketName: pulumi.Input<string>;
  /** @example "moodle/generated" */
  readonly folder: string;
}

/**
 * Hours that a session of each role may last: as long as the longest job that takes it. AWS allows 1 to 12, and a job on GitHub's
 * machines ends after 6: https://docs.github.com/en/actions/reference/limits.
 */
export const sessionHours = { preview: 1, deploy: 6, image: 2, drill: 2 } as const;

/** Issuer of GitHub's tokens: https://docs.github.com/en/actions/reference/security/oidc */
const issuer = "token.actions.githubusercontent.com";

/**
 * The rights of a GitHub pipeline, by short-lived tokens instead of keys. It has four roles, each for one kind of job:
 * `preview` reads, on the deployed branch; `deploy` writes, and only in the environment, whose reviewers approve;
 * `image` pushes images; `drill` restores a snapshot into a cluster named drill-*. None is for pull requests: their
 * code is a stranger's, and the plan report needs no credentials.
 *
 * *Limit.* The deploy role cannot change these roles, the provider or managed policies: an administrator does. *Cost.* None; a signature is free
 * within Signer's first ones (not checked).
 */
export class PipelineAccess extends pulumi.ComponentResource {
  readonly previewRoleArn: pulumi.Output<string>;
  readonly deployRoleArn: pulumi.Output<string>;
  readonly imageRoleArn: pulumi.Output<string>;
  readonly drillRoleArn: pulumi.Output<string>;
  /** For `pipelines/signing`. */
  readonly signingProfileArn: pulumi.Output<string>;

  constructor(name: string, args: PipelineAccessArgs, opts?: pulumi.ComponentResourceOptions) {
    super("moodle:pipeline-access:PipelineAccess", name, {}, opts);
    refuse(this, accessProblems(args));
    const child = { parent: this };
    const { environment, repository, branch = "main", permissionsBoundaryArn } = args;
    const { partition } = aws.getPartitionOutput({}, child);
    const { accountId } = aws.getCallerIdentityOutput({}, child);
    const place = pulumi.interpolate`${args.region}:${accountId}`;

    // No thumbprints: AWS trusts GitHub's certificate by its own list of authorities.
    // https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateOpenIDConnectProvider.html
    const providerArn =
      args.providerArn ??
      new aws.iam.OpenIdConnectProvider(
        `${name}-github`,
        { url: `https://${issuer}`, clientIdLists: ["sts.amazonaws.com"] },
        child,
      ).arn;
    // One profile for an environment: https://docs.aws.amazon.com/signer/latest/developerguide/signing-profiles.html
    const signing = new aws.signer.SigningProfile(
      `${name}-signing`,
      { platformId: "Notation-OCI-SHA384-ECDSA", name: `${environment.replace(/[^a-z0-9]/g, "_")}_moodle_image` },
      child,
    );

    const role = (
      job: keyof typeof sessionHours,
      subject: string,
      description: string,
      statements: readonly Statement[],
    ) => {
      const made = new aws.iam.Role(
        `${name}-${job}`,
        {
          description,
          maxSessionDuration: sessionHours[job] * 3600,
          assumeRolePolicy: policyDocument([
            {
              sid: "AllowThisJobAlone",
              actions: ["sts:AssumeRoleWithWebIdentity"],
              principals: { Federated: providerArn },
              conditions: {
                StringEquals: {
                  [`${issuer}:aud`]: "sts.amazonaws.com",
                  [`${issuer}:sub`]: `repo:${repository}:${subject}`,
                },
              },
            },
          ]),
        },
        child,
      );
      new aws.iam.RolePolicy(`${name}-${job}-policy`, { role: made.name, policy: policyDocument(statements) }, child);
      return made;
    };
    const onBranch = `ref:refs/heads/${branch}`;
    const state = stateStatements(args, partition);

    const addresses: Statement[] =
      args.dnsRoleArn === undefined
        ? []
        : [{ sid: "WriteAddresses", actions: ["sts:AssumeRole"], resources: [args.dnsRoleArn] }];

    const preview = role("preview", onBranch, "Reads the stack for previews and the nightly drift check", [
      ...state.read,
      {
        sid: "ReadOwnSecrets",
        actions: ["secretsmanager:GetSecretValue"],
        // A refresh compares them with what was deployed.
        resources: [pulumi.interpolate`arn:${partition}:secretsmanager:${place}:secret:${environment}-*`],
      },
      { sid: "DecryptOwnSecrets", actions: ["kms:Decrypt"], resources: [args.kmsKeyArn] },
      ...addresses,
      ...noPeoplesFiles(args, partition),
    ]);
    // Everything that a refresh reads except the values of secrets: the statements above allow those, for this
    // environment alone. https://docs.aws.amazon.com/aws-managed-policy/latest/reference/ReadOnlyAccess.html
    new aws.iam.RolePolicyAttachment(
      `${name}-preview-reads`,
      { role: preview.name, policyArn: pulumi.interpolate`arn:${partition}:iam::aws:policy/ReadOnlyAccess` },
      child,
    );

    const deploy = role(
      "deploy",
      `environment:${environment}`,
      "Deploys the stack, after approval in the environment",
      [
        ...state.read,
        ...state.write,
        ...addresses,
        { sid: "SeeWhatWasReleased", actions: ["dynamodb:GetItem"], resources: [args.lockTableArn] },
        {
          sid: "DecryptWhatWasReleased",
          actions: ["kms:Decrypt"],
          resources: [args.kmsKeyArn],
          conditions: { StringLike: { "kms:ViaService": "dynamodb.*" } },
        },
        ...deployLimits({ name, environment, partition, accountId, permissionsBoundaryArn }, providerArn),
      ],
    );
    args.deployPolicyArns.forEach(
      (policyArn, index) =>
        new aws.iam.RolePolicyAttachment(`${name}-deploy-${index + 1}`, { role: deploy.name, policyArn }, child),
    );

    const image = role("image", onBranch, "Pushes images that ECR scans and signs", imageStatements(args, signing));
    const drill = role("drill", onBranch, "Restores a database snapshot into a throw-away cluster", [
      ...state.read,
      ...drillStatements(args, partition, place),
    ]);

    this.previewRoleArn = preview.arn;
    this.deployRoleArn = deploy.arn;
    this.imageRoleArn = image.arn;
    this.drillRoleArn = drill.arn;
    this.signingProfileArn = signing.arn;
    this.registerOutputs({
      previewRoleArn: this.previewRoleArn,
      deployRoleArn: this.deployRoleArn,
      imageRoleArn: this.imageRoleArn,
      drillRoleArn: this.drillRoleArn,
      signingProfileArn: this.signingProfileArn,
    });
  }
}

/**
 * Denies users' files, in every place with a copy. `ReadOnlyAccess` would let a preview read every version in S3, and a
 * role that may restore, copy or mount needs no reading. Logs are personal too: they hold users, addresses and tokens.
 *
 * Objects are denied by what is left out, not by the names of buckets: restored ones keep a name of somebody else's choice,
 * and an account may hold several stacks.
 */
function noPeoplesFiles(
  { ownObjects, stateBucket }: PipelineAccessArgs,
  partition: pulumi.Output<string>,
): readonly Statement[] {
  return [
    {
      sid: "KeepOutOfPeoplesFiles",
      effect: "Deny",
      // With s3:GetObjectVersion. By an access point the resource has another name.
      actions: ["s3:GetObject*"],
      notResources: [...ownObjects, { bucketName: stateBucket, folder: ".pulumi" }].map(
        ({ bucketName, folder }) => pulumi.interpolate`arn:${partition}:s3:::${bucketName}/${folder}/*`,
      ),
    },
    {
      sid: "KeepOutOfLogs",
      effect: "Deny",
      actions: [
        ...["GetLogEvents", "FilterLogEvents", "GetLogRecord", "StartQuery", "GetQueryResults"],
        ...["StartLiveTail", "Unmask", "ListAnomalies"],
      ].map((action) => `logs:${action}`),
      resources: ["*"],
    },
    {
      sid: "KeepOutOfCopies",
      effect: "Deny",
      actions: [
        ...["ClientMount", "ClientWrite", "ClientRootAccess"].map((action) => `elasticfilesystem:${action}`),
        ...["StartRestoreJob", "StartCopyJob", "StartBackupJob"].map((action) => `backup:${action}`),
        ...["GetSnapshotBlock", "ListSnapshotBlocks", "ListChangedBlocks"].map((action) => `ebs:${action}`),
        ...["RestoreDBCluster*", "CopyDBClusterSnapshot", "StartExportTask", "Download*"].map(
          (action) => `rds:${action}`,
        ),
        "fsx:CopyBackup",
        "fsx:CreateFileSystemFromBackup",
      ],
      // Whatever it is a copy of: a preview restores nothing.
      resources: ["*"],
    },
  ];
}

/** Pulumi's state in S3: https://www.pulumi.com/docs/iac/concepts/state-and-backends/#aws-s3 */
function stateStatements({ stateBucket, stateKeyArn }: PipelineAccessArgs, partition: pulumi.Output<string>) {
  const bucket = pulumi.interpolate`arn:${partition}:s3:::${stateBucket}`;
  const read: readonly Statement[] = [
    { sid: "ListState", actions: ["s3:ListBucket"], resources: [bucket] },
    { sid: "ReadState", actions: ["s3:GetObject"], resources: [pulumi.interpolate`${bucket}/.pulumi/*`] },
    {
      // Reading takes the lock too.
      sid: "LockState",
      actions: ["s3:PutObject", "s3:DeleteObject"],
      resources: [pulumi.interpolate`${bucket}/.pulumi/locks/*`],
    },
    { sid: "ReadSecretsInState", actions: ["kms:Decrypt"], resources: [stateKeyArn] },
  ];
  const write: readonly Statement[] = [
    {
      sid: "WriteState",
      actions: ["s3:PutObject", "s3:DeleteObject"],
      resources: [pulumi.interpolate`${bucket}/.pulumi/*`],
    },
    { sid: "WriteSecretsInState", actions: ["kms:Encrypt", "kms:GenerateDataKey"], resources: [stateKeyArn] },
  ];
  return { read, write };
}

/** https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-push-iam.html and managed-signing.html beside it. */
function imageStatements(
  { repositoryArn }: PipelineAccessArgs,
  signing: aws.signer.SigningProfile,
): readonly Statement[] {
  return [
    // Knows no resource.
    { sid: "LogInToEcr", actions: ["ecr:GetAuthorizationToken"], resources: ["*"] },
    {
      sid: "PushAndJudgeImages",
      actions: [
        "ecr:BatchCheckLayerAvailability",
        "ecr:InitiateLayerUpload",
        "ecr:UploadLayerPart",
        "ecr:CompleteLayerUpload",
        "ecr:PutImage",
        "ecr:BatchGetImage",
        "ecr:GetDownloadUrlForLayer",
        "ecr:DescribeImages",
        "ecr:ListImages",
        "ecr:StartImageScan",
        "ecr:DescribeImageScanFindings",
        "ecr:DescribeImageSigningStatus",
      ],
      resources: [repositoryArn],
    },
    {
      // With enhanced scanning ECR asks Amazon Inspector in the caller's name. These know no resource.
      // https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-scanning-enhanced-iam.html
      sid: "ReadFindingsOfInspector",
      actions: ["inspector2:ListFindings", "inspector2:ListCoverage", "inspector2:ListAccountPermissions"],
      resources: ["*"],
    },
    { sid: "SignImages", actions: ["signer:SignPayload"], resources: [signing.arn] },
  ];
}

/** Permissions of `pipelines/restore-drill`. None applies to a cluster that is not a drill's. */
function drillStatements(
  { environment, kmsKeyArn }: PipelineAccessArgs,
  partition: pulumi.Output<string>,
  place: pulumi.Output<string>,
): readonly Statement[] {
  const rds = (kind: string, name: string) => pulumi.interpolate`arn:${partition}:rds:${place}:${kind}:${name}`;
  const made = [rds("cluster", `drill-${environment}-*`), rds("db", `drill-${environment}-*`)];
  // A restore also needs permission for its option group, and a cluster always has one: the default of its engine.
  const used = [rds("subgrp", `${environment}-*`), rds("cluster-pg", "*"), rds("pg", "*"), rds("og", "default:*")];
  return [
    // Describe actions have no resource type that helps here.
    {
      sid: "FindSnapshots",
      actions: ["rds:DescribeDBClusters", "rds:DescribeDBInstances", "rds:DescribeDBClusterSnapshots"],
      resources: ["*"],
    },
    {
      sid: "RestoreIntoDrill",
      actions: ["rds:RestoreDBClusterFromSnapshot", "rds:CreateDBInstance", "rds:AddTagsToResource"],
      resources: [
        ...made,
        ...used,
        rds("cluster-snapshot", `rds:${environment}-*`),
        rds("cluster-snapshot", `${environment}-*`),
      ],
    },
    {
      sid: "OpenAndRemoveDrill",
      actions: [
        "rds:ModifyDBCluster",
        "rds:EnableHttpEndpoint",
        "rds:DeleteDBInstance",
        "rds:DeleteDBCluster",
        "rds-data:ExecuteStatement",
      ],
      resources: made,
    },
    {
      // RDS makes it in the caller's name: https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/rds-secrets-manager.html
      sid: "MakeDrillPassword",
      actions: ["secretsmanager:CreateSecret", "secretsmanager:TagResource"],
      resources: [pulumi.interpolate`arn:${partition}:secretsmanager:${place}:secret:rds!cluster-*`],
    },
    {
      // The stack's own secret has the same kind of name; its tag tells them apart.
      sid: "ReadDrillPassword",
      actions: ["secretsmanager:GetSecretValue"],
      resources: [pulumi.interpolate`arn:${partition}:secretsmanager:${place}:secret:rds!cluster-*`],
      conditions: {
        StringLike: { "aws:ResourceTag/aws:rds:primaryDBClusterArn": [rds("cluster", `drill-${environment}-*`)] },
      },
    },
    {
      sid: "UseKeyOfSnapshot",
      actions: ["kms:Decrypt", "kms:DescribeKey", "kms:CreateGrant", "kms:GenerateDataKey"],
      resources: [kmsKeyArn],
    },
  ];
}

function accessProblems({
  repository,
  branch,
  deployPolicyArns,
  environment,
  providerArn,
}: PipelineAccessArgs): Problem[] {
  const wrong = (path: string, given: unknown, allowed: string, fix: string): Problem => ({
    path,
    given,
    allowed,
    fix,
  });
  return [
    ...(/^[\w.-]+(@\d+)?\/[\w.-]+(@\d+)?$/.test(repository)
      ? []
      : [
          wrong(
            "repository",
            repository,
            "owner/name, or owner@id/name@id, without any *",
            "Take it from: gh api repos/<owner>/<name>/actions/oidc/customization/sub",
          ),
        ]),
    ...(branch === undefined || /^[\w./-]+$/.test(branch)
      ? []
      : [wrong("branch", branch, "one branch, without any *", "A pattern would let any branch of that form in.")]),
    ...(/^[a-z][a-z0-9-]*$/.test(environment)
      ? []
      : [wrong("environment", environment, "a stack's name", "Name the GitHub environment as the stack.")]),
    ...(deployPolicyArns.length >= 1 && deployPolicyArns.length <= 10
      ? []
      : [
          wrong(
            "deployPolicyArns",
            deployPolicyArns,
            "1 to 10 ARNs of managed policies",
            "docs/pipelines.md lists what they must allow. More than 10 needs another quota.",
          ),
        ]),
    ...(providerArn === undefined || providerArn.endsWith(`:oidc-provider/${issuer}`)
      ? []
      : [wrong("providerArn", providerArn, `the ARN of this account's provider for ${issuer}`, "Look it up in IAM.")]),
  ];
}
