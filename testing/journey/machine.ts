import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { resolveCli } from "../../offline/cli/resolve";
import { makePulumiHome, root } from "../../offline/stackFiles";
import { providerPorts } from "../../offline/standIns";
import { awsFolder } from "../release/moto";

/** Result of a block of commands. */
export interface Ran {
  readonly code: number;
  readonly printed: string;
}

/**
 * A person's computer with a fresh checkout: real shell, make, Pulumi CLI and AWS CLI. AWS is moto, the AWS provider is the
 * stand-in of offline/, Docker is a script that says what a Docker with emulation says.
 */
export class Machine {
  readonly checkout: string;
  private running: ChildProcess | undefined;

  private constructor(
    private readonly home: string,
    private readonly env: NodeJS.ProcessEnv,
  ) {
    this.checkout = join(home, "moodle-on-aws");
  }

  /** @param aws Address of what answers for AWS. */
  static async start(aws: string): Promise<Machine> {
    const home = mkdtempSync(join(tmpdir(), "journey-"));
    const [cli, providers] = [await resolveCli(), await providerPorts()];
    const machine = new Machine(home, {
      ...process.env,
      PULUMI_HOME: makePulumiHome(join(home, "pulumi")),
      // Hides the AWS account of this computer's owner.
      AWS_CONFIG_FILE: "/dev/null",
      AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
      AWS_PROFILE: undefined,
      PATH: [
        join(home, "bin"),
        dirname(cli.command),
        awsFolder,
        join(root, "node_modules", ".bin"),
        process.env["PATH"],
      ].join(delimiter),
      AWS_ENDPOINT_URL: aws,
      AWS_ACCESS_KEY_ID: "ak",
      AWS_SECRET_ACCESS_KEY: "sk",
      // PyPI has version 1 of the AWS CLI, which does not read AWS_REGION; version 2 does.
      AWS_DEFAULT_REGION: "eu-west-2",
      NODE_OPTIONS: `--import=${join(__dirname, "internet.mjs")}`,
      PULUMI_DEBUG_PROVIDERS: providers,
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
      PULUMI_SKIP_UPDATE_CHECK: "true",
      // The state is written once, at the end of an update: after each of 500 resources it takes minutes.
      PULUMI_EXPERIMENTAL: "true",
      PULUMI_SKIP_CHECKPOINTS: "true",
      // `make check` has checked the types, with the same tsconfig.json: each of three times here it takes half a minute.
      PULUMI_NODEJS_TRANSPILE_ONLY: "true",
      // A person reads the plan and says yes.
      PULUMI_SKIP_CONFIRMATIONS: "true",
    });
    machine.copyRepository();
    machine.program("docker", readFileSync(join(__dirname, "docker.sh"), "utf8"));
    const loader = join(root, "node_modules", "tsx", "dist", "loader.mjs");
    const host = join(__dirname, "languageHost.ts");
    machine.program("pulumi-language-nodejs", `#!/bin/sh\nexec node --import '${loader}' '${host}' "$@"\n`);
    return machine;
  }

  /** Files that git knows or would add, and the packages that `make setup` put beside them. */
  private copyRepository(): void {
    const listed = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], { cwd: root });
    for (const file of listed.toString().split("\0")) {
      if (file !== "" && existsSync(join(root, file))) {
        cpSync(join(root, file), join(this.checkout, file));
      }
    }
    // Hard links: another copy of the packages takes a minute.
    execFileSync("cp", ["-al", join(root, "node_modules"), join(this.checkout, "node_modules")]);
  }

  private program(name: string, text: string): void {
    const file = join(this.home, "bin", name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    chmodSync(file, 0o755);
  }

  /** Runs commands as if they were pasted into one shell: their exports and functions stay for the next ones. */
  run(commands: string): Promise<Ran> {
    const exported = join(this.home, "exported.sh");
    const script = `set -euo pipefail\n[ -f '${exported}' ] && . '${exported}'\n${commands}\n{ export -p; declare -f; } >'${exported}'\n`;
    const child = spawn("bash", ["-c", script], {
      cwd: this.checkout,
      env: this.env,
      stdio: ["ignore", "pipe", "pipe"],
      // A separate process group, so that remove() ends all of it.
      detached: true,
    });
    this.running = child;
    let printed = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (data: Buffer) => {
        printed += data.toString();
      });
    }
    return new Promise((done) =>
      child.on("close", (code) => {
        this.running = undefined;
        done({ code: code ?? 1, printed });
      }),
    );
  }

  /** Ends what still runs, after a test that was given up, and deletes everything. */
  remove(): void {
    if (this.running?.pid !== undefined) {
      process.kill(-this.running.pid);
    }
    rmSync(this.home, { recursive: true, force: true });
  }
}
