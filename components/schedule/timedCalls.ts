import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { policyDocument, serviceTrust, type Statement } from "../lib/iam";
import { retryMinutes } from "./action";

/** One call of an AWS API at a moment. */
export interface TimedCall {
  readonly name: string;
  readonly description: string;
  /** An instant of UTC, `2027-01-11T08:35:00Z`. */
  readonly at: string;
  /**
   * Members as the scheduler spells them, DbClusterIdentifier and not DBClusterIdentifier:
   * https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib.aws_scheduler_targets.Universal.html
   */
  readonly input: Readonly<Record<string, pulumi.Input<unknown>>>;
}

export interface TimedCallsArgs {
  /** The SDK's name of a service and its method, `rds:modifyDBCluster`. */
  readonly api: string;
  readonly roleDescription: string;
  readonly statement: Statement;
  readonly calls: readonly TimedCall[];
}

/**
 * Calls an AWS API by schedule, where a layer has no own scheduled actions, with EventBridge Scheduler and a role that
 * allows only this call. The metrics of the schedule group count calls that AWS did not accept.
 * https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-targets-universal.html
 */
export function timedCalls(
  name: string,
  groupName: pulumi.Input<string>,
  { api, roleDescription, statement, calls }: TimedCallsArgs,
  child: pulumi.CustomResourceOptions,
): void {
  const account = aws.getCallerIdentityOutput({}, { parent: child.parent }).accountId;
  const { partition } = aws.getPartitionOutput({}, { parent: child.parent });
  const role = new aws.iam.Role(
    `${name}-role`,
    { description: roleDescription, assumeRolePolicy: serviceTrust("scheduler.amazonaws.com", account) },
    child,
  );
  const policy = new aws.iam.RolePolicy(
    `${name}-policy`,
    { role: role.id, policy: policyDocument([statement]) },
    child,
  );
  for (const call of calls) {
    new aws.scheduler.Schedule(
      `${name}-${call.name}`,
      {
        groupName,
        description: call.description,
        scheduleExpression: `at(${call.at.replace("Z", "")})`,
        scheduleExpressionTimezone: "UTC",
        flexibleTimeWindow: { mode: "OFF" },
        target: {
          arn: pulumi.interpolate`arn:${partition}:scheduler:::aws-sdk:${api}`,
          roleArn: role.arn,
          input: pulumi.jsonStringify(call.input),
          retryPolicy: { maximumEventAgeInSeconds: retryMinutes * 60, maximumRetryAttempts: 20 },
        },
      },
      { ...child, dependsOn: policy },
    );
  }
}
