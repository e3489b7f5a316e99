import assert from "node:assert/strict";
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, get, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { originSecretHeader } from "../../components/lib/originSecret";
import { leaveOut } from "../../testing/leftOut";
import { answer, sign } from "../../testing/signed-files/signedUrl";
import { DeployedStack } from "../../testing/stand-ins/deployedStack";
import { generateFileKey } from "../lib/fileKey";
import { rotateOrigin } from "./deployments";
import { forgetKey, signWithKey, trustKey } from "./steps";

const print = () => undefined;

interface Reply {
  readonly status: number;
  /** The configuration that answered. */
  readonly step: string;
}

/** One connection for each request, as the first request of a visitor has. A body that ends early is a failure. */
const ask = (address: string): Promise<Reply> =>
  new Promise((resolve, reject) => {
    get(address, { agent: false }, (response) => {
      response.on("error", reject).on("end", () => {
        const { "x-step": step } = response.headers;
        resolve({ status: response.statusCode ?? 0, step: String(step) });
      });
      response.resume();
    }).on("error", reject);
  });

/** Visitors who ask all the time. */
class Visitors {
  readonly failed: string[] = [];
  answered = 0;
  private gone = false;
  private asking = 0;
  private pause: Promise<unknown> | undefined;
  private readonly all: Promise<void>[];

  constructor(addresses: readonly (() => string)[]) {
    this.all = addresses.map((address) => this.visit(address));
  }
  private async visit(address: () => string): Promise<void> {
    while (!this.gone) {
      await this.pause;
      const one = address();
      this.asking += 1;
      await ask(one).then(
        ({ status }) => status === 200 || this.failed.push(`${status} ${one.slice(0, 60)}`),
        (error: Error) => this.failed.push(`${error.message} ${one.slice(0, 60)}`),
      );
      this.answered += 1;
      this.asking -= 1;
    }
  }
  /** Until each has been answered some times more: requests of before are over, and some of now. */
  async more(): Promise<void> {
    const goal = this.answered + 4 * this.all.length;
    while (this.answered < goal) {
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
  /** Between two requests of each: for what no request may see half of, such as a jump of the clock. */
  async between(change: () => void): Promise<void> {
    let goOn = () => undefined as void;
    this.pause = new Promise<void>((resolve) => (goOn = resolve));
    while (this.asking > 0) {
      await new Promise((resolve) => setImmediate(resolve));
    }
    change();
    this.pause = undefined;
    goOn();
  }
  async leave(): Promise<void> {
    this.gone = true;
    await Promise.all(this.all);
  }
}

describe("make rotate with requests in flight", () => {
  describe("origin-secret, through nginx in the place of the load balancer and of two edge locations", () => {
    const folder = mkdtempSync(join(tmpdir(), "in-flight-"));
    let running: Nginx[] = [];

    /** A real nginx with one server, which takes a new configuration as it runs. */
    class Nginx {
      private readonly file: string;
      private step = 0;
      private constructor(
        private readonly name: string,
        readonly port: number,
        private server: string,
      ) {
        this.file = join(folder, `${name}.conf`);
      }
      private process!: ChildProcess;
      private write(): void {
        const places = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
          .map((kind) => `${kind}_temp_path ${join(folder, `${this.name}-${kind}`)};`)
          .join(" ");
        writeFileSync(
          this.file,
          `daemon off; ${process.getuid?.() === 0 ? "user root;" : ""} worker_processes 2; pid ${join(folder, `${this.name}.pid`)}; error_log ${join(folder, `${this.name}.log`)};
events {}
http { access_log off; ${places}
${this.server.replaceAll("STEP", String(this.step))} }
`,
        );
      }
      static async start(name: string, server: (port: number) => string): Promise<Nginx> {
        const free = createServer().listen(0, "127.0.0.1");
        await once(free, "listening");
        const { port } = free.address() as AddressInfo;
        free.close();
        await once(free, "close");
        const one = new Nginx(name, port, server(port));
        one.write();
        one.process = spawn("nginx", ["-c", one.file, "-p", folder, "-e", join(folder, `${name}.log`)], {
          stdio: "inherit",
        });
        running.push(one);
        await one.serves();
        return one;
      }
      /** Old workers finish what they have. The change is over when they are gone, as CloudFront says when it is deployed. */
      async take(server: string): Promise<void> {
        const before = this.workers();
        this.server = server;
        this.step += 1;
        this.write();
        this.process.kill("SIGHUP");
        await this.serves();
        while (this.workers().some((one) => before.includes(one))) {
          await new Promise((resolve) => setTimeout(resolve, 20));
        }
      }
      private workers(): readonly string[] {
        const { pid } = this.process;
        return readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ");
      }
      private async serves(): Promise<void> {
        for (let same = 0; same < 5;) {
          const { step } = await ask(`http://127.0.0.1:${this.port}/step`).catch(() => ({ step: "none" }));
          same = step === String(this.step) ? same + 1 : 0;
          await new Promise((resolve) => setTimeout(resolve, same === 0 ? 20 : 0));
        }
      }
      async stop(): Promise<void> {
        this.process.kill("SIGQUIT");
        await once(this.process, "exit");
      }
    }
    const value = (number: number) => `value-${number}`;
    const balancer = (port: number, accepted: readonly number[]) => `
map $http_${originSecretHeader.toLowerCase().replaceAll("-", "_")} $known { default 0; ${accepted.map((one) => `"${value(one)}" 1;`).join(" ")} }
server { listen 127.0.0.1:${port}; root ${folder};
  location = /step { add_header X-Step STEP; return 204; }
  location = /page { if ($known = 0) { return 403; } }
  location = /slow { if ($known = 0) { return 403; } limit_rate 256k; } }`;
    const edge = (port: number, to: number, sent: number) => `
server { listen 127.0.0.1:${port};
  location = /step { add_header X-Step STEP; return 204; }
  location / { proxy_pass http://127.0.0.1:${to}; proxy_set_header ${originSecretHeader} ${value(sent)}; proxy_buffering off; } }`;

    before(function () {
      if (spawnSync("nginx", ["-v"]).status !== 0) {
        leaveOut(this, "there is no nginx: apt-get install nginx-light");
      }
      chmodSync(folder, 0o755);
      writeFileSync(join(folder, "page"), "x".repeat(2000));
      writeFileSync(join(folder, "slow"), "x".repeat(60_000));
    });
    afterEach(async () => {
      await Promise.all(running.map((one) => one.stop()));
      running = [];
    });
    after(() => rmSync(folder, { recursive: true, force: true }));

    interface Numbers {
      readonly accepted: readonly number[];
      readonly sent: number;
    }
    /** Failures of a rotation in these deployments. @param first Whether the listener's rule changes before the edge locations do. */
    async function through(history: readonly Numbers[], first: "listener" | "edge"): Promise<Visitors> {
      const [{ accepted, sent }] = history as [Numbers];
      const listener = await Nginx.start("balancer", (port) => balancer(port, accepted));
      const edges = [
        await Nginx.start("edge-1", (port) => edge(port, listener.port, sent)),
        await Nginx.start("edge-2", (port) => edge(port, listener.port, sent)),
      ];
      const addresses = edges.flatMap(({ port }) =>
        ["page", "page", "slow"].map((path) => () => `http://127.0.0.1:${port}/${path}`),
      );
      const visitors = new Visitors(addresses);
      await visitors.more();
      for (const now of history.slice(1)) {
        const changes = [
          () => listener.take(balancer(listener.port, now.accepted)),
          ...edges.map((one) => () => one.take(edge(one.port, listener.port, now.sent))),
        ];
        for (const change of first === "listener" ? changes : changes.toReversed()) {
          await change();
          await visitors.more();
        }
      }
      await visitors.leave();
      return visitors;
    }

    for (const first of ["listener", "edge"] as const) {
      it(`fails none, the ${first} first`, async () => {
        const stack = new DeployedStack({});
        rotateOrigin(stack, { sent: false }, { print });
        const history = stack.history.map(({ acceptedOriginSecrets: accepted, ...edge }) => ({
          accepted,
          sent: (edge as { readonly sentOriginSecret: number }).sentOriginSecret,
        }));
        assert.equal(history.length, 4);
        const { failed, answered } = await through(history, first);
        assert.deepEqual(failed, [], `of ${answered}`);
        console.log(`      ${answered} requests, 0 failed`);
      });

      it(`a planted rotation in one deployment fails some, the ${first} first`, async () => {
        const { failed } = await through(
          [
            { accepted: [1], sent: 1 },
            { accepted: [2], sent: 2 },
          ],
          first,
        );
        assert.ok(
          failed.some((one) => one.startsWith("403 ")),
          failed.join(),
        );
      });
    }
  });

  describe("file-signing-key, with signatures that each edge location verifies by its public keys", () => {
    const [old, fresh] = [generateFileKey(), generateFileKey()];
    const idOf = (publicKey: string) => (publicKey.trim() === old.publicKey.trim() ? "K1" : "K2");
    const day = 86_400;
    const arn = (name: string) => `arn:aws:secretsmanager:eu-west-2:123456789012:secret:${name}-AbCdEf`;
    const servers: Server[] = [];
    afterEach(() => servers.splice(0).forEach((one) => one.close()));

    /**
     * @param days Between the release and the end of the rotation.
     * @param trusting Whether edge locations learn the new key: a planted rotation only releases.
     */
    async function through(days: number, trusting = true): Promise<Visitors> {
      let now = 1_795_000_000;
      const stack = new DeployedStack({
        signedFiles: { publicKeys: [old.publicKey], privateKeySecretArn: arn("by-hand") },
      });
      const keysOf = () => {
        const { publicKeys } = (stack.last as { readonly signedFiles: { readonly publicKeys: readonly string[] } })
          .signedFiles;
        return Object.fromEntries(publicKeys.map((key) => [idOf(key), key]));
      };
      const trusted = [keysOf(), keysOf()];
      const edges = trusted.map((_, index) =>
        createServer((request, response) => {
          const address = `https://moodle.example.org${request.url}`;
          response.writeHead(answer(address, { keys: trusted[index]!, now }).status).end();
        }).listen(0, "127.0.0.1"),
      );
      servers.push(...edges);
      await Promise.all(edges.map((one) => once(one, "listening")));
      const ports = edges.map((one) => (one.address() as AddressInfo).port);
      // What tasks sign with: a release moves it.
      let signing = { keyPairId: "K1", privateKey: old.privateKey };
      const made = (expires: number) =>
        sign({
          address: "https://moodle.example.org/objectfs",
          contentHash: "da39a3ee5e6b4b0d3255bfef95601890afd80709",
          expires,
          ...signing,
        });
      /** Addresses that pages have, each good for a week. */
      let held: { readonly address: string; readonly expires: number }[] = [];
      const next = (port: number) => () => {
        const good = held.filter(({ expires }) => expires > now);
        held = [...good.slice(0, 1), ...good.slice(1).slice(-40)];
        const expires = now + 7 * day;
        held.push({ address: made(expires), expires });
        // An old one as often as a new one.
        const { address } = held[held.length % 2 === 0 ? 0 : held.length - 1]!;
        return address.replace("https://moodle.example.org", `http://127.0.0.1:${port}`);
      };
      const visitors = new Visitors(ports.flatMap((port) => [next(port), next(port)]));
      const deployed = async () => {
        for (const index of trusted.keys()) {
          trusted[index] = keysOf();
          await visitors.more();
        }
      };
      await visitors.more();
      if (trusting) {
        stack.write(trustKey({ publicKey: fresh.publicKey, secretArn: arn("fresh") }));
        stack.deploy();
        await deployed();
        stack.write(signWithKey(stack.settings(), { publicKey: fresh.publicKey, secretArn: arn("fresh") }));
        stack.deploy();
        await deployed();
      }
      signing = { keyPairId: "K2", privateKey: fresh.privateKey };
      await visitors.more();
      await visitors.between(() => (now += days * day));
      await visitors.more();
      if (trusting) {
        stack.write(forgetKey);
        stack.deploy();
        await deployed();
        assert.deepEqual(
          trusted.map((keys) => Object.keys(keys)),
          [["K2"], ["K2"]],
        );
      }
      await visitors.leave();
      return visitors;
    }

    it("fails none, the old key forgotten after the eight days of make rotate", async () => {
      const { failed, answered } = await through(8);
      assert.deepEqual(failed, [], `of ${answered}`);
      console.log(`      ${answered} requests, 0 failed`);
    });

    it("a planted rotation fails some: the old key forgotten after six days, or the new one not trusted", async () => {
      assert.ok((await through(6)).failed.some((one) => one.startsWith("403 ")));
      assert.ok((await through(8, false)).failed.some((one) => one.startsWith("403 ")));
    });
  });
});
