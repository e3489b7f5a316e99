import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { policyDocument } from "../lib/iam";
import {
  dashboardName,
  dashboardUrl,
  type Drawn,
  type DashboardKind,
  engineersBody,
  moodleBody,
  warRoomBody,
} from "./dashboards/bodies";

export interface DashboardsArgs extends Drawn {
  /** ARNs that may take the role that reads the dashboards. @default whomever the account's IAM allows */
  readonly readerArns?: readonly string[];
}

/**
 * Three dashboards from the definitions of alarms and objectives: for the Moodle team, for engineers, for an event; and
 * a role that reads them and nothing else.
 *
 * *Limit of the role.* It can open only these dashboards but read all metrics and alarms: CloudWatch has no resource
 * type for those actions. It cannot change anything. *Cost.* 3 dollars a month for each dashboard after the account's
 * first three.
 */
export class Dashboards extends pulumi.ComponentResource {
  /** In the console of the region where Moodle is. */
  readonly urls: Readonly<Record<DashboardKind, string>>;
  readonly readerRoleArn: pulumi.Output<string>;

  constructor(name: string, args: DashboardsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("moodle:observability:Dashboards", name, {}, opts);
    const child = { parent: this };
    const { environment } = args;
    const { region } = args.regions[0];
    const bodies = { moodle: moodleBody, engineers: engineersBody, "war-room": warRoomBody } as const;
    const kinds = Object.keys(bodies) as DashboardKind[];
    const made = kinds.map(
      (kind) =>
        new aws.cloudwatch.Dashboard(
          `${name}-${kind}`,
          { dashboardName: dashboardName(environment, kind), dashboardBody: pulumi.jsonStringify(bodies[kind](args)) },
          child,
        ),
    );
    this.urls = {
      moodle: dashboardUrl(environment, region, "moodle"),
      engineers: dashboardUrl(environment, region, "engineers"),
      "war-room": dashboardUrl(environment, region, "war-room"),
    };
    this.readerRoleArn = readerRole(
      name,
      made.map(({ dashboardArn }) => dashboardArn),
      args.readerArns ?? [],
      child,
    );
    this.registerOutputs({ urls: this.urls, readerRoleArn: this.readerRoleArn });
  }
}

function readerRole(
  name: string,
  dashboardArns: readonly pulumi.Output<string>[],
  readerArns: readonly string[],
  child: pulumi.CustomResourceOptions,
): pulumi.Output<string> {
  const account = aws.getCallerIdentityOutput({}, child).accountId;
  const { partition } = aws.getPartitionOutput({}, child);
  const role = new aws.iam.Role(
    `${name}-reader`,
    {
      description: "Reads the dashboards of Moodle",
      assumeRolePolicy: policyDocument([
        {
          sid: "AllowReadersToAssumeRole",
          actions: ["sts:AssumeRole"],
          principals: {
            AWS: readerArns.length > 0 ? readerArns : [pulumi.interpolate`arn:${partition}:iam::${account}:root`],
          },
        },
      ]),
    },
    child,
  );
  // https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatch.html
  new aws.iam.RolePolicy(
    `${name}-reader`,
    {
      role: role.id,
      policy: policyDocument([
        { sid: "OpenDashboards", actions: ["cloudwatch:GetDashboard"], resources: dashboardArns },
        {
          // None of these actions can be limited to a resource without breaking the console.
          sid: "ReadMetricsAndAlarms",
          actions: [
            "cloudwatch:DescribeAlarmHistory",
            "cloudwatch:DescribeAlarms",
            "cloudwatch:GetMetricData",
            "cloudwatch:GetMetricStatistics",
            "cloudwatch:GetMetricWidgetImage",
            "cloudwatch:ListDashboards",
            "cloudwatch:ListMetrics",
          ],
          resources: ["*"],
        },
      ]),
    },
    child,
  );
  return role.arn;
}
