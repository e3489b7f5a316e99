import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { policyDocument, serviceTrust, type Statement } from "../lib/iam";
import type { MailSettings, SecretArns } from "./environment";

export interface PermissionsArgs {
  readonly region: string;
  readonly pullArns: readonly pulumi.Input<string>[];
  readonly logGroupArns: readonly pulumi.Input<string>[];
  readonly secrets: SecretArns;
  /** Secrets that only tasks of an older task definition read, which start until the next release. */
  readonly formerSecretArns?: readonly pulumi.Input<string>[];
  readonly kmsKeyArn: pulumi.Input<string>;
  readonly clusterArn: pulumi.Input<string>;
  readonly mail: MailSettings;
  readonly configurationBucketArn: pulumi.Input<string>;
  readonly configurationPrefix: string;
  readonly objectsBucketArn: pulumi.Input<string>;
  /** EFS only: an NFS server does not use IAM. */
  readonly fileSystem?: { readonly arn: pulumi.Input<string>; readonly accessPointArn: pulumi.Input<string> };
  /** Given when `aws ecs execute-command` is allowed: the log group of its sessions. */
  readonly execLogGroupArn?: pulumi.Input<string>;
}

/** ARNs of the roles. None is known before its policy is in place, so no task can start too early. */
export interface Permissions {
  /** Used by ECS itself to start the everyday tasks. */
  readonly executionRoleArn: pulumi.Output<string>;
  /**
   * Used by ECS itself to start `install`: the only role that can read the database's master secret and the
   * administrator's.
   */
  readonly installExecutionRoleArn: pulumi.Output<string>;
  /** Moodle. */
  readonly taskRoleArn: pulumi.Output<string>;
}

/**
 * The roles of the tasks, named by purpose. Moodle's own role can read no secret and pull no image, so code that breaks
 * out of PHP cannot either (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/security-iam-roles.html).
 */
export function permissions(name: string, args: PermissionsArgs, child: pulumi.CustomResourceOptions): Permissions {
  const account = aws.getCallerIdentityOutput({}, { parent: child.parent }).accountId;
  const trust = serviceTrust("ecs-tasks.amazonaws.com", account);
  const role = (purpose: string, description: string, statements: readonly Statement[]): pulumi.Output<string> => {
    const made = new aws.iam.Role(`${name}-${purpose}-role`, { description, assumeRolePolicy: trust }, child);
    const policy = new aws.iam.RolePolicy(
      `${name}-${purpose}-policy`,
      { role: made.id, policy: policyDocument(statements) },
      child,
    );
    return pulumi.all([made.arn, policy.id]).apply(([arn]) => arn);
  };
  const { application, sessions, cache, master, administrator, fileSigning, mail } = args.secrets;
  const installing = [application, sessions, cache, ...(mail === undefined ? [] : [mail])];
  const former = args.formerSecretArns ?? [];
  const everyday = fileSigning === undefined ? installing : [...installing, fileSigning, ...former];
  return {
    executionRoleArn: role("execution", "ECS starts Moodle's tasks", executionStatements(args, everyday)),
    installExecutionRoleArn: role(
      "install-execution",
      "ECS starts Moodle's first installation",
      executionStatements(args, [...installing, master, administrator]),
    ),
    taskRoleArn: role("task", "What Moodle itself may do", taskStatements(args)),
  };
}

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html */
function executionStatements(args: PermissionsArgs, secrets: readonly pulumi.Input<string>[]): Statement[] {
  return [
    {
      sid: "LogInToTheRegistry",
      actions: ["ecr:GetAuthorizationToken"],
      // This action has no resource type.
      resources: ["*"],
    },
    {
      sid: "PullTheImage",
      actions: ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
      resources: args.pullArns,
    },
    {
      sid: "WriteLogs",
      actions: ["logs:CreateLogStream", "logs:PutLogEvents"],
      resources: args.logGroupArns.map((arn) => pulumi.interpolate`${arn}:*`),
    },
    { sid: "ReadSecrets", actions: ["secretsmanager:GetSecretValue"], resources: secrets },
    {
      sid: "DecryptSecrets",
      actions: ["kms:Decrypt"],
      resources: [
        args.kmsKeyArn,
        ...(args.mail.kind === "smtp" && args.mail.secretKeyArn !== undefined ? [args.mail.secretKeyArn] : []),
      ],
      conditions: { StringLike: { "kms:ViaService": `secretsmanager.${args.region}.*` } },
    },
  ];
}

function taskStatements(args: PermissionsArgs): Statement[] {
  const { fileSystem, execLogGroupArn, configurationPrefix } = args;
  return [
    {
      sid: "ReadConfiguration",
      actions: ["s3:GetObject"],
      resources: [pulumi.interpolate`${args.configurationBucketArn}/${configurationPrefix}/*`],
    },
    {
      sid: "ListConfiguration",
      // Without it S3 answers a missing override with "access denied" instead of "not found".
      actions: ["s3:ListBucket"],
      resources: [args.configurationBucketArn],
      conditions: { StringLike: { "s3:prefix": `${configurationPrefix}/*` } },
    },
    {
      sid: "ProtectJobs",
      // A worker keeps its own task from scale-in while a job runs; the agent asks with this role:
      // https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-scale-in-protection-endpoint.html
      actions: ["ecs:UpdateTaskProtection"],
      resources: [pulumi.output(args.clusterArn).apply((arn) => `${arn.replace(":cluster/", ":task/")}/*`)],
    },
    {
      sid: "KeepFiles",
      // Permissions of tool_objectfs. No delete: the plugin is set to keep files in S3, and versioning is no
      // substitute.
      actions: ["s3:GetObject", "s3:PutObject", "s3:AbortMultipartUpload"],
      resources: [pulumi.interpolate`${args.objectsBucketArn}/*`],
    },
    { sid: "ListFiles", actions: ["s3:ListBucket"], resources: [args.objectsBucketArn] },
    {
      sid: "UseTheKeyForFiles",
      actions: ["kms:Decrypt", "kms:GenerateDataKey"],
      resources: [args.kmsKeyArn],
      conditions: { StringLike: { "kms:ViaService": `s3.${args.region}.*` } },
    },
    ...(args.mail.kind === "ses" ? [sendMail(args.mail)] : []),
    ...(fileSystem === undefined
      ? []
      : [
          {
            sid: "MountSharedFiles",
            // Not ClientRootAccess: https://docs.aws.amazon.com/efs/latest/ug/iam-access-control-nfs-efs.html
            actions: ["elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite"],
            resources: [fileSystem.arn],
            conditions: { StringEquals: { "elasticfilesystem:AccessPointArn": fileSystem.accessPointArn } },
          },
        ]),
    ...(execLogGroupArn === undefined ? [] : execStatements(execLogGroupArn, args.kmsKeyArn)),
  ];
}

/**
 * Mail of the one sender. SES requires the second action for a complete raw message, which this is
 * (https://docs.aws.amazon.com/ses/latest/dg/control-user-access.html). The resource is any identity of the account,
 * because in the sandbox SES checks the recipient's identity too; the condition on the sender narrows it.
 */
function sendMail(mail: Extract<MailSettings, { readonly kind: "ses" }>): Statement {
  return {
    sid: "SendMail",
    actions: ["ses:SendEmail", "ses:SendRawEmail"],
    resources: [mail.identityArns, mail.configurationSetArn],
    conditions: { StringEquals: { "ses:FromAddress": mail.sender } },
  };
}

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html#ecs-exec-required-iam-permissions */
function execStatements(logGroupArn: pulumi.Input<string>, kmsKeyArn: pulumi.Input<string>): Statement[] {
  return [
    {
      sid: "ExecChannels",
      actions: [
        "ssmmessages:CreateControlChannel",
        "ssmmessages:CreateDataChannel",
        "ssmmessages:OpenControlChannel",
        "ssmmessages:OpenDataChannel",
      ],
      // These actions have no resource type.
      resources: ["*"],
    },
    {
      sid: "ExecFindLogGroup",
      actions: ["logs:DescribeLogGroups"],
      // This action has no narrower resource.
      resources: ["*"],
    },
    {
      sid: "ExecWriteLog",
      actions: ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
      resources: [pulumi.interpolate`${logGroupArn}:*`],
    },
    { sid: "ExecEncryptSession", actions: ["kms:Decrypt"], resources: [kmsKeyArn] },
  ];
}
