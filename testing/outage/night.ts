import {
  CreateBucketCommand,
  GetObjectCommand,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { CreateTopicCommand, SNSClient } from "@aws-sdk/client-sns";
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import dns from "node:dns";
import type { Context } from "mocha";
import { awsStore } from "../../components/outage/lambda/awsStore";
import { followSwitch } from "../../components/outage/lambda/watch";
import { deliver, type Notice } from "../../components/outage/lambda/webhooks";
import { editorEntry, editorExternal } from "../../components/outage/statusEditor";
import { lambdaCode } from "../../components/lib/lambdaFunction";
import { firstFiles } from "../../components/outage/pages/files";
import { functionCode } from "../../components/outage/pages/functionCode";
import { moodleClients } from "../../components/outage/pages/moodleClients";
import type { Branding } from "../../components/outage/pages/status";
import type { Post } from "../../components/outage/reach/messages";
import { enterAws, StandInAws } from "../../tools/doctor/test/aws";
import { freePort } from "../../tools/lib/freePort";
import { run } from "../cloudfront-functions/harness";
import { v8 } from "../cloudfront-functions/v8";
import { loadBundle } from "../loadBundle";
import { HttpApi } from "../stand-ins/httpApi";
import { OutageStore } from "../stand-ins/outageStore";
import { type Person, UniversitySignIn } from "../stand-ins/universitySignIn";

const bucket = "pages-1a2b";
const storeArn = "arn:aws:cloudfront::123456789012:key-value-store/1a2b";
const clientId = "4example5client6";

export const people = {
  ada: { email: "ada@example.org", password: "correct horse", code: "123456" },
  bob: { email: "bob@example.org", password: "battery staple", code: "654321" },
  /** Signs in at the university, and is no editor. */
  eve: { email: "eve@example.org", password: "evening star", code: "111111" },
} as const satisfies Readonly<Record<string, Person>>;

const statusKey = "outage/status.json";
const receivers = [
  { name: "students", kind: "slack", secretArn: '{"url":"https://hooks.slack.com/services/T0"}' },
  { name: "posts", kind: "mastodon", secretArn: '{"url":"https://social.example.org","token":"t"}' },
] as const;

/** How somebody asks. */
export interface Asked {
  readonly method?: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** What a visitor gets. */
export interface Seen {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

/**
 * A university's night: the function that AWS gets, moto's S3 and SNS, stand-ins of the key value store, of API Gateway and of
 * the sign-in, and visitors who come by the CloudFront Function that AWS gets.
 */
export class Night {
  private readonly code: string;
  private readonly s3 = new S3Client({});
  private readonly stopLookup: () => void;
  /** What the team was told. */
  readonly told: string[] = [];
  /** A write of S3 whose path this matches gets no answer, but an error of the service. */
  breakWrites: RegExp | undefined;
  /** What receivers of webhooks took, by their kind. */
  readonly posts: { readonly kind: string; readonly post: Post }[] = [];
  /** A kind whose receiver takes nothing. */
  brokenReceiver: string | undefined;
  private readonly queue: Notice[] = [];
  private readonly heard = new Set<string>();
  private readonly marks = new Set<string>();

  private constructor(
    branding: Branding,
    readonly url: string,
    readonly aws: StandInAws,
    readonly store: OutageStore,
    readonly signIn: UniversitySignIn,
    readonly api: HttpApi,
  ) {
    this.code = functionCode(branding, [], moodleClients);
    // The SDK puts the account before the host's name.
    const real = dns.lookup;
    const patched = ((host: string, ...rest: unknown[]) =>
      (real as (...given: unknown[]) => void)(
        host.endsWith(".localhost") ? "localhost" : host,
        ...rest,
      )) as typeof real;
    dns.lookup = Object.assign(patched, { __promisify__: real.__promisify__ });
    this.stopLookup = () => void (dns.lookup = real);
    aws.answering = ({ service, operation, body }) => {
      if (operation === "Publish") this.told.push(new URLSearchParams(body).get("Message") ?? "");
      const broken = service === "s3" && operation.startsWith("PUT ") && this.breakWrites?.test(operation);
      return broken ? { status: 400, body: "<Error><Code>Broken</Code></Error>" } : "moto";
    };
  }

  static async start(context: Context, branding: Branding): Promise<Night> {
    const aws = await StandInAws.start(context);
    const store = await OutageStore.start(storeArn);
    const [port, signInPort] = [await freePort(), await freePort()];
    const url = `http://localhost:${port}/`;
    const signIn = await UniversitySignIn.start(signInPort, { id: clientId, url }, Object.values(people));
    enterAws(aws.address, {
      AWS_REGION: "us-east-1",
      AWS_ENDPOINT_URL_CLOUDFRONT_KEYVALUESTORE: store.address,
      BUCKET: bucket,
      KEY_VALUE_STORE_ARN: storeArn,
      EDITORS: JSON.stringify([people.ada.email, people.bob.email]),
      SIGN_IN: signIn.address,
      CLIENT_ID: clientId,
    });
    const { TopicArn } = await new SNSClient({}).send(new CreateTopicCommand({ Name: "signals" }));
    process.env["TOPIC_ARN"] = TopicArn;
    const { handler } = loadBundle<{
      handler(event: APIGatewayProxyEventV2): Promise<APIGatewayProxyStructuredResultV2>;
    }>(lambdaCode(editorEntry, editorExternal));
    const routes = { "GET /": false, "GET /api/state": true, "POST /api/preview": true, "POST /api/publish": true };
    const api = await HttpApi.start({ port, routes, issuer: signIn.address, audience: clientId, handler });
    const night = new Night(branding, url, aws, store, signIn, api);
    await night.s3.send(new CreateBucketCommand({ Bucket: bucket }));
    const VersioningConfiguration = { Status: "Enabled" } as const;
    await night.s3.send(new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration }));
    for (const { name, content, contentType } of firstFiles(branding)) {
      const Key = `outage/${name}`;
      await night.s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body: content, ContentType: contentType }));
    }
    return night;
  }

  stop(): void {
    this.stopLookup();
    this.api.stop();
    this.signIn.stop();
    this.store.stop();
    this.aws.stop();
  }

  /** The look of each minute: the status page follows a switch that was turned alone. */
  async look(): Promise<object | undefined> {
    const { state } = JSON.parse((await this.visit("/outage/switch.json")).body) as { readonly state: string };
    return followSwitch(state, {
      store: awsStore({ bucket, keyValueStoreArn: storeArn }),
      readStatus: async () => (await this.visit("/outage/status.json")).body,
      now: Date.now,
    });
  }

  /** S3's events since the last time, and the queue: each receiver's message comes once, and again when it failed. */
  async tellReceivers(): Promise<void> {
    const { Versions = [] } = await this.s3.send(new ListObjectVersionsCommand({ Bucket: bucket, Prefix: statusKey }));
    for (const { VersionId = "" } of Versions.toReversed().filter((one) => !this.heard.has(one.VersionId ?? ""))) {
      this.heard.add(VersionId);
      this.queue.push(...receivers.map(({ name }) => ({ webhook: name, key: statusKey, versionId: VersionId })));
    }
    for (const notice of this.queue.splice(0)) {
      await deliver(notice, {
        targets: receivers,
        readStatus: async ({ key, versionId }) => {
          const get = new GetObjectCommand({ Bucket: bucket, Key: key, VersionId: versionId });
          return (await (await this.s3.send(get)).Body?.transformToString()) ?? "";
        },
        readSecret: async (text) => text,
        wasTold: async (mark) => this.marks.has(mark),
        told: async (mark) => void this.marks.add(mark),
        send: async (post) => {
          const kind = receivers.find(({ name }) => name === notice.webhook)?.kind ?? "";
          if (kind === this.brokenReceiver) return { status: 503, text: "" };
          this.posts.push({ kind, post });
          return { status: 200, text: "ok" };
        },
        now: () => new Date().toISOString(),
        log: () => undefined,
      }).catch(() => this.queue.push(notice));
    }
  }

  /** By the CloudFront Function, and from the bucket where it lets the request go on to the pages. */
  async visit(uri: string, asked: Asked = { headers: { accept: "text/html" } }): Promise<Seen> {
    const answer = await run(v8, this.code, Object.fromEntries(this.store.keys), { uri, ...asked });
    if (answer.response !== undefined) {
      const { statusCode, headers, body } = answer.response;
      return { status: statusCode, contentType: headers?.["content-type"]?.value ?? "", body: body?.data ?? "" };
    }
    const path = answer.request!.uri;
    if (!path.startsWith("/outage/")) {
      return {
        status: 200,
        contentType: "text/html",
        body: "<!doctype html><html lang=en><title>Moodle</title><h1>Moodle</h1></html>",
      };
    }
    const { Body, ContentType = "" } = await this.s3.send(new GetObjectCommand({ Bucket: bucket, Key: path.slice(1) }));
    return { status: 200, contentType: ContentType, body: (await Body?.transformToString()) ?? "" };
  }
}
