import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { loadAll } from "js-yaml";
import {
  LocalWorkspace,
  type ProjectSettings,
  type PulumiCommand,
  type StackSettings,
} from "@pulumi/pulumi/automation";

export const root = resolve(__dirname, "..");

export interface Prepared {
  readonly folder: string;
  readonly settings: StackSettings;
  /** Config keys whose encrypted value was replaced: only the owner of the passphrase or key can read it. */
  readonly placeholders: readonly string[];
}

const placeholder = "offline-placeholder";

/**
 * Makes a folder for the engine's own files (`PULUMI_HOME`), in which no login, no plug-in and no cache of the user's takes part.
 *
 * It has a file where the engine would make its folder of logs. The engine compresses and encrypts all that it does into
 * a log, which takes half of its time and has no switch. It goes on without one where it cannot make the folder.
 */
export function makePulumiHome(home: string): string {
  const logs = join(home, "logs");
  mkdirSync(home, { recursive: true });
  if (statSync(logs, { throwIfNoEntry: false })?.isDirectory() === true) {
    rmSync(logs, { recursive: true, force: true });
  }
  writeFileSync(logs, "", { flag: "a" });
  return home;
}

/**
 * Writes the work folder of one run: copies of the settings, and a folder for the state. The originals stay as they are.
 *
 * @param config Settings over those of the stack's file; all of them when the stack has no file.
 */
export async function prepare(
  cli: PulumiCommand,
  run: string,
  stack: string,
  config: Readonly<Record<string, string>>,
): Promise<Prepared> {
  const folder = join(root, ".offline", run);
  mkdirSync(join(folder, "state"), { recursive: true });
  const original = await LocalWorkspace.create({ workDir: root, pulumiCommand: cli });
  const project: ProjectSettings = existsSync(join(root, "Pulumi.yaml"))
    ? await original.projectSettings()
    : { name: "moodle", runtime: "nodejs" };
  const settings = stackSettings(join(root, `Pulumi.${stack}.yaml`));
  const placeholders: string[] = [];
  const values = Object.entries({ ...settings.config, ...config }).map(([key, value]) => {
    const open = withoutSecrets(value);
    if (open.replaced) {
      placeholders.push(key);
    }
    return [key, open.value] as const;
  });
  const written = { config: Object.fromEntries(values) } as StackSettings;
  const salt = existsSync(join(folder, `Pulumi.${stack}.yaml`))
    ? /^encryptionsalt: (\S+)/m.exec(readFileSync(join(folder, `Pulumi.${stack}.yaml`), "utf8"))?.[1]
    : undefined;
  const copy = await LocalWorkspace.create({ workDir: folder, pulumiCommand: cli });
  // Used only by an engine that has no Node.js language host to load the policies with. The type does not know `plugins`.
  const analyzers = ["policy-nodejs", "policy-recorded"].map((name) => ({ name, path: join(root, "offline", "bin") }));
  const plugins = { analyzers };
  const backend = { url: `file://${join(folder, "state")}` };
  await copy.saveProjectSettings({ ...project, backend, plugins } as ProjectSettings);
  await copy.saveStackSettings(stack, { ...written, ...(salt === undefined ? {} : { encryptionSalt: salt }) });
  return { folder, settings: written, placeholders };
}

/**
 * Settings of a stack file, as the CLI reads it: its first document; none where it is empty or holds only comments.
 *
 * @throws Error that names the setting which is no number: the CLI itself fails on it before the program can say more.
 */
export function stackSettings(file: string): StackSettings {
  const content = existsSync(file) ? readFileSync(file, "utf8") : "";
  const settings = (loadAll(content)[0] ?? {}) as StackSettings;
  for (const [key, value] of Object.entries(settings.config ?? {})) {
    const path = notFinite(value);
    if (path !== undefined) {
      throw new Error(`${key}${path}: got .inf or .nan, expected what JSON can say. Write a number, text or a list.`);
    }
  }
  return settings;
}

/** The path of the first number in a value that JSON cannot write; undefined when there is none. */
function notFinite(value: unknown): string | undefined {
  if (typeof value === "number" && !Number.isFinite(value)) {
    return "";
  }
  if (typeof value !== "object" || value === null) {
    return undefined;
  }
  for (const [key, inner] of Object.entries(value)) {
    const path = notFinite(inner);
    if (path !== undefined) {
      return Array.isArray(value) ? `[${key}]${path}` : `.${key}${path}`;
    }
  }
  return undefined;
}

function withoutSecrets(value: unknown): { value: unknown; replaced: boolean } {
  if (typeof value !== "object" || value === null) {
    return { value, replaced: false };
  }
  if (!Array.isArray(value) && "secure" in value) {
    return { value: placeholder, replaced: true };
  }
  const entries = Object.entries(value).map(([key, inner]) => [key, withoutSecrets(inner)] as const);
  const values = entries.map(([key, inner]) => [key, inner.value] as const);
  return {
    value: Array.isArray(value) ? values.map(([, inner]) => inner) : Object.fromEntries(values),
    replaced: entries.some(([, inner]) => inner.replaced),
  };
}

/** Whether the stack already has state here, which saves a call of the engine. */
export function hasState(folder: string, project: string, stack: string): boolean {
  return existsSync(join(folder, "state", ".pulumi", "stacks", project, `${stack}.json`));
}

/**
 * Keeps two runs out of one work folder, and clears what a killed run left behind.
 *
 * @returns a function that gives the folder free again
 * @throws Error when another run that is still alive has the folder.
 */
export function occupy(folder: string): () => void {
  const file = join(folder, "process");
  const [owner, begun] = existsSync(file) ? readFileSync(file, "utf8").split(" ") : [];
  // A number is given again to another process, which began at another time.
  if (
    owner !== undefined &&
    Number(owner) !== process.pid &&
    isAlive(Number(owner)) &&
    (begun ?? beginning(owner)) === beginning(owner)
  ) {
    throw new Error(`Process ${owner} is at work in ${folder}. Wait for it, or end it.`);
  }
  rmSync(join(folder, "state", ".pulumi", "locks"), { recursive: true, force: true });
  writeFileSync(file, `${process.pid} ${beginning(process.pid) ?? ""}`.trim());
  return () => rmSync(file, { force: true });
}

/** When a process began, in ticks since the machine did; undefined where there is no /proc. */
function beginning(id: number | string): string | undefined {
  try {
    // The name in brackets may hold anything: https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html
    return readFileSync(`/proc/${id}/stat`, "utf8").split(") ").pop()?.split(" ")[19];
  } catch {
    return undefined;
  }
}

function isAlive(id: number): boolean {
  try {
    process.kill(id, 0);
    return true;
  } catch {
    return false;
  }
}
