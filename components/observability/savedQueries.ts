import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { questions } from "./questions";

export interface SavedQueriesArgs {
  /** Environment such as prod: the folder of the queries. */
  readonly environment: string;
  /** Log groups of the web, cron and ad hoc tasks. */
  readonly logGroupNames: readonly pulumi.Input<string>[];
}

/**
 * The questions of a slow site as saved queries of Logs Insights; those to the edge's log are Athena's and are made with its table
 * (components/cdn/accessLogTable.ts). Names with a slash are shown in folders:
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_Insights-Saving-Queries.html
 *
 * *Cost.* Nothing until a query runs, then by the gigabytes of the time span that it reads.
 */
export class SavedQueries extends pulumi.ComponentResource {
  constructor(name: string, args: SavedQueriesArgs, opts?: pulumi.ComponentResourceOptions) {
    super("moodle:observability:SavedQueries", name, {}, opts);
    for (const [role, { question, insights }] of Object.entries(questions)) {
      if (insights !== undefined) {
        new aws.cloudwatch.QueryDefinition(
          `${name}-${role}`,
          {
            name: `moodle-${args.environment}/${role}`,
            logGroupNames: [...args.logGroupNames],
            queryString: `# ${question}\n${insights}`,
          },
          { parent: this },
        );
      }
    }
    this.registerOutputs({});
  }
}
