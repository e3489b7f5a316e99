import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

/** A question to access logs whose query is worth saving. */
export interface LogQuery {
  readonly description: string;
  readonly sql: string;
}

export interface LogTableArgs {
  /** Bucket of the logs, in the region of the provider. */
  readonly bucketName: pulumi.Input<string>;
  /** Folder of the logs in it, without slashes at the ends; the folders of the dates are below it. */
  readonly folder: pulumi.Input<string>;
  /** Owner of the logs, for descriptions. */
  readonly of: string;
  /** Meaning of one row, such as a request. */
  readonly row: string;
  /** Granularity of the date folders. */
  readonly partition: "hour" | "day";
  /** Days for which there are logs. */
  readonly retentionDays: number;
  readonly serDe: { readonly library: string; readonly parameters: Readonly<Record<string, string>> };
  /** All are text. */
  readonly columns: readonly string[];
  /** By the role in a resource's name. */
  readonly queries: Readonly<Record<string, LogQuery>>;
  /** The most that one query may read, at 5 USD a terabyte: a forgotten date costs no more. @default 50 */
  readonly mostGibPerQuery?: number | undefined;
}

/** Folder of the results, in the bucket of the logs, so they are deleted with them. */
export const resultsPrefix = "athena-results";

const partitions = {
  hour: { format: "yyyy/MM/dd/HH", unit: "HOURS", comment: "UTC, such as 2026/11/23/05" },
  day: { format: "yyyy/MM/dd", unit: "DAYS", comment: "UTC, such as 2026/11/23" },
} as const;

/**
 * Access logs in S3 as a table for SQL, with saved queries in a workgroup that limits how much a query reads.
 *
 * Partitions are projected: computed from the path, so no crawler is needed, and a partition exists as soon as its file
 * does
 * (https://docs.aws.amazon.com/athena/latest/ug/partition-projection-supported-types.html#partition-projection-date-type).
 */
export function logTable(name: string, args: LogTableArgs, child: pulumi.CustomResourceOptions) {
  const { partition } = args;
  const { format, unit, comment } = partitions[partition];
  const folder = pulumi.interpolate`s3://${args.bucketName}/${args.folder}`;
  // Glue takes letters, digits and _ here; a hyphen would have to be quoted in every query.
  const database = new aws.glue.CatalogDatabase(
    `${name}-database`,
    { name: `${name}_logs`.replace(/[^a-z0-9_]/g, "_"), description: `Access logs of the ${args.of}` },
    child,
  );
  const table = new aws.glue.CatalogTable(
    `${name}-requests`,
    {
      databaseName: database.name,
      name: "requests",
      tableType: "EXTERNAL_TABLE",
      description: args.row,
      parameters: {
        EXTERNAL: "TRUE",
        "projection.enabled": "true",
        [`projection.${partition}.type`]: "date",
        [`projection.${partition}.format`]: format,
        [`projection.${partition}.range`]: `NOW-${args.retentionDays}DAYS,NOW`,
        [`projection.${partition}.interval`]: "1",
        [`projection.${partition}.interval.unit`]: unit,
        // "${hour}" is Athena's placeholder.
        "storage.location.template": pulumi.interpolate`${folder}/\${${partition}}/`,
      },
      partitionKeys: [{ name: partition, type: "string", comment }],
      storageDescriptor: {
        location: pulumi.interpolate`${folder}/`,
        inputFormat: "org.apache.hadoop.mapred.TextInputFormat",
        outputFormat: "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat",
        serDeInfo: { serializationLibrary: args.serDe.library, parameters: { ...args.serDe.parameters } },
        columns: args.columns.map((column) => ({ name: column, type: "string" })),
      },
    },
    child,
  );
  const workgroup = new aws.athena.Workgroup(
    `${name}-workgroup`,
    {
      description: `Queries of the ${args.of}'s access logs`,
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
  for (const [role, { description, sql }] of Object.entries(args.queries)) {
    new aws.athena.NamedQuery(
      `${name}-${role}`,
      { workgroup: workgroup.id, database: database.name, description, query: sql },
      child,
    );
  }
  return { workgroupName: workgroup.name, tableName: pulumi.interpolate`${database.name}.${table.name}` };
}
