import { Agent, createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Transport } from "../../components/outage/lambda/awsStore";
import { enterAws, leaveAws } from "../../tools/doctor/test/aws";

/**
 * The outage switch's key value store of CloudFront and the pages' bucket, on loopback, as their references say. Its own
 * limits: one store, one bucket, and no check of signatures but for their kind.
 * https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_Operations_Amazon_CloudFront_KeyValueStore.html
 */
export class OutageStore {
  readonly keys = new Map([["state", "off"]]);
  /** ETag in DescribeKeyValueStore's answer, which another change may have made stale. */
  tagTold: string | undefined;
  /** Writes of objects are refused. */
  denied = false;
  /** May break the connection of a request, before it is carried out or after that. */
  interrupt: (asked: string) => "before" | "after" | undefined = () => undefined;
  /** By key, such as outage/status.json. */
  readonly objects = new Map<string, string>();
  readonly asked: string[] = [];
  private changes = 1;

  private constructor(
    private readonly arn: string,
    private readonly server: Server,
    readonly address: string,
  ) {
    server.on("request", (request, response) => void this.handle(request, response));
  }

  static async start(arn: string): Promise<OutageStore> {
    const server = createServer();
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    const address = `http://localhost:${(server.address() as AddressInfo).port}`;
    enterAws(address);
    return new OutageStore(arn, server, address);
  }

  stop(): void {
    leaveAws();
    this.server.close();
    this.server.closeAllConnections();
  }

  /** The SDK puts the account and the bucket before the host's name: all of them are here. */
  readonly transport: Transport = {
    requestHandler: {
      httpAgent: new Agent({
        lookup: (_, { all }, found) =>
          all ? found(null, [{ address: "127.0.0.1", family: 4 }]) : found(null, "127.0.0.1", 4),
      }),
    },
  };

  /** Version of the store. */
  get tag(): string {
    return `KV${this.changes}`;
  }

  /** As somebody in the console or the release machine does. */
  turn(value: string): void {
    this.keys.set("state", value);
    this.changes++;
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks).toString();
    const [account, path = ""] = [request.headers.host!.split(".")[0], request.url!.split("?")[0]];
    const [, store, rest = ""] = /^\/key-value-stores\/([^/]+)(?:\/(.+))?$/.exec(path) ?? [];
    const name = store === undefined ? `${request.method} ${account}${path}` : `${request.method} ${rest || "store"}`;
    this.asked.push(name);
    const interrupted = this.interrupt(name);
    if (interrupted === "before") return void request.socket.destroy();
    const [status, text, headers] =
      store === undefined ? this.object(request, path, body) : this.key(request, store, rest, body);
    if (interrupted === "after") return void request.socket.destroy();
    response.writeHead(status, headers).end(text);
  }

  private object({ method, headers }: IncomingMessage, path: string, body: string): Answer {
    const key = decodeURIComponent(path.slice(1));
    const there = this.objects.get(key);
    const problem = (status: number, code: string): Answer => [
      status,
      `<Error><Code>${code}</Code><Message>${code}</Message></Error>`,
      {},
    ];
    if (method === "GET") return there === undefined ? problem(404, "NoSuchKey") : [200, there, {}];
    if (this.denied) return problem(403, "AccessDenied");
    // https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
    if (headers["if-none-match"] === "*" && there !== undefined) return problem(412, "PreconditionFailed");
    this.objects.set(key, body);
    return [200, "", {}];
  }

  private key({ method, headers }: IncomingMessage, store: string, rest: string, body: string): Answer {
    const problem = (status: number, code: string): Answer => [
      status,
      JSON.stringify({ Message: code }),
      { "x-amzn-errortype": code },
    ];
    const signed = /^AWS4-ECDSA-P256-SHA256 /.test(headers.authorization ?? "");
    if (!signed || headers["x-amz-region-set"] !== "*") return problem(403, "InvalidSignatureException");
    if (decodeURIComponent(store) !== this.arn) return problem(404, "ResourceNotFoundException");
    const sizes = { ItemCount: this.keys.size, TotalSizeInBytes: 10 };
    if (rest === "") {
      const about = { ...sizes, KvsARN: this.arn, Created: 1_790_000_000 };
      return [200, JSON.stringify(about), { etag: this.tagTold ?? this.tag }];
    }
    if (method === "GET") {
      const Items = [...this.keys].map(([Key, Value]) => ({ Key, Value }));
      return [200, JSON.stringify({ Items }), {}];
    }
    if (headers["if-match"] !== this.tag) return problem(409, "ConflictException");
    const { Puts } = JSON.parse(body) as { readonly Puts: readonly { readonly Key: string; readonly Value: string }[] };
    // The longest value: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html#limits-keyvaluestores
    if (Puts.some(({ Value }) => Buffer.byteLength(Value) > 1024)) return problem(400, "ValidationException");
    Puts.forEach(({ Key, Value }) => this.keys.set(Key, Value));
    this.changes++;
    return [200, JSON.stringify(sizes), { etag: this.tag }];
  }
}

type Answer = readonly [status: number, text: string, headers: Readonly<Record<string, string>>];
