import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { createHash, createHmac } from "node:crypto";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { createServer, type IncomingMessage, type Server } from "node:http";
import { type AddressInfo, createConnection } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { freePort } from "../../tools/lib/freePort";
import { until } from "./container";

/** Real servers on loopback, started and stopped by the tests: nothing of the machine's own services is used. */

export interface Service {
  readonly port: number;
  /** Ends the server and removes its data. */
  stop(): Promise<void>;
  /** Ends the server and keeps its data: SIGKILL is a crash. */
  halt(signal?: "SIGTERM" | "SIGKILL"): Promise<void>;
  /** Stops it in the middle of what it does: connections stay open and nothing answers. Goes on with `goOn`. */
  hang(): void;
  goOn(): void;
  /** Starts it again, on the same port with the same data; comes back when it takes connections. */
  resume(): Promise<void>;
}

const listening = (port: number) =>
  until(
    `port ${port}`,
    () =>
      new Promise<true | undefined>((resolve) => {
        const socket = createConnection({ port, host: "127.0.0.1" }, () => {
          socket.destroy();
          resolve(true);
        });
        socket.on("error", () => resolve(undefined));
      }),
  );

async function serve(command: string, args: readonly string[], port: number, folder: string): Promise<Service> {
  let child: ChildProcess | undefined;
  const resume = async () => {
    child = spawn(command, [...args], { stdio: "ignore" });
    await listening(port);
  };
  const halt = async (signal: "SIGTERM" | "SIGKILL" = "SIGTERM") => {
    const running = child;
    child = undefined;
    if (running === undefined || running.exitCode !== null || running.signalCode !== null) return;
    const gone = new Promise((resolve) => running.on("exit", resolve));
    running.kill(signal);
    await gone;
  };
  await resume();
  return {
    port,
    halt,
    hang: () => void child?.kill("SIGSTOP"),
    goOn: () => void child?.kill("SIGCONT"),
    resume,
    stop: async () => {
      await halt();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function scratch(): string {
  const folder = mkdtempSync(join(tmpdir(), "moodle-service-"));
  chmodSync(folder, 0o755);
  return folder;
}

export interface RedisOptions {
  readonly policy: "noeviction" | "allkeys-lru";
  readonly password?: string;
  readonly tls?: Certificates;
  readonly port?: number;
}

export async function redis({ policy, password, tls, port = 0 }: RedisOptions): Promise<Service> {
  const folder = scratch();
  const at = port === 0 ? await freePort() : port;
  const listen =
    tls === undefined
      ? ["--port", `${at}`]
      : [
          "--port",
          "0",
          "--tls-port",
          `${at}`,
          "--tls-cert-file",
          tls.certificate,
          "--tls-key-file",
          tls.key,
          "--tls-ca-cert-file",
          tls.authority,
          "--tls-auth-clients",
          "no",
        ];
  return serve(
    "redis-server",
    [
      "--bind",
      "127.0.0.1",
      "--save",
      "",
      "--dir",
      folder,
      "--maxmemory",
      "256mb",
      "--maxmemory-policy",
      policy,
      ...(password === undefined ? [] : ["--requirepass", password]),
      ...listen,
    ],
    at,
    folder,
  );
}

export interface Database extends Service {
  /** Runs a statement as root. */
  sql(statement: string): string;
}

/** MariaDB with a master user, as a new Aurora cluster has one. */
export async function mariadb(
  master: { readonly user: string; readonly password: string },
  tls?: Certificates,
): Promise<Database> {
  const folder = scratch();
  const port = await freePort();
  const data = join(folder, "data");
  execFileSync("install", ["-d", "-o", "mysql", data]);
  execFileSync(
    "mariadb-install-db",
    [
      "--no-defaults",
      "--user=mysql",
      `--datadir=${data}`,
      "--auth-root-authentication-method=normal",
      "--skip-test-db",
    ],
    {
      stdio: "ignore",
    },
  );
  const service = await serve(
    "mariadbd",
    [
      "--no-defaults",
      "--user=mysql",
      `--datadir=${data}`,
      `--socket=${data}/socket`,
      `--port=${port}`,
      "--bind-address=127.0.0.1",
      "--innodb-buffer-pool-size=256M",
      "--max-allowed-packet=64M",
      "--innodb-flush-log-at-trx-commit=2",
      "--skip-log-bin",
      ...(tls === undefined
        ? []
        : [
            `--ssl-cert=${tls.certificate}`,
            `--ssl-key=${tls.key}`,
            `--ssl-ca=${tls.authority}`,
            "--require-secure-transport=ON",
          ]),
    ],
    port,
    folder,
  );
  const sql = (statement: string) =>
    execFileSync("mariadb", ["--no-defaults", `--socket=${data}/socket`, "-uroot", "-e", statement], {
      encoding: "utf8",
    });
  sql(
    `CREATE USER '${master.user}'@'%' IDENTIFIED BY '${master.password}'; GRANT ALL ON *.* TO '${master.user}'@'%' WITH GRANT OPTION`,
  );
  return { ...service, sql };
}

/** A certificate authority for one test run, and a certificate for 127.0.0.1. */
export interface Certificates {
  readonly authority: string;
  readonly certificate: string;
  readonly key: string;
  remove(): void;
}

export function certificates(environment: Readonly<Record<string, string>> = {}): Certificates {
  const folder = scratch();
  const at = (name: string) => join(folder, name);
  const openssl = (...args: string[]) =>
    execFileSync("openssl", args, { stdio: "ignore", env: { ...process.env, ...environment } });
  openssl(
    "req",
    "-x509",
    "-newkey",
    "rsa:2048",
    "-nodes",
    "-days",
    "2",
    "-subj",
    "/CN=test authority",
    "-keyout",
    at("authority.key"),
    "-out",
    at("authority.pem"),
  );
  openssl(
    "req",
    "-newkey",
    "rsa:2048",
    "-nodes",
    "-subj",
    "/CN=localhost",
    "-keyout",
    at("server.key"),
    "-out",
    at("server.csr"),
  );
  execFileSync("sh", ["-c", `printf 'subjectAltName=DNS:localhost,IP:127.0.0.1' > ${at("names")}`]);
  openssl(
    "x509",
    "-req",
    "-days",
    "2",
    "-in",
    at("server.csr"),
    "-CA",
    at("authority.pem"),
    "-CAkey",
    at("authority.key"),
    "-CAcreateserial",
    "-extfile",
    at("names"),
    "-out",
    at("server.pem"),
  );
  for (const name of ["server.key", "server.pem", "authority.pem"]) chmodSync(at(name), 0o644);
  return {
    authority: at("authority.pem"),
    certificate: at("server.pem"),
    key: at("server.key"),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** S3 and the ECS credential endpoint in one, with the signature of each request worked out again. */
export class Bucket {
  readonly objects = new Map<string, string>();
  readonly requests: string[] = [];
  /** Answers that are given instead, one for each request, until they are used up. */
  readonly failures: number[] = [];
  private server: Server | undefined;
  static readonly key = "AKIDEXAMPLE";
  static readonly secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

  async start(): Promise<string> {
    this.server = createServer((request, response) => {
      const [status, body] = this.answer(request);
      response.writeHead(status).end(body);
    });
    await new Promise<void>((resolve) => this.server?.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    await new Promise((resolve) => this.server?.close(resolve));
  }

  private answer(request: IncomingMessage): [number, string] {
    const path = request.url ?? "";
    if (path === "/credentials") {
      return [200, JSON.stringify({ AccessKeyId: Bucket.key, SecretAccessKey: Bucket.secret, Token: "session-token" })];
    }
    this.requests.push(path);
    const failure = this.failures.shift();
    if (failure !== undefined) return [failure, "no"];
    if (!signed(request, "s3")) return [403, "the signature does not match"];
    const object = this.objects.get(path.slice("/configuration/".length));
    return object === undefined ? [404, "no such key"] : [200, object];
  }
}

/** Signature version 4 from the other side: https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html */
export function signed({ headers, url, method }: IncomingMessage, service: string, body = Buffer.alloc(0)): boolean {
  const found =
    /Credential=([^/]+)\/(\d+)\/([^/]+)\/([^/]+)\/aws4_request, SignedHeaders=([^,]+), Signature=([0-9a-f]{64})/.exec(
      headers.authorization ?? "",
    );
  if (found === null || headers["x-amz-security-token"] !== "session-token" || found[4] !== service) return false;
  if (createHash("sha256").update(body).digest("hex") !== headers["x-amz-content-sha256"]) return false;
  const [, key = "", day = "", region = "", , names = "", signature] = found;
  const hmac = (secret: string | Buffer, text: string) => createHmac("sha256", secret).update(text).digest();
  const hash = (text: string) => createHash("sha256").update(text).digest("hex");
  const lines = names
    .split(";")
    .map((name) => `${name}:${headers[name]}\n`)
    .join("");
  const canonical = `${method}\n${url}\n\n${lines}\n${names}\n${headers["x-amz-content-sha256"]}`;
  const text = `AWS4-HMAC-SHA256\n${headers["x-amz-date"]}\n${day}/${region}/${service}/aws4_request\n${hash(canonical)}`;
  const secret = [day, region, service, "aws4_request"].reduce<string | Buffer>(
    (last, part) => hmac(last, part),
    `AWS4${Bucket.secret}`,
  );
  return key === Bucket.key && hmac(secret, text).toString("hex") === signature;
}
