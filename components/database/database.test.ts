import * as assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { build, isUnknown, settled, type BuildOptions } from "../../testing/build";
import type { DatabaseArgs } from "./arguments";
import { Database } from "./database";

const zones = ["eu-west-2a", "eu-west-2b", "eu-west-2c"];
const args: DatabaseArgs = {
  network: {
    vpcId: pulumi.output("vpc-1"),
    dataSubnetIds: ["subnet-a", "subnet-b", "subnet-c"].map((id) => pulumi.output(id)),
    availabilityZones: zones,
  },
  capacity: { kind: "provisioned", instanceClass: "db.r7g.large" },
  readers: 1,
  backupRetentionDays: 30,
  deletionProtection: true,
  kmsKeyArn: "key-arn",
  signalsTopicArn: "topic-arn",
};

const outputs: BuildOptions["outputs"] = {
  "aws:rds/cluster:Cluster": (_, inputs) => ({
    endpoint: "writer.test",
    readerEndpoint: "reader.test",
    port: 3306,
    masterUserSecrets: [{ secretArn: "master-secret-arn" }],
    engineVersion: inputs.engineVersion,
  }),
  "aws:rds/clusterInstance:ClusterInstance": (name) => ({ identifier: `${name}-identifier` }),
  "random:index/randomString:RandomString": () => ({ result: "abcdef" }),
  "random:index/randomPassword:RandomPassword": () => ({ result: "generated" }),
};

const make = (overrides: Partial<DatabaseArgs> = {}, options: BuildOptions = {}) =>
  build((opts) => new Database("db", { ...args, ...overrides }, opts), { outputs, ...options });

describe("Database", () => {
  it("builds a writer and a reader with all that belongs to them", async () => {
    const built = await make();
    assert.deepEqual(built.identities, [
      "aws:cloudwatch/logGroup:LogGroup::db-error-log",
      "aws:cloudwatch/logGroup:LogGroup::db-slowquery-log",
      "aws:ec2/securityGroup:SecurityGroup::db-security-group",
      "aws:iam/role:Role::db-monitoring",
      "aws:iam/rolePolicyAttachment:RolePolicyAttachment::db-monitoring",
      "aws:rds/cluster:Cluster::db-cluster",
      "aws:rds/clusterInstance:ClusterInstance::db-instance-1",
      "aws:rds/clusterInstance:ClusterInstance::db-instance-2",
      "aws:rds/clusterParameterGroup:ClusterParameterGroup::db-cluster-parameters",
      "aws:rds/eventSubscription:EventSubscription::db-cluster-events",
      "aws:rds/eventSubscription:EventSubscription::db-instance-events",
      "aws:rds/parameterGroup:ParameterGroup::db-instance-parameters",
      "aws:rds/subnetGroup:SubnetGroup::db-subnets",
      "aws:secretsmanager/secret:Secret::db-application",
      "aws:secretsmanager/secretVersion:SecretVersion::db-application",
      "moodle:database:Database::db",
      "random:index/randomPassword:RandomPassword::db-application",
      "random:index/randomString:RandomString::db-suffix",
    ]);
    assert.equal(await settled(built.component.endpoint), "writer.test");
    assert.equal(await settled(built.component.readerEndpoint), "reader.test");
    assert.equal(await settled(built.component.masterSecretArn), "master-secret-arn");
    assert.match((await settled(built.component.applicationSecretArn))!, /:db-application$/);
    assert.equal(built.component.maxConnections, 1000);
  });

  it("makes the component the parent of every child", async () => {
    const built = await make();
    for (const resource of built.resources.filter(({ name }) => name !== "db")) {
      assert.equal(resource.options.parent, built.component, resource.name);
    }
  });

  it("protects the data: encrypted, backed up, a final snapshot, no deletion", async () => {
    const { inputs } = (await make()).get("db-cluster");
    assert.equal(inputs["storageEncrypted"], true);
    assert.equal(inputs["kmsKeyId"], "key-arn");
    assert.equal(inputs["backupRetentionPeriod"], 30);
    assert.equal(inputs["deletionProtection"], true);
    assert.equal(inputs["skipFinalSnapshot"], false);
    assert.equal(inputs["copyTagsToSnapshot"], true);
    assert.equal(inputs["clusterIdentifier"], "db-abcdef");
    assert.equal(inputs["finalSnapshotIdentifier"], "db-abcdef-final");
    const thrownAway = (await make({ deletionProtection: false })).get("db-cluster").inputs;
    assert.equal(thrownAway["skipFinalSnapshot"], true);
    assert.equal(thrownAway["finalSnapshotIdentifier"], undefined);
    assert.equal(inputs["engineVersion"], "8.0.mysql_aurora.3.10.5");
    assert.equal(inputs["allowMajorVersionUpgrade"], false);
    assert.equal(inputs["applyImmediately"], false);
  });

  it("leaves the master password to RDS and puts no password of its own anywhere but in the secret", async () => {
    const built = await make();
    const cluster = built.get("db-cluster").inputs;
    assert.equal(cluster["manageMasterUserPassword"], true);
    assert.equal(cluster["masterUserSecretKmsKeyId"], "key-arn");
    assert.equal("masterPassword" in cluster, false);
    const [version] = built.ofType("aws:secretsmanager/secretVersion:SecretVersion");
    assert.match(JSON.stringify(version!.inputs["secretString"]), /generated/);
    const others = built.resources.filter((resource) => resource !== version);
    assert.doesNotMatch(JSON.stringify(others.map(({ inputs }) => inputs)), /generated/);
  });

  it("puts each instance into the next zone and round again", async () => {
    const built = await make({ readers: 3 });
    const placed = built.ofType("aws:rds/clusterInstance:ClusterInstance").map(({ inputs }) => inputs);
    assert.deepEqual(
      placed.map((inputs) => inputs["availabilityZone"]),
      [...zones, zones[0]],
    );
    assert.deepEqual(
      placed.map((inputs) => inputs["promotionTier"]),
      [0, 1, 2, 3],
    );
    assert.ok(placed.every((inputs) => inputs["instanceClass"] === "db.r7g.large"));
    assert.ok(placed.every((inputs) => inputs["publiclyAccessible"] === false));
    assert.ok(placed.every((inputs) => inputs["autoMinorVersionUpgrade"] === false));
  });

  it("keeps the zones and classes known in a preview, where ids are not", async () => {
    const built = await make({}, { preview: true });
    const second = built.get("db-instance-2").inputs;
    assert.equal(second["availabilityZone"], "eu-west-2b");
    assert.equal(second["instanceClass"], "db.r7g.large");
    assert.ok(isUnknown(second["clusterIdentifier"]));
    assert.equal(await settled(built.component.endpoint), undefined);
  });

  it("monitors cluster and instances alike, which Database Insights requires", async () => {
    const built = await make({ databaseInsights: "advanced" });
    const cluster = built.get("db-cluster").inputs;
    assert.equal(cluster["databaseInsightsMode"], "advanced");
    assert.equal(cluster["performanceInsightsRetentionPeriod"], 465);
    assert.equal(cluster["monitoringInterval"], built.get("db-instance-1").inputs["monitoringInterval"]);
    assert.equal((await make()).get("db-cluster").inputs["performanceInsightsRetentionPeriod"], 7);
  });

  it("makes the log groups first, under the names that RDS writes to", async () => {
    const built = await make({ logRetentionDays: 30 });
    const groups = built.ofType("aws:cloudwatch/logGroup:LogGroup");
    assert.deepEqual(
      groups.map(({ inputs }) => inputs["name"]),
      ["/aws/rds/cluster/db-abcdef/error", "/aws/rds/cluster/db-abcdef/slowquery"],
    );
    assert.ok(groups.every(({ inputs }) => inputs["retentionInDays"] === 30 && inputs["kmsKeyId"] === "key-arn"));
    assert.deepEqual(built.get("db-cluster").inputs["enabledCloudwatchLogsExports"], ["error", "slowquery"]);
    assert.equal((built.get("db-cluster").options.dependsOn as unknown[]).length, 3);
  });

  it("requires TLS and Moodle's collation, and writes deadlocks into the log", async () => {
    const built = await make();
    assert.equal(built.get("db-cluster-parameters").inputs["family"], "aurora-mysql8.0");
    assert.deepEqual(built.get("db-cluster-parameters").inputs["parameters"], [
      { name: "character_set_server", value: "utf8mb4" },
      { name: "collation_server", value: "utf8mb4_unicode_ci" },
      { name: "require_secure_transport", value: "ON" },
      { name: "innodb_print_all_deadlocks", value: "1" },
    ]);
  });

  it("builds Serverless v2 with a capacity range", async () => {
    const built = await make({ capacity: { kind: "serverless", minAcu: 0.5, maxAcu: 8 } });
    assert.deepEqual(built.get("db-cluster").inputs["serverlessv2ScalingConfiguration"], {
      minCapacity: 0.5,
      maxCapacity: 8,
    });
    assert.equal(built.get("db-instance-1").inputs["instanceClass"], "db.serverless");
    assert.equal(built.component.maxConnections, 1000);
  });

  it("has a closed security group and, without a topic, announces nothing", async () => {
    const built = await make({ signalsTopicArn: undefined });
    assert.deepEqual(Object.keys(built.get("db-security-group").inputs).sort(), ["description", "vpcId"]);
    assert.equal(built.ofType("aws:rds/eventSubscription:EventSubscription").length, 0);
  });

  const refused: readonly (readonly [string, Partial<DatabaseArgs>, RegExp])[] = [
    ["a short engine version", { engineVersion: "8.0" }, /engineVersion: got "8.0", expected 8\.0\.mysql_aur/],
    ["an old engine version", { engineVersion: "8.0.mysql_aurora.3.04.4" }, /with a minor version of 3\.10, 3\.11/],
    ["an unknown class", { capacity: { kind: "provisioned", instanceClass: "db.m5.large" } }, /capacity.instanceClass/],
    [
      "a capacity in quarters",
      { capacity: { kind: "serverless", minAcu: 0.25, maxAcu: 4 } },
      /capacity.minAcu: got 0.25/,
    ],
    ["a capacity upside down", { capacity: { kind: "serverless", minAcu: 8, maxAcu: 4 } }, /capacity.maxAcu: got 4,/],
    ["too many readers", { readers: 16 }, /readers: got 16, expected a whole number from 0 to 15/],
    ["no backups", { backupRetentionDays: 0 }, /backupRetentionDays: got 0/],
    ["windows that overlap", { windows: { backup: "02:00-03:00", maintenance: "sun:02:30-sun:03:30" } }, /overlap/],
    ["a log retention that CloudWatch lacks", { logRetentionDays: 31 }, /logRetentionDays: got 31/],
    ["one zone", { network: { ...args.network, availabilityZones: ["eu-west-2a"] } }, /availabilityZones/],
  ];
  for (const [what, overrides, message] of refused) {
    it(`refuses ${what}`, async () => {
      await assert.rejects(make(overrides), message);
    });
  }

  it("is made from a backup when one is given, and forgets it without a replacement", async () => {
    const cluster = async (source?: DatabaseArgs["source"]) =>
      (await make({ ...(source !== undefined && { source }) })).get("db-cluster");
    const snapshotArn = "arn:aws:rds:eu-west-2:123456789012:cluster-snapshot:awsbackup:job-1";
    const ofSnapshot = await cluster({ snapshotArn });
    assert.equal(ofSnapshot.inputs["snapshotIdentifier"], snapshotArn);
    assert.deepEqual(ofSnapshot.inputs["tags"], { RestoredFrom: snapshotArn });
    assert.equal(ofSnapshot.options.ignoreChanges, undefined);

    const ofTime = await cluster({ clusterIdentifier: "prod-database-abcdef", time: "2026-11-30T09:55:00Z" });
    assert.deepEqual(ofTime.inputs["restoreToPointInTime"], {
      sourceClusterIdentifier: "prod-database-abcdef",
      restoreToTime: "2026-11-30T09:55:00Z",
      restoreType: "full-copy",
    });
    assert.deepEqual(ofTime.inputs["tags"], { RestoredFrom: "prod-database-abcdef at 2026-11-30T09:55:00Z" });

    const empty = await cluster();
    assert.deepEqual([empty.inputs["snapshotIdentifier"], empty.inputs["tags"]], [undefined, undefined]);
    assert.deepEqual(empty.options.ignoreChanges, ["snapshotIdentifier", "restoreToPointInTime"]);
  });
});
