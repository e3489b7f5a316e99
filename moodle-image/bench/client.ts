import { Agent, request } from "node:http";

export interface Answer {
  readonly status: number;
  readonly body: string;
  readonly location: string | undefined;
  readonly milliseconds: number;
}

/** A browser with cookies, one request at a time. */
export class Client {
  private readonly cookies = new Map<string, string>();
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 1 });
  sesskey = "";

  /** Another port than that of the site's address stands for another node of the same site. */
  constructor(
    public port: number,
    private readonly site = port,
  ) {}

  async send(path: string, form?: URLSearchParams | string): Promise<Answer> {
    const start = performance.now();
    const body = form === undefined ? undefined : form.toString();
    const answer = await new Promise<Omit<Answer, "milliseconds">>((resolve, reject) => {
      const sent = request(
        {
          host: "127.0.0.1",
          port: this.port,
          path,
          agent: this.agent,
          method: body === undefined ? "GET" : "POST",
          headers: {
            host: `127.0.0.1:${this.site}`,
            cookie: [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; "),
            ...(body === undefined
              ? {}
              : {
                  "content-length": Buffer.byteLength(body),
                  "content-type": typeof form === "string" ? "application/json" : "application/x-www-form-urlencoded",
                }),
          },
        },
        (response) => {
          const parts: Buffer[] = [];
          response.on("data", (part: Buffer) => parts.push(part));
          response.on("error", reject);
          response.on("end", () => {
            for (const cookie of response.headers["set-cookie"] ?? []) {
              const [, name, value] = /^([^=]+)=([^;]*)/.exec(cookie)!;
              this.cookies.set(name!, value!);
            }
            resolve({
              status: response.statusCode!,
              body: Buffer.concat(parts).toString("latin1"),
              location: response.headers.location,
            });
          });
        },
      );
      sent.on("error", reject);
      sent.end(body);
    });
    return { ...answer, milliseconds: performance.now() - start };
  }

  /** The form, then the answer to it; throws if that does not sign the user in. */
  async logIn(user: string, password: string, goHome = true): Promise<void> {
    this.cookies.clear();
    const form = await this.send("/login/index.php");
    const token = /name="logintoken" value="([^"]+)"/.exec(form.body)?.[1] ?? "";
    const answer = await this.send(
      "/login/index.php",
      new URLSearchParams({ username: user, password, logintoken: token }),
    );
    if (answer.status !== 303 || (answer.location ?? "").endsWith("/login/index.php")) {
      throw new Error(`signing in as ${user} answered ${answer.status} to ${answer.location}`);
    }
    if (!goHome) {
      return;
    }
    const home = await this.send("/my/");
    this.sesskey = /"sesskey":"([^"]+)"/.exec(home.body)?.[1] ?? "";
  }

  close(): void {
    this.agent.destroy();
  }
}
