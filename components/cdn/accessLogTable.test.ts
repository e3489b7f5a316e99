// cspell:ignore Xphp
import * as assert from "node:assert/strict";
import { build } from "../../testing/build";
import { logFields } from "./accessLogs";
import { AccessLogTable } from "./accessLogTable";
import { cachedPaths } from "./cacheBehaviours";
import { logQueries } from "./logQueries";

const make = (preview = false) =>
  build(
    (opts) => new AccessLogTable("prod-edge", { bucketName: "logs", distributionId: "E1", retentionDays: 365 }, opts),
    { preview },
  );

describe("AccessLogTable", () => {
  it("builds exactly these resources, the same in a preview", async () => {
    const built = await make();
    assert.deepEqual(
      built.identities,
      [
        "aws:athena/workgroup:Workgroup::prod-edge-workgroup",
        "aws:glue/catalogDatabase:CatalogDatabase::prod-edge-database",
        "aws:glue/catalogTable:CatalogTable::prod-edge-requests",
        "moodle:cdn:AccessLogTable::prod-edge",
        ...Object.keys(logQueries).map((role) => `aws:athena/namedQuery:NamedQuery::prod-edge-${role}`),
      ].sort(),
    );
    assert.deepEqual((await make(true)).identities, built.identities);
  });

  it("reads the hours from the path that the delivery writes", async () => {
    const built = await make();
    const { parameters, partitionKeys, storageDescriptor } = built.get("prod-edge-requests").inputs;
    assert.equal(parameters["storage.location.template"], "s3://logs/AWSLogs/123456789012/CloudFront/E1/${hour}/");
    assert.equal(parameters["projection.hour.format"], "yyyy/MM/dd/HH");
    assert.equal(parameters["projection.hour.range"], "NOW-365DAYS,NOW");
    assert.deepEqual(
      partitionKeys.map(({ name }: { name: string }) => name),
      ["hour"],
    );
    assert.equal(storageDescriptor.serDeInfo.serializationLibrary, "org.openx.data.jsonserde.JsonSerDe");
    assert.deepEqual(
      storageDescriptor.columns.map(({ name }: { name: string }) => name),
      logFields.map((field) => field.toLowerCase()),
    );
    assert.equal(built.get("prod-edge-database").inputs["name"], "prod_edge_logs");
  });

  it("bounds what a query may cost, and puts results where they expire", async () => {
    const { configuration } = (await make()).get("prod-edge-workgroup").inputs;
    assert.equal(configuration.enforceWorkgroupConfiguration, true);
    assert.equal(configuration.bytesScannedCutoffPerQuery, 50 * 1024 ** 3);
    assert.equal(configuration.resultConfiguration.outputLocation, "s3://logs/athena-results/");
  });
});

describe("saved queries", () => {
  it("read one day, and only columns that are there", () => {
    const columns = new Set(logFields.map((field) => field.toLowerCase()));
    for (const [role, { sql }] of Object.entries(logQueries)) {
      assert.match(sql, /WHERE hour >= date_format\(/, role);
      for (const [, column] of sql.matchAll(/"([^"]+)"/g)) {
        assert.ok(columns.has(column ?? ""), `${role}: ${column}`);
      }
    }
  });

  it("know what may be kept", () => {
    const source = /regexp_like\("cs-uri-stem", '(.*)'\)/.exec(logQueries["kept-by-mistake"]?.sql ?? "")?.[1];
    const kept = new RegExp(source ?? "");
    for (const { pattern } of cachedPaths) {
      assert.ok(kept.test(pattern.replace(/\*/g, "x")), pattern);
    }
    for (const path of ["/my/", "/pluginfile.php/23/mod_resource/x.pdf", "/theme/stylesXphp/x"]) {
      assert.ok(!kept.test(path), path);
    }
  });
});
