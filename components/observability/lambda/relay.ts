/**
 * Turns AWS's messages from the topics of signals into messages for people: one as text for e-mail, one as a custom
 * notification for chat.
 */
import { CloudWatchClient, DescribeAlarmsCommand, type MetricAlarm } from "@aws-sdk/client-cloudwatch";
import { PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import { type ChannelSettings, chat, forPeople, mail } from "./forPeople";
import { described, type Message, sentence } from "./message";
import { received, type Signals } from "./received";

export interface Publication {
  readonly TopicArn: string;
  readonly Subject?: string;
  readonly Message: string;
}

export interface ChannelWorld {
  /** Sends one message to a topic. */
  publish(message: Publication): Promise<unknown>;
  /** The metric alarms in ALARM whose names have this prefix. */
  alarmsOn(prefix: string): Promise<readonly Pick<MetricAlarm, "AlarmName" | "AlarmDescription">[]>;
}

/** The alarms that are on behind a composite alarm, each with its runbook. */
async function behind(
  { composite, state, what }: Message,
  { environment }: ChannelSettings,
  alarmsOn: ChannelWorld["alarmsOn"],
): Promise<Partial<Message>> {
  if (!composite || state !== "problem") return {};
  const on = await alarmsOn(`${environment}-`).catch(() => []);
  const lines = on.map(({ AlarmName = "", AlarmDescription = "" }) => {
    const { what: says, runbook } = described(AlarmDescription);
    return `- ${sentence(says) || AlarmName}${runbook === undefined ? "" : ` (${runbook})`}`;
  });
  // Without these lines the message would only say that something is wrong. Two alarms that confirm one another have
  // the same text.
  const all = [...new Set(lines)];
  const [first] = all;
  return first === undefined ? {} : { title: first.replace(/^- | \([^)]*\)$/g, ""), what: [what, ...all].join("\n") };
}

export async function relay(
  event: Signals,
  settings: ChannelSettings,
  { publish, alarmsOn }: ChannelWorld,
): Promise<void> {
  for (const record of event.Records) {
    const said = received(record);
    const message = { ...said, ...(await behind(said, settings, alarmsOn)) };
    const from = record.Sns.TopicArn;
    const TopicArn = settings.routes[from];
    if (TopicArn === undefined) {
      throw new Error(`A message came by ${from}; expected one of ${Object.keys(settings.routes).join(", ")}.`);
    }
    const text = forPeople(message, settings);
    await publish({ TopicArn, ...mail(text) });
    if (settings.chat !== undefined) {
      // Not a failure: another attempt would send the mail once more. The log records it.
      await publish({ TopicArn: settings.chat, Message: JSON.stringify(chat(text, message, settings)) }).catch(
        (error: unknown) => console.error(`Not in chat: ${error instanceof Error ? error.message : error}`),
      );
    }
  }
}

export function lambdaSettings(env: Readonly<Record<string, string | undefined>>): ChannelSettings {
  const { ENVIRONMENT, ROUTES } = env;
  if (ENVIRONMENT === undefined || ROUTES === undefined) {
    throw new Error("ENVIRONMENT and ROUTES are expected in the function's environment.");
  }
  return {
    environment: ENVIRONMENT,
    routes: JSON.parse(ROUTES) as ChannelSettings["routes"],
    chat: env["CHAT_TOPIC_ARN"],
    runbooks: env["RUNBOOKS"],
    dashboard: env["DASHBOARD"],
    statusPage: env["STATUS_PAGE"],
    editor: env["STATUS_EDITOR"],
  };
}

function lambdaWorld(): ChannelWorld {
  const [cloudWatch, sns] = [new CloudWatchClient({}), new SNSClient({})];
  return {
    publish: (message) => sns.send(new PublishCommand(message)),
    async alarmsOn(AlarmNamePrefix) {
      const asked = new DescribeAlarmsCommand({
        AlarmNamePrefix,
        StateValue: "ALARM",
        AlarmTypes: ["MetricAlarm"],
        MaxRecords: 20,
      });
      return (await cloudWatch.send(asked)).MetricAlarms ?? [];
    },
  };
}

let world: ChannelWorld | undefined;

export async function handler(event: Signals): Promise<void> {
  world ??= lambdaWorld();
  await relay(event, lambdaSettings(process.env), world);
}
