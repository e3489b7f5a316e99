import * as assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { build, isUnknown, settled, type BuildOptions } from "../../testing/build";
import { Cache, type CacheArgs } from "./cache";

const args: CacheArgs = {
  network: { vpcId: pulumi.output("vpc-1"), dataSubnetIds: ["subnet-a", "subnet-b"].map((id) => pulumi.output(id)) },
  purpose: "sessions",
  nodeType: "cache.r7g.large",
  replicas: 1,
  kmsKeyArn: "key-arn",
};

const outputs: BuildOptions["outputs"] = {
  "aws:elasticache/replicationGroup:ReplicationGroup": () => ({
    primaryEndpointAddress: "primary.test",
    readerEndpointAddress: "reader.test",
  }),
  "random:index/randomPassword:RandomPassword": () => ({ result: "generated" }),
};

const make = (overrides: Partial<CacheArgs> = {}, options: BuildOptions = {}) =>
  build((opts) => new Cache("sessions", { ...args, ...overrides }, opts), { outputs, ...options });

describe("Cache", () => {
  it("builds one replication group with all that belongs to it, and is the parent of each", async () => {
    const built = await make();
    assert.deepEqual(built.identities, [
      "aws:cloudwatch/logGroup:LogGroup::sessions-engine-log",
      "aws:cloudwatch/logGroup:LogGroup::sessions-slow-log",
      "aws:ec2/securityGroup:SecurityGroup::sessions-security-group",
      "aws:elasticache/parameterGroup:ParameterGroup::sessions-parameters",
      "aws:elasticache/replicationGroup:ReplicationGroup::sessions-group",
      "aws:elasticache/subnetGroup:SubnetGroup::sessions-subnets",
      "aws:secretsmanager/secret:Secret::sessions-token",
      "aws:secretsmanager/secretVersion:SecretVersion::sessions-token",
      "moodle:cache:Cache::sessions",
      "random:index/randomPassword:RandomPassword::sessions-token",
    ]);
    for (const { type, options, name } of built.resources) {
      assert.equal(options.parent, type === "moodle:cache:Cache" ? undefined : built.component, name);
    }
    assert.equal(await settled(built.component.primaryEndpoint), "primary.test");
    assert.equal(await settled(built.component.readerEndpoint), "reader.test");
    assert.equal(built.component.port, 6379);
    assert.match((await settled(built.component.authSecretArn))!, /:sessions-token$/);
  });

  it("never evicts a session, and evicts the application cache by age of use", async () => {
    const policy = async (purpose: CacheArgs["purpose"]) =>
      (await make({ purpose })).get("sessions-parameters").inputs["parameters"];
    assert.deepEqual(await policy("sessions"), [{ name: "maxmemory-policy", value: "noeviction" }]);
    assert.deepEqual(await policy("application"), [{ name: "maxmemory-policy", value: "allkeys-lru" }]);
  });

  const theGroup = async (overrides: Partial<CacheArgs> = {}, options: BuildOptions = {}) =>
    (await make(overrides, options)).get("sessions-group").inputs;

  it("is encrypted at rest and in transit, and asks for a token", async () => {
    const group = await theGroup();
    assert.equal(group["atRestEncryptionEnabled"], true);
    assert.equal(group["kmsKeyId"], "key-arn");
    assert.equal(group["transitEncryptionEnabled"], true);
    assert.equal(group["transitEncryptionMode"], "required");
    assert.match(JSON.stringify(group["authToken"]), /generated/);
    assert.equal(group["authTokenUpdateStrategy"], "ROTATE");
  });

  it("leaves the token to make rotate: a secret that is moved on alone would name a token that no node takes yet", async () => {
    const built = await make();
    assert.deepEqual(built.get("sessions-group").options.ignoreChanges, ["authToken"]);
    const [version] = built.ofType("aws:secretsmanager/secretVersion:SecretVersion");
    assert.deepEqual(version!.options.ignoreChanges, ["secretString", "versionStages"]);
  });

  it("fails over to another zone as soon as it has a replica", async () => {
    const [one, none] = [await theGroup(), await theGroup({ replicas: 0 })];
    for (const [group, nodes, highlyAvailable] of [
      [one, 2, true],
      [none, 1, false],
    ] as const) {
      assert.equal(group["numCacheClusters"], nodes);
      assert.equal(group["automaticFailoverEnabled"], highlyAvailable);
      assert.equal(group["multiAzEnabled"], highlyAvailable);
      assert.equal(group["clusterMode"], "disabled");
    }
  });

  it("keeps all that a policy judges known in a preview", async () => {
    const group = await theGroup({}, { preview: true });
    assert.equal(group["multiAzEnabled"], true);
    assert.equal(group["transitEncryptionEnabled"], true);
    assert.ok(isUnknown(group["subnetGroupName"]));
  });

  it("uses Valkey unless Redis is asked for, with the family of the version", async () => {
    for (const [overrides, engine, version, family] of [
      [{}, "valkey", "8.2", "valkey8"],
      [{ engineVersion: "7.2" }, "valkey", "7.2", "valkey7"],
      [{ engine: "redis" }, "redis", "7.1", "redis7"],
    ] as const) {
      const built = await make(overrides);
      assert.equal(built.get("sessions-group").inputs["engine"], engine);
      assert.equal(built.get("sessions-group").inputs["engineVersion"], version);
      assert.equal(built.get("sessions-parameters").inputs["family"], family);
    }
  });

  it("sends both logs to log groups with a retention, and makes no snapshots unless asked", async () => {
    const built = await make({ logRetentionDays: 30 });
    const group = await theGroup();
    assert.deepEqual(
      group["logDeliveryConfigurations"].map((log: Record<string, string>) => [log["logType"], log["logFormat"]]),
      [
        ["slow-log", "json"],
        ["engine-log", "json"],
      ],
    );
    assert.equal(built.get("sessions-slow-log").inputs["retentionInDays"], 30);
    assert.equal(built.get("sessions-slow-log").inputs["namePrefix"], "/aws/vendedlogs/elasticache/sessions-slow-log-");
    assert.equal(group["snapshotRetentionLimit"], 0);
    assert.equal((await theGroup({ snapshotRetentionDays: 7 }))["snapshotRetentionLimit"], 7);
  });

  it("has a closed security group", async () => {
    const { inputs } = (await make()).get("sessions-security-group");
    assert.deepEqual(Object.keys(inputs).sort(), ["description", "vpcId"]);
  });

  const refused: readonly (readonly [string, Partial<CacheArgs>, RegExp])[] = [
    ["a version of the other engine", { engine: "redis", engineVersion: "8.2" }, /for redis: 7\.1/],
    ["an unknown version", { engineVersion: "9.9" }, /engineVersion: got "9.9", expected for valkey: 7\.2, 8/],
    ["a node type that tiers to disk", { nodeType: "cache.r6gd.xlarge" }, /nodeType: got "cache.r6gd.xlarge"/],
    ["too many replicas", { replicas: 6 }, /replicas: got 6, expected a whole number from 0 to 5/],
    ["a replica in one zone", { network: { ...args.network, dataSubnetIds: [] } }, /network.dataSubnetIds: got 0,/],
    ["a log retention that CloudWatch lacks", { logRetentionDays: 31 }, /logRetentionDays: got 31/],
    ["too many snapshots", { snapshotRetentionDays: 36 }, /snapshotRetentionDays: got 36/],
    ["a short window", { windows: { backup: "02:00-02:30", maintenance: "sun:03:30-sun:04:30" } }, /windows.backup/],
  ];
  for (const [what, overrides, message] of refused) {
    it(`refuses ${what}`, async () => {
      await assert.rejects(make(overrides), message);
    });
  }
});
