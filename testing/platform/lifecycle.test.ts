import * as assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { analyze, destroy, preview, type RunResult, stopStandIns, up } from "../../offline/engine";
import { goldenList, identitiesOf } from "./identities";
import { stacks } from "./stacks";

function succeeds(result: RunResult): void {
  assert.deepEqual(
    result.violations.filter(({ policy }) => policy !== "undecided"),
    [],
  );
  assert.ok(result.ok, result.printed);
}

/** What no rule looks at: records of who did what, tables over logs, and the switch. Tests of their components hold their safety. */
const unruled = (stack: string): readonly string[] => [
  `cloudfront.KeyValueStore "${stack}-outage-store"`,
  ...["configuration", "outage"].map((role) => `cloudtrail.Trail "${stack}-${role}-trail"`),
  ...["edge", "load-balancer"].map((role) => `glue.CatalogDatabase "${stack}-${role}-database"`),
  ...["edge", "load-balancer"].map((role) => `glue.CatalogTable "${stack}-${role}-requests"`),
];

/** What the report of open verdicts names; any other violation whole. */
function open({ policy, message }: { readonly policy: string; readonly message: string }): readonly string[] {
  const [, names] =
    /: 0 verdicts are open, and \d+ resources have no rule\.\nno rule looks at:\n((?: {2}.*\n)+)/.exec(message) ?? [];
  return policy === "undecided" && names !== undefined ? names.trim().split(/\n */) : [message];
}

/** Roles of the table in docs/backups.md that its second column gives to `retainOnDelete`. */
function keptRoles(): readonly string[] {
  const document = readFileSync(join(__dirname, "../../docs/backups.md"), "utf8");
  return [...document.matchAll(/^\| `([a-z-]+)` +\| `retainOnDelete` /gm)].map(([, role]) => role!).sort();
}

/** Inputs by which data goes with a stack that is thrown away. */
const emptied: Readonly<Record<string, readonly [property: string, value: unknown]>> = {
  "aws:rds/cluster:Cluster": ["skipFinalSnapshot", true],
  "aws:efs/backupPolicy:BackupPolicy": ["backupPolicy", { status: "DISABLED" }],
  "aws:ecr/repository:Repository": ["forceDelete", true],
  "aws:s3/bucket:Bucket": ["forceDestroy", true],
};

for (const stack of stacks) {
  describe(`The stack ${stack} on the real engine`, () => {
    const run = `lifecycle-${stack}`;
    let plan: RunResult;
    before(async () => {
      plan = await preview(stack, { run: `planned-${stack}`, quiet: true });
    });
    after(stopStandIns);

    it("previews without a violation, as the golden list says", () => {
      succeeds(plan);
      assert.deepEqual(
        identitiesOf(plan),
        goldenList(stack),
        "Names changed. If that is meant: make generate ONLY=testing",
      );
    });

    it(`would leave ${stack === "prod" ? "the rows of the table of docs/backups.md, and nothing else" : "nothing"}`, () => {
      // Objects stay when another version replaces them, and go with their bucket.
      const kept = plan.resources
        .filter(({ retainOnDelete, type }) => retainOnDelete && type !== "aws:s3/bucketObjectv2:BucketObjectv2")
        .map(({ name }) => name.slice(stack.length + 1));
      assert.ok(keptRoles().length > 10);
      assert.deepEqual(kept.sort(), stack === "prod" ? keptRoles() : []);
      for (const [type, [property, value]] of Object.entries(stack === "prod" ? {} : emptied)) {
        const found = plan.resources.filter((resource) => resource.type === type);
        assert.ok(found.length > 0, type);
        for (const { name, inputs } of found) {
          assert.deepEqual(inputs[property], value, `${name} ${property}`);
        }
      }
    });

    it("is deployed, with nothing undecided and no secret in its outputs", async () => {
      const result = await up(stack, { run, quiet: true });
      succeeds(result);
      assert.deepEqual(result.violations.flatMap(open), unruled(stack));
      assert.deepEqual(
        Object.entries(result.outputs).filter(([, value]) => value === "[secret]"),
        [],
      );
    });

    // The engine, not the stack, decides how one operation affects the next: one whole life is enough.
    if (stack !== "prod") {
      return;
    }

    it("is judged by its state alone, without the program", async () => {
      const result = await analyze(stack, { run, quiet: true });
      assert.deepEqual(result.violations.flatMap(open), unruled(stack));
      assert.ok(result.ok, result.printed);

      const opened = await analyze(stack, { run, quiet: true }, (resources) => {
        const cluster = resources.find(({ urn }) => urn.includes("$aws:rds/cluster:Cluster::"))!;
        cluster.inputs!["storageEncrypted"] = cluster.outputs!["storageEncrypted"] = false;
      });
      assert.equal(opened.ok, false);
      assert.deepEqual(
        opened.violations
          .filter(({ policy }) => policy !== "undecided")
          .map(({ policy, urn }) => [policy, urn?.split("::").pop()]),
        [["database-encrypted", `${stack}-database-cluster`]],
      );
    });

    it("has nothing to change when it is deployed again", async () => {
      const result = await up(stack, { run, quiet: true });
      succeeds(result);
      assert.deepEqual(Object.keys(result.changes), ["same"]);
    });

    it("leaves nothing when it is destroyed", async () => {
      const result = await destroy(stack, { run, quiet: true });
      assert.ok(result.ok, result.printed);
    });
  });
}
