import { Agent, createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Transport } from "../../tools/outage/targets";
import { enterAws, leaveAws } from "../../tools/doctor/test/aws";

/**
 * The outage switch's key value store of CloudFront and the pages' bucket, on loopback, as their references say. Its own
 * limits: one store, one key, one bucket, and no check of signatures but for their kind.
 * https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_Operations_Amazon_CloudFront_KeyValueStore.html
 */
export class OutageStore {
  value = "off";
  /** Version of the store. */
  tag = "KV1";
  /** ETag in DescribeKeyValueStore's answer, which another change may have made stale. */
  tagTold: string | undefined;
  denied = false;
  readonly pages = new Map<string, string>();
  readonly asked: string[] = [];

  private constructor(
    private readonly arn: string,
    private readonly server: Server,
  ) {
    server.on("request", (request, response) => void this.handle(request, response));
  }

  static async start(arn: string): Promise<OutageStore> {
    const server = createServer();
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    const store = new OutageStore(arn, server);
    enterAws(`http://localhost:${(server.address() as AddressInfo).port}`);
    return store;
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

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks).toString();
    const [account, path = ""] = [request.headers.host!.split(".")[0], request.url!.split("?")[0]];
    const answer = (status: number, text: string, headers = {}) => response.writeHead(status, headers).end(text);
    if (account !== "123456789012") {
      this.asked.push(`${request.method} ${account}${path}`);
      const name = path.slice("/outage/".length);
      if (request.method === "GET") return void answer(200, this.pages.get(name) ?? "");
      if (this.denied)
        return void answer(403, "<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>");
      this.pages.set(name, body);
      return void answer(200, "");
    }
    const problem = (status: number, code: string) =>
      answer(status, JSON.stringify({ Message: code }), { "x-amzn-errortype": code });
    const signed = /^AWS4-ECDSA-P256-SHA256 /.test(request.headers.authorization ?? "");
    if (!signed || request.headers["x-amz-region-set"] !== "*") return void problem(403, "InvalidSignatureException");
    const [, store = "", key] = /^\/key-value-stores\/([^/]+)(?:\/keys\/(.+))?$/.exec(path) ?? [];
    this.asked.push(`${request.method} ${key ?? "store"}`);
    const sizes = { ItemCount: 1, TotalSizeInBytes: 10 };
    if (decodeURIComponent(store) !== this.arn) return void problem(404, "ResourceNotFoundException");
    if (key === undefined) {
      const about = { ...sizes, KvsARN: this.arn, Created: 1_790_000_000 };
      return void answer(200, JSON.stringify(about), { etag: this.tagTold ?? this.tag });
    }
    if (request.method === "PUT") {
      if (request.headers["if-match"] !== this.tag) return void problem(409, "ConflictException");
      this.value = (JSON.parse(body) as { readonly Value: string }).Value;
      return void answer(200, JSON.stringify(sizes), { etag: this.tag });
    }
    answer(200, JSON.stringify({ ...sizes, Key: key, Value: this.value }));
  }
}
