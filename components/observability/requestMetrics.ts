import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { SloDefinition } from "./definition";
import { requestMetricFilters } from "./slo";

export interface RequestMetricsArgs {
  readonly environment: string;
  /** The web tasks' log, with nginx's access log in JSON. */
  readonly logGroupName: pulumi.Input<string>;
  readonly slos: readonly SloDefinition[];
}

/**
 * Counts requests, errors and slow answers by path class from the access log: metrics of CloudFront and of the load
 * balancer know no paths. *Limit.* Requests that reach no task are not in this log; the load balancer's alarms count them.
 */
export class RequestMetrics extends pulumi.ComponentResource {
  constructor(name: string, args: RequestMetricsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("moodle:observability:RequestMetrics", name, {}, opts);
    for (const filter of requestMetricFilters(args.environment, args.slos)) {
      new aws.cloudwatch.LogMetricFilter(
        `${name}-${filter.name}`,
        {
          logGroupName: args.logGroupName,
          pattern: filter.pattern,
          metricTransformation: {
            namespace: filter.namespace,
            name: filter.metricName,
            value: filter.value,
            defaultValue: filter.defaultValue,
          },
        },
        { parent: this },
      );
    }
    this.registerOutputs({});
  }
}
