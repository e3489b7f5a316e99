import type * as pulumi from "@pulumi/pulumi";
import type { NoticeDefinition } from "./notices";

/** Resources that a call must not destroy or open, in one region. @default none of each */
export interface Protected {
  readonly keyArns?: readonly pulumi.Input<string>[];
  readonly bucketNames?: readonly pulumi.Input<string>[];
  readonly secretArns?: readonly pulumi.Input<string>[];
  /** Log groups whose lines metrics count. */
  readonly logGroupNames?: readonly pulumi.Input<string>[];
  readonly vaultNames?: readonly pulumi.Input<string>[];
  readonly repositoryNames?: readonly pulumi.Input<string>[];
}

/**
 * Calls that remove the protection of resources with data, or delete resources that tasks and metrics need. None has a
 * metric before data is lost. It covers only calls that this program never makes while the resource stays, so a
 * deployment reports nothing.
 *
 * *Limit.* CloudTrail hands such calls to EventBridge in the region of the resource, within minutes and on best effort,
 * and only where the account or its organisation has a trail that logs management events that write:
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail.html
 */
export function protectionNotices(of: Protected): readonly NoticeDefinition[] {
  const {
    keyArns = [],
    bucketNames = [],
    secretArns = [],
    logGroupNames = [],
    vaultNames = [],
    repositoryNames = [],
  } = of;
  return [
    ...notice(keyArns, {
      id: "key-disabled",
      component: "encryption",
      summary: "A key was disabled or is to be deleted: what it encrypts cannot be read then.",
      source: "https://docs.aws.amazon.com/kms/latest/developerguide/ct-schedule-key-deletion.html",
      service: "kms",
      detail: { eventName: ["DisableKey", "ScheduleKeyDeletion"], resources: { ARN: keyArns } },
    }),
    ...notice(bucketNames, {
      id: "bucket-opened",
      component: "storage",
      summary: "A bucket lost its block of public access, its policy, its encryption or its old versions.",
      source: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/cloudtrail-logging-s3-info.html",
      service: "s3",
      detail: {
        requestParameters: { bucketName: bucketNames },
        $or: [
          { eventName: ["DeleteBucketPublicAccessBlock", "DeleteBucketPolicy", "DeleteBucketEncryption"] },
          {
            eventName: ["PutBucketVersioning"],
            requestParameters: { VersioningConfiguration: { Status: ["Suspended"] } },
          },
          ...publicAccessBlocks.map((block) => ({
            eventName: ["PutBucketPublicAccessBlock"],
            requestParameters: { PublicAccessBlockConfiguration: { [block]: [false] } },
          })),
        ],
      },
    }),
    ...notice(secretArns, {
      id: "secret-deleted",
      component: "database",
      summary: "A secret is to be deleted: no task that needs it starts any more.",
      source: "https://docs.aws.amazon.com/secretsmanager/latest/userguide/monitoring-cloudtrail.html",
      service: "secretsmanager",
      // Matches the response, since the request may name a secret in more than one way. AWS spells the field like this.
      detail: { eventName: ["DeleteSecret"], responseElements: { aRN: secretArns } },
    }),
    ...notice(logGroupNames, {
      id: "log-group-deleted",
      component: "moodle",
      summary: "A log of the tasks was deleted: the objectives and Moodle's own metrics are counted from it.",
      source: "https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/logging_cw_api_calls_cwl.html",
      service: "logs",
      detail: { eventName: ["DeleteLogGroup"], requestParameters: { logGroupName: logGroupNames } },
    }),
    ...notice(vaultNames, {
      id: "vault-opened",
      component: "backup",
      summary:
        "The vault of the backups lost its lock or its policy or got another one, or a backup was deleted or set to expire early. " +
        "An update of the stack that changes them sends this too.",
      source: "https://docs.aws.amazon.com/aws-backup/latest/devguide/logging-using-cloudtrail.html",
      service: "backup",
      detail: {
        eventName: [
          "DeleteBackupVaultLockConfiguration",
          "DeleteBackupVaultAccessPolicy",
          "PutBackupVaultAccessPolicy",
          "PutBackupVaultLockConfiguration",
          "DeleteRecoveryPoint",
          "DisassociateRecoveryPoint",
          "UpdateRecoveryPointLifecycle",
        ],
        requestParameters: { backupVaultName: vaultNames },
      },
    }),
    ...notice(repositoryNames, {
      id: "image-deleted",
      component: "image",
      summary: "Images, or all of them, were deleted by hand: a task whose image is gone does not start.",
      // Deletions by the lifecycle policy are PolicyExecutionEvents and are not reported.
      source: "https://docs.aws.amazon.com/AmazonECR/latest/userguide/logging-using-cloudtrail.html",
      service: "ecr",
      detail: {
        eventName: ["BatchDeleteImage", "DeleteRepository"],
        requestParameters: { repositoryName: repositoryNames },
      },
    }),
  ];
}

const publicAccessBlocks = ["BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"];

type Call = Omit<NoticeDefinition, "pattern" | "runbook"> & {
  readonly service: string;
  readonly detail: Readonly<Record<string, unknown>>;
};

/** Only calls that succeeded. */
function notice(of: readonly unknown[], { service, detail, ...about }: Call): readonly NoticeDefinition[] {
  return of.length === 0
    ? []
    : [
        {
          ...about,
          pattern: {
            source: [`aws.${service}`],
            "detail-type": ["AWS API Call via CloudTrail"],
            detail: { eventSource: [`${service}.amazonaws.com`], errorCode: [{ exists: false }], ...detail },
          },
          runbook: "docs/runbooks/protection.md",
        },
      ];
}
