import * as assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type EngineResource, preview, type RunResult, stopStandIns } from "../../offline/engine";
import { iamTypes } from "../../stacks/iamRules";
import { ownTags } from "../../stacks/tags";
import { root } from "./stacks";

const boundary = "arn:aws:iam::123456789012:policy/landing-zone/workload-boundary";
const path = "/learning/moodle/";
const dnsRole = "arn:aws:iam::210987654321:role/moodle-dns";
const furtherTags = { DataClass: "confidential", "finops:unit": "LP", Contact: "it@example.org" };

/** Everything that makes a role, on both kinds of cluster. */
const variants: readonly (readonly [string, Readonly<Record<string, unknown>>])[] = [
  [
    "prod",
    {
      pipeline: {
        kind: "github",
        repository: "example/moodle",
        stateBucket: "example-state",
        stateKeyArn: "arn:aws:kms:eu-west-2:123456789012:key/01234567-89ab-cdef-0123-456789abcdef",
        deployPolicyArns: ["arn:aws:iam::aws:policy/PowerUserAccess"],
      },
      observability: {
        alertEmails: ["second@example.org"],
        pageEmails: ["night@example.org"],
        pageEndpointSecretArn: "arn:aws:secretsmanager:eu-west-2:123456789012:secret:paging-AbCdEf",
        canary: { username: "canary", courseId: 2, fileId: 3, quizId: 4 },
        chat: { kind: "slack", workspaceId: "T07EA123LEP", channelId: "C07EZ1ABC23" },
      },
      calendar: { name: "example" },
      dns: {
        hostedZoneId: "Z0123456789EXAMPLE00",
        roleArn: dnsRole,
        redirectHosts: ["vle.example.org", "old.example.org"],
      },
      network: { outbound: [{ port: 636, cidrs: ["10.9.0.0/16"], description: "Directory (LDAPS)" }] },
    },
  ],
  ["dev", { loadTest: { enabled: true } }],
];

describe("a landing zone's rules", () => {
  after(stopStandIns);
  for (const [stack, further] of variants) {
    describe(`in ${stack}`, () => {
      let result: RunResult;
      before(async () => {
        const groups = { ...further, iam: { permissionsBoundaryArn: boundary, path }, tags: furtherTags };
        const config = Object.fromEntries(
          Object.entries(groups).map(([key, value]) => [`moodle:${key}`, JSON.stringify(value)]),
        );
        result = await preview(stack, { run: `landing-zone-${stack}`, config, policyPacks: [], quiet: true });
        assert.ok(result.ok, result.printed);
      });

      it("give every role its boundary, and everything of IAM its path", () => {
        const ofIam = result.resources.filter(({ type }) => type in iamTypes);
        const roles = ofIam.filter(({ type }) => type === "aws:iam/role:Role");
        assert.ok(roles.length >= 10, `${roles.length} roles`);
        assert.deepEqual(names(ofIam.filter(({ inputs }) => inputs["path"] !== path)), []);
        assert.deepEqual(names(roles.filter(({ inputs }) => inputs["permissionsBoundary"] !== boundary)), []);
      });

      it("put their tags on what both providers make, on instances and on volumes", () => {
        const providers = result.resources.filter(({ type }) => type === "pulumi:providers:aws");
        const expected = { ...furtherTags, ...ownTags({ environment: stack, owner: "x", costCentre: "x" }) };
        const owned = (tags: Record<string, unknown>) => ({ ...tags, Owner: "x", CostCentre: "x" });
        const used = stack === "prod" ? ["copies", "dns", "edge", "regional"] : ["edge", "regional"];
        assert.deepEqual(providers.map(({ name }) => name).sort(), used);
        for (const { inputs } of providers) {
          const { tags } = JSON.parse(String(inputs["defaultTags"])) as { tags: Record<string, unknown> };
          assert.deepEqual(owned(tags), expected);
        }
        for (const { inputs } of result.resources.filter(({ type }) => type === "aws:autoscaling/group:Group")) {
          const tags = inputs["tags"] as { key: string; value: string; propagateAtLaunch: boolean }[];
          for (const [key, value] of Object.entries(furtherTags)) {
            assert.deepEqual(
              tags.find((tag) => tag.key === key),
              { key, value, propagateAtLaunch: true },
            );
          }
        }
        for (const { inputs } of result.resources.filter(({ type }) => type.endsWith(":LaunchTemplate"))) {
          const [volume] = inputs["tagSpecifications"] as { tags: Record<string, string> }[];
          assert.equal(volume?.tags["DataClass"], "confidential");
        }
      });

      it("write every DNS record by the role of the zone's account, where it gives one", () => {
        const records = result.resources.filter(({ type }) => type === "aws:route53/record:Record");
        const by = records.map(({ provider }) => /::([^:]+)::[^:]+$/.exec(provider)?.[1]);
        assert.ok(records.length >= 3, `${records.length} records`);
        assert.deepEqual([...new Set(by)].sort(), stack === "prod" ? ["dns"] : ["edge", "regional"]);
        const dns = result.resources.find(({ name, type }) => type === "pulumi:providers:aws" && name === "dns");
        const roles = JSON.parse(String(dns?.inputs["assumeRoles"] ?? "[]")) as { roleArn: string }[];
        assert.deepEqual(
          roles.map(({ roleArn }) => roleArn),
          stack === "prod" ? [dnsRole] : [],
        );
      });

      it("keep objects of buckets at the ten tags that S3 takes", () => {
        const objects = result.resources.filter(({ type }) => type === "aws:s3/bucketObjectv2:BucketObjectv2");
        assert.ok(objects.length > 0);
        for (const { name, inputs } of objects) {
          const override = inputs["overrideProvider"] as { defaultTags: { tags: object } } | undefined;
          assert.deepEqual(Object.keys(override?.defaultTags.tags ?? {}).length, 5, name);
        }
      });
    });
  }

  it("know each type of IAM that takes a path or a boundary", () => {
    const folder = join(root, "node_modules/@pulumi/aws/iam");
    const typed = readdirSync(folder)
      .filter((file) => file.endsWith(".d.ts"))
      .flatMap((file) => {
        const text = readFileSync(join(folder, file), "utf8");
        const [, args = ""] = text.split(/export interface \w+Args /);
        const token = /aws:iam\/\w+:\w+/.exec(readFileSync(join(folder, file.replace(".d.ts", ".js")), "utf8"))?.[0];
        const takes = (key: string) => new RegExp(`^    ${key}\\?: pulumi\\.Input<`, "m").test(args);
        return token !== undefined && (takes("path") || takes("permissionsBoundary"))
          ? [[token, { boundary: takes("permissionsBoundary") }] as const]
          : [];
      });
    assert.deepEqual(Object.fromEntries(typed), iamTypes);
  });
});

function names(resources: readonly EngineResource[]): readonly string[] {
  return resources.map(({ type, name }) => `${type} ${name}`);
}
