import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { join } from "node:path";
import { policyDocument, type Statement } from "../lib/iam";
import { refuse, type Problem } from "../lib/invalid";
import { lambdaFunction } from "../lib/lambdaFunction";
import { retentionProblems } from "../lib/logRetention";
import { webhookName, type WebhookTarget } from "./reach/webhook";

/** The function's code. */
export const webhooksEntry = join(__dirname, "lambda", "webhooks.ts");

export interface StatusWebhooksArgs {
  /** Bucket of the pages, versioned, whose changes EventBridge hears of. */
  readonly bucket: { readonly bucketName: pulumi.Input<string>; readonly arn: pulumi.Output<string> };
  /** Object that each publish writes last. @example "outage/status.json" */
  readonly statusKey: string;
  /** Folder of the bucket, which no visitor can read, for a mark per publish and receiver. @example "journal/told" */
  readonly marks: string;
  /** One or more receivers, with secrets in us-east-1. */
  readonly webhooks: readonly WebhookTarget[];
  readonly kmsKeyArn: pulumi.Input<string>;
  readonly logRetentionDays: number;
}

/** Time of one attempt: three calls of ten seconds at most, and those to AWS. */
const timeoutSeconds = 45;

/** AWS's least for a function: six times its time (https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html). */
const visibilitySeconds = 6 * timeoutSeconds;

/** With the seconds above an hour and a half: what is published then is old news. Chosen. */
const attempts = 20;

/**
 * Tells Slack, Teams, Mastodon, Bluesky and programs of each publish. Give it a provider for us-east-1.
 *
 * S3 tells EventBridge that status.json was written, which puts a message for each receiver into a queue; a function reads that
 * version of the file and posts. So it does not matter who published: the status editor, `make outage`, or a release that the page
 * follows. A slow or broken receiver delays no publish and no other receiver. It is tried again every five minutes, 20 times.
 * Then the message goes to a second queue, which has an alarm, and stays there for 14 days.
 *
 * It goes by https to public addresses alone, follows no redirect, and shows no address.
 *
 * *Cost*: cents. *Failure*: a receiver may get the same publish twice; the kinds that know how to prevent it do.
 */
export class StatusWebhooks extends pulumi.ComponentResource {
  /** Queue of what nobody took. */
  readonly failedQueueName: pulumi.Output<string>;
  readonly failedQueueArn: pulumi.Output<string>;
  readonly logGroupName: pulumi.Output<string>;

  constructor(name: string, args: StatusWebhooksArgs, opts: pulumi.ComponentResourceOptions = {}) {
    super("moodle:outage:StatusWebhooks", name, {}, opts);
    refuse(this, problemsOf(args));
    const child = { parent: this };

    const failed = new aws.sqs.Queue(
      `${name}-failed`,
      // The most that SQS takes: 14 days.
      { messageRetentionSeconds: 14 * 86_400, sqsManagedSseEnabled: true },
      child,
    );
    const queue = new aws.sqs.Queue(
      `${name}-queue`,
      {
        visibilityTimeoutSeconds: visibilitySeconds,
        redrivePolicy: pulumi.jsonStringify({ deadLetterTargetArn: failed.arn, maxReceiveCount: attempts }),
        sqsManagedSseEnabled: true,
      },
      child,
    );
    const rules = args.webhooks.map((webhook) => tell(name, webhook, args, queue, child));
    new aws.sqs.QueuePolicy(
      `${name}-policy`,
      {
        queueUrl: queue.url,
        policy: policyDocument([
          {
            sid: "AllowRulesToTell",
            actions: ["sqs:SendMessage"],
            principals: { Service: "events.amazonaws.com" },
            resources: [queue.arn],
            conditions: { ArnEquals: { "aws:SourceArn": rules.map(({ arn }) => arn) } },
          },
        ]),
      },
      child,
    );
    const { lambda, logGroupName } = lambdaFunction(
      name,
      {
        description: "Tells Slack, Teams and others what the status page says",
        entry: webhooksEntry,
        statements: statements(args, queue.arn),
        environment: {
          BUCKET: args.bucket.bucketName,
          MARKS: args.marks,
          WEBHOOKS: JSON.stringify(args.webhooks),
        },
        timeoutSeconds,
        memoryMegabytes: 256,
        kmsKeyArn: args.kmsKeyArn,
        logRetentionDays: args.logRetentionDays,
      },
      child,
    );
    new aws.lambda.EventSourceMapping(
      `${name}-source`,
      {
        eventSourceArn: queue.arn,
        functionName: lambda.arn,
        // One receiver must not bring another's message back.
        batchSize: 1,
        scalingConfig: { maximumConcurrency: 5 },
      },
      child,
    );
    this.failedQueueName = failed.name;
    this.failedQueueArn = failed.arn;
    this.logGroupName = logGroupName;
    this.registerOutputs({
      failedQueueName: this.failedQueueName,
      failedQueueArn: this.failedQueueArn,
      logGroupName: this.logGroupName,
    });
  }
}

/** A message in the queue for each version of status.json, in the form of `Notice`. */
function tell(
  name: string,
  webhook: WebhookTarget,
  { bucket, statusKey }: StatusWebhooksArgs,
  queue: aws.sqs.Queue,
  child: pulumi.CustomResourceOptions,
): aws.cloudwatch.EventRule {
  const rule = new aws.cloudwatch.EventRule(
    `${name}-${webhook.name}`,
    {
      description: `A status was published: tell ${webhook.name}`,
      // https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html
      eventPattern: pulumi.jsonStringify({
        source: ["aws.s3"],
        "detail-type": ["Object Created"],
        detail: { bucket: { name: [bucket.bucketName] }, object: { key: [statusKey] } },
      }),
    },
    child,
  );
  new aws.cloudwatch.EventTarget(
    `${name}-${webhook.name}-message`,
    {
      rule: rule.name,
      arn: queue.arn,
      inputTransformer: {
        inputPaths: { key: "$.detail.object.key", version: "$.detail.object.version-id" },
        // EventBridge puts the quotes around a text:
        // https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html
        inputTemplate: `{"webhook":"${webhook.name}","key":<key>,"versionId":<version>}`,
      },
    },
    child,
  );
  return rule;
}

function statements(
  { bucket, statusKey, marks, webhooks }: StatusWebhooksArgs,
  queueArn: pulumi.Output<string>,
): readonly Statement[] {
  return [
    {
      sid: "ReadQueue",
      actions: ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"],
      resources: [queueArn],
    },
    {
      sid: "ReadStatus",
      actions: ["s3:GetObjectVersion"],
      resources: [pulumi.interpolate`${bucket.arn}/${statusKey}`],
    },
    {
      sid: "MarkWhoWasTold",
      actions: ["s3:GetObject", "s3:PutObject"],
      resources: [pulumi.interpolate`${bucket.arn}/${marks}/*`],
    },
    {
      sid: "ReadAddresses",
      actions: ["secretsmanager:GetSecretValue"],
      resources: webhooks.map(({ secretArn }) => secretArn),
    },
  ];
}

function problemsOf({ webhooks, logRetentionDays }: StatusWebhooksArgs): Problem[] {
  const problems = [...retentionProblems("logRetentionDays", logRetentionDays)];
  if (webhooks.length === 0) {
    problems.push({
      path: "webhooks",
      given: [],
      allowed: "one or more",
      fix: "Name one, or leave the component out.",
    });
  }
  for (const [index, { name: given }] of webhooks.entries()) {
    const path = `webhooks[${index}].name`;
    if (!webhookName.test(given)) {
      const allowed = "at most 32 small letters, digits and hyphens";
      problems.push({ path, given, allowed, fix: 'Write it like "students-slack".' });
    } else if (webhooks.findIndex(({ name }) => name === given) < index) {
      problems.push({ path, given, allowed: "each name once", fix: "Give one of the two another name." });
    }
  }
  return problems;
}
