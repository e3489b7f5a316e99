import Ajv from "ajv";
import assert from "node:assert/strict";
import { loadBundle } from "../../../testing/loadBundle";
import { lambdaCode } from "../../lib/lambdaFunction";
import { relayEntry } from "../channel";
import { alarmName, pageId } from "../composites";
import { type ChannelSettings, pageAlarm } from "./forPeople";
import type { Signals } from "./received";
import { firstWords, releaseDrafts } from "../draft";
import type { ChannelWorld, Publication } from "./relay";

const { lambdaSettings, relay } = loadBundle<typeof import("./relay")>(lambdaCode(relayEntry));

/** The form that chat takes: https://docs.aws.amazon.com/chatbot/latest/adminguide/custom-notifs.html */
const customNotification = {
  type: "object",
  required: ["version", "source", "content"],
  additionalProperties: false,
  properties: {
    version: { const: "1.0" },
    source: { const: "custom" },
    id: { type: "string" },
    content: {
      type: "object",
      required: ["description"],
      additionalProperties: false,
      properties: {
        textType: { const: "client-markdown" },
        title: { type: "string" },
        description: { type: "string", minLength: 1 },
        nextSteps: { type: "array", items: { type: "string" }, minItems: 1 },
        keywords: { type: "array", items: { type: "string" } },
      },
    },
    metadata: {
      type: "object",
      additionalProperties: false,
      properties: {
        threadId: { type: "string" },
        summary: { type: "string" },
        eventType: { type: "string" },
        relatedResources: { type: "array", items: { type: "string" } },
        additionalContext: { type: "object", additionalProperties: { type: "string" } },
      },
    },
  },
};

const settings: ChannelSettings = {
  environment: "prod",
  routes: { "arn:signals": "arn:mail", "arn:pages": "arn:woken" },
  chat: "arn:chat",
  runbooks: "https://git.example.org/moodle/blob/main",
  dashboard: "https://console.example.org/war-room",
  statusPage: "https://moodle.example.org/status",
};

async function sent(
  event: Signals,
  changes: Partial<ChannelSettings> = {},
  alarmsOn: ChannelWorld["alarmsOn"] = async () => [],
): Promise<readonly Publication[]> {
  const all: Publication[] = [];
  await relay(event, { ...settings, ...changes }, { publish: async (message) => void all.push(message), alarmsOn });
  return all;
}

const notification = (Message: string, TopicArn = "arn:signals", Subject?: string) => ({
  Records: [{ EventSource: "aws:sns", Sns: { TopicArn, Message, Subject, Timestamp: "2026-10-05T09:10:00.000Z" } }],
});

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html */
const alarm = {
  AlarmName: "prod-database-connections",
  AlarmDescription:
    "The database is running out of connections. Students see errors when it is full.\nRunbook: docs/runbooks/database-connections.md",
  AWSAccountId: "123456789012",
  NewStateValue: "ALARM",
  NewStateReason:
    "Threshold Crossed: 2 out of the last 3 datapoints [83.5 (05/10/26 09:08:00), 81.0 (05/10/26 09:07:00)] were greater than the threshold (80.0) (minimum 2 datapoints for OK -> ALARM transition).",
  StateChangeTime: "2026-10-05T09:09:30.123+0000",
  Region: "EU (London)",
  AlarmArn: "arn:aws:cloudwatch:eu-west-2:123456789012:alarm:prod-database-connections",
  OldStateValue: "OK",
};

describe("the function that writes to the team", () => {
  it("says what broke, since when, how bad, and where to look", async () => {
    const [mail] = await sent(notification(JSON.stringify(alarm)));
    assert.deepEqual(mail, {
      TopicArn: "arn:mail",
      Subject: "[prod] Problem: The database is running out of connections",
      Message: [
        "[prod] Problem: The database is running out of connections",
        "",
        "The database is running out of connections. Students see errors when it is full.",
        "Since: 2026-10-05 09:09 UTC",
        "How bad: measured 83.5, 81: greater than 80",
        "",
        "Runbook: https://git.example.org/moodle/blob/main/docs/runbooks/database-connections.md",
        "With this stack's names: make runbook NAME=database-connections STACK=prod",
        "Dashboard: https://console.example.org/war-room",
        "Status page: https://moodle.example.org/status",
      ].join("\n"),
    });
  });

  it("writes to chat in the form that it takes, all of one alarm in one thread", async () => {
    const over = { ...alarm, NewStateValue: "OK", OldStateValue: "ALARM" };
    const messages = await Promise.all([alarm, over].map((one) => sent(notification(JSON.stringify(one)))));
    const chats = messages.map(([, { TopicArn, Message } = { TopicArn: "", Message: "{}" }]) => {
      assert.equal(TopicArn, "arn:chat");
      return JSON.parse(Message);
    });
    const valid = new Ajv().compile(customNotification);
    for (const one of chats) assert.ok(valid(one), JSON.stringify(valid.errors));
    assert.deepEqual(
      [chats[0].metadata.threadId, chats[1].metadata.threadId],
      Array(2).fill("prod-prod-database-connections"),
    );
    assert.equal(chats[1].content.title, "[prod] Over: The database is running out of connections");
    assert.ok(
      !chats[1].content.nextSteps.some((step: string) => step.startsWith("Status page")),
      "nothing to announce",
    );
  });

  it("says of a page, by mail and in chat, that it is not repeated; its end and other messages say nothing of it", async () => {
    const page = { ...alarm, AlarmName: "prod-page", AlarmRule: "ALARM(prod-incident-web)" };
    const texts = async (one: object, topic: string) =>
      (await sent(notification(JSON.stringify(one), topic))).map(({ Message }) => String(Message));
    const paged = await texts(page, "arn:pages");
    assert.equal(paged.length, 2, "people and chat");
    for (const text of paged) {
      assert.match(text, /sent once. It is not repeated while the problem lasts, and nobody sees who took it/);
    }
    const rest = [
      ...(await texts({ ...page, NewStateValue: "OK" }, "arn:pages")),
      ...(await texts(alarm, "arn:signals")),
    ];
    assert.ok(rest.length > 2);
    assert.deepEqual(
      rest.filter((text) => text.includes("not repeated")),
      [],
    );
  });

  it("gives who is woken a link to the status editor's form, filled in; its words are none of the alarm's", async () => {
    assert.equal(pageAlarm("prod"), alarmName("prod", pageId));
    const page = { ...alarm, AlarmName: "prod-page", AlarmRule: "ALARM(prod-incident-web)" };
    const drafts = async (one: object, editor: string | undefined = "https://editor.example.org/") => {
      const all = await sent(notification(JSON.stringify(one), "arn:pages"), { editor });
      return all.map(({ Message }) => {
        const [, given] = /editor\.example\.org\/#draft=([\w-]+)/.exec(String(Message)) ?? [];
        return given && (JSON.parse(Buffer.from(given, "base64url").toString()) as unknown);
      });
    };
    assert.deepEqual(await drafts(page), [firstWords, firstWords]);
    assert.deepEqual(await drafts({ ...page, NewStateValue: "OK" }), [{ state: "off" }, { state: "off" }]);
    assert.deepEqual(await drafts(alarm), [undefined, undefined]);
    const ticket = { ...page, AlarmName: "prod-database-replica-lag-confirmed" };
    assert.deepEqual(await drafts(ticket), [undefined, undefined]);
    assert.doesNotMatch((await sent(notification(JSON.stringify(page), "arn:pages")))[0]!.Message, /draft=/);
  });

  it("gives whoever may publish words for what a release does to the site, and none that it does not know", async () => {
    const told = async (draft: string, editor?: string) => {
      const event = notification("prod: visitors read the outage page");
      const [{ Sns } = { Sns: undefined }] = event.Records;
      const MessageAttributes = { draft: { Type: "String", Value: draft } };
      const all = await sent({ Records: [{ Sns: { ...Sns!, MessageAttributes } }] }, { editor });
      return all.map(({ Message }) => {
        const [, given] =
          /you publish them\): https:\/\/editor\.example\.org\/#draft=([\w-]+)/.exec(String(Message)) ?? [];
        return given && (JSON.parse(Buffer.from(given, "base64url").toString()) as unknown);
      });
    };
    const words = releaseDrafts.releaseStaysClosed;
    assert.deepEqual(await told("releaseStaysClosed", "https://editor.example.org/"), [words, words]);
    assert.deepEqual(await told("toString", "https://editor.example.org/"), [undefined, undefined]);
    assert.deepEqual(await told("releaseStaysClosed"), [undefined, undefined]);
  });

  it("sends what wakes people to those who are woken, and nothing to anybody twice", async () => {
    const messages = await sent(notification(JSON.stringify(alarm), "arn:pages"));
    assert.deepEqual(
      messages.map(({ TopicArn }) => TopicArn),
      ["arn:woken", "arn:chat"],
    );
    assert.equal((await sent(notification(JSON.stringify(alarm)), { chat: undefined })).length, 1);
  });

  it("names the alarms that a composite one fired for", async () => {
    const composite = {
      AlarmName: "prod-database",
      AlarmDescription: "The database fails. Runbook: docs/runbooks/database.md",
      NewStateValue: "ALARM",
      NewStateReason: `${alarm.AlarmArn} transitioned to ALARM at Monday 05 October, 2026 09:09:30 UTC`,
      StateChangeTime: "2026-10-05T09:09:31.000+0000",
      AlarmRule: "ALARM(prod-database-connections)",
      TriggeringChildren: [
        { Arn: alarm.AlarmArn, State: { Value: "ALARM", Timestamp: "2026-10-05T09:09:30.123+0000" } },
      ],
    };
    const [mail] = await sent(notification(JSON.stringify(composite)));
    assert.match(mail!.Message, /^How bad: because of prod-database-connections$/m);
    assert.match(mail!.Subject!, /Problem: The database fails$/);
  });

  it("gives the reason as it is when there are no values in it", async () => {
    const reason = "no datapoints were received for 3 periods and 3 missing datapoints were treated as [Breaching].";
    const [mail] = await sent(
      notification(JSON.stringify({ ...alarm, NewStateReason: `Threshold Crossed: ${reason}` })),
    );
    assert.ok(mail!.Message.includes(`How bad: ${reason}`));
  });

  it("passes on database events", async () => {
    const event = {
      "Event Source": "db-cluster",
      "Event Time": "2026-10-05 09:10:11.123",
      "Identifier Link": "https://console.aws.amazon.com/rds/home?region=eu-west-2#dbinstance: id=prod-database",
      "Source ID": "prod-database",
      "Event ID": "http://docs.amazonwebservices.com/AmazonRDS/latest/UserGuide/USER_Events.html#RDS-EVENT-0071",
      "Event Message": "Completed failover to DB instance: prod-database-1",
    };
    const [mail, chat] = await sent(notification(JSON.stringify(event)));
    assert.equal(
      mail!.Subject,
      "[prod] Note: Database prod-database: Completed failover to DB instance: prod-database-1",
    );
    assert.ok(
      mail!.Message.includes(
        "Console: https://console.aws.amazon.com/rds/home?region=eu-west-2#dbinstance:id=prod-database",
      ),
    );
    assert.equal(JSON.parse(chat!.Message).metadata.threadId, "prod-prod-database");
  });

  it("says what a composite alarm stands for, and does without when it cannot be found out", async () => {
    const composite = {
      AlarmName: "prod-page",
      AlarmDescription: "Students notice now, or will soon. The groups of alarms say where: docs/runbooks/page.md.",
      AlarmRule: 'ALARM("prod-incident-database")',
      NewStateValue: "ALARM",
      NewStateReason: "x",
      StateChangeTime: "2026-10-05T09:09:31.000+0000",
      TriggeringChildren: [{ Arn: "arn:aws:cloudwatch:eu-west-2:123456789012:alarm:prod-incident-database" }],
    };
    const asked: string[] = [];
    const on = async (prefix: string) => {
      asked.push(prefix);
      return [
        { AlarmName: "prod-database-connections", AlarmDescription: alarm.AlarmDescription },
        { AlarmName: "prod-database-connections-now", AlarmDescription: alarm.AlarmDescription },
        { AlarmName: "prod-undescribed" },
      ];
    };
    const [mail] = await sent(notification(JSON.stringify(composite)), {}, on);
    assert.deepEqual(asked, ["prod-"]);
    assert.equal(mail!.Subject, "[prod] Problem: The database is running out of connections");
    assert.match(
      mail!.Message,
      /say where: docs\/runbooks\/page\.md\.\n- The database is running out of connections \(docs\/runbooks\/database-connections\.md\)\n- prod-undescribed\nSince/,
    );
    assert.match(mail!.Message, /^Runbook: .*docs\/runbooks\/page\.md$/m);
    const refused = () => Promise.reject(new Error("AccessDenied"));
    const [without] = await sent(notification(JSON.stringify(composite)), {}, refused);
    assert.match(without!.Subject!, /Problem: Students notice now, or will soon$/);
    const [over] = await sent(notification(JSON.stringify({ ...composite, NewStateValue: "OK" })), {}, on);
    assert.match(over!.Subject!, /Over: Students notice now/);
  });

  /** As the rules of notices.ts hand an event over. */
  const notice = (summary: string, source: string, detail: object, resources: string[] = [], type = "Any") =>
    notification(
      JSON.stringify({
        notice: "id",
        summary,
        runbook: "docs/runbooks/x.md",
        event: { version: "0", source, "detail-type": type, time: "2026-10-05T09:10:00Z", resources, detail },
      }),
    );
  const notices: readonly (readonly [string, Signals, RegExp])[] = [
    [
      "a deployment",
      notice(
        "A deployment of an ECS service failed and was rolled back.",
        "aws.ecs",
        { eventName: "SERVICE_DEPLOYMENT_FAILED", reason: "ECS deployment circuit breaker: tasks failed to start." },
        ["arn:aws:ecs:eu-west-2:123456789012:service/prod-cluster/web"],
      ),
      /^\[prod\] Problem: The deployment of web failed\n\nA deployment of an ECS service.*\nECS deployment circuit breaker.*\nSince: 2026-10-05 09:10 UTC\n\nRunbook: .*x\.md/,
    ],
    [
      "a container without memory",
      notice("A container was stopped.", "aws.ecs", {
        lastStatus: "STOPPED",
        stoppedReason: "Essential container exited",
      }),
      /Problem: A container was stopped\n\nA container was stopped\.\nEssential container exited/,
    ],
    [
      "instances",
      notice("Instances cannot be launched.", "aws.autoscaling", {
        AutoScalingGroupName: "g",
        StatusMessage: "No capacity",
      }),
      /Instances cannot be launched\.\ng: No capacity/,
    ],
    [
      "AWS's health",
      notice("AWS has trouble.", "aws.health", {
        eventArn: "arn:aws:health:eu-west-2::event/RDS/X/1",
        service: "RDS",
        eventTypeCode: "AWS_RDS_OPERATIONAL_ISSUE",
        startTime: "Mon, 5 Oct 2026 08:00:00 GMT",
        statusCode: "open",
        eventDescription: [{ language: "en_US", latestDescription: "Increased error rates." }],
      }),
      /AWS reports on RDS: AWS_RDS_OPERATIONAL_ISSUE\n\nAWS has trouble\.\nIncreased error rates\.\nSince: 2026-10-05 08:00 UTC/,
    ],
    ["a canary", notice("It cannot run.", "aws.synthetics", { message: "No role" }), /It cannot run\.\nNo role/],
    ["a cache", notice("A cache.", "aws.elasticache", { Message: "No capacity" }), /A cache\.\nNo capacity/],
    ["a backup", notice("No backup.", "aws.backup", { statusMessage: "Denied" }), /No backup\.\nDenied/],
    [
      "a call that somebody made",
      notice(
        "A bucket lost its old versions.",
        "aws.s3",
        {
          eventName: "PutBucketVersioning",
          userIdentity: { arn: "arn:aws:iam::123456789012:user/alice" },
          sourceIPAddress: "192.0.2.1",
          requestParameters: { bucketName: "files", VersioningConfiguration: { Status: "Suspended" } },
        },
        [],
        "AWS API Call via CloudTrail",
      ),
      /old versions\.\nPutBucketVersioning of files by arn:aws:iam::123456789012:user\/alice from 192\.0\.2\.1\nSince: 2026-10-05 09:10 UTC/,
    ],
    ["what is new", notice("New.", "aws.unheard-of", { a: 1 }), /Problem: New\n\nNew\.\n\{"a":1\}/],
  ];
  for (const [name, one, text] of notices) {
    it(`reads events: ${name}`, async () => {
      const [mail, chat] = await sent(one);
      assert.match(mail!.Message, text);
      assert.ok(new Ajv().validate(customNotification, JSON.parse(chat!.Message)));
    });
  }

  it("passes on what it cannot read, whole", async () => {
    for (const text of ["Outage pages: status.json changed", "[1, 2", '{"new":"form"}', "null"]) {
      const [mail] = await sent(notification(text, "arn:signals", undefined));
      assert.ok(mail!.Message.includes(text), text);
      assert.match(mail!.Subject!, /^\[prod\] Note: /);
    }
  });

  it("keeps to SNS's rules for subjects", async () => {
    const [mail] = await sent(notification("x", "arn:signals", `Änderung\n${"long ".repeat(40)}`));
    assert.ok(mail!.Subject!.length <= 100);
    assert.match(mail!.Subject!, /^[\x20-\x7e]+$/);
  });

  it("fails when it cannot publish, so that Lambda tries again", async () => {
    const publish = () => Promise.reject(new Error("KMS"));
    await assert.rejects(relay(notification("x"), settings, { publish, alarmsOn: async () => [] }), /KMS/);
  });

  it("does not fail for chat alone, or the mail would come again", async () => {
    const said: string[] = [];
    const before = console.error;
    console.error = (text: string) => void said.push(text);
    try {
      const publish = async ({ TopicArn }: Publication) => {
        if (TopicArn === "arn:chat") throw new Error("KMS");
      };
      await relay(notification("x"), settings, { publish, alarmsOn: async () => [] });
    } finally {
      console.error = before;
    }
    assert.deepEqual(said, ["Not in chat: KMS"]);
  });

  it("reads its settings from the environment", () => {
    const { environment, routes, chat } = lambdaSettings({
      ENVIRONMENT: "prod",
      ROUTES: '{"arn:signals":"arn:mail"}',
    });
    assert.deepEqual([environment, routes, chat], ["prod", { "arn:signals": "arn:mail" }, undefined]);
  });
});
