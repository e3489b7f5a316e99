import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { join } from "node:path";
import { serviceTrust } from "../lib/iam";
import { refuse, type Problem } from "../lib/invalid";
import { lambdaFunction, publishStatements } from "../lib/lambdaFunction";
import { retentionProblems } from "../lib/logRetention";
import { Notifications } from "../notifications/notifications";
import { type Chat, chatIds } from "./chat";

/** The function's code. */
export const relayEntry = join(__dirname, "lambda", "relay.ts");

/** A path from a topic that alarms publish to, to a topic that people read. */
export interface Route {
  /** Part of the subscription's name, e.g. `alerts`. */
  readonly role: string;
  readonly fromTopicArn: pulumi.Input<string>;
  readonly toTopicArn: pulumi.Input<string>;
}

export interface ChannelArgs {
  /** First word of every message. */
  readonly environment: string;
  readonly routes: readonly Route[];
  /** Topic for this function's own failures. */
  readonly mailTopicArn: pulumi.Input<string>;
  /** @default none: e-mail alone */
  readonly chat?: Chat | undefined;
  /** Further topics that this chat channel shows, for custom notifications of channels in other regions. @default none */
  readonly furtherChatTopicArns?: readonly pulumi.Input<string>[];
  /** Topic of this region for a chat channel made elsewhere; in place of `chat`. @default none */
  readonly chatTopicArn?: pulumi.Output<string> | undefined;
  readonly links: {
    readonly dashboard: pulumi.Input<string>;
    readonly statusPage?: string | undefined;
    /** The status editor: pages get a link to its form, filled in. @default none */
    readonly editor?: pulumi.Input<string> | undefined;
    /** Address of this repository's files, without a slash at the end. @default none: messages name the path alone */
    readonly repository?: string | undefined;
  };
  readonly kmsKeyArn: pulumi.Input<string>;
  readonly logRetentionDays: number;
}

/**
 * The one region with both the API and the console of Amazon Q Developer in chat applications; a configuration serves
 * topics of all regions. https://docs.aws.amazon.com/chatbot/latest/APIReference/Welcome.html
 */
const chatRegion = "us-east-2";

/**
 * Brings the alarms of a region to people. A function reads messages from alarms, the database and EventBridge rules,
 * and sends the fault, its start, its severity and its runbook by e-mail and to a chat channel.
 *
 * The path of an alarm is alarm, topic of signals, this function, topic with the e-mail address. The function
 * subscribes to the topic, not to EventBridge: a silenced alarm, or one that a composite alarm suppresses, still emits
 * an event but does not publish. Only this function subscribes to the signals, and only a paging service to the pages,
 * so people get an alarm once.
 *
 * *Failure.* A message that fails three times goes to the e-mail topic unchanged, with the error; an alarm on its
 * errors goes there directly too. *Cost.* Cents.
 */
export class Channel extends pulumi.ComponentResource {
  /** The topic that chat reads: only custom notifications belong there. Undefined without chat. */
  readonly chatTopicArn: pulumi.Output<string> | undefined;
  /** Log group of the function that writes the messages. */
  readonly relayLogGroupName: pulumi.Output<string>;

  constructor(name: string, args: ChannelArgs, opts?: pulumi.ComponentResourceOptions) {
    super("moodle:observability:Channel", name, {}, opts);
    refuse(this, [...chatProblems(args.chat), ...retentionProblems("logRetentionDays", args.logRetentionDays)]);
    const child = { parent: this };
    const { chat, links, kmsKeyArn } = args;
    const account = aws.getCallerIdentityOutput({}, child).accountId;
    const { partition } = aws.getPartitionOutput({}, child);
    const { region } = aws.getRegionOutput({}, child);

    this.chatTopicArn = chat ? new Notifications(`${name}-chat`, { kmsKeyArn }, child).topicArn : args.chatTopicArn;
    const { lambda: relay, logGroupName } = lambdaFunction(
      `${name}-relay`,
      {
        description: "Writes to the team what alarms and events say",
        entry: relayEntry,
        statements: [
          ...publishStatements(
            [
              ...new Set([args.mailTopicArn, ...args.routes.map(({ toTopicArn }) => toTopicArn)]),
              ...(this.chatTopicArn === undefined ? [] : [this.chatTopicArn]),
            ],
            kmsKeyArn,
          ),
          // To find the alarms behind a composite alarm. All metric alarms: whether a prefix is enough is not checked.
          // https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html
          {
            sid: "ReadAlarms",
            actions: ["cloudwatch:DescribeAlarms"],
            resources: [pulumi.interpolate`arn:${partition}:cloudwatch:${region}:${account}:alarm:*`],
          },
        ],
        environment: {
          ENVIRONMENT: args.environment,
          ROUTES: pulumi
            .all(args.routes.map(({ fromTopicArn, toTopicArn }) => pulumi.all([fromTopicArn, toTopicArn])))
            .apply((pairs) => JSON.stringify(Object.fromEntries(pairs))),
          DASHBOARD: links.dashboard,
          ...(this.chatTopicArn !== undefined && { CHAT_TOPIC_ARN: this.chatTopicArn }),
          ...(links.statusPage !== undefined && { STATUS_PAGE: links.statusPage }),
          ...(links.editor !== undefined && { STATUS_EDITOR: links.editor }),
          ...(links.repository !== undefined && { RUNBOOKS: links.repository }),
        },
        timeoutSeconds: 30,
        onFailureArn: args.mailTopicArn,
        kmsKeyArn,
        logRetentionDays: args.logRetentionDays,
      },
      child,
    );
    this.relayLogGroupName = logGroupName;
    for (const { role, fromTopicArn } of args.routes) {
      const allowed = new aws.lambda.Permission(
        `${name}-${role}-permission`,
        {
          action: "lambda:InvokeFunction",
          function: relay.name,
          principal: "sns.amazonaws.com",
          sourceArn: fromTopicArn,
        },
        child,
      );
      new aws.sns.TopicSubscription(
        `${name}-${role}`,
        { topic: fromTopicArn, protocol: "lambda", endpoint: relay.arn },
        { ...child, dependsOn: allowed },
      );
    }
    new aws.cloudwatch.MetricAlarm(
      `${name}-errors-alarm`,
      {
        alarmDescription:
          "Messages to the team fail, this one excepted: it comes directly. Read the function's log. Runbook: docs/runbooks/team-channel.md",
        namespace: "AWS/Lambda",
        metricName: "Errors",
        dimensions: { FunctionName: relay.name },
        statistic: "Sum",
        comparisonOperator: "GreaterThanThreshold",
        threshold: 0,
        period: 300,
        evaluationPeriods: 1,
        // No message, no error.
        treatMissingData: "notBreaching",
        alarmActions: [args.mailTopicArn],
      },
      child,
    );
    if (chat !== undefined && this.chatTopicArn !== undefined) {
      joinChat(name, args.environment, chat, [this.chatTopicArn, ...(args.furtherChatTopicArns ?? [])], child);
    }
    this.registerOutputs({ chatTopicArn: this.chatTopicArn, relayLogGroupName: this.relayLogGroupName });
  }
}

/** The channel only shows messages: its role allows nothing, and people cannot choose another role. */
function joinChat(
  name: string,
  environment: string,
  chat: Chat,
  topicArns: readonly pulumi.Input<string>[],
  child: pulumi.CustomResourceOptions,
): void {
  const account = aws.getCallerIdentityOutput({}, child).accountId;
  const { partition } = aws.getPartitionOutput({}, child);
  const role = new aws.iam.Role(
    `${name}-chat-role`,
    {
      description: "Amazon Q Developer in the team's chat channel: reads nothing",
      assumeRolePolicy: serviceTrust("chatbot.amazonaws.com", account),
    },
    child,
  );
  const common = {
    region: chatRegion,
    configurationName: `${environment}-moodle`,
    iamRoleArn: role.arn,
    snsTopicArns: [...topicArns],
    // The default would be AdministratorAccess.
    guardrailPolicyArns: [pulumi.interpolate`arn:${partition}:iam::aws:policy/CloudWatchReadOnlyAccess`],
    userAuthorizationRequired: false,
    loggingLevel: "ERROR",
  };
  if (chat.kind === "slack") {
    new aws.chatbot.SlackChannelConfiguration(
      `${name}-slack`,
      { ...common, slackTeamId: chat.workspaceId, slackChannelId: chat.channelId },
      child,
    );
  } else {
    const { tenantId, teamId, channelId } = chat;
    new aws.chatbot.TeamsChannelConfiguration(`${name}-teams`, { ...common, tenantId, teamId, channelId }, child);
  }
}

function chatProblems(chat: Chat | undefined): Problem[] {
  if (chat === undefined) {
    return [];
  }
  const given: Readonly<Record<string, string>> = chat;
  return Object.entries(chatIds[chat.kind]).flatMap(([key, form]) =>
    form.test(given[key] ?? "")
      ? []
      : [
          {
            path: `chat.${key}`,
            given: given[key],
            allowed: `an id such as ${form.source}`,
            fix: "The console of Amazon Q Developer in chat applications shows it once the workspace is known there.",
          },
        ],
  );
}
