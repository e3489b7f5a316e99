import type { SNSMessage } from "aws-lambda";
import { isDraftName } from "../draft";
import { described, firstLine, type Message, moment, sentence } from "./message";
import { type Notice, ofNotice } from "./notice";

/** Fields that are read from SNS's event. */
export interface Signals {
  readonly Records: readonly {
    readonly Sns: Pick<SNSMessage, "TopicArn" | "Message" | "Subject" | "Timestamp"> &
      Partial<Pick<SNSMessage, "MessageAttributes">>;
  }[];
}

/**
 * The message in a record from a topic of signals: an alarm, a database event, an event of another service, plain text.
 */
export function received({ Sns }: Signals["Records"][number]): Message {
  const { Message: text, Subject, Timestamp, MessageAttributes: attributes } = Sns;
  const draft = attributes?.["draft"]?.Value;
  const body = json(text);
  if (isAlarm(body)) return ofAlarm(body);
  if (isDatabaseEvent(body)) return ofDatabase(body);
  if (isNotice(body)) return ofNotice(body);
  // Nothing is dropped: an unknown message goes on unchanged.
  return {
    state: "notice",
    title: Subject || (body === undefined ? firstLine(text) : "Message"),
    since: moment(Timestamp),
    what: text,
    ...(isDraftName(draft) && { draft }),
  };
}

function json(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html */
interface Alarm {
  readonly AlarmName: string;
  readonly AlarmArn?: string;
  readonly AlarmDescription?: string | null;
  /** Set for a composite alarm only. */
  readonly AlarmRule?: string;
  readonly NewStateValue: string;
  readonly NewStateReason?: string;
  readonly StateChangeTime?: string;
  readonly TriggeringChildren?: readonly { readonly Arn: string }[];
}

const isAlarm = (body: object | undefined): body is Alarm => body !== undefined && "AlarmName" in body;

const states: Readonly<Record<string, Message["state"]>> = {
  ALARM: "problem",
  OK: "over",
  INSUFFICIENT_DATA: "no data",
};

function ofAlarm(alarm: Alarm): Message {
  const { AlarmName, AlarmArn, NewStateReason, TriggeringChildren = [] } = alarm;
  const { what, runbook } = described(alarm.AlarmDescription ?? "");
  const children = TriggeringChildren.map(({ Arn }) => Arn.split(":alarm:")[1]);
  return {
    state: states[alarm.NewStateValue] ?? "notice",
    title: sentence(what) || AlarmName,
    what: what || AlarmName,
    since: moment(alarm.StateChangeTime),
    bad: children.length > 0 ? `because of ${children.join(", ")}` : measured(NewStateReason ?? ""),
    runbook,
    composite: alarm.AlarmRule !== undefined,
    thread: AlarmName,
    resources: [AlarmArn ?? AlarmName],
  };
}

/**
 * "Threshold Crossed: 2 out of the last 3 datapoints [97.0 (05/10/26 09:00:00), ...] were greater than the threshold
 * (80.0) ..."
 */
function measured(reason: string): string {
  const [, values] = /datapoints? \[([^\]]*)\]/.exec(reason) ?? [];
  const [, words, limit] =
    /(greater than or equal to|greater than|less than or equal to|less than) the threshold \(([^)]*)\)/.exec(reason) ??
    [];
  if (values === undefined || limit === undefined) return reason.replace(/^Threshold Crossed: /, "");
  const numbers = values
    .replace(/\([^)]*\)/g, "")
    .split(",")
    .map((value) => String(Number(Number(value).toPrecision(4))));
  return `measured ${numbers.join(", ")}: ${words} ${Number(limit)}`;
}

/** https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/USER_Events.overview.html */
interface DatabaseEvent {
  readonly "Event Message": string;
  readonly "Event Time"?: string;
  readonly "Source ID"?: string;
  readonly "Identifier Link"?: string;
}

const isDatabaseEvent = (body: object | undefined): body is DatabaseEvent =>
  body !== undefined && "Event Message" in body;

function ofDatabase(event: DatabaseEvent): Message {
  const source = event["Source ID"] ?? "database";
  const link = event["Identifier Link"];
  return {
    state: "notice",
    title: `Database ${source}: ${sentence(event["Event Message"])}`,
    what: event["Event Message"],
    since: moment(event["Event Time"]),
    links: link === undefined ? {} : { Console: link.replace(/\s/g, "") },
    thread: source,
    resources: [source],
  };
}

const isNotice = (body: object | undefined): body is Notice => body !== undefined && "notice" in body;
