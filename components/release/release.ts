import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { parseImageUri } from "../image/repositoryUrl";
import { policyDocument, serviceTrust } from "../lib/iam";
import { refuse } from "../lib/invalid";
import { retentionProblems } from "../lib/logRetention";
import { untoldErrors } from "../observability/slo";
import { executionPrefix, type ReleaseArgs } from "./arguments";
import { definition } from "./definition";
import { releaseRole } from "./permissions";
import { progressFilter } from "./progress";

/**
 * Releases an image of Moodle, in one order: a Step Functions state machine whose definition contains this stack's own
 * task definitions. `make release` starts it. A table of two items holds the lock and the last release.
 *
 * An execution that is aborted or times out cannot clean up itself: EventBridge starts another one for that.
 *
 * It marks the image in operation and the one before it in the image repository, so that neither expires: marks.ts.
 *
 * *Cost.* Cents for each release, and two alarms. Snapshots are kept until somebody deletes them, and cost like
 * backups. *Failure.* A failure after the lock is taken leads back to the previous image, with cron on and the page
 * off. Once an upgrade that needs an outage has begun, it leads forward: the page stays on, and a person is notified.
 * The release never restores the database. *Limit.* Freezes are those of the calendar at the last `pulumi up`.
 */
export class Release extends pulumi.ComponentResource {
  readonly stateMachineArn: pulumi.Output<string>;
  readonly lockTableName: pulumi.Output<string>;
  readonly lockTableArn: pulumi.Output<string>;
  /** One line of JSON for each state entered and left, with its time. */
  readonly logGroupName: pulumi.Output<string>;

  constructor(name: string, args: ReleaseArgs, opts?: pulumi.ComponentResourceOptions) {
    super("moodle:release:Release", name, {}, opts);
    refuse(this, retentionProblems("logRetentionDays", args.logRetentionDays));
    const child = { parent: this };

    const table = new aws.dynamodb.Table(
      `${name}-lock`,
      {
        billingMode: "PAY_PER_REQUEST",
        hashKey: "id",
        attributes: [{ name: "id", type: "S" }],
        serverSideEncryption: { enabled: true, kmsKeyArn: args.kmsKeyArn },
        pointInTimeRecovery: { enabled: true },
        deletionProtectionEnabled: args.protect,
      },
      { ...child, protect: args.protect },
    );
    const logs = new aws.cloudwatch.LogGroup(
      `${name}-logs`,
      { retentionInDays: args.logRetentionDays, kmsKeyId: args.kmsKeyArn },
      child,
    );
    const { pattern, namespace, metricName } = progressFilter(args.environment);
    new aws.cloudwatch.LogMetricFilter(
      `${name}-events`,
      { logGroupName: logs.name, pattern, metricTransformation: { namespace, name: metricName, value: "1" } },
      child,
    );
    const errors = errorAlarms(name, args, child);
    const role = releaseRole(name, args, table.arn, child);
    const text = pulumi
      .output({
        environment: args.environment,
        imageUri: args.imageUri,
        clusterArn: args.cluster.clusterArn,
        serviceNames: args.serviceNames,
        scalableWorkers: args.scalableWorkers,
        taskDefinitionArns: args.taskDefinitionArns,
        capacityProviderName: args.cluster.capacityProviderName,
        subnetIds: args.subnetIds,
        securityGroupId: args.securityGroupId,
        databaseClusterIdentifier: args.database.clusterIdentifier,
        lockTableName: table.name,
        topicArn: args.signalsTopicArn,
        alarmNames: errors.map(({ name: alarm }) => alarm),
        userAlarmNames: args.userAlarmNames ?? [],
        upgradeMinutes: args.upgradeMinutes,
        freezes: args.freezes,
        page: args.page,
      })
      .apply(({ imageUri, ...rest }) => {
        const { digest, registryId, name: repositoryName } = parseImageUri(imageUri);
        return JSON.stringify(
          definition({ ...rest, imageDigest: digest, repository: { registryId, name: repositoryName } }),
        );
      });
    const machine = new aws.sfn.StateMachine(
      `${name}-machine`,
      {
        type: "STANDARD",
        roleArn: role.arn,
        definition: pulumi
          .all([text, aws.getPartitionOutput({}, { parent: this }).partition])
          .apply(([json, partition]) => json.replaceAll("arn:aws:states:::", `arn:${partition}:states:::`)),
        loggingConfiguration: {
          level: "ALL",
          includeExecutionData: true,
          logDestination: pulumi.interpolate`${logs.arn}:*`,
        },
        tracingConfiguration: { enabled: false },
      },
      { ...child, dependsOn: role.policy },
    );
    cleanUp(name, machine.arn, child);

    this.stateMachineArn = machine.arn;
    this.lockTableName = table.name;
    this.lockTableArn = table.arn;
    this.logGroupName = logs.name;
    this.registerOutputs({
      stateMachineArn: this.stateMachineArn,
      lockTableName: this.lockTableName,
      lockTableArn: this.lockTableArn,
      logGroupName: this.logGroupName,
    });
  }
}

/**
 * Alarms for new code that answers with errors although its health check passes. The second one is for a site with
 * errors before the release: it fires when there are many more.
 */
function errorAlarms(
  name: string,
  { environment, loadBalancer, signalsTopicArn }: ReleaseArgs,
  child: pulumi.CustomResourceOptions,
): readonly aws.cloudwatch.MetricAlarm[] {
  const metric = (metricName: string) => ({
    namespace: "AWS/ApplicationELB",
    metricName,
    dimensions: { LoadBalancer: loadBalancer.arnSuffix, TargetGroup: loadBalancer.targetGroupArnSuffix },
    stat: "Sum",
    period: 60,
  });
  // Moodle answers most of its own failures with 404 or 200.
  const { namespace, name: metricName } = untoldErrors(environment);
  const alarm = (role: string, threshold: number, alarmDescription: string) =>
    new aws.cloudwatch.MetricAlarm(
      `${name}-${role}`,
      {
        alarmDescription,
        comparisonOperator: "GreaterThanThreshold",
        threshold,
        evaluationPeriods: 2,
        datapointsToAlarm: 2,
        // No releases ran, so there were no errors.
        treatMissingData: "notBreaching",
        alarmActions: [signalsTopicArn],
        metricQueries: [
          {
            id: "share",
            // Below a request a second, a few errors are no meaningful share.
            expression: "IF(requests > 60, 100 * (FILL(errors, 0) + FILL(untold, 0)) / requests, 0)",
            label: "errors in %",
            returnData: true,
          },
          { id: "errors", metric: metric("HTTPCode_Target_5XX_Count") },
          { id: "untold", metric: { namespace, metricName, stat: "Sum", period: 60 } },
          { id: "requests", metric: metric("RequestCount") },
        ],
      },
      child,
    );
  return [
    alarm(
      "errors-alarm",
      5,
      "More than 5 % of Moodle's answers are errors. A release that is under way goes back by itself. Runbook: docs/runbooks/release.md",
    ),
    alarm(
      "many-errors-alarm",
      50,
      "More than half of Moodle's answers are errors. A release goes back for it too, when some were errors before. Runbook: docs/runbooks/release.md",
    ),
  ];
}

/** https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html */
function cleanUp(name: string, stateMachineArn: pulumi.Output<string>, child: pulumi.CustomResourceOptions): void {
  const account = aws.getCallerIdentityOutput({}, child).accountId;
  const rule = new aws.cloudwatch.EventRule(
    `${name}-ended`,
    {
      description: "A release ended otherwise than well: clean up what it has left",
      eventPattern: pulumi.jsonStringify({
        source: ["aws.states"],
        "detail-type": ["Step Functions Execution Status Change"],
        detail: {
          stateMachineArn: [stateMachineArn],
          status: ["FAILED", "TIMED_OUT", "ABORTED"],
          // Executions that a person starts. A clean-up's name is EventBridge's own, and no clean-up follows it.
          name: [{ prefix: executionPrefix }],
        },
      }),
    },
    child,
  );
  const role = new aws.iam.Role(
    `${name}-clean-up-role`,
    {
      description: "EventBridge starts the clean-up after a release",
      assumeRolePolicy: serviceTrust("events.amazonaws.com", account),
    },
    child,
  );
  const policy = new aws.iam.RolePolicy(
    `${name}-clean-up-policy`,
    {
      role: role.id,
      policy: policyDocument([
        { sid: "StartTheCleanUp", actions: ["states:StartExecution"], resources: [stateMachineArn] },
      ]),
    },
    child,
  );
  new aws.cloudwatch.EventTarget(
    `${name}-clean-up`,
    {
      rule: rule.name,
      arn: stateMachineArn,
      roleArn: role.arn,
      input: JSON.stringify({ recover: true }),
      retryPolicy: { maximumEventAgeInSeconds: 3600, maximumRetryAttempts: 20 },
    },
    { ...child, dependsOn: policy },
  );
}
