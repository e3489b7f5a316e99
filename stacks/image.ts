import * as pulumi from "@pulumi/pulumi";

import { type ImageArgs } from "../components/image/image";
import { describeProblem } from "../components/lib/invalid";
import lock from "../moodle-image/moodle.lock.json";
import { type Settings } from "./settings/settings";

/** The image and its repository: translates the stack file's settings into the component's arguments. */
export function imageArguments(settings: Settings): Pick<ImageArgs, "source" | "keepImages" | "sharedWith"> {
  const { keepImages, sharedWith } = settings.image;
  return { source: imageSource(settings), keepImages, sharedWith };
}

/**
 * Source of the image. A build takes Moodle and its base from `moodle-image/moodle.lock.json`.
 *
 * @throws pulumi.RunError when the stack asks for another Moodle than the lock file has, or for a PHP without a base.
 */
export function imageSource({ image, cluster, moodle }: Settings): ImageArgs["source"] {
  if (image.kind === "digest") {
    return { kind: "digest", digest: image.digest, repositoryUrl: image.repository };
  }
  const bases: Readonly<Record<string, string | undefined>> = lock.base;
  const base = bases[moodle.phpVersion];
  const branch = lock.moodle.version.split(".").slice(0, 2).join(".");
  if (branch !== moodle.version || base === undefined) {
    throw new pulumi.RunError(
      describeProblem({
        path: "moodle:moodle",
        given: moodle,
        allowed: `version ${branch} on PHP ${Object.keys(bases).join(" or ")}, which moodle-image/moodle.lock.json has`,
        fix: "Change the lock file with the setting, or give the image of a pipeline by digest.",
      }),
    );
  }
  return {
    kind: "build",
    context: "moodle-image",
    platform: cluster.architecture === "arm64" ? "linux/arm64" : "linux/amd64",
    buildArgs: {
      MOODLE_VERSION: lock.moodle.version,
      MOODLE_URL: lock.moodle.url,
      MOODLE_SHA256: lock.moodle.sha256,
      PHP_VERSION: moodle.phpVersion,
      DEBIAN_IMAGE: base,
    },
  };
}
