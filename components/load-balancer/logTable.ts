import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { logTable } from "../lib/logTable";
import { accessLogsPrefix } from "./loadBalancer";
import { linePattern, logColumns } from "./logFields";
import { logQueries } from "./logQueries";

export interface LoadBalancerLogTableArgs {
  /** The bucket that the load balancer writes to, in the region of the provider. */
  readonly bucketName: pulumi.Input<string>;
  /** Days for which there are logs. */
  readonly retentionDays: number;
}

/**
 * The load balancers' access logs as a table for SQL, with saved queries by path class. Their lines are plain text, not
 * JSON: an Application Load Balancer has no other format. The table covers all load balancers of the account that write
 * to the bucket. https://docs.aws.amazon.com/athena/latest/ug/create-alb-access-logs-table-partition-projection.html
 *
 * *Cost*: nothing until a query runs, then by the bytes read.
 */
export class LoadBalancerLogTable extends pulumi.ComponentResource {
  readonly workgroupName: pulumi.Output<string>;
  /** database.table */
  readonly tableName: pulumi.Output<string>;

  constructor(name: string, args: LoadBalancerLogTableArgs, opts: pulumi.ComponentResourceOptions = {}) {
    super("moodle:load-balancer:LoadBalancerLogTable", name, {}, opts);
    const child = { parent: this };
    const account = aws.getCallerIdentityOutput({}, child).accountId;
    const { region } = aws.getRegionOutput({}, child);
    const { workgroupName, tableName } = logTable(
      name,
      {
        ...args,
        folder: pulumi.interpolate`${accessLogsPrefix}/AWSLogs/${account}/elasticloadbalancing/${region}`,
        of: "load balancer",
        row: "One row for each request that the load balancer answered",
        partition: "day",
        serDe: {
          library: "org.apache.hadoop.hive.serde2.RegexSerDe",
          parameters: { "serialization.format": "1", "input.regex": linePattern },
        },
        columns: logColumns,
        queries: logQueries,
      },
      child,
    );
    this.workgroupName = workgroupName;
    this.tableName = tableName;
    this.registerOutputs({ workgroupName, tableName });
  }
}
