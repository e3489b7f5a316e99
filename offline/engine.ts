import { execFile } from "node:child_process";
import { existsSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import * as pulumi from "@pulumi/pulumi";
import { LocalWorkspace, Stack } from "@pulumi/pulumi/automation";
import { resolveCli } from "./cli/resolve";
import { Printout } from "./printout";
import "./sdk";
import { describeNetwork } from "./providers/existingNetwork";
import { deletionProtections } from "./providers/loadBalancing";
import { Collector, type RunResult } from "./results";
import { type PolicyPack, policyPort, providerPorts } from "./standIns";
import { hasState, makePulumiHome, occupy, prepare, root } from "./stackFiles";

export { type EngineResource, type RunResult, type Violation, unknownValue } from "./results";
export { type PolicyPack, stopStandIns } from "./standIns";

export interface RunOptions {
  /** Name of the work folder under `.offline/`. Default: the stack. Runs at the same time need different ones. */
  readonly run?: string;
  /** Default: the repository's `index.ts`, loaded afresh. Its return values are the stack's outputs. */
  readonly program?: () => unknown;
  /** Called inside the stack before the program, for example to register transformations. */
  readonly before?: () => void;
  /** Changes resources on their way to the engine: what a mutation test breaks. Not seen: children of `awsx`. */
  readonly transform?: pulumi.ResourceTransformation;
  /** Policy packs. Default: `policies/` with the configuration of the stack's profile, when they exist. */
  readonly policyPacks?: readonly PolicyPack[];
  /** Settings over those of the stack's file. */
  readonly config?: Readonly<Record<string, string>>;
  /** Print nothing: what the engine printed is in the result. Default: false. */
  readonly quiet?: boolean;
}

// The program looks for Docker otherwise (stacks/builder.ts), which the stand-ins do not need.
process.env["OFFLINE_STAND_INS"] = "1";

/** Protects nothing: the state it encrypts is thrown away, and holds invented values. */
const passphrase = "offline-throw-away";

/** Plans a deployment, judged by the policies. Changes nothing. */
export function preview(stack: string, options: RunOptions = {}): Promise<RunResult> {
  return deploy("preview", stack, options);
}

/** Deploys to the stand-in providers, into the state in the work folder. */
export function up(stack: string, options: RunOptions = {}): Promise<RunResult> {
  return deploy("up", stack, options);
}

async function deploy(operation: "preview" | "up", stack: string, options: RunOptions): Promise<RunResult> {
  const opened = await open(stack, options);
  const { session, workspace, collector, printout, folder, close } = opened;
  const packs = options.policyPacks ?? repositoryPolicies(opened.profile);
  const start = performance.now();
  try {
    const ports = await Promise.all(
      packs.map(async (pack) => `${pack.port ?? (await policyPort(pack))}=${realpathSync(pack.path)}`),
    );
    workspace.envVars["OFFLINE_POLICY_PORTS"] = ports.join("\n");
    workspace.program = async () => {
      if (options.transform !== undefined) {
        pulumi.runtime.registerStackTransformation(options.transform);
      }
      options.before?.();
      return (await (options.program ?? loadProgram)()) as Record<string, unknown>;
    };
    const settings = {
      onOutput: (text: string) => printout.take(text),
      onError: (text: string) => printout.take(text),
      onEvent: (event: Parameters<Collector["take"]>[0]) => collector.take(event),
      color: process.stdout.isTTY && !options.quiet ? ("always" as const) : ("never" as const),
      suppressProgress: true,
      policyPacks: packs.map(({ path }) => path),
      policyPackConfigs: packs.map(({ config }) => config ?? "").filter((config) => config !== ""),
    };
    const seconds = () => (performance.now() - start) / 1000;
    try {
      if (operation === "preview") {
        await session.preview(settings).finally(() => printout.end());
        return collector.result(true, seconds());
      }
      const { outputs } = await session.up(settings).finally(() => printout.end());
      const values = Object.entries(outputs).map(([key, { value, secret }]) => [key, secret ? "[secret]" : value]);
      return collector.result(true, seconds(), Object.fromEntries(values) as Record<string, unknown>);
    } catch (error) {
      const result = collector.result(false, seconds());
      // The engine has said what is wrong. If it never came to that, the error is all there is.
      if (result.printed === "") {
        throw new Error(`The engine did not run in ${folder}: ${(error as Error).message}`);
      }
      return result;
    }
  } finally {
    close();
  }
}

/**
 * Deletes everything from the run's state, then the work folder itself. Protected resources are unprotected first: the
 * state is a throw-away.
 */
export async function destroy(stack: string, options: RunOptions = {}): Promise<RunResult> {
  const { session, workspace, collector, folder, print, printout, close } = await open(stack, options);
  const start = performance.now();
  try {
    const saved = await savedResources(session);
    const kept = saved.filter((resource) => resource.retainOnDelete === true).length;
    if (saved.some((resource) => resource.protect === true)) {
      print("The state here is a throw-away: its protected resources are unprotected, then deleted.\n");
      await runCli(workspace, unprotectAll(stack));
    }
    await openDeletionProtection(session);
    if (kept > 0) {
      print(`${kept} resources have retainOnDelete: on AWS they would outlive this, and have to be deleted by hand.\n`);
    }
    workspace.program = undefined;
    try {
      await session.destroy({
        onOutput: (text) => printout.take(text),
        onError: (text) => printout.take(text),
        onEvent: (event) => collector.take(event),
        suppressProgress: true,
        // Fails when anything is left.
        remove: true,
      });
    } catch {
      // The engine has said what is wrong.
      return collector.result(false, (performance.now() - start) / 1000);
    } finally {
      printout.end();
    }
    rmSync(folder, { recursive: true, force: true });
    return collector.result(true, (performance.now() - start) / 1000);
  } finally {
    close();
  }
}

/**
 * Judges a deployed stack by its state alone, as the platform team does every night: `pulumi policy analyze`.
 *
 * @param change Changes an exported copy of the state before it is judged, as somebody may have done outside the
 * program.
 */
export async function analyze(
  stack: string,
  options: RunOptions = {},
  change?: (resources: SavedResource[]) => void,
): Promise<RunResult> {
  const opened = await open(stack, options);
  const { session, workspace, collector, print, folder, close } = opened;
  const start = performance.now();
  try {
    const pack = (options.policyPacks ?? repositoryPolicies(opened.profile))[0]!;
    workspace.envVars["OFFLINE_POLICY_PORTS"] = `${await policyPort(pack)}=${realpathSync(pack.path)}`;
    const state = join(folder, "changed-state.json");
    if (change !== undefined) {
      const exported = (await session.exportStack()) as { deployment: { resources?: SavedResource[] } };
      change(exported.deployment.resources ?? []);
      writeFileSync(state, JSON.stringify(exported));
    }
    const { ok, printed } = await runCli(workspace, [
      ...["policy", "analyze", "--json", "--policy-pack", pack.path],
      ...(pack.config === undefined ? [] : ["--policy-pack-config", pack.config]),
      ...(change === undefined ? ["--stack", stack] : ["--file", state]),
    ]).then(
      ({ stdout }) => ({ ok: true, printed: stdout }),
      (error: { stdout?: string; stderr?: string }) => ({ ok: false, printed: `${error.stdout}${error.stderr}` }),
    );
    print(printed);
    for (const line of printed.split("\n").filter((text) => text.startsWith("{"))) {
      collector.take(JSON.parse(line) as Parameters<Collector["take"]>[0]);
    }
    return collector.result(ok, (performance.now() - start) / 1000);
  } finally {
    close();
  }
}

/**
 * What a refresh of a deployed stack would change, as the engine's own log of its events: lines of JSON. Changes nothing. Stand-ins
 * answer as the state says, but for what `OFFLINE_OUTSIDE` names (providers/outside.ts).
 */
export async function refreshLog(stack: string, options: RunOptions = {}): Promise<string> {
  const { workspace, folder, close } = await open(stack, options);
  const log = join(folder, "refresh.log");
  rmSync(log, { force: true });
  try {
    // Shows the option for the log, which the Automation API has no refresh without changes for.
    workspace.envVars["PULUMI_DEBUG_COMMANDS"] = "true";
    await runCli(workspace, ["refresh", "--preview-only", "--stack", stack, "--event-log", log]);
    return readFileSync(log, "utf8");
  } finally {
    close();
  }
}

/**
 * Takes the protection off everything in the run's state, so that a plan over it shows what it would delete or replace
 * instead of stopping at the first protected resource.
 */
export async function unprotect(stack: string, options: RunOptions = {}): Promise<void> {
  const { session, workspace, close } = await open(stack, options);
  try {
    if ((await savedResources(session)).some((resource) => resource.protect === true)) {
      await runCli(workspace, unprotectAll(stack));
    }
  } finally {
    close();
  }
}

/** Does what `aws ... --no-deletion-protection` and a refresh would do: docs/removing.md. */
async function openDeletionProtection(session: Stack): Promise<void> {
  const state = (await session.exportStack()) as { deployment: { resources?: SavedResource[] } };
  let open = 0;
  for (const { urn, inputs, outputs } of state.deployment.resources ?? []) {
    const property = deletionProtections[urn.split("::")[2]!.split("$").at(-1)!];
    if (property !== undefined && outputs?.[property] === true) {
      inputs![property] = outputs[property] = false;
      open += 1;
    }
  }
  if (open > 0) {
    await session.importStack(state as Parameters<Stack["importStack"]>[0]);
  }
}

async function savedResources(session: Stack): Promise<readonly SavedResource[]> {
  const { deployment } = (await session.exportStack()) as { deployment: { resources?: SavedResource[] } };
  return deployment.resources ?? [];
}

function unprotectAll(stack: string): string[] {
  return ["state", "unprotect", "--all", "--yes", "--stack", stack];
}

/** For the commands that the Automation API has no method for. */
async function runCli(workspace: LocalWorkspace, args: string[]): Promise<{ stdout: string }> {
  const { command } = workspace.pulumiCommand;
  const env = { ...process.env, ...workspace.envVars, PULUMI_HOME: workspace.pulumiHome };
  return promisify(execFile)(command, [...args, "--non-interactive"], {
    cwd: workspace.workDir,
    env,
    maxBuffer: 256 * 2 ** 20,
  });
}

/** A resource as the state has it. */
export interface SavedResource {
  readonly urn: string;
  readonly inputs?: Record<string, unknown>;
  readonly outputs?: Record<string, unknown>;
  readonly protect?: boolean;
  readonly retainOnDelete?: boolean;
}

async function open(stack: string, options: RunOptions) {
  const cli = await resolveCli();
  // Started early: it comes up while the engine does.
  const ports = providerPorts();
  const run = options.run ?? stack;
  const collector = new Collector();
  const print = (text: string): void => {
    collector.print(text);
    if (!options.quiet) {
      process.stdout.write(text);
    }
  };
  const printout = new Printout(print);
  const { folder, settings, placeholders } = await prepare(cli, run, stack, options.config ?? {});
  describeNetwork(settings.config?.["moodle:network"]);
  if (placeholders.length > 0 && !options.quiet) {
    console.log(`Encrypted settings are replaced by a placeholder here: ${placeholders.join(", ")}.`);
  }
  const close = occupy(folder);
  try {
    const workspace = await LocalWorkspace.create({
      workDir: folder,
      pulumiCommand: cli,
      pulumiHome: makePulumiHome(join(root, ".offline", "home")),
      envVars: environment(folder, await ports),
    });
    const project = (await workspace.projectSettings()).name;
    if (hasState(folder, project, stack)) {
      // Every command names its stack, so selecting it first would only cost time.
      workspace.selectStack = () => Promise.resolve();
    }
    const session = await Stack.createOrSelect(stack, workspace);
    // As the real CLI passes them: a group with one encrypted part is a secret as a whole.
    for (const key of placeholders) {
      const value = settings.config?.[key] as unknown;
      await session.setConfig(key, { value: typeof value === "string" ? value : JSON.stringify(value), secret: true });
    }
    const profile = settings.config?.[`${project}:profile`];
    return { session, workspace, collector, folder, print, printout, close, profile: String(profile ?? "") };
  } catch (error) {
    close();
    throw error;
  }
}

function environment(folder: string, providers: string): Record<string, string> {
  return {
    // Node 24 first, also for a language host of the official distribution.
    PATH: `${join(root, "node_modules", ".bin")}:${process.env["PATH"] ?? ""}`,
    PULUMI_BACKEND_URL: `file://${join(folder, "state")}`,
    PULUMI_CONFIG_PASSPHRASE: passphrase,
    // "Attach to these": https://www.pulumi.com/docs/iac/extending-pulumi/debugging-provider-packages/
    PULUMI_DEBUG_PROVIDERS: providers,
    // With the stand-ins attached nothing is missing: a missing plugin must be an error, not a download.
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    PULUMI_SKIP_UPDATE_CHECK: "true",
    // The state is written once, at the end: it is a throw-away, and writing all of it after each of five hundred resources
    // takes three quarters of a deployment.
    PULUMI_SKIP_CHECKPOINTS: "true",
  };
}

/** The repository's own pack, with the configuration of the profile. */
function repositoryPolicies(profile: string): PolicyPack[] {
  const path = join(root, "policies");
  if (!existsSync(join(path, "PulumiPolicy.yaml"))) {
    return [];
  }
  const config = join(path, "config", `${profile}.json`);
  return [existsSync(config) ? { path, config } : { path }];
}

/**
 * Runs `index.ts` as if for the first time: modules of the repository keep no state from a run before. The SDK packages
 * stay loaded, as they take most of the time. Afterwards every module is again the one that its importers know, since a
 * test file loaded later would otherwise get a second copy, whose classes `instanceof` tells apart.
 */
export async function loadProgram(): Promise<unknown> {
  const kept = [join(root, "node_modules"), join(root, "offline"), join(root, "testing")];
  const forget = (): NodeJS.Module[] => {
    const ours = Object.values(require.cache)
      .filter((loaded) => loaded !== undefined)
      .filter(({ filename }) => filename.startsWith(root) && !kept.some((folder) => filename.startsWith(folder)));
    ours.forEach(({ filename }) => delete require.cache[filename]);
    return ours;
  };
  const known = forget();
  let outputs: unknown;
  try {
    outputs = require(join(root, "index.ts"));
  } finally {
    forget();
    for (const loaded of known) {
      require.cache[loaded.filename] = loaded;
    }
    // A parent module refers to them in `children`: without this the run, with all its resources, is never freed.
    for (const loaded of Object.values(require.cache)) {
      if (loaded !== undefined) {
        loaded.children = loaded.children.filter((child) => require.cache[child.filename] === child);
      }
    }
  }
  return { ...((await outputs) as Record<string, unknown>) };
}
