import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { ConfigurationFiles } from "./configuration";

/** Folder of the configuration bucket: this program writes `generated/` below it, operators write `overrides/`. */
export const configurationPrefix = "moodle";

/** Folder of what this program writes. */
export const generatedFolder = `${configurationPrefix}/generated`;

/**
 * Uploads the files to the place that containers read at start: a folder for each version, which stays, so that an old
 * task that starts again finds its own. A container compares what it reads with the version in its task definition, and
 * does not start with anything else. The bucket's own encryption applies.
 */
export function uploadConfiguration(
  name: string,
  bucketName: pulumi.Input<string>,
  { files, version }: { readonly files: ConfigurationFiles; readonly version: string },
  child: pulumi.CustomResourceOptions,
): pulumi.Resource[] {
  return Object.entries(files).map(
    ([file, content]) =>
      new aws.s3.BucketObjectv2(
        `${name}-${file.replace(".", "-")}`,
        {
          bucket: bucketName,
          key: `${generatedFolder}/${version}/${file}`,
          content,
          contentType: "text/plain; charset=utf-8",
        },
        { ...child, retainOnDelete: true },
      ),
  );
}
