import { createHash } from "node:crypto";
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { z } from "zod";

import { readArchive, Refused } from "./archive";

/** plugins.lock.json: which plugins are in the image, from where, and exactly which bytes. */

const root = join(__dirname, "..");
export const lockFile = join(root, "plugins.lock.json");

/** The Moodle versions that the image can be built for (releases.json). */
export const releases: readonly { readonly branch: number; readonly moodle: string }[] = Object.entries(
  (JSON.parse(readFileSync(join(root, "releases.json"), "utf8")) as { branches: Record<string, { moodle: string }> })
    .branches,
).map(([branch, { moodle }]) => ({ branch: Number(branch), moodle }));

/** Moodle's name of a plugin: its type and its own name. */
export const componentName = /^[a-z][a-z0-9]*_[a-z][a-z0-9_]*$/;
const component = z.string().regex(componentName, "must be a component name such as mod_attendance");

const plugin = z.strictObject({
  name: component,
  // What $plugin->version of the archive says: YYYYMMDDXX.
  version: z.string().regex(/^\d{10}(\.\d+)?$/, "must be the number of the plugin's version.php, such as 2025010100"),
  source: z.url({ protocol: /^(https|file)$/, error: "must be an https address of a .zip or .tar.gz archive" }),
  sha256: z.string().regex(/^[0-9a-f]{64}$/, "must be 64 hexadecimal digits, in lower case"),
  moodle: z
    .array(z.enum(releases.map(({ moodle }) => moodle) as [string, ...string[]]))
    .min(1, "must name at least one Moodle version"),
});
const lock = z.strictObject({ plugins: z.array(plugin) });

export type Plugin = z.infer<typeof plugin>;

export function parseLock(text: string): Plugin[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new Refused(
      `plugins.lock.json is not JSON: ${(error as Error).message}. Restore it from the repository's history`,
    );
  }
  const result = lock.safeParse(value);
  if (!result.success) throw new Refused(`plugins.lock.json cannot be used:\n${z.prettifyError(result.error)}`);
  const names = result.data.plugins.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new Refused(`plugins.lock.json lists ${twice} twice: remove one of the two`);
  return result.data.plugins;
}

export const readLock = (file = lockFile): Plugin[] => parseLock(readFileSync(file, "utf8"));

/** Sorted by name, so that two branches that add plugins seldom meet in the same line. */
export function writeLock(plugins: readonly Plugin[], file = lockFile): void {
  const sorted = [...plugins].sort((a, b) => (a.name < b.name ? -1 : 1));
  // Whole or not at all.
  const draft = `${file}.${process.pid}.tmp`;
  writeFileSync(draft, `${JSON.stringify({ plugins: sorted }, undefined, 2)}\n`);
  renameSync(draft, file);
}

/** What an archive is, read from its version.php: https://moodledev.io/docs/apis/commonfiles/version.php */
export async function describeArchive(archive: Buffer, source: string, moodle?: readonly string[]): Promise<Plugin> {
  const files = await readArchive(archive, /^[^/]+\/version\.php$/);
  const tops = new Set([...files.keys()].map((path) => path.split("/")[0]));
  if (tops.size !== 1)
    throw new Refused(
      `${source} has ${tops.size} folders at its top (${[...tops].slice(0, 5).join(", ")}); a plugin's archive has one. Use the archive of a release`,
    );
  const text = [...files.values()].find((content) => content !== undefined);
  if (text === undefined)
    throw new Refused(`${source} has no version.php in its top folder: it is not a Moodle plugin`);
  const value = (name: string) =>
    new RegExp(`\\$(?:plugin|module)->${name}\\s*=\\s*['"]?([^'";]+)['"]?\\s*;`).exec(text)?.[1]?.trim();
  const name = value("component");
  const version = value("version");
  if (name === undefined || version === undefined)
    throw new Refused(
      `version.php of ${source} names no component and version: use a release of the plugin for Moodle 3.0 or later`,
    );
  const entry = {
    name,
    version,
    source,
    sha256: createHash("sha256").update(archive).digest("hex"),
    moodle: moodle ?? supported(text, source),
  };
  return parseLock(JSON.stringify({ plugins: [entry] }))[0] as Plugin;
}

/** $plugin->supported = [405, 501] names the first and the last branch. */
function supported(text: string, source: string): string[] {
  const range = /\$(?:plugin|module)->supported\s*=\s*(?:\[|array\()\s*(\d+)\s*,\s*(\d+)/.exec(text);
  if (range === null)
    throw new Refused(`${source} does not say which Moodle versions it supports: look it up and pass MOODLE=5.0,5.1`);
  const [first, last] = [Number(range[1]), Number(range[2])];
  const found = releases.filter(({ branch }) => branch >= first && branch <= last).map(({ moodle }) => moodle);
  if (found.length === 0)
    throw new Refused(
      `${source} supports the Moodle branches ${first} to ${last}; the image is built for ${releases.map(({ moodle }) => moodle).join(", ")}`,
    );
  return found;
}
