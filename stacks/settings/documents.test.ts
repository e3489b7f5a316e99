// cspell:ignore databse
import * as assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import Ajv from "ajv";
import { load } from "js-yaml";
import { stackFileSchema } from "./documents";
import { kindOf, type Node } from "./jsonSchema";
import { checkSettings, loadSettings } from "./load";
import { profileNames } from "./site";

const root = join(__dirname, "../..");

function readYaml(file: string): any {
  return load(readFileSync(join(root, file), "utf8"));
}

/** As the CLI hands a stack file to the program: scalars as text, the rest as JSON. */
function asGiven(config: Record<string, unknown>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(config).map(([key, value]) => [
      key,
      typeof value === "object" ? JSON.stringify(value) : String(value),
    ]),
  );
}

describe("documents made from the schema", () => {
  it("tell the defaults of every profile", () => {
    assert.match(stackFileSchema(), /Never more web tasks[^"]*Default: prod 32, staging 4, dev 2\./);
  });
});

describe("stack files", () => {
  for (const stack of profileNames) {
    it(`Pulumi.${stack}.yaml loads without a mistake and uses its own profile`, () => {
      const settings = loadSettings({ values: asGiven(readYaml(`Pulumi.${stack}.yaml`).config) }, stack);
      assert.equal(settings.profile, stack);
    });

    it(`Pulumi.${stack}.yaml names the schema for editors in its first line`, () => {
      const [line] = readFileSync(join(root, `Pulumi.${stack}.yaml`), "utf8").split("\n");
      assert.equal(line, "# yaml-language-server: $schema=stacks/settings.schema.json");
    });
  }

  it("have networks that do not overlap, so that they can be peered", () => {
    const cidrs = profileNames.map(
      (name) => loadSettings({ values: asGiven(readYaml(`Pulumi.${name}.yaml`).config) }, name).network.cidr,
    );
    assert.equal(new Set(cidrs).size, cidrs.length);
  });

  it("are asked for by the template of Pulumi.yaml, those of one line that no profile gives", () => {
    const { config, template } = readYaml("Pulumi.yaml") as {
      config?: unknown;
      template: { config: Readonly<Record<string, unknown>> };
    };
    assert.equal(config, undefined, "a project of another name could not be loaded");
    const { problems } = checkSettings({ values: {} }, "test");
    const missing = problems.filter(({ given }) => given === undefined).map(({ path }) => path);
    assert.deepEqual([...Object.keys(template.config), "moodle:dns.hostedZoneId"], missing);
  });
});

describe("the JSON Schema", () => {
  it("asks of a stack file what neither a schema nor each profile gives, and nothing more", () => {
    const asked: string[] = [];
    const walk = (path: string, node: Node): void => {
      asked.push(...(node.required ?? []).map((key) => `${path}${key}`));
      Object.entries(node.properties ?? {}).forEach(([key, property]) => walk(`${path}${key}.`, property));
      (node.anyOf ?? []).forEach((variant) => walk(`${path.slice(0, -1)}[${String(kindOf(variant))}].`, variant));
      if (node.items !== undefined) {
        walk(`${path.slice(0, -1)}[].`, node.items);
      }
    };
    const { properties } = JSON.parse(stackFileSchema()) as { properties: { config: Node } };
    walk("", properties.config);
    assert.deepEqual(asked.map((path) => path.replaceAll("moodle:", "")).sort(), [
      "alertEmail",
      "costCentre",
      "dns",
      "dns[external].loadBalancerCertificateArn",
      "dns[route53].hostedZoneId",
      "domain",
      "edge[cloudfront].outage.editor[invited].editors",
      "edge[cloudfront].outage.editor[oidc].clientId",
      "edge[cloudfront].outage.editor[oidc].clientSecretArn",
      "edge[cloudfront].outage.editor[oidc].editors",
      "edge[cloudfront].outage.editor[oidc].issuer",
      "edge[cloudfront].outage.editor[saml].editors",
      "edge[cloudfront].outage.editor[saml].metadataUrl",
      ...["bluesky", "json", "mastodon", "slack", "teams"].flatMap((kind) => [
        `edge[cloudfront].outage.webhooks[][${kind}].name`,
        `edge[cloudfront].outage.webhooks[][${kind}].secretArn`,
      ]),
      "edge[external].allowedCidrs",
      "image[digest].digest",
      "mail[smtp].host",
      "network[existing].cidr",
      "network[existing].outbound[].cidrs",
      "network[existing].outbound[].description",
      "network[existing].subnetTags.application",
      "network[existing].subnetTags.data",
      "network[existing].subnets[].application",
      "network[existing].subnets[].data",
      "network[existing].subnets[].zone",
      "network[existing].vpcId",
      "network[own].outbound[].cidrs",
      "network[own].outbound[].description",
      "network[own].routes[].cidr",
      "network[own].routes[].through",
      "observability.canary.courseId",
      "observability.canary.fileId",
      "observability.canary.quizId",
      "observability.canary.username",
      "observability.chat[slack].channelId",
      "observability.chat[slack].workspaceId",
      "observability.chat[teams].channelId",
      "observability.chat[teams].teamId",
      "observability.chat[teams].tenantId",
      "owner",
      "pipeline[github].deployPolicyArns",
      "pipeline[github].repository",
      "pipeline[github].stateBucket",
      "pipeline[github].stateKeyArn",
      "profile",
      "region",
      "storage[nfs].export",
      "storage[nfs].host",
    ]);
  });

  const bad: readonly Record<string, unknown>[] = [
    { "moodle:profile": "production" },
    { "moodle:databse": {} },
    { "moodle:web": { cpu: "1024" } },
    { "moodle:web": { cup: 1024 } },
    { "moodle:moodle": { version: 5.1 } },
    { "moodle:dns": {} },
    { "moodle:database": { capacity: { kind: "serverless", minAcu: 0.3 } } },
    { "moodle:cluster": { kind: "fargate", instanceType: "m7g.large" } },
  ];
  const good: readonly Record<string, unknown>[] = [
    {},
    { "aws:skipMetadataApiCheck": "true" },
    { "moodle:cluster": { maxInstances: 50 } },
    { "moodle:cluster": { kind: "fargate" } },
    { "moodle:cluster": { architecture: "arm64" } },
    { "moodle:database": { capacity: { kind: "serverless", minAcu: 1 } } },
    { "moodle:safety": { readers: 2 } },
  ];

  it("takes every stack file and what the loader takes, and refuses what the loader refuses", function () {
    const { $schema: _draft, ...schema } = JSON.parse(stackFileSchema()) as Record<string, unknown>;
    const validate = new Ajv({ allErrors: true }).compile(schema);
    const prod = readYaml("Pulumi.prod.yaml").config as Record<string, unknown>;
    for (const stack of profileNames) {
      assert.ok(validate(readYaml(`Pulumi.${stack}.yaml`)), JSON.stringify(validate.errors));
    }
    for (const change of good) {
      assert.ok(
        validate({ config: { ...prod, ...change } }),
        `${JSON.stringify(change)} ${JSON.stringify(validate.errors)}`,
      );
      assert.deepEqual(checkSettings({ values: asGiven({ ...prod, ...change }) }, "t").problems, []);
    }
    for (const change of bad) {
      assert.ok(!validate({ config: { ...prod, ...change } }), JSON.stringify(change));
      assert.notDeepEqual(checkSettings({ values: asGiven({ ...prod, ...change }) }, "t").problems, []);
    }
  });
});
