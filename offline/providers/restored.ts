import { account, type Place } from "./outputs";
import type { Properties } from "./values";

/**
 * What AWS Backup has restored, by type: the inputs that an import reads, from the id. With the key of its backup and the throughput
 * that a new file system has. https://docs.aws.amazon.com/aws-backup/latest/devguide/restoring-efs.html
 */
export const restored: Readonly<Record<string, (id: string, place: Place) => Properties>> = {
  "aws:efs/fileSystem:FileSystem": (id, { region, partition }) => ({
    creationToken: `restore-${id}`,
    encrypted: true,
    kmsKeyId: `arn:${partition}:kms:${region}:${account}:key/01234567-89ab-cdef-0123-456789abcdef`,
    performanceMode: "generalPurpose",
    throughputMode: "bursting",
  }),
  "aws:s3/bucket:Bucket": (id) => ({ bucket: id, tags: { RestoredBy: "AWS Backup" } }),
};
