import * as assert from "node:assert/strict";
import { pathClasses } from "../lib/pathClasses";
import { build } from "../../testing/build";
import { linePattern, logColumns } from "./logFields";
import { logQueries } from "./logQueries";
import { LoadBalancerLogTable } from "./logTable";

const make = (preview = false) =>
  build((opts) => new LoadBalancerLogTable("prod-load-balancer", { bucketName: "logs", retentionDays: 365 }, opts), {
    preview,
  });

describe("LoadBalancerLogTable", () => {
  it("builds exactly these resources, the same in a preview", async () => {
    const built = await make();
    assert.deepEqual(
      built.identities,
      [
        "aws:athena/workgroup:Workgroup::prod-load-balancer-workgroup",
        "aws:glue/catalogDatabase:CatalogDatabase::prod-load-balancer-database",
        "aws:glue/catalogTable:CatalogTable::prod-load-balancer-requests",
        "moodle:load-balancer:LoadBalancerLogTable::prod-load-balancer",
        ...Object.keys(logQueries).map((role) => `aws:athena/namedQuery:NamedQuery::prod-load-balancer-${role}`),
      ].sort(),
    );
    assert.deepEqual((await make(true)).identities, built.identities);
  });

  it("reads the days from the path that the load balancer writes, by its own pattern", async () => {
    const { parameters, storageDescriptor } = (await make()).get("prod-load-balancer-requests").inputs;
    assert.equal(
      parameters["storage.location.template"],
      "s3://logs/load-balancer/AWSLogs/123456789012/elasticloadbalancing/eu-west-2/${day}/",
    );
    assert.deepEqual(
      [parameters["projection.day.format"], parameters["projection.day.interval.unit"]],
      ["yyyy/MM/dd", "DAYS"],
    );
    const { serializationLibrary, parameters: serDe } = storageDescriptor.serDeInfo;
    assert.equal(serializationLibrary, "org.apache.hadoop.hive.serde2.RegexSerDe");
    assert.equal(serDe["input.regex"], linePattern);
    assert.deepEqual(
      storageDescriptor.columns.map(({ name }: { name: string }) => name),
      logColumns,
    );
  });
});

/** As the RegexSerDe does: the whole line, or a row of nothing. */
function row(line: string): Readonly<Record<string, string | undefined>> | undefined {
  const groups = new RegExp(`^${linePattern}$`).exec(line);
  assert.ok(groups === null || groups.length - 1 === logColumns.length, "one group for each column");
  return groups === null ? undefined : Object.fromEntries(logColumns.map((name, index) => [name, groups[index + 1]]));
}

const first =
  'h2 2026-11-23T08:30:05.123456Z app/prod-lb/50dc6c495c0c9188 203.0.113.7:2817 10.0.1.1:8080 0.001 0.398 0.000 200 200 57 2000 "GET https://moodle.example.org:443/course/view.php?id=2&q=a%20b HTTP/2.0" "Mozilla/5.0 (X11; a \\x22b\\x22)" TLS_AES_128_GCM_SHA256 TLSv1.3 arn:aws:elasticloadbalancing:eu-west-2:123456789012:targetgroup/t/73e2d6bc24d8a067 "Root=1-58337262-36d228ad5d99923122bbe354" "moodle.example.org" "arn:aws:acm:eu-west-2:123456789012:certificate/1" 100 2026-11-23T08:30:04.700000Z "waf,forward" "-" "-" "10.0.1.1:8080" "200" "-" "-"';

describe("lines of the load balancer", () => {
  it("are read in each form that they have had, and with fields that AWS may add", () => {
    for (const [rest, trace, uri] of [
      ["", undefined, undefined],
      [" TID_dc57cebed65b444ebc8177bb698fe166", "TID_dc57cebed65b444ebc8177bb698fe166", undefined],
      [' TID_1 "-" "-" "-"', "TID_1", "-"],
      [' TID_1 "moodle.example.org" "/r.php/x" "TransformSuccess" "something new" 7', "TID_1", "/r.php/x"],
    ] as const) {
      const read = row(first + rest);
      assert.deepEqual(
        [read?.["conn_trace_id"], read?.["transformed_uri"], read?.["request_url"], read?.["target_ip"]],
        [trace, uri, "https://moodle.example.org:443/course/view.php?id=2&q=a%20b", "10.0.1.1"],
        rest,
      );
      assert.deepEqual(
        [read?.["user_agent"], read?.["classification_reason"], read?.["target_processing_time"]],
        ["Mozilla/5.0 (X11; a \\x22b\\x22)", "-", "0.398"],
      );
    }
  });

  it("are read where no task was reached, and where it was no request", () => {
    const unreached = first
      .replace("10.0.1.1:8080 0.001 0.398 0.000 200 200", "- -1 -1 -1 503 -")
      .replace('"10.0.1.1:8080" "200"', '"-" "-"');
    assert.deepEqual(
      ["target_ip", "target_port", "elb_status_code", "target_status_code"].map((name) => row(unreached)?.[name]),
      ["", "", "503", "-"],
    );
    for (const request of ['"- - - "', '"- http://203.0.113.9:80- -"']) {
      assert.equal(row(first.replace(/"GET [^"]*"/, request))?.["request_verb"], "-", request);
    }
    assert.equal(row("#Version: 1.0"), undefined);
  });
});

describe("saved queries of the load balancer's log", () => {
  it("read one day, ask for columns that are there, and answer by path class", () => {
    const columns = new Set(logColumns);
    for (const [role, { sql }] of Object.entries(logQueries)) {
      assert.match(sql, /WHERE day >= date_format\(/, role);
      for (const [, column] of sql.matchAll(/"([^"]+)"/g)) {
        assert.ok(columns.has(column ?? ""), `${role}: ${column}`);
      }
      assert.ok(
        pathClasses.every((name) => sql.includes(`'${name}'`)),
        role,
      );
    }
  });
});
