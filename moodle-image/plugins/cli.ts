import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

import { Refused } from "./archive";
import { describeArchive, lockFile, type Plugin, readLock, writeLock } from "./lock";

/**
 * Plugins of the image: `add <address>`, `update <name> <address>`, `remove <name>`, `check [moodle version]`.
 * The address is that of a release's archive; name, version, checksum and supported Moodle versions come from its contents.
 * MOODLE=5.0,5.1 says what the plugin supports when it does not say it itself. `check --offline` downloads nothing.
 */

const usage = "use: add <address> | update <name> <address> | remove <name> | check [--offline] [<moodle version>]";

export async function download(source: string): Promise<Buffer> {
  if (source.startsWith("file:")) return readFile(fileURLToPath(source));
  const answer = await fetch(source).catch((error: Error) => {
    throw new Refused(`${source} cannot be reached: ${error.message}`);
  });
  if (!answer.ok) throw new Refused(`${source} answers ${answer.status}: check the address`);
  return Buffer.from(await answer.arrayBuffer());
}

export async function run(args: readonly string[], file = lockFile, moodle = process.env.MOODLE): Promise<string> {
  // make hands on an empty text for a variable that nobody gave.
  const [command, ...rest] = args.filter((one) => one !== "");
  const plugins = readLock(file);
  const versions = moodle === undefined || moodle === "" ? undefined : moodle.split(",");
  const known = (name: string): Plugin => {
    const found = plugins.find((plugin) => plugin.name === name);
    if (found === undefined)
      throw new Refused(
        `${name} is not in plugins.lock.json; it has ${plugins.map((plugin) => plugin.name).join(", ") || "no plugin yet"}`,
      );
    return found;
  };

  if (command === "add" && rest[0] !== undefined) {
    const plugin = await describeArchive(await download(rest[0]), rest[0], versions);
    if (plugins.some(({ name }) => name === plugin.name))
      throw new Refused(`${plugin.name} is in plugins.lock.json already: use update ${plugin.name} <address>`);
    writeLock([...plugins, plugin], file);
    return `added ${plugin.name} ${plugin.version} for Moodle ${plugin.moodle.join(", ")}`;
  }
  if (command === "update" && rest[0] !== undefined && rest[1] !== undefined) {
    const old = known(rest[0]);
    const plugin = await describeArchive(await download(rest[1]), rest[1], versions);
    if (plugin.name !== old.name) throw new Refused(`${rest[1]} is ${plugin.name}, not ${old.name}`);
    // Moodle refuses to run with a plugin that is older than what its database has seen.
    if (Number(plugin.version) < Number(old.version))
      throw new Refused(
        `${rest[1]} is version ${plugin.version}, older than ${old.version}: Moodle does not start with an older plugin`,
      );
    writeLock([...plugins.filter(({ name }) => name !== old.name), plugin], file);
    return `updated ${plugin.name} from ${old.version} to ${plugin.version}`;
  }
  if (command === "remove" && rest[0] !== undefined) {
    known(rest[0]);
    writeLock(
      plugins.filter(({ name }) => name !== rest[0]),
      file,
    );
    return `removed ${rest[0]}: uninstall it first, with the old image and admin/cli/uninstall_plugins.php --plugins=${rest[0]} --run, or Moodle shows it as missing`;
  }
  if (command === "check") {
    const target = rest.find((argument) => !argument.startsWith("--"));
    const problems: string[] = [];
    for (const plugin of plugins) {
      if (target !== undefined && !plugin.moodle.includes(target)) {
        problems.push(
          `${plugin.name} ${plugin.version} supports Moodle ${plugin.moodle.join(", ")}, not ${target}: look for a newer release`,
        );
      }
      if (rest.includes("--offline")) continue;
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
  throw new Refused(usage);
}

if (require.main === module) {
  run(process.argv.slice(2)).then(
    (text) => process.stdout.write(`${text}\n`),
    (error: unknown) => {
      process.stderr.write(`plugins: ${error instanceof Refused ? error.message : String((error as Error).stack)}\n`);
      process.exitCode = 1;
    },
  );
}
