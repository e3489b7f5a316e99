import { execFileSync, spawn } from "node:child_process";
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createServer, type IncomingMessage, type Server } from "node:http";
import { type AddressInfo, createConnection } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

import { freePort } from "../../tools/lib/freePort";
import { until } from "./container";
import { Bucket, type Certificates, signed } from "./services";

/** A mail as the server took it. */
export interface Mail {
  readonly from: string;
  readonly to: readonly string[];
  readonly tls: boolean;
  readonly authenticated: boolean;
  readonly text: string;
}

export interface SmtpOptions {
  /** In Moodle's words. */
  readonly security: "none" | "ssl" | "tls";
  readonly tls: Certificates;
  /** Nobody, for a relay that asks for none. */
  readonly user?: string;
  readonly password?: string;
}

/** aiosmtpd on loopback (mail/server.py). */
export class SmtpServer {
  private constructor(
    readonly port: number,
    private readonly folder: string,
    private readonly kill: () => Promise<void>,
  ) {}

  static async start({ security, tls, user = "", password = "" }: SmtpOptions): Promise<SmtpServer> {
    const folder = mkdtempSync(join(tmpdir(), "moodle-mail-"));
    chmodSync(folder, 0o755);
    const port = await freePort();
    // Debian's own Python, which has Debian's packages.
    const child = spawn(
      "/usr/bin/python3",
      [join(__dirname, "mail/server.py"), `${port}`, security, tls.certificate, tls.key, user, password, folder],
      // It warns of what the test wants: a sign-in over TLS that it did not begin itself.
      { stdio: "ignore" },
    );
    const gone = new Promise<void>((done) => child.on("exit", () => done()));
    await until(`mail server on port ${port}`, () => reachable(port));
    return new SmtpServer(port, folder, () => {
      child.kill();
      return gone;
    });
  }

  /** What came since the last time. */
  take(): readonly Mail[] {
    return readdirSync(this.folder)
      .filter((name) => !name.endsWith(".part"))
      .sort()
      .map((name) => {
        const file = readFileSync(join(this.folder, name), "utf8");
        rmSync(join(this.folder, name));
        const [head = "", ...rest] = file.split("\n");
        return { ...(JSON.parse(head) as Omit<Mail, "text">), text: rest.join("\n") };
      });
  }

  async stop(): Promise<void> {
    await this.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/**
 * Amazon SES as moto has it, behind a door that works out the signature of each request again: moto judges none. Also the
 * container's credentials, as {@link Bucket} has them.
 */
export class SesServer {
  readonly requests: { readonly signed: boolean; readonly type: string; readonly body: Sent }[] = [];
  /** Answers that are given instead, one for each request, until they are used up. */
  readonly failures: { readonly status: number; readonly message: string }[] = [];

  private constructor(
    readonly endpoint: string,
    private readonly moto: string,
    private readonly kill: () => void,
  ) {}

  static async start(): Promise<SesServer> {
    const root = resolve(__dirname, "..", "..");
    execFileSync(join(root, "testing/release/setup"), { stdio: "inherit" });
    const port = await freePort();
    const child = spawn(join(root, ".offline/moto/bin/moto_server"), ["-H", "127.0.0.1", "-p", `${port}`], {
      stdio: "ignore",
    });
    await until(`moto on port ${port}`, () => reachable(port));
    const door: Server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        void server.answer(request, Buffer.concat(chunks)).then(([status, text]) => {
          response.writeHead(status, { "content-type": "application/json" }).end(text);
        });
      });
    });
    await new Promise<void>((done) => door.listen(0, "127.0.0.1", done));
    const server = new SesServer(
      `http://127.0.0.1:${(door.address() as AddressInfo).port}`,
      `http://127.0.0.1:${port}`,
      () => {
        door.close();
        door.closeAllConnections();
        child.kill();
      },
    );
    return server;
  }

  /** The variables of a container that sends by it. */
  get environment(): Record<string, string> {
    return {
      AWS_REGION: "eu-west-2",
      MOODLE_SES_CONFIGURATION_SET: "test-mail",
      MOODLE_SES_ENDPOINT: this.endpoint,
      MOODLE_MAIL_SENDER: "noreply@moodle.test",
      AWS_CONTAINER_CREDENTIALS_FULL_URI: `${this.endpoint}/credentials`,
    };
  }

  /** As one does in the console: from then on it may be the sender's domain. */
  async verify(identity: string): Promise<void> {
    const answer = await fetch(`${this.moto}/v2/email/identities`, {
      method: "POST",
      headers: { authorization, "content-type": "application/json" },
      body: JSON.stringify({ EmailIdentity: identity }),
    });
    if (!answer.ok) throw new Error(await answer.text());
  }

  stop(): void {
    this.kill();
  }

  private async answer(request: IncomingMessage, body: Buffer<ArrayBuffer>): Promise<[number, string]> {
    if (request.url === "/credentials") {
      return [200, JSON.stringify({ AccessKeyId: Bucket.key, SecretAccessKey: Bucket.secret, Token: "session-token" })];
    }
    const right = signed(request, "ses", body);
    this.requests.push({
      signed: right,
      type: request.headers["content-type"] ?? "",
      body: JSON.parse(body.toString()) as Sent,
    });
    const failure = this.failures.shift();
    if (failure !== undefined) return [failure.status, JSON.stringify({ message: failure.message })];
    if (!right) return [403, JSON.stringify({ message: "The request signature we calculated does not match" })];
    const answer = await fetch(`${this.moto}${request.url ?? ""}`, {
      method: request.method ?? "GET",
      headers: { authorization, "content-type": "application/json" },
      body,
    });
    return [answer.status, await answer.text()];
  }
}

/** https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html */
interface Sent {
  readonly ConfigurationSetName: string;
  readonly Content: { readonly Raw: { readonly Data: string } };
}

/** moto reads the service from it, and no more. */
const authorization =
  "AWS4-HMAC-SHA256 Credential=ak/20261123/eu-west-2/ses/aws4_request, SignedHeaders=host, Signature=0";

function reachable(port: number): Promise<true | undefined> {
  return new Promise((done) => {
    const socket = createConnection({ port, host: "127.0.0.1" }, () => {
      socket.destroy();
      done(true);
    });
    socket.on("error", () => done(undefined));
  });
}
