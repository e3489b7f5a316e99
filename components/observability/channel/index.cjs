"use strict";

/**
 * Turns what AWS publishes into messages for people: one as text for e-mail, one as a custom notification for chat
 * (https://docs.aws.amazon.com/chatbot/latest/adminguide/custom-notifs.html). It gets what is published to the topics
 * of signals: alarms, database events, events of other services, plain text. What it does not know it passes on as it
 * came: nothing is dropped.
 */

/** At most what SNS takes in a subject: https://docs.aws.amazon.com/sns/latest/api/API_Publish.html */
const subjectLimit = 100;
/** Long enough for any message of ours; the limit of chat is not documented. */
const descriptionLimit = 2500;

const moment = (time) => {
  const date = new Date(time);
  return Number.isNaN(date.getTime()) ? undefined : `${date.toISOString().slice(0, 16).replace("T", " ")} UTC`;
};

/** The messages of a record of SNS, each with the topic that it came by. */
function received(event) {
  return event.Records.map(({ Sns }) => ({
    from: Sns.TopicArn,
    message: ofText(Sns.Message, Sns.Subject, Sns.Timestamp),
  }));
}

function ofText(text, subject, time) {
  const body = json(text);
  if (body?.AlarmName !== undefined) return ofAlarm(body);
  if (body?.["Event Message"] !== undefined) return ofDatabase(body);
  if (body?.notice !== undefined) return ofNotice(body);
  const [first] = text.split("\n");
  return {
    state: "notice",
    title: subject || (body === undefined ? first : "Message"),
    since: moment(time),
    what: text,
  };
}

function json(text) {
  try {
    const value = JSON.parse(text);
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

const states = { ALARM: "problem", OK: "over", INSUFFICIENT_DATA: "no data" };

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html */
function ofAlarm(alarm) {
  const {
    AlarmName,
    AlarmArn,
    AlarmDescription,
    NewStateValue,
    NewStateReason,
    StateChangeTime,
    TriggeringChildren = [],
  } = alarm;
  const { what, runbook } = described(AlarmDescription ?? "");
  const children = TriggeringChildren.map(({ Arn }) => Arn.split(":alarm:")[1]);
  return {
    state: states[NewStateValue] ?? "notice",
    title: sentence(what) || AlarmName,
    what: what || AlarmName,
    since: moment(StateChangeTime),
    bad: children.length > 0 ? `because of ${children.join(", ")}` : measured(NewStateReason ?? ""),
    runbook,
    composite: alarm.AlarmRule !== undefined,
    thread: AlarmName,
    resources: [AlarmArn ?? AlarmName],
  };
}

/** The description of our alarms ends with their runbook, a path or an address. */
function described(description) {
  const [, runbook] = /Runbook: (\S+)\s*$/.exec(description) ?? /(docs\/runbooks\/[\w-]+\.md)/.exec(description) ?? [];
  return { what: description.replace(/\s*Runbook: \S+\s*$/, "").trim(), runbook };
}

const sentence = (text) => (/^.*?\.(?=\s|$)/.exec(text.split("\n")[0])?.[0] ?? text.split("\n")[0]).replace(/\.$/, "");

/**
 * "Threshold Crossed: 2 out of the last 3 datapoints [97.0 (05/10/26 09:00:00), ...] were greater than the threshold
 * (80.0) ..."
 */
function measured(reason) {
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
function ofDatabase(event) {
  const source = event["Source ID"] ?? "database";
  return {
    state: "notice",
    title: `Database ${source}: ${sentence(event["Event Message"])}`,
    what: event["Event Message"],
    since: moment(event["Event Time"]),
    links: event["Identifier Link"] === undefined ? {} : { Console: event["Identifier Link"].replace(/\s/g, "") },
    thread: source,
    resources: [source],
  };
}

const last = (arn = "") => arn.split("/").pop();

/** More of an event than its rule says, by its source. */
const kinds = {
  "aws.ecs": ({ detail, resources }) => ({
    title: detail.eventName === "SERVICE_DEPLOYMENT_FAILED" && `The deployment of ${last(resources[0])} failed`,
    more: detail.reason ?? detail.stoppedReason,
  }),
  "aws.autoscaling": ({ detail }) => ({
    more: `${detail.AutoScalingGroupName}: ${detail.StatusMessage ?? detail.Cause}`,
  }),
  "aws.elasticache": ({ detail }) => ({ more: detail.Message ?? detail.message }),
  "aws.backup": ({ detail }) => ({ more: detail.statusMessage }),
  "aws.health": ({ detail }) => ({
    state: detail.statusCode === "closed" ? "over" : "problem",
    title: `AWS tells of ${detail.service}: ${detail.eventTypeCode}`,
    more: detail.eventDescription?.[0]?.latestDescription,
    since: moment(detail.startTime),
    links: { "AWS Health": "https://health.aws.amazon.com/health/home" },
    thread: detail.eventArn,
  }),
  // A complaint, and the end of all sending. The address is in the log of events, not in a chat.
  "aws.ses": ({ detail }) => ({
    more:
      detail.complaint &&
      `${detail.complaint.complaintFeedbackType ?? "complaint"}: message ${detail.mail?.messageId}, "${detail.mail?.commonHeaders?.subject ?? ""}"`,
    thread: "mail",
  }),
  "aws.synthetics": ({ detail }) => ({ more: detail.message }),
};

/** A call that somebody made: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html */
function ofCall({ detail }) {
  const { eventName, userIdentity = {}, sourceIPAddress, requestParameters } = detail;
  const { bucketName, secretId, keyId, logGroupName, repositoryName } = requestParameters ?? {};
  const what = bucketName ?? secretId ?? keyId ?? logGroupName ?? repositoryName;
  const who = userIdentity.arn ?? userIdentity.invokedBy ?? "somebody";
  return { more: `${eventName} of ${what} by ${who} from ${sourceIPAddress}`, thread: what };
}

/** An event of EventBridge with what its rule says of it: see notices.ts. */
function ofNotice({ summary, runbook, event }) {
  const { resources = [], detail = {} } = event;
  const read = event["detail-type"] === "AWS API Call via CloudTrail" ? ofCall : kinds[event.source];
  const known = read?.({ resources, detail }) ?? {};
  return {
    state: known.state ?? "problem",
    title: known.title || sentence(summary),
    what: [summary, known.more ?? JSON.stringify(detail)].join("\n"),
    since: known.since ?? moment(event.time),
    links: known.links,
    runbook,
    thread: known.thread ?? resources[0] ?? sentence(summary),
    resources,
  };
}

const words = { problem: "Problem", over: "Over", "no data": "No data", notice: "Note" };

/** Title, and what a person reads below it: what, since when, how bad, and where to look. */
function forPeople(message, { environment, runbooks, dashboard, statusPage }) {
  const { state, title, what, since, bad, runbook } = message;
  const problem = state === "problem";
  const links = {
    // Without the address of the repository, its path alone.
    Runbook:
      runbook === undefined || /^https:/.test(runbook) || runbooks === undefined ? runbook : `${runbooks}/${runbook}`,
    ...message.links,
    Dashboard: state === "notice" ? undefined : dashboard,
    "Status page": problem ? statusPage : undefined,
  };
  const lines = [what, since && `${problem ? "Since" : "At"}: ${since}`, problem && bad && `How bad: ${bad}`];
  return {
    title: `[${environment}] ${words[state]}: ${title}`,
    lines: lines.filter((line) => typeof line === "string" && line !== ""),
    links: Object.entries(links).flatMap(([name, to]) => (to === undefined ? [] : [`${name}: ${to}`])),
  };
}

function mail({ title, lines, links }) {
  const plain = title.replace(/[^\x20-\x7e]/g, "?");
  const subject = plain.length > subjectLimit ? `${plain.slice(0, subjectLimit - 3)}...` : plain;
  return { Subject: subject, Message: [title, "", ...lines, "", ...links].join("\n").trimEnd() };
}

function chat({ title, lines, links }, { thread, resources, state }, { environment }) {
  return {
    version: "1.0",
    source: "custom",
    content: {
      textType: "client-markdown",
      title,
      description: lines.join("\n").slice(0, descriptionLimit),
      ...(links.length > 0 && { nextSteps: links }),
      keywords: [environment, state],
    },
    metadata: {
      ...(thread !== undefined && { threadId: `${environment}-${thread}` }),
      summary: title,
      eventType: state,
      ...(resources?.length > 0 && { relatedResources: resources }),
    },
  };
}

/** What a composite alarm stands for: the alarms that are on, each with its runbook. */
async function behind({ composite, state, what }, { environment }, alarmsOn) {
  if (!composite || state !== "problem") return {};
  const on = await alarmsOn(`${environment}-`).catch(() => []);
  const lines = on.map(({ AlarmName, AlarmDescription = "" }) => {
    const { what: says, runbook } = described(AlarmDescription);
    return `- ${sentence(says) || AlarmName}${runbook === undefined ? "" : ` (${runbook})`}`;
  });
  // Without them it would only say that something is wrong. Two alarms that confirm one another say the same.
  const all = [...new Set(lines)];
  return all.length === 0 ? {} : { title: all[0].replace(/^- | \([^)]*\)$/g, ""), what: [what, ...all].join("\n") };
}

/**
 * @param settings see lambdaSettings
 * @param world publish: sends one message to a topic; alarmsOn: the metric alarms in ALARM whose names begin so
 */
async function relay(event, settings, { publish, alarmsOn }) {
  for (const { from, message: said } of received(event)) {
    const message = { ...said, ...(await behind(said, settings, alarmsOn)) };
    const read = forPeople(message, settings);
    await publish({ TopicArn: settings.routes[from], ...mail(read) });
    if (settings.chat !== undefined) {
      // No failure: another attempt would send the mail once more. The log says it.
      await publish({ TopicArn: settings.chat, Message: JSON.stringify(chat(read, message, settings)) }).catch(
        (error) => console.error(`Not in chat: ${error.message}`),
      );
    }
  }
}

function lambdaSettings(env) {
  return {
    environment: env.ENVIRONMENT,
    /** From the topic that a message came by to the one with the people who should read it. */
    routes: JSON.parse(env.ROUTES),
    chat: env.CHAT_TOPIC_ARN,
    runbooks: env.RUNBOOKS,
    dashboard: env.DASHBOARD,
    statusPage: env.STATUS_PAGE,
  };
}

/** The world as Lambda has it; the SDK is part of the runtime. */
function lambdaWorld() {
  const { CloudWatchClient, DescribeAlarmsCommand } = require("@aws-sdk/client-cloudwatch");
  const { SNSClient, PublishCommand } = require("@aws-sdk/client-sns");
  const [cloudWatch, sns] = [new CloudWatchClient({}), new SNSClient({})];
  return {
    publish: (message) => sns.send(new PublishCommand(message)),
    async alarmsOn(AlarmNamePrefix) {
      const asked = { AlarmNamePrefix, StateValue: "ALARM", AlarmTypes: ["MetricAlarm"], MaxRecords: 20 };
      return (await cloudWatch.send(new DescribeAlarmsCommand(asked))).MetricAlarms ?? [];
    },
  };
}

let world;

async function handler(event) {
  world ??= lambdaWorld();
  await relay(event, lambdaSettings(process.env), world);
}

module.exports = { handler, lambdaSettings, relay };
