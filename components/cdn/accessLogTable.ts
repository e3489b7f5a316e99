import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { logTable } from "../lib/logTable";
import { logFields } from "./accessLogs";
import { logQueries } from "./logQueries";

export interface AccessLogTableArgs {
  /** The bucket that CloudFront's logs are delivered to, in the region of the provider. */
  readonly bucketName: pulumi.Input<string>;
  readonly distributionId: pulumi.Input<string>;
  /** Days for which there are logs. */
  readonly retentionDays: number;
  /** The most that one query may read, at 5 USD a terabyte: a forgotten date costs no more. @default 50 */
  readonly mostGibPerQuery?: number;
}

/**
 * CloudFront's access logs as a table for SQL, with the questions that are asked first saved as queries.
 *
 * Its hours are those of the path that accessLogs.ts chose. Columns are named as CloudFront names its fields, in lower
 * case, and are all text, as in AWS's own table for this format
 * (https://docs.aws.amazon.com/athena/latest/ug/create-cloudfront-table-manual-json.html): quote them.
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
    const { workgroupName, tableName } = logTable(
      name,
      {
        ...args,
        folder: pulumi.interpolate`AWSLogs/${account}/CloudFront/${args.distributionId}`,
        of: "edge",
        row: "One row for each request that CloudFront answered",
        partition: "hour",
        serDe: { library: "org.openx.data.jsonserde.JsonSerDe", parameters: { paths: logFields.join(",") } },
        columns: logFields.map((field) => field.toLowerCase()),
        queries: logQueries,
      },
      child,
    );
    this.workgroupName = workgroupName;
    this.tableName = tableName;
    this.registerOutputs({ workgroupName, tableName });
  }
}
