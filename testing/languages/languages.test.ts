import * as assert from "node:assert/strict";
import { readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../offline/stackFiles";
import { stopStandIns } from "../../offline/standIns";
import { policyEvents } from "../../policies/scripts/sarif";
import { needPython } from "../leftOut";
import { pack, Project } from "./project";

const nameOf = (urn = ""): string => urn.split("::").pop() ?? "";

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
      project.addNodeHost();
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
