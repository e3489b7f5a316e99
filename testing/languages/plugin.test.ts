import * as assert from "node:assert/strict";
import { copyFileSync, existsSync, readFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { root } from "../../offline/stackFiles";
import { stopStandIns } from "../../offline/standIns";
import { policyEvents } from "../../policies/scripts/sarif";
import { leaveOut } from "../leftOut";
import { pack, Project } from "./project";

/** From the folder of the project, as `examples/any-language` has it. */
const plugin = "../../plugin";
const { name, version } = JSON.parse(readFileSync(join(root, "plugin", "package.json"), "utf8")) as {
  readonly name: string;
  readonly version: string;
};

interface Event {
  readonly resourcePreEvent?: { readonly metadata: { readonly type: string } };
}

interface Schema {
  readonly name: string;
  readonly version: string;
  readonly resources: Readonly<
    Record<
      string,
      {
        readonly isComponent: boolean;
        readonly description: string;
        readonly inputProperties: Readonly<Record<string, unknown>>;
      }
    >
  >;
}

describe("The component package, for programs in any language", function () {
  let project: Project;
  before(async () => {
    project = await Project.make("yaml", join(root, ".offline"));
    project.addNodeHost();
  });
  after(async () => {
    project.remove();
    await stopStandIns();
  });

  it("has a schema that the CLI takes, with each component and its description", async () => {
    const schema = JSON.parse(await project.run("pulumi", ["package", "get-schema", plugin])) as Schema;
    assert.deepEqual([schema.name, schema.version], [name, version]);
    assert.equal(
      version,
      (JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string }).version,
    );
    assert.deepEqual(
      Object.keys(schema.resources).map((token) => token.split(":")[2]),
      ["Backup", "Cache", "Cluster", "Database", "EncryptionKey", "Network", "SharedFiles"],
    );
    for (const [token, { isComponent, description, inputProperties }] of Object.entries(schema.resources)) {
      assert.ok(isComponent && description !== "" && Object.keys(inputProperties).length > 1, token);
    }
  });

  it("is used by a program in YAML, and the policies have nothing to say of it", async function () {
    if (!project.env["PATH"]!.split(delimiter).some((folder) => existsSync(join(folder, "pulumi-language-yaml")))) {
      leaveOut(this, "there is no pulumi-language-yaml: install Go, or the official distribution of Pulumi's CLI");
    }
    copyFileSync(join(root, "examples", "any-language", "Pulumi.yaml"), join(project.folder, "Pulumi.yaml"));
    await project.run("pulumi", ["stack", "init", "prod"]);
    project.env["PULUMI_ENABLE_STREAMING_JSON_PREVIEW"] = "1";
    const printed = await project.run("pulumi", ["preview", "--json", "--policy-pack", pack]);
    const lines = printed.split("\n").filter((line) => line.startsWith("{"));
    const made = lines.map((line) => JSON.parse(line) as Event).flatMap((event) => event.resourcePreEvent ?? []);
    const count = (type: string): number => made.filter(({ metadata }) => metadata.type === type).length;
    assert.deepEqual(
      ["aws:ec2/subnet:Subnet", "aws:rds/clusterInstance:ClusterInstance", "aws:efs/mountTarget:MountTarget"].map(
        count,
      ),
      [9, 2, 3],
      printed.slice(-3000),
    );
    assert.deepEqual(
      policyEvents(lines)
        .filter(({ enforcementLevel }) => enforcementLevel === "mandatory")
        .map(({ policyName, message }) => `${policyName}: ${message}`),
      [],
    );
    assert.ok(
      lines.some((line) => line.includes("summaryEvent")),
      printed.slice(-3000),
    );
  });
});
