import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { Refused } from "../plugins/archive";
import { releases } from "../plugins/lock";

/** patches.json: fixes of Moodle that the image carries until a release has them. build/patches.php applies them. */

export const patchesFolder = __dirname;

/** An issue of Moodle's tracker. */
export const issueName = /^MDL-[1-9]\d*$/;
/** A release of Moodle; the first of a branch has two numbers. */
export const releaseName = /^\d+\.\d+(\.[1-9]\d*)?$/;

export const issue = z.string().regex(issueName, "must be an issue of Moodle's tracker, such as MDL-12345");
export const fixedIn = z.array(z.string().regex(releaseName, "must be a release of Moodle, such as 5.1.3"));
/** A day of the calendar, which 2026-02-30 is not. */
export const day = z.iso.date("must be a day such as 2026-12-15");

const patch = z.strictObject({
  file: z.string().regex(/^[\w.-]+\.patch$/, "must be the name of a file of this folder that ends in .patch"),
  issue,
  why: z.string().min(1, "must say what goes wrong without it"),
  moodle: z
    .array(z.enum(releases.map(({ moodle }) => moodle) as [string, ...string[]]))
    .min(1, "must name at least one Moodle version"),
  fixedIn,
  expires: day,
  owner: z.string().min(1, "must name who looks after it"),
});
export type Patch = z.infer<typeof patch>;

/** @throws Refused when the list, or its folder, is not in order. */
export function readPatches(folder = patchesFolder): readonly Patch[] {
  const file = join(folder, "patches.json");
  const wrong = (message: string): never => {
    throw new Refused(`moodle-image/patches/patches.json: ${message}`);
  };
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    return wrong(`${(error as Error).message}. Restore it from the repository's history`);
  }
  const result = z.strictObject({ patches: z.array(patch) }).safeParse(value);
  if (!result.success) {
    return wrong(`\n${z.prettifyError(result.error)}`);
  }
  const { patches } = result.data;
  const given = readdirSync(folder).filter((name) => name.endsWith(".patch"));
  const unlisted = given.find((name) => patches.filter((one) => one.file === name).length !== 1);
  if (unlisted !== undefined) {
    wrong(`${unlisted} must be listed once. List it, or delete the file`);
  }
  const lost = patches.find((one) => !existsSync(join(folder, one.file)));
  if (lost !== undefined) {
    wrong(`${lost.file} is not in the folder. Add the file, or take it out of the list`);
  }
  return patches;
}

const branchOf = (release: string): string => release.split(".").slice(0, 2).join(".");

/** Negative when `a` is the older release. */
function compared(a: string, b: string): number {
  const [x, y] = [a, b].map((one) => one.split(".").map(Number)) as [number[], number[]];
  return [0, 1, 2].map((part) => (x[part] ?? 0) - (y[part] ?? 0)).find((difference) => difference !== 0) ?? 0;
}

/**
 * Whether a release has what is fixed in some: the one of its own branch is not newer, or its branch began after all of them.
 * build/patches.php has the same rule, and a test compares the two.
 */
export function hasFix(release: string, fixed: readonly string[]): boolean {
  const own = fixed.find((one) => branchOf(one) === branchOf(release));
  return own === undefined
    ? fixed.length > 0 && fixed.every((one) => compared(branchOf(one), branchOf(release)) < 0)
    : compared(release, own) >= 0;
}

/** Reason why a build with this release would refuse a patch, or undefined. `today`: YYYY-MM-DD, left out where only the release matters. */
export function objection(one: Patch, release: string, today?: string): string | undefined {
  if (hasFix(release, one.fixedIn)) {
    return `Moodle ${release} has its fix: delete the patch and its entry`;
  }
  if (!one.moodle.includes(branchOf(release))) {
    return `it is for Moodle ${one.moodle.join(", ")}, not ${release}: try it on ${branchOf(release)}, or delete it`;
  }
  return today !== undefined && one.expires < today
    ? `it is past its date ${one.expires}: delete it, or give it a new one`
    : undefined;
}
