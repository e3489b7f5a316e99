import * as assert from "node:assert/strict";
import type { CustomTimeouts } from "@pulumi/pulumi";
import { preview, type RunResult, stopStandIns } from "../../offline/engine";

type Minutes = Readonly<Record<"create" | "update" | "delete", number>>;

/**
 * Minutes that the AWS provider waits by default (`Timeouts` in its documentation of each resource), and minutes that
 * AWS may take by its documentation. Where the second comes near the first, the program must set the time to wait.
 */
const known: Readonly<Record<string, { readonly provider: Partial<Minutes>; readonly aws: Partial<Minutes> }>> = {
  "aws:cloudfront/vpcOrigin:VpcOrigin": {
    provider: { create: 15, update: 15, delete: 15 },
    aws: { create: 15, update: 15, delete: 15 },
  },
  "aws:acm/certificateValidation:CertificateValidation": { provider: { create: 75 }, aws: { create: 30 } },
  "aws:ecs/service:Service": {
    provider: { create: 20, update: 20, delete: 20 },
    aws: { create: 20, update: 30, delete: 20 },
  },
  // Delete: the time-out of the hook ecs-managed-draining-termination-hook, which nobody completes at a destroy.
  "aws:autoscaling/group:Group": { provider: { update: 10, delete: 10 }, aws: { update: 30, delete: 60 } },
  "aws:elasticache/replicationGroup:ReplicationGroup": {
    provider: { create: 60, update: 40, delete: 45 },
    aws: { create: 30, update: 60, delete: 30 },
  },
  "aws:fsx/openZfsFileSystem:OpenZfsFileSystem": {
    provider: { create: 60, update: 60, delete: 60 },
    aws: { create: 45, update: 90, delete: 45 },
  },
};

const minutes = (text: string | undefined, fallback: number): number =>
  text === undefined ? fallback : Number(/^(\d+)m$/.exec(text)?.[1]);

describe("prod with FSx for OpenZFS", () => {
  const timeouts = new Map<string, CustomTimeouts[]>();
  let plan: RunResult;
  before(async () => {
    plan = await preview("prod", {
      run: "waits",
      quiet: true,
      policyPacks: [],
      config: { "moodle:storage": JSON.stringify({ kind: "openzfs" }) },
      transform: ({ type, opts }) => {
        const given = (opts as { customTimeouts?: CustomTimeouts }).customTimeouts ?? {};
        timeouts.set(type, [...(timeouts.get(type) ?? []), given]);
        return undefined;
      },
    });
    assert.ok(plan.ok, plan.printed);
  });
  after(stopStandIns);

  for (const [type, { provider, aws }] of Object.entries(known)) {
    it(`waits for ${type.split(":").at(-1)} with half as long again as AWS says`, () => {
      assert.ok(timeouts.has(type), "the plan has none of it");
      for (const given of timeouts.get(type)!) {
        for (const operation of Object.keys(aws) as (keyof Minutes)[]) {
          const waited = minutes(given[operation], provider[operation]!);
          assert.ok(waited >= 1.5 * aws[operation]!, `${operation}: ${waited} minutes for ${aws[operation]}`);
        }
      }
    });
  }

  it("puts FSx's own tag on the route tables that FSx changes, and on no other", () => {
    const tables = plan.resources.filter(({ type }) => type === "aws:ec2/routeTable:RouteTable");
    const tagged = tables.filter(({ inputs }) => "AmazonFSx" in (inputs["tags"] as object)).map(({ name }) => name);
    assert.deepEqual(
      tagged.sort(),
      tables
        .map(({ name }) => name)
        .filter((name) => name.includes("-application-"))
        .sort(),
    );
    assert.equal(tagged.length, 3);
  });

  it("keeps what holds data, with the keys that read it", () => {
    const options = (type: string) => plan.resources.filter((resource) => resource.type === type);
    // The edge's key encrypts nothing that outlives the stack.
    assert.deepEqual(
      options("aws:kms/key:Key").flatMap(({ name, retainOnDelete }) => (retainOnDelete ? [] : [name])),
      ["prod-edge-key-key"],
    );
    assert.deepEqual(
      options("aws:rds/cluster:Cluster").map(({ inputs }) => inputs["skipFinalSnapshot"]),
      [false],
    );
    assert.deepEqual(
      options("aws:fsx/openZfsFileSystem:OpenZfsFileSystem").map(({ inputs }) => inputs["skipFinalBackup"]),
      [false],
    );
  });
});
