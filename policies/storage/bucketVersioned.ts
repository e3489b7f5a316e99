import { stackRule, strict } from "../lib/rule";
import { buckets } from "../lib/types";
import { expect, undecided, violation } from "../lib/verdict";
import { settingsOf } from "./bucketSettings";

const versioning = ["aws:s3/bucketVersioning:BucketVersioning", "aws:s3/bucketVersioningV2:BucketVersioningV2"];

export const bucketVersioned = stackRule({
  id: "bucket-versioned",
  group: "storage",
  severity: "high",
  title: "S3 buckets keep the old versions of objects.",
  why: "What is overwritten or deleted by mistake is otherwise gone at once, and S3 can be the only copy.",
  fix: 'Add aws.s3.BucketVersioning for the bucket with versioningConfiguration: { status: "Enabled" }, and a lifecycle rule that removes old versions in time.',
  serves: ["Security Hub S3.14", "Well-Architected REL09-BP01", "Moodle R19", "Moodle R25"],
  example: `new aws.s3.BucketVersioning("files", { bucket: bucket.id, versioningConfiguration: { status: "Enabled" } });`,
  types: buckets,
  limits: { versions: strict(true, "Whether versions are asked for.") },
  check: (bucket, stack, limits) => {
    if (!limits.versions) {
      return undefined;
    }
    const { own, open } = settingsOf(stack, bucket, versioning);
    const [setting] = own;
    if (setting !== undefined) {
      return expect(
        setting.props.text("versioningConfiguration.status"),
        (status) => status === "Enabled",
        (status) => `its versioning is ${status ?? "not set"}`,
      );
    }
    // The way of aws 6 and older.
    const inside = bucket.props.flag("versioning.enabled");
    if (inside !== undefined) {
      return expect(inside, (on) => on === true, "versioning.enabled is false");
    }
    return open ? undecided("bucket of a versioning setting") : violation("no versioning setting belongs to it");
  },
});
