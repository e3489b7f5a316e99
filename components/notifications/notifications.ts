import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { policyDocument, type Statement } from "../lib/iam";
import { refuse, type Problem } from "../lib/invalid";

export interface NotificationsArgs {
  /**
   * Address that gets the messages. AWS first sends a mail to confirm; nothing arrives before that is done.
   * @default none: another subscriber reads the topic
   */
  readonly email?: string | undefined;
  /** Further addresses; each must confirm for itself. @default none */
  readonly furtherEmails?: readonly string[];
  /**
   * An HTTPS address of a paging service, with its key in it, so it should be a secret. The service confirms by itself
   * and reads SNS's envelope with the alarm in it, as PagerDuty's and Opsgenie's CloudWatch integrations do. @default none
   */
  readonly endpoint?: pulumi.Input<string> | undefined;
  /** Another topic, which reports that the endpoint takes no messages. Needed with an endpoint. @default none */
  readonly failureTopicArn?: pulumi.Input<string> | undefined;
  /** Must let the publishers use it: `EncryptionKey` does. */
  readonly kmsKeyArn: pulumi.Input<string>;
}

/**
 * Receives alarms and events, or messages about them: one encrypted SNS topic, with a mail subscriber if it has an
 * address.
 *
 * It is not for ElastiCache, which sends nothing to an encrypted topic and gives no error
 * (https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/ElastiCacheSNS.html): alarms watch the caches.
 */
export class Notifications extends pulumi.ComponentResource {
  /** For alarms, RDS event subscriptions and EventBridge rules of this account. Known once they may publish. */
  readonly topicArn: pulumi.Output<string>;

  constructor(name: string, args: NotificationsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("moodle:notifications:Notifications", name, {}, opts);
    const further = args.furtherEmails ?? [];
    refuse(this, [
      ...[...(args.email === undefined ? [] : [args.email]), ...further].flatMap(emailProblems),
      ...(args.endpoint !== undefined && args.failureTopicArn === undefined
        ? [{ path: "failureTopicArn", given: undefined, allowed: "a topic", fix: "Say who hears of lost messages." }]
        : []),
    ]);
    const child = { parent: this };

    const topic = new aws.sns.Topic(`${name}-topic`, { kmsMasterKeyId: args.kmsKeyArn }, child);
    const account = aws.getCallerIdentityOutput({}, child).accountId;
    const policy = new aws.sns.TopicPolicy(
      `${name}-policy`,
      { arn: topic.arn, policy: policyDocument(statements(topic.arn, account)) },
      child,
    );
    if (args.email !== undefined) {
      new aws.sns.TopicSubscription(
        `${name}-email`,
        { topic: topic.arn, protocol: "email", endpoint: args.email },
        child,
      );
    }
    for (const endpoint of further) {
      new aws.sns.TopicSubscription(
        `${name}-email-${endpoint}`,
        { topic: topic.arn, protocol: "email", endpoint },
        child,
      );
    }
    if (args.endpoint !== undefined) {
      new aws.sns.TopicSubscription(
        `${name}-endpoint`,
        {
          topic: topic.arn,
          protocol: "https",
          endpoint: pulumi.secret(args.endpoint),
          endpointAutoConfirms: true,
          rawMessageDelivery: false,
          deliveryPolicy: JSON.stringify({ healthyRetryPolicy }),
        },
        { ...child, additionalSecretOutputs: ["endpoint"] },
      );
      undeliveredAlarm(name, topic, args.failureTopicArn!, child);
    }

    this.topicArn = pulumi.all([topic.arn, policy.id]).apply(([arn]) => arn);
    this.registerOutputs({ topicArn: this.topicArn });
  }
}

/**
 * Up to 50 attempts in 50 minutes; SNS's own default gives up after one minute, and takes an hour at most:
 * https://docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html.
 */
const healthyRetryPolicy = {
  numRetries: 50,
  numNoDelayRetries: 3,
  minDelayTarget: 5,
  maxDelayTarget: 60,
  numMinDelayRetries: 5,
  numMaxDelayRetries: 35,
  backoffFunction: "linear",
};

/**
 * Fires when the endpoint takes no messages. For HTTPS the metric counts every attempt, so the alarm fires in the first
 * minute, while a dead-letter queue would report it after the last of 50:
 * https://docs.aws.amazon.com/sns/latest/dg/sns-monitoring-using-cloudwatch.html. There is no such queue: the same
 * message goes by mail, and a paging service cannot use a message that is an hour old.
 */
function undeliveredAlarm(
  name: string,
  topic: aws.sns.Topic,
  failureTopicArn: pulumi.Input<string>,
  child: pulumi.CustomResourceOptions,
): void {
  new aws.cloudwatch.MetricAlarm(
    `${name}-endpoint-alarm`,
    {
      alarmDescription:
        "The paging service does not take messages: pages come by mail alone. Runbook: docs/runbooks/team-channel.md",
      namespace: "AWS/SNS",
      metricName: "NumberOfNotificationsFailed",
      dimensions: { TopicName: topic.name },
      statistic: "Sum",
      // An undeliverable message fails eight times in its first minute (healthyRetryPolicy), a late one once or twice.
      comparisonOperator: "GreaterThanOrEqualToThreshold",
      threshold: 5,
      period: 60,
      evaluationPeriods: 1,
      // No message, no failure.
      treatMissingData: "notBreaching",
      alarmActions: [failureTopicArn],
      okActions: [failureTopicArn],
    },
    child,
  );
}

function statements(topicArn: pulumi.Output<string>, account: pulumi.Output<string>): Statement[] {
  const common = { actions: ["sns:Publish"], resources: [topicArn] };
  return [
    {
      // https://docs.aws.amazon.com/sns/latest/dg/sns-security-best-practices.html
      sid: "DenyWithoutTls",
      effect: "Deny",
      ...common,
      principals: { AWS: "*" },
      conditions: { Bool: { "aws:SecureTransport": "false" } },
    },
    {
      sid: "AllowPublishersOfThisAccount",
      ...common,
      principals: { Service: ["cloudwatch.amazonaws.com", "events.rds.amazonaws.com"] },
      conditions: { StringEquals: { "aws:SourceAccount": account } },
    },
    {
      // No condition: SNS policies cannot have one for EventBridge, which would then send nothing.
      // https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html#eb-sns-permissions
      sid: "AllowEventBridge",
      ...common,
      principals: { Service: "events.amazonaws.com" },
    },
  ];
}

function emailProblems(email: string): Problem[] {
  if (/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email)) {
    return [];
  }
  return [{ path: "email", given: email, allowed: "one e-mail address", fix: "Give the address of a team." }];
}
