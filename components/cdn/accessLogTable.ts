import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { logFields } from "./accessLogs";
import { logQueries } from "./logQueries";

export interface AccessLogTableArgs {
  /** The bucket that CloudFront's logs are delivered to, in the region of the provider. */
  readonly bucketName: pulumi.Input<string>;
  readonly distributionId: pulumi.Input<string>;
  /** As far back as there are logs. */
  readonly retentionDays: number;
  /** The most that one query may read, at 5 USD a terabyte: a forgotten date costs no more. @default 50 */
  readonly mostGibPerQuery?: number;
}

/** Where results are put, in the bucket of the logs, and so deleted with them. */
export const resultsPrefix = "athena-results";

/** One partition for each hour, so that a query with a date reads no more than it must. */
const hourFormat = "yyyy/MM/dd/HH";

/**
 * CloudFront's access logs as a table for SQL, with the questions that are asked first saved as queries.
 *
 * Partitions are projected: computed from the path that accessLogs.ts chose, so nothing has to be crawled and a new hour
 * is there as soon as its file is (https://docs.aws.amazon.com/athena/latest/ug/partition-projection-supported-types.html#partition-projection-date-type).
 * Columns are named as CloudFront names its fields, in lower case, and are all text, as in AWS's own table for this
 * format (https://docs.aws.amazon.com/athena/latest/ug/create-cloudfront-table-manual-json.html): quote them.
 *
 * *Cost*: nothing until a query runs, then by the bytes read.
 */
export class AccessLogTable extends pulumi.ComponentResource {
  readonly workgroupName: pulumi.Output<string>;
  /** database.table */
  readonly tableName: pulumi.Output<string>;

  constructor(name: string, args: AccessLogTableArgs, opts: pulumi.ComponentResourceOptions = {}) {
    super("moodle:cdn:AccessLogTable", name, {}, opts);
    const child = { parent: this };
    const account = aws.getCallerIdentityOutput({}, child).accountId;
    const folder = pulumi.interpolate`s3://${args.bucketName}/AWSLogs/${account}/CloudFront/${args.distributionId}`;

    // Glue takes letters, digits and _ here; a hyphen would have to be quoted in every query.
    const database = new aws.glue.CatalogDatabase(
      `${name}-database`,
      { name: `${name}_logs`.replace(/[^a-z0-9_]/g, "_"), description: "Access logs of the edge" },
      child,
    );
    const table = new aws.glue.CatalogTable(
      `${name}-requests`,
      {
        databaseName: database.name,
        name: "requests",
        tableType: "EXTERNAL_TABLE",
        description: "One row for each request that CloudFront answered",
        parameters: {
          EXTERNAL: "TRUE",
          "projection.enabled": "true",
          "projection.hour.type": "date",
          "projection.hour.format": hourFormat,
          "projection.hour.range": `NOW-${args.retentionDays}DAYS,NOW`,
          "projection.hour.interval": "1",
          "projection.hour.interval.unit": "HOURS",
          // "${hour}" is Athena's placeholder.
          "storage.location.template": pulumi.interpolate`${folder}/\${hour}/`,
        },
        partitionKeys: [{ name: "hour", type: "string", comment: "UTC, such as 2026/11/23/05" }],
        storageDescriptor: {
          location: pulumi.interpolate`${folder}/`,
          inputFormat: "org.apache.hadoop.mapred.TextInputFormat",
          outputFormat: "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat",
          serDeInfo: {
            serializationLibrary: "org.openx.data.jsonserde.JsonSerDe",
            parameters: { paths: logFields.join(",") },
          },
          columns: logFields.map((field) => ({ name: field.toLowerCase(), type: "string" })),
        },
      },
      child,
    );
    const workgroup = new aws.athena.Workgroup(
      `${name}-workgroup`,
      {
        description: "Queries of the edge's access logs",
        forceDestroy: true,
        configuration: {
          enforceWorkgroupConfiguration: true,
          publishCloudwatchMetricsEnabled: true,
          bytesScannedCutoffPerQuery: (args.mostGibPerQuery ?? 50) * 1024 ** 3,
          resultConfiguration: {
            outputLocation: pulumi.interpolate`s3://${args.bucketName}/${resultsPrefix}/`,
            encryptionConfiguration: { encryptionOption: "SSE_S3" },
          },
        },
      },
      child,
    );
    for (const [role, { description, sql }] of Object.entries(logQueries)) {
      new aws.athena.NamedQuery(
        `${name}-${role}`,
        { workgroup: workgroup.id, database: database.name, description, query: sql },
        child,
      );
    }

    this.workgroupName = workgroup.name;
    this.tableName = pulumi.interpolate`${database.name}.${table.name}`;
    this.registerOutputs({ workgroupName: this.workgroupName, tableName: this.tableName });
  }
}
