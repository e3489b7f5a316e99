import * as pulumi from "@pulumi/pulumi";

import { type ClusterArgs } from "../components/cluster/cluster";
import { type ImageArgs } from "../components/image/image";
import { describeProblem } from "../components/lib/invalid";
import { routeTableTags } from "../components/storage/openZfs";
import { type SharedFilesArgs } from "../components/storage/sharedFiles";
import lock from "../moodle-image/moodle.lock.json";
import { maintenanceTimes } from "./maintenance";
import { type Settings } from "./settings/settings";

/** Who gets what can wait; the first is the one that a stack must have. */
export function alertAddresses({ alertEmail, observability }: Settings): readonly [string, ...string[]] {
  return [alertEmail, ...observability.alertEmails];
}

/** The cluster's capacity, from the stack file's words to the component's. */
export function clusterCapacity(settings: Settings, scheduled: boolean): ClusterArgs["capacity"] {
  const { cluster } = settings;
  if (cluster.kind === "fargate") {
    return cluster;
  }
  const { instanceType, warmPoolSize, ...rest } = cluster;
  return {
    ...rest,
    instanceTypes: [instanceType],
    scheduled,
    replacement: maintenanceTimes(settings).replacement,
    warmPool: warmPoolSize > 0 ? { size: warmPoolSize } : undefined,
  };
}

/** The shared files. What a profile protects from deletion outlives even its stack. */
export function sharedFilesStore(
  settings: Settings,
  routeTableIds: readonly pulumi.Input<string>[],
): SharedFilesArgs["store"] {
  const { storage, safety } = settings;
  switch (storage.kind) {
    case "efs":
      return { ...storage, retainOnDelete: safety.deletionProtection };
    case "openzfs":
      return {
        ...storage,
        routeTableIds,
        windows: maintenanceTimes(settings).windows,
        finalBackup: safety.deletionProtection,
      };
    case "nfs":
      return storage;
  }
}

/** The image and its repository, from the stack file's words to the component's. */
export function imageArguments(settings: Settings): Pick<ImageArgs, "source" | "keepImages" | "sharedWith"> {
  const { keepImages, sharedWith } = settings.image;
  return { source: imageSource(settings), keepImages, sharedWith };
}

/** What a store writes on the application subnets' route tables by itself. */
export function routeTableTagsFor({ storage }: Settings): Readonly<Record<string, string>> {
  return storage.kind === "openzfs" ? routeTableTags : {};
}

/** Whether something of the environment outlives its stack, and needs the keys that encrypted it. */
export function keepsData({ protect, deletionProtection }: Settings["safety"]): boolean {
  return protect || deletionProtection;
}

/**
 * Where the image comes from. A build takes Moodle and its base from `moodle-image/moodle.lock.json`.
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
        mend: "Change the lock file with the setting, or give the image of a pipeline by digest.",
      }),
    );
  }
  return {
    kind: "build",
    context: "moodle-image",
    platform: cluster.architecture === "arm64" ? "linux/arm64" : "linux/amd64",
    buildArgs: {
      MOODLE_VERSION: lock.moodle.version,
      MOODLE_SHA256: lock.moodle.sha256,
      PHP_VERSION: moodle.phpVersion,
      DEBIAN_IMAGE: base,
    },
  };
}
