import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

import { Refused } from "./archive";
import { describeArchive, lockFile, type Plugin, readLock, writeLock } from "./lock";

/**
 * Plugins of the image, as plugins.lock.json lists them. Name, version, checksum and supported Moodle versions of a plugin come
 * from the contents of its release's archive. Every function throws Refused with what is wrong and how to fix it.
 */

export async function download(source: string): Promise<Buffer> {
  if (source.startsWith("file:")) return readFile(fileURLToPath(source));
  const answer = await fetch(source).catch((error: Error) => {
    throw new Refused(`${source} cannot be reached: ${error.message}`);
  });
  if (!answer.ok) throw new Refused(`${source} answers ${answer.status}: check the address`);
  return Buffer.from(await answer.arrayBuffer());
}

function known(plugins: readonly Plugin[], name: string): Plugin {
  const found = plugins.find((plugin) => plugin.name === name);
  if (found === undefined)
    throw new Refused(
      `${name} is not in plugins.lock.json; it has ${plugins.map((plugin) => plugin.name).join(", ") || "no plugin yet"}`,
    );
  return found;
}

/**
 * Adds the plugin of an archive.
 *
 * @param versions The Moodle versions that it supports, such as 5.1, when it does not say it itself.
 * @returns What was done, for people; so do the others.
 */
export async function add(source: string, versions?: readonly string[], file = lockFile): Promise<string> {
  const plugins = readLock(file);
  const plugin = await describeArchive(await download(source), source, versions);
  if (plugins.some(({ name }) => name === plugin.name))
    throw new Refused(
      `${plugin.name} is in plugins.lock.json already: use make plugins-update NAME=${plugin.name} URL=${source}`,
    );
  writeLock([...plugins, plugin], file);
  return `added ${plugin.name} ${plugin.version} for Moodle ${plugin.moodle.join(", ")}`;
}

/** Moves a plugin to another, newer release. */
export async function update(
  name: string,
  source: string,
  versions?: readonly string[],
  file = lockFile,
): Promise<string> {
  const plugins = readLock(file);
  const old = known(plugins, name);
  const plugin = await describeArchive(await download(source), source, versions);
  if (plugin.name !== old.name) throw new Refused(`${source} is ${plugin.name}, not ${old.name}`);
  // Moodle refuses to run with a plugin that is older than what its database has seen.
  if (Number(plugin.version) < Number(old.version))
    throw new Refused(
      `${source} is version ${plugin.version}, older than ${old.version}: Moodle does not start with an older plugin`,
    );
  writeLock([...plugins.filter((one) => one.name !== old.name), plugin], file);
  return `updated ${plugin.name} from ${old.version} to ${plugin.version}`;
}

/** Takes a plugin out of the lock file. */
export function remove(name: string, file = lockFile): string {
  const plugins = readLock(file);
  known(plugins, name);
  writeLock(
    plugins.filter((one) => one.name !== name),
    file,
  );
  return `removed ${name}: uninstall it first, with the old image and admin/cli/uninstall_plugins.php --plugins=${name} --run, or Moodle shows it as missing`;
}

/**
 * Checks that every plugin supports a Moodle version, and that every archive is as it was when it was added.
 *
 * @param moodle A version such as 5.1. Left out, no version is asked for.
 * @param offline Downloads nothing.
 */
export async function check(
  { moodle, offline = false }: { readonly moodle?: string | undefined; readonly offline?: boolean } = {},
  file = lockFile,
): Promise<string> {
  const plugins = readLock(file);
  const problems: string[] = [];
  for (const plugin of plugins) {
    if (moodle !== undefined && !plugin.moodle.includes(moodle)) {
      problems.push(
        `${plugin.name} ${plugin.version} supports Moodle ${plugin.moodle.join(", ")}, not ${moodle}: look for a newer release`,
      );
    }
    if (offline) continue;
    const found = await describeArchive(await download(plugin.source), plugin.source, plugin.moodle);
    if (found.sha256 !== plugin.sha256)
      problems.push(
        `${plugin.name}: ${plugin.source} has the checksum ${found.sha256}, not ${plugin.sha256}: the archive was changed after it was added`,
      );
    if (found.name !== plugin.name || found.version !== plugin.version)
      problems.push(`${plugin.name} ${plugin.version}: the archive is ${found.name} ${found.version}`);
  }
  if (problems.length > 0) throw new Refused(problems.join("\n"));
  return `${plugins.length} plugin${plugins.length === 1 ? "" : "s"}, all well`;
}
