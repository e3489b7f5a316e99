import * as assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { promisify } from "node:util";
import { resolveCli } from "../../offline/cli/resolve";
import { makePulumiHome, root } from "../../offline/stackFiles";
import { policyPort, providerPorts } from "../../offline/standIns";

const run = promisify(execFile);

/** The repository's policy pack. */
export const pack = realpathSync(join(root, "policies"));

/** A folder with a project of its own on the real engine, with stand-in providers and the pack. */
export class Project {
  private constructor(
    readonly folder: string,
    readonly env: NodeJS.ProcessEnv,
  ) {}

  /** @param parent Folder of the project's own folder: a program may name others by their path from it. */
  static async make(runtime: string, parent = tmpdir()): Promise<Project> {
    const folder = mkdtempSync(join(parent, "languages-"));
    const [cli, providers, port] = [await resolveCli(), await providerPorts(), await policyPort({ path: pack })];
    mkdirSync(join(folder, "state"));
    writeFileSync(
      join(folder, "Pulumi.yaml"),
      JSON.stringify({ name: runtime, runtime, backend: { url: `file://${folder}/state` } }),
    );
    return new Project(folder, {
      ...process.env,
      PATH: [
        ...[join(folder, "bin"), join(root, "offline", "bin"), join(root, ".offline", "yaml", "bin")],
        ...[dirname(cli.command), join(root, "node_modules", ".bin"), process.env["PATH"]],
      ].join(delimiter),
      PULUMI_HOME: makePulumiHome(join(folder, "home")),
      PULUMI_BACKEND_URL: `file://${folder}/state`,
      PULUMI_CONFIG_PASSPHRASE: "throw-away",
      PULUMI_DEBUG_PROVIDERS: providers,
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
      PULUMI_SKIP_UPDATE_CHECK: "true",
      OFFLINE_POLICY_PORTS: `${port}=${pack}`,
    });
  }

  /** Runs a program in the folder; what it prints is read also when it ends with an error, as a preview with violations does. */
  async run(command: string, args: readonly string[]): Promise<string> {
    const options = { cwd: this.folder, env: this.env, maxBuffer: 64 * 1024 * 1024 };
    return run(command, args, options).then(
      ({ stdout }) => stdout,
      (error: { stdout: string; stderr: string }) => {
        assert.notEqual(error.stdout, "", error.stderr);
        return error.stdout;
      },
    );
  }

  /** Puts the stand-in for the language host of Node.js into the project. */
  addNodeHost(): void {
    const host = join(root, "testing", "journey", "languageHost.ts");
    const loader = join(root, "node_modules", "tsx", "dist", "loader.mjs");
    mkdirSync(join(this.folder, "bin"));
    writeFileSync(
      join(this.folder, "bin", "pulumi-language-nodejs"),
      `#!/bin/sh\nexec node --import '${loader}' '${host}' "$@"\n`,
      { mode: 0o755 },
    );
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
