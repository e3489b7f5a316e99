import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { branches } from "../releases.json";

/** Builds the Dockerfile with buildah: no daemon, no registry, no privilege that a plain root shell does not have. */

export const folder = join(__dirname, "..");

/** The processor that an image is for, in Docker's words. */
const architectures = ["amd64", "arm64"] as const;
const native = process.arch === "arm64" ? "arm64" : "amd64";

/**
 * Architecture that is built and tested: this machine's own, or that of MOODLE_IMAGE_ARCHITECTURE, run by qemu
 * (test/setup makes that possible). Emulation takes some five times as long, and shows no processor's speed.
 */
export const architecture = architectureOf(process.env.MOODLE_IMAGE_ARCHITECTURE);
export const emulated = architecture !== native;
/** The longest waits of the tests, times this. */
export const patience = emulated ? 10 : 1;

function architectureOf(given: string | undefined): (typeof architectures)[number] {
  if (given === undefined || given === "") return native;
  const found = architectures.find((name) => name === given);
  if (found === undefined)
    throw new Error(
      `MOODLE_IMAGE_ARCHITECTURE is ${given}. Allowed: ${architectures.join(", ")}. Correct it or leave it out.`,
    );
  return found;
}

const platform = emulated ? ["--arch", architecture] : [];
/** Images for another processor stand beside this machine's own. */
const named = (image: string) => (emulated ? `${image}-${architecture}` : image);
/** The base image that test/setup makes of a Debian release. */
export const debian = (release: string) => named(`docker.io/library/debian:${release}-slim`);

export interface BuildOptions {
  readonly tag: string;
  readonly args?: Readonly<Record<string, string>>;
  /** A folder with Moodle's source, given to the build as the context named "moodle". */
  readonly moodle?: string;
  readonly release?: "trixie" | "bookworm";
  /** Another build context than moodle-image/. */
  readonly context?: string;
}

/** The PHP of a Debian release, newest first: build/check-base takes no other. */
const phpOfDebian = { trixie: "8.4", bookworm: "8.2" } as const;

/** The folder of a Moodle's scripts below its source: `public/` from 5.1 on. */
export function publicFolder(source: string): "public/" | "" {
  return existsSync(join(source, "public/version.php")) ? "public/" : "";
}

/** The newest base image whose PHP a Moodle allows. @throws Error when there is none, or no Moodle. */
export function baseOf(source: string): Pick<BuildOptions, "args" | "release"> {
  const file = join(source, publicFolder(source), "version.php");
  const branch = existsSync(file) ? /\$branch\s*=\s*'(\d+)'/.exec(readFileSync(file, "utf8"))?.[1] : undefined;
  if (branch === undefined)
    throw new Error(`${source} is no Moodle: ${file} names no branch. Give the folder that has Moodle's README.md.`);
  const { php, moodle } = (branches as Readonly<Record<string, { moodle: string; php: string[] }>>)[branch] ?? {
    php: [],
    moodle: branch,
  };
  const release = (["trixie", "bookworm"] as const).find((name) => php.includes(phpOfDebian[name]));
  if (release === undefined)
    throw new Error(
      `Moodle ${moodle} takes PHP ${php.join(", ") || "that releases.json does not know"}; Debian has ${Object.values(phpOfDebian).join(" and ")}.`,
    );
  return { release, args: { PHP_VERSION: phpOfDebian[release] } };
}

export interface BuildResult {
  readonly status: number | null;
  readonly output: string;
}

/** Builds, and says how it went; a test of a build that must fail reads the output. */
export function build({ tag, args = {}, moodle, release = "trixie", context = folder }: BuildOptions): BuildResult {
  const all = { ALLOW_UNPINNED_BASE: "1", DEBIAN_IMAGE: debian(release), ...args };
  const { status, stdout, stderr } = spawnSync(
    "buildah",
    [
      "build",
      ...platform,
      "--layers",
      "--force-rm",
      "--isolation=chroot",
      "--pull-never",
      ...Object.entries(all).flatMap(([name, value]) => ["--build-arg", `${name}=${value}`]),
      ...(moodle === undefined ? [] : ["--build-context", `moodle=${moodle}`]),
      "--tag",
      named(tag),
      context,
    ],
    { encoding: "utf8", maxBuffer: 64 * 1024 * 1024 },
  );
  return { status, output: `${stdout}${stderr}` };
}

/** Builds, or throws with the last lines of the build. */
export function mustBuild(options: BuildOptions): void {
  const { status, output } = build(options);
  if (status !== 0) throw new Error(`the image ${options.tag} was not built:\n${output.slice(-4000)}`);
}

/** The root file system of an image, and what gives it back. */
export function mountImage(tag: string): { readonly root: string; readonly unmount: () => void } {
  const run = (...command: string[]) => execFileSync("buildah", command, { encoding: "utf8" }).trim();
  const container = run("from", ...platform, "--pull-never", named(tag));
  return { root: run("mount", container), unmount: () => run("rm", container) };
}

/** The configuration of an image: user, entry point, labels. */
export function inspectImage(tag: string): Record<string, any> {
  const text = execFileSync("buildah", ["inspect", "--type", "image", named(tag)], {
    encoding: "utf8",
    maxBuffer: 16 * 1024 * 1024,
  });
  return JSON.parse(text).OCIv1.config;
}

/** Why the tests of the image cannot run on this machine; undefined when they can. */
export function missing(release: BuildOptions["release"] = "trixie"): string | undefined {
  if (process.getuid?.() !== 0) return "the image's tests need root (mounts, chroot)";
  for (const program of ["buildah", "unshare", "mariadbd", "redis-server"]) {
    if (spawnSync("sh", ["-c", `command -v ${program}`]).status !== 0)
      return `${program} is not installed: run moodle-image/test/setup`;
  }
  return spawnSync("buildah", ["inspect", "--type", "image", debian(release)]).status === 0
    ? undefined
    : `there is no base image: run moodle-image/test/setup ${release}`;
}
