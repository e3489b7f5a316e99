import type { EventBridgeEvent } from "aws-lambda";
import { type Message, moment, sentence } from "./message";

/** An event of EventBridge with the words of its rule: see ../notices.ts. */
export interface Notice {
  readonly notice: string;
  readonly summary: string;
  readonly runbook?: string;
  readonly event: Partial<EventBridgeEvent<string, Detail>>;
}

/** Fields that are read from the details of all kinds of events. */
interface Detail {
  readonly [other: string]: unknown;
  readonly eventName?: string;
  /** Set for a deployment, and for a stopped task. */
  readonly reason?: string;
  readonly stoppedReason?: string;
  readonly AutoScalingGroupName?: string;
  readonly StatusMessage?: string;
  readonly Cause?: string;
  /** Set for ElastiCache in either case, and for a canary. */
  readonly Message?: string;
  readonly message?: string;
  /** Set for a backup. */
  readonly statusMessage?: string;
  /** Set for AWS Health. */
  readonly statusCode?: string;
  readonly service?: string;
  readonly eventTypeCode?: string;
  readonly eventDescription?: readonly { readonly latestDescription?: string }[];
  readonly startTime?: string;
  readonly eventArn?: string;
  /** Set for SES. */
  readonly complaint?: { readonly complaintFeedbackType?: string };
  readonly mail?: { readonly messageId?: string; readonly commonHeaders?: { readonly subject?: string } };
  /**
   * Set for an API call:
   * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
   */
  readonly userIdentity?: { readonly arn?: string; readonly invokedBy?: string };
  readonly sourceIPAddress?: string;
  readonly requestParameters?: Readonly<
    Partial<Record<"backupVaultName" | "bucketName" | "secretId" | "keyId" | "logGroupName" | "repositoryName", string>>
  > | null;
}

/** Details of an event beyond the words of its rule. */
type Known = Partial<Omit<Message, "what">> & { readonly more?: string | undefined };

const last = (arn = ""): string => arn.slice(arn.lastIndexOf("/") + 1);

/** By source of the event. */
const kinds: Readonly<Record<string, (detail: Detail, resources: readonly string[]) => Known>> = {
  "aws.ecs": ({ eventName, reason, stoppedReason }, resources) => ({
    ...(eventName === "SERVICE_DEPLOYMENT_FAILED" && { title: `The deployment of ${last(resources[0])} failed` }),
    more: reason ?? stoppedReason,
  }),
  "aws.autoscaling": ({ AutoScalingGroupName, StatusMessage, Cause }) => ({
    more: `${AutoScalingGroupName}: ${StatusMessage ?? Cause}`,
  }),
  "aws.elasticache": ({ Message, message }) => ({ more: Message ?? message }),
  "aws.backup": ({ statusMessage }) => ({ more: statusMessage }),
  "aws.health": (detail) => ({
    state: detail.statusCode === "closed" ? "over" : "problem",
    title: `AWS reports on ${detail.service}: ${detail.eventTypeCode}`,
    more: detail.eventDescription?.[0]?.latestDescription,
    since: moment(detail.startTime),
    links: { "AWS Health": "https://health.aws.amazon.com/health/home" },
    thread: detail.eventArn,
  }),
  // A complaint, or the end of all sending. The address is in the log of events, not in a chat.
  "aws.ses": ({ complaint, mail }) => ({
    more:
      complaint &&
      `${complaint.complaintFeedbackType ?? "complaint"}: message ${mail?.messageId}, "${mail?.commonHeaders?.subject ?? ""}"`,
    thread: "mail",
  }),
  "aws.synthetics": ({ message }) => ({ more: message }),
};

/** An API call by a person or service. */
function ofCall({ eventName, userIdentity = {}, sourceIPAddress, requestParameters }: Detail): Known {
  const { backupVaultName, bucketName, secretId, keyId, logGroupName, repositoryName } = requestParameters ?? {};
  const what = backupVaultName ?? bucketName ?? secretId ?? keyId ?? logGroupName ?? repositoryName;
  const who = userIdentity.arn ?? userIdentity.invokedBy ?? "somebody";
  return { more: `${eventName} of ${what} by ${who} from ${sourceIPAddress}`, thread: what };
}

export function ofNotice({ summary, runbook, event }: Notice): Message {
  const { resources = [], detail = {}, source = "" } = event;
  const read = event["detail-type"] === "AWS API Call via CloudTrail" ? ofCall : kinds[source];
  const known = read?.(detail, resources) ?? {};
  return {
    state: known.state ?? "problem",
    title: known.title ?? sentence(summary),
    what: [summary, known.more ?? JSON.stringify(detail)].join("\n"),
    since: known.since ?? moment(event.time),
    links: known.links,
    runbook,
    thread: known.thread ?? resources[0] ?? sentence(summary),
    resources,
  };
}
