import * as assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { load } from "js-yaml";
import { resolveCli } from "../../offline/cli/resolve";
import { makePulumiHome, root } from "../../offline/stackFiles";

/** Judge: the real Pulumi CLI. The language host is ours, and installs nothing. */
describe("pulumi new, with this repository as the template", () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "template-"));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it("makes a project of any name, and writes what it was told into the stack's file", async () => {
    for (const part of ["repository", "campus", "state", "bin"]) {
      mkdirSync(join(folder, part));
    }
    for (const file of ["Pulumi.yaml", "Pulumi.staging.yaml", "index.ts", "package.json"]) {
      copyFileSync(join(root, file), join(folder, "repository", file));
    }
    const host = join(folder, "bin/pulumi-language-nodejs");
    const loader = join(root, "node_modules/tsx/dist/loader.mjs");
    writeFileSync(host, `#!/bin/sh\nexec node --import '${loader}' '${join(__dirname, "languageHost.ts")}' "$@"\n`);
    chmodSync(host, 0o755);
    const cli = (await resolveCli()).command;
    const settings = { domain: "moodle.uni.ac.uk", region: "eu-west-1", alertEmail: "alerts@uni.ac.uk" };
    const { status, stdout, stderr } = spawnSync(
      cli,
      [
        ...["new", join(folder, "repository"), "--offline", "--yes", "--name", "campus", "--stack", "staging"],
        ...Object.entries(settings).flatMap(([key, value]) => ["--config", `moodle:${key}=${value}`]),
      ],
      {
        cwd: join(folder, "campus"),
        encoding: "utf8",
        env: {
          ...process.env,
          PATH: [join(folder, "bin"), dirname(cli), process.env["PATH"]].join(delimiter),
          PULUMI_HOME: makePulumiHome(join(folder, "home")),
          PULUMI_BACKEND_URL: `file://${join(folder, "state")}`,
          PULUMI_CONFIG_PASSPHRASE: "a",
          PULUMI_SKIP_UPDATE_CHECK: "true",
        },
      },
    );
    assert.equal(status, 0, stdout + stderr);
    const written = (file: string) =>
      load(readFileSync(join(folder, "campus", file), "utf8")) as Record<string, unknown>;
    const project = written("Pulumi.yaml");
    assert.deepEqual([project["name"], project["template"]], ["campus", undefined]);
    const { config } = written("Pulumi.staging.yaml") as { config: Readonly<Record<string, unknown>> };
    for (const [key, value] of Object.entries(settings)) {
      assert.equal(config[`moodle:${key}`], value);
    }
    const { config: before } = load(readFileSync(join(root, "Pulumi.staging.yaml"), "utf8")) as {
      config: Readonly<Record<string, unknown>>;
    };
    assert.deepEqual(config["moodle:dns"], before["moodle:dns"], "what is not asked stays as it is");
  });
});
