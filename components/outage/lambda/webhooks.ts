/** Tells a receiver what was published. Each receiver has a message of its own in the queue, which brings it again when this fails. */
import { GetObjectCommand, HeadObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import type { SQSEvent } from "aws-lambda";
import { parseStatus } from "../pages/status";
import { type Announcement, announcementOf } from "../reach/announcement";
import {
  blueskyMessage,
  blueskySession,
  jsonMessage,
  mastodonMessage,
  type Post,
  readSession,
  slackMessage,
  teamsMessage,
} from "../reach/messages";
import { type Answer, type Send, sender } from "../reach/send";
import { readSecret, type Secret, type WebhookTarget } from "../reach/webhook";
import { region } from "./awsStore";

/** What the rule of EventBridge puts into the queue. */
export interface Notice {
  /** Name of the receiver. */
  readonly webhook: string;
  /** Object and its version in the bucket. */
  readonly key: string;
  readonly versionId: string;
}

export interface WebhooksWorld {
  readonly targets: readonly WebhookTarget[];
  /** That version of status.json. */
  readonly readStatus: (notice: Notice) => Promise<string>;
  readonly readSecret: (arn: string) => Promise<string>;
  /** Whether a receiver was told; and that it is, for another message about the same publish. */
  readonly wasTold: (mark: string) => Promise<boolean>;
  readonly told: (mark: string) => Promise<void>;
  readonly send: Send;
  readonly now: () => string;
  readonly log: (line: object) => void;
}

/** @throws Error when the receiver did not take it: the queue brings it again */
export async function deliver(notice: Notice, world: WebhooksWorld): Promise<void> {
  const target = world.targets.find(({ name }) => name === notice.webhook);
  if (target === undefined) {
    // It was taken out of the settings while its message waited.
    world.log({ log: "webhook", kind: "gone", webhook: notice.webhook });
    return;
  }
  const announcement = announcementOf(parseStatus(await world.readStatus(notice)));
  if (announcement === undefined) {
    return;
  }
  const line = { log: "webhook", webhook: target.name, to: target.kind, version: announcement.version };
  // The pages are written once more when a publish is finished later, so one publish may come twice.
  const mark = `${announcement.version}-${target.name}`;
  if (await world.wasTold(mark)) {
    world.log({ ...line, kind: "already" });
    return;
  }
  try {
    await post(announcement, target, world);
  } catch (error) {
    world.log({ ...line, kind: "failed", error: (error as Error).message });
    throw error;
  }
  world.log({ ...line, kind: "told" });
  // A failure of this must not tell people again.
  await world.told(mark).catch((error: Error) => world.log({ ...line, kind: "unmarked", error: error.message }));
}

async function post(announcement: Announcement, target: WebhookTarget, world: WebhooksWorld): Promise<void> {
  const secret = readSecret(await world.readSecret(target.secretArn), target);
  const message = await messageOf(announcement, target, secret, world);
  await accepted(target, world.send(message));
}

async function messageOf(
  announcement: Announcement,
  target: WebhookTarget,
  secret: Secret,
  { send, now }: WebhooksWorld,
): Promise<Post> {
  switch (target.kind) {
    case "slack":
      return slackMessage(announcement, secret);
    case "teams":
      return teamsMessage(announcement, secret);
    case "json":
      return jsonMessage(announcement, secret, now());
    case "mastodon":
      return mastodonMessage(announcement, secret);
    case "bluesky": {
      const { text } = await accepted(target, send(blueskySession(secret)));
      return blueskyMessage(announcement, secret, readSession(text));
    }
  }
}

/** The answer's text is not shown, as it may repeat what was sent, the secret included. Slack's codes are: `no_service`. */
async function accepted({ name, kind }: WebhookTarget, sent: Promise<Answer>): Promise<Answer> {
  const answer = await sent;
  if (answer.status < 200 || answer.status > 299) {
    const word = kind === "slack" && /^[a-z]+(_[a-z]+){1,4}$/.test(answer.text) ? ` (${answer.text})` : "";
    throw new Error(`Webhook ${name} (${kind}) answered ${answer.status}${word}, expected 200 to 299.`);
  }
  return answer;
}

let world: WebhooksWorld | undefined;

function fromEnvironment(): WebhooksWorld {
  const { BUCKET: Bucket = "", MARKS = "", WEBHOOKS = "[]" } = process.env;
  const s3 = new S3Client({ region });
  const secrets = new SecretsManagerClient({ region });
  const Key = (mark: string) => `${MARKS}/${mark}`;
  return {
    targets: JSON.parse(WEBHOOKS) as WebhookTarget[],
    readStatus: async ({ key, versionId }) => {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key: key, VersionId: versionId }));
      return (await Body?.transformToString()) ?? "";
    },
    readSecret: async (SecretId) => (await secrets.send(new GetSecretValueCommand({ SecretId }))).SecretString ?? "",
    wasTold: (mark) =>
      s3.send(new HeadObjectCommand({ Bucket, Key: Key(mark) })).then(
        () => true,
        (error: Error & { readonly $metadata?: { readonly httpStatusCode?: number } }) => {
          // Without the right to list, S3 says of what is not there that it is forbidden.
          if ([403, 404].includes(error.$metadata?.httpStatusCode ?? 0)) {
            return false;
          }
          throw error;
        },
      ),
    told: async (mark) => {
      await s3.send(new PutObjectCommand({ Bucket, Key: Key(mark), Body: "", ContentType: "text/plain" }));
    },
    send: sender(),
    now: () => new Date().toISOString(),
    log: (line) => console.log(JSON.stringify(line)),
  };
}

export async function handler(event: SQSEvent): Promise<void> {
  world ??= fromEnvironment();
  for (const { body } of event.Records) {
    await deliver(JSON.parse(body) as Notice, world);
  }
}
