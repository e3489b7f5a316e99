import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { join } from "node:path";
import { policyDocument, serviceTrust } from "../lib/iam";
import { refuse } from "../lib/invalid";
import { lambdaFunction } from "../lib/lambdaFunction";
import { retentionProblems } from "../lib/logRetention";
import { pagesStatements } from "./permissions";
import { editorExternal } from "./statusEditor";

/** The function's code. */
export const watchEntry = join(__dirname, "lambda", "watch.ts");

export interface SwitchWatchArgs {
  /** First part of the metrics' namespace. */
  readonly environment: string;
  /** Where the edge says how the switch stands. @example "https://moodle.example.org/outage/switch.json" */
  readonly address: string;
  /** Where the edge has the status. @example "https://moodle.example.org/outage/status.json" */
  readonly statusAddress: string;
  /** The pages' bucket, and what a publish writes there. */
  readonly bucket: { readonly bucketName: pulumi.Input<string>; readonly arn: pulumi.Output<string> };
  readonly published: readonly string[];
  readonly keyValueStoreArn: pulumi.Input<string>;
  readonly kmsKeyArn: pulumi.Input<string>;
  readonly logRetentionDays: number;
}

/**
 * Tells the alarms whether people keep the site closed for planned work: a function asks the edge each minute, as a visitor
 * would, and leaves two metrics. So it is right however the switch was turned: `make outage`, the status editor, a release or
 * the console. It is where the alarms are, as an alarm cannot see another region's.
 *
 * Whoever turns the switch alone, as a release and the console do, has the status page, the feeds and the history follow within a
 * minute or two. The switch itself it never turns.
 *
 * *Cost.* 43,000 short runs, two metrics and a few megabytes of log: two dollars a month (calculated). *Failure.* While it cannot see
 * the switch, planned work pages like a failure, and the alarm `switch-unseen` sends a mail. *Limit.* A firewall that refuses its country
 * refuses it too.
 */
export class SwitchWatch extends pulumi.ComponentResource {
  readonly functionName: pulumi.Output<string>;
  readonly logGroupName: pulumi.Output<string>;

  constructor(name: string, args: SwitchWatchArgs, opts?: pulumi.ComponentResourceOptions) {
    super("moodle:outage:SwitchWatch", name, {}, opts);
    refuse(this, retentionProblems("logRetentionDays", args.logRetentionDays));
    const child = { parent: this };
    const account = aws.getCallerIdentityOutput({}, child).accountId;
    const { lambda: watch, logGroupName } = lambdaFunction(
      name,
      {
        description: "Looks how the outage switch stands",
        entry: watchEntry,
        external: editorExternal,
        statements: pagesStatements(args),
        environment: {
          ENVIRONMENT: args.environment,
          SWITCH_ADDRESS: args.address,
          STATUS_ADDRESS: args.statusAddress,
          BUCKET: args.bucket.bucketName,
          KEY_VALUE_STORE_ARN: args.keyValueStoreArn,
        },
        timeoutSeconds: 40,
        // SigV4A in JavaScript is work, as in the status editor; one look in a thousand does it.
        memoryMegabytes: 512,
        kmsKeyArn: args.kmsKeyArn,
        logRetentionDays: args.logRetentionDays,
      },
      child,
    );
    const role = new aws.iam.Role(
      `${name}-schedule-role`,
      {
        description: "EventBridge Scheduler starts the look at the outage switch",
        assumeRolePolicy: serviceTrust("scheduler.amazonaws.com", account),
      },
      child,
    );
    const policy = new aws.iam.RolePolicy(
      `${name}-schedule-policy`,
      {
        role: role.id,
        policy: policyDocument([{ sid: "StartLook", actions: ["lambda:InvokeFunction"], resources: [watch.arn] }]),
      },
      child,
    );
    new aws.scheduler.Schedule(
      `${name}-schedule`,
      {
        description: "A look at the outage switch",
        scheduleExpression: "rate(1 minute)",
        flexibleTimeWindow: { mode: "OFF" },
        target: {
          arn: watch.arn,
          roleArn: role.arn,
          // The next minute brings the next look. 60 seconds are the least that AWS takes.
          retryPolicy: { maximumEventAgeInSeconds: 60, maximumRetryAttempts: 0 },
        },
      },
      { ...child, dependsOn: policy },
    );
    this.functionName = watch.name;
    this.logGroupName = logGroupName;
    this.registerOutputs({ functionName: this.functionName, logGroupName: this.logGroupName });
  }
}
