import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { createServer, type IncomingMessage, request as forward, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join, resolve } from "node:path";
import type { Context } from "mocha";
import { needPython } from "../../../testing/leftOut";
import { freePort } from "../../lib/freePort";

const root = resolve(__dirname, "..", "..", "..");

/** One call of the SDK, as it came over the wire. */
export interface Asked {
  /** Service name in the signature of requests, for example `servicequotas`. */
  readonly service: string;
  /** The API's operation; method and path where the protocol does not say it. */
  readonly operation: string;
  readonly region: string;
  readonly body: string;
  /** Parameters of the address, where a protocol has some. */
  readonly query: URLSearchParams;
}

export interface Answer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
}

/** An answer, `moto`, or nothing at all: the call is never answered. */
type Given = Answer | "moto" | "silence";
export type Answering = (asked: Asked) => Given | Promise<Given>;

export const json = (body: unknown, status = 200): Answer => ({
  status,
  headers: { "content-type": "application/x-amz-json-1.1" },
  body: JSON.stringify(body),
});
export const xml = (body: string, status = 200): Answer => ({
  status,
  headers: { "content-type": "text/xml" },
  body: `<?xml version="1.0"?>${body}`,
});

/** moto's server on loopback behind a server of the test, which may answer in its place. */
export class StandInAws {
  answering: Answering = () => "moto";
  /** `service:operation` of everything that was asked for. */
  readonly asked: string[] = [];

  private constructor(
    readonly address: string,
    private readonly front: Server,
    private readonly moto: ChildProcess | undefined,
    private readonly motoPort: number,
  ) {
    front.on("request", (incoming: IncomingMessage, outgoing: ServerResponse) => void this.handle(incoming, outgoing));
  }

  /** In front of a moto that runs already. `stop()` leaves that one alone. */
  static async inFrontOf(moto: { readonly address: string }): Promise<StandInAws> {
    const { front, address } = await listen();
    return new StandInAws(address, front, undefined, Number(new URL(moto.address).port));
  }

  /** Without moto: the test answers every request itself, which starts at once. */
  static async alone(): Promise<StandInAws> {
    const { front, address } = await listen();
    return new StandInAws(address, front, undefined, 0);
  }

  /**
   * Starts in front of its own moto. @param context The hook that starts it; its tests are left out where there is no
   * Python.
   */
  static async start(context?: Context): Promise<StandInAws> {
    execFileSync(join(root, "testing/release/setup"), { stdio: "inherit" });
    if (context !== undefined) {
      needPython(context, "moto");
    }
    const { front, address } = await listen();
    const port = await freePort();
    const program = join(root, ".offline", "moto", "bin", "moto_server");
    const moto = spawn(program, ["-H", "127.0.0.1", "-p", String(port)], { stdio: "ignore" });
    for (let tries = 0; ; tries++) {
      const up = await fetch(`http://127.0.0.1:${port}/moto-api/data.json`).then(
        () => true,
        () => false,
      );
      if (up) {
        return new StandInAws(address, front, moto, port);
      }
      if (tries > 600 || moto.exitCode !== null) {
        throw new Error("moto_server does not start");
      }
      await new Promise((done) => setTimeout(done, 100));
    }
  }

  stop(): void {
    this.moto?.kill();
    this.front.close();
    this.front.closeAllConnections();
  }

  /** Forgets everything that was made. */
  async reset(): Promise<void> {
    this.answering = () => "moto";
    this.asked.length = 0;
    await fetch(`http://127.0.0.1:${this.motoPort}/moto-api/reset`, { method: "POST" });
  }

  private async handle(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) {
      chunks.push(chunk as Buffer);
    }
    const body = Buffer.concat(chunks);
    const asked = read(incoming, body.toString());
    this.asked.push(`${asked.service}:${asked.operation}`);
    const answer = await this.answering(asked);
    if (answer === "silence") {
      return;
    }
    if (answer !== "moto") {
      outgoing.writeHead(answer.status ?? 200, answer.headers);
      outgoing.end(answer.body);
      return;
    }
    const { method, url, headers } = incoming;
    const there = forward({ host: "127.0.0.1", port: this.motoPort, method, path: url, headers }, (back) => {
      outgoing.writeHead(back.statusCode ?? 500, back.headers);
      back.pipe(outgoing);
    });
    there.on("error", () => outgoing.destroy());
    there.end(body);
  }
}

/** The JSON protocols name the operation in a header, the query protocols in the body, and the others by method and path. */
function read({ headers, method, url = "" }: IncomingMessage, body: string): Asked {
  const [, region = "", service = ""] =
    /Credential=[^/]+\/\d+\/([^/]+)\/([^/]+)\//.exec(headers.authorization ?? "") ?? [];
  const target = headers["x-amz-target"];
  const operation =
    typeof target === "string"
      ? target.slice(target.indexOf(".") + 1)
      : (new URLSearchParams(body).get("Action") ?? `${method} ${url.split("?")[0]}`);
  return { service, operation, region, body, query: new URLSearchParams(url.split("?")[1]) };
}

async function listen(): Promise<{ front: Server; address: string }> {
  const front = createServer();
  await new Promise<void>((done) => front.listen(0, "127.0.0.1", done));
  return { front, address: `http://127.0.0.1:${(front.address() as AddressInfo).port}` };
}

/** Error of each of AWS's protocols: https://smithy.io/2.0/aws/protocols/index.html */
export function refusal({ service, operation }: Asked, code: string, message: string, status: number): Answer {
  const error = `<Code>${code}</Code><Message>${message}</Message>`;
  switch (service) {
    case "ec2":
      return xml(`<Response><Errors><Error>${error}</Error></Errors><RequestID>0</RequestID></Response>`, status);
    case "s3":
      return xml(`<Error>${error}</Error>`, status);
    case "sts":
    case "iam":
    case "rds":
    case "elasticache":
    case "route53":
    case "cloudfront":
      return xml(
        `<ErrorResponse><Error><Type>Sender</Type>${error}</Error><RequestId>0</RequestId></ErrorResponse>`,
        status,
      );
  }
  const answer = json({ __type: code, message, Message: message }, status);
  return operation.includes(" ") ? { ...answer, headers: { ...answer.headers, "x-amzn-errortype": code } } : answer;
}

const variables = {
  AWS_ACCESS_KEY_ID: "AKIAEXAMPLE",
  AWS_SECRET_ACCESS_KEY: "secret",
  // Isolates the test from its user's own configuration.
  AWS_CONFIG_FILE: "/dev/null",
  AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
  AWS_EC2_METADATA_DISABLED: "true",
} as const;
const before = new Map<string, string | undefined>();

/** Points the SDK of this process to a server, until {@link leaveAws}. */
export function enterAws(address: string, changes: Readonly<Record<string, string | undefined>> = {}): void {
  for (const [name, value] of Object.entries({ ...variables, AWS_ENDPOINT_URL: address, ...changes })) {
    if (!before.has(name)) {
      before.set(name, process.env[name]);
    }
    set(name, value);
  }
}

export function leaveAws(): void {
  before.forEach((value, name) => set(name, value));
  before.clear();
}

function set(name: string, value: string | undefined): void {
  if (value === undefined) {
    delete process.env[name];
  } else {
    process.env[name] = value;
  }
}
