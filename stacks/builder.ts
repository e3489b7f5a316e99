import { spawnSync } from "node:child_process";
import * as pulumi from "@pulumi/pulumi";

import { type ImageArgs } from "../components/image/image";
import { describeProblem } from "../components/lib/invalid";
import { imageSource } from "./image";
import { type Settings } from "./settings/settings";

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Checks whether this machine's Docker can build the stack's image, before anything is made: otherwise the build ends
 * with "exec format error" in the middle of the update. Emulation is the kernel's, so every builder of the machine has
 * the same platforms.
 *
 * A preview builds nothing and only warns. There is no check for an image by digest, nor with the stand-ins of
 * `offline/`, which build nothing and set OFFLINE_STAND_INS.
 *
 * @throws pulumi.RunError in an update when Docker cannot build it.
 */
export function checkBuilder(
  settings: Settings,
  dryRun: boolean = pulumi.runtime.isDryRun(),
  environment: Environment = process.env,
): void {
  const problem =
    environment["OFFLINE_STAND_INS"] === undefined ? builderProblem(imageSource(settings), environment) : undefined;
  if (problem === undefined) {
    return;
  }
  if (!dryRun) {
    throw new pulumi.RunError(problem);
  }
  void pulumi.log.warn(`${problem} This preview needs none of it; the update does.`);
}

/** The part that a build lacks, or undefined. */
export function builderProblem(source: ImageArgs["source"], environment: Environment): string | undefined {
  if (source.kind !== "build") {
    return undefined;
  }
  const { platform } = source;
  const architecture = platform.slice("linux/".length);
  // https://docs.docker.com/reference/cli/docker/buildx/inspect/
  const { status, stdout, stderr, error } = spawnSync("docker", ["buildx", "inspect"], {
    encoding: "utf8",
    env: { ...environment },
    timeout: 30_000,
  });
  const elsewhere = "Or give the image of a pipeline by digest (moodle:image.kind digest): docs/pipelines.md.";
  if (status !== 0) {
    const why =
      (error as NodeJS.ErrnoException | undefined)?.code === "ENOENT" ? "it is not installed" : stderr?.trim();
    return describeProblem({
      path: "moodle:image.kind",
      given: "build",
      allowed: `digest, while Docker with buildx does not answer here (${why || String(error ?? status)})`,
      fix: `Start Docker, or install it. ${elsewhere}`,
    });
  }
  const platforms = [...stdout.matchAll(/^\s*Platforms:\s*(.+)$/gm)].flatMap(([, list]) =>
    list!.split(",").map((one) => one.trim().replace(/\*$/, "")),
  );
  // A builder that was never started does not know its platforms: then Docker itself reports the error.
  return platforms.length === 0 || platforms.includes(platform)
    ? undefined
    : describeProblem({
        path: "moodle:cluster.architecture",
        given: settingOf(architecture),
        allowed: `what Docker can build for on this machine: ${platforms.join(", ")}`,
        fix: `Install emulation: docker run --privileged --rm tonistiigi/binfmt --install ${architecture}, or Debian's qemu-user-static and binfmt-support. ${elsewhere}`,
      });
}

/** The settings' name for Docker's architecture. */
function settingOf(architecture: string): string {
  return architecture === "amd64" ? "x86_64" : architecture;
}
