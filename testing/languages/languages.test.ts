import * as assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { promisify } from "node:util";
import { resolveCli } from "../../offline/cli/resolve";
import { makePulumiHome, root } from "../../offline/stackFiles";
import { policyPort, providerPorts, stopStandIns } from "../../offline/standIns";
import { policyEvents } from "../../policies/scripts/sarif";
import { needPython } from "../leftOut";

const run = promisify(execFile);
const pack = realpathSync(join(root, "policies"));
const nameOf = (urn = ""): string => urn.split("::").pop() ?? "";

/** A folder with a project of its own on the real engine, with stand-in providers and the pack. */
class Project {
  private constructor(
    readonly folder: string,
    readonly env: NodeJS.ProcessEnv,
  ) {}

  static async make(runtime: string): Promise<Project> {
    const folder = mkdtempSync(join(tmpdir(), "languages-"));
    const [cli, providers, port] = [await resolveCli(), await providerPorts(), await policyPort({ path: pack })];
    mkdirSync(join(folder, "state"));
    writeFileSync(
      join(folder, "Pulumi.yaml"),
      JSON.stringify({ name: runtime, runtime, backend: { url: `file://${folder}/state` } }),
    );
    return new Project(folder, {
      ...process.env,
      PATH: [
        ...[join(folder, "bin"), join(root, "offline", "bin"), dirname(cli.command)],
        ...[join(root, "node_modules", ".bin"), process.env["PATH"]],
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

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

describe("The policy pack on the real engine, for programs of others", function () {
  this.timeout(300_000);
  after(stopStandIns);

  it("judges a program in Python as one in TypeScript, before any id is known", async function () {
    needPython(this, "languages");
    const project = await Project.make("python");
    try {
      const python = join(root, ".offline", "languages", "bin", "python");
      const printed = await project.run(python, [join(__dirname, "program.py"), project.folder, pack]);
      const events = policyEvents(printed.split("\n"));
      const about = ["data-subnets-isolated", "task-without-plain-secrets", "resource-policies-not-public"];
      assert.deepEqual(
        // Each of the three subnets is a violation of its own.
        [
          ...new Set(
            events
              .filter(({ policyName }) => about.includes(policyName))
              .map((one) => `${one.policyName} ${nameOf(one.resourceUrn)} ${one.enforcementLevel}`),
          ),
        ].sort(),
        [
          "data-subnets-isolated public-group mandatory",
          "resource-policies-not-public open-topic mandatory",
          "task-without-plain-secrets careless mandatory",
        ],
      );
      assert.deepEqual(
        events.filter(({ message }) => message.includes("itself is defective")),
        [],
      );
    } finally {
      project.remove();
    }
  });

  it("gives code review SARIF by the command of its README", async () => {
    const project = await Project.make("nodejs");
    try {
      const command = /^(PULUMI_ENABLE_STREAMING_JSON_PREVIEW=1 .*) > policies\.sarif$/m.exec(
        readFileSync(join(pack, "README.md"), "utf8"),
      )?.[1];
      assert.ok(command !== undefined, "the README has no command for SARIF");
      const host = join(root, "testing", "journey", "languageHost.ts");
      const loader = join(root, "node_modules", "tsx", "dist", "loader.mjs");
      mkdirSync(join(project.folder, "bin"));
      writeFileSync(
        join(project.folder, "bin", "pulumi-language-nodejs"),
        `#!/bin/sh\nexec node --import '${loader}' '${host}' "$@"\n`,
        { mode: 0o755 },
      );
      symlinkSync(join(root, "node_modules"), join(project.folder, "node_modules"));
      symlinkSync(pack, join(project.folder, "policies"));
      writeFileSync(join(project.folder, "package.json"), JSON.stringify({ main: "index.js" }));
      writeFileSync(
        join(project.folder, "index.js"),
        'const aws = require("@pulumi/aws");\nnew aws.iam.AccessKey("deployer", { user: "deployer" });\n',
      );
      await project.run("pulumi", ["stack", "init", "prod"]);
      await project.run("pulumi", ["config", "set", "aws:region", "eu-west-2"]);
      const printed = await project.run("sh", ["-c", command]);
      const { version, runs } = JSON.parse(printed) as {
        version: string;
        runs: { results: { ruleId: string; level: string; message: { text: string } }[] }[];
      };
      assert.equal(version, "2.1.0");
      const [result] = runs[0]!.results.filter(({ ruleId }) => ruleId === "no-long-lived-keys");
      assert.equal(result?.level, "error");
      assert.match(result?.message.text ?? "", /Found: iam\.AccessKey "deployer": [\s\S]+Fix: /);
    } finally {
      project.remove();
    }
  });
});
