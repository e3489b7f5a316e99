import { request } from "node:http";

/** A browser that is just enough for Moodle: cookies, forms, and a Host that does not depend on where the container listens. */

export interface Page {
  readonly status: number;
  readonly location: string;
  readonly type: string;
  readonly body: Buffer;
  readonly text: string;
}

export class Browser {
  private readonly cookies = new Map<string, string>();

  constructor(
    readonly host: string,
    /** Headers of every request, as a proxy in front would add them. */
    private readonly headers: Readonly<Record<string, string>> = {},
  ) {}

  /** Its cookies, as the header has them. */
  get cookie(): string {
    return [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
  }

  async get(port: number, path: string): Promise<Page> {
    return this.send(port, "GET", path, {}, undefined);
  }

  /** Follows redirects, each on the same container. */
  async open(port: number, path: string): Promise<Page> {
    let page = await this.get(port, path);
    for (let hops = 0; page.location !== "" && hops < 5; hops++)
      page = await this.get(port, page.location.replace(/^https?:\/\/[^/]+/, ""));
    return page;
  }

  async post(port: number, path: string, fields: Readonly<Record<string, string>>): Promise<Page> {
    return this.send(
      port,
      "POST",
      path,
      { "Content-Type": "application/x-www-form-urlencoded" },
      Buffer.from(new URLSearchParams(fields).toString()),
    );
  }

  async postXml(port: number, path: string, body: string): Promise<Page> {
    return this.send(port, "POST", path, { "Content-Type": "text/xml" }, Buffer.from(body));
  }

  /** Moodle's own AJAX: one call of a web service function. */
  async call(port: number, sesskey: string, method: string, args: unknown): Promise<Page> {
    const body = Buffer.from(JSON.stringify([{ index: 0, methodname: method, args }]));
    return this.send(
      port,
      "POST",
      `/lib/ajax/service.php?sesskey=${sesskey}&info=${method}`,
      { "Content-Type": "application/json" },
      body,
    );
  }

  async upload(
    port: number,
    path: string,
    fields: Readonly<Record<string, string>>,
    file: { field: string; name: string; data: Buffer },
  ): Promise<Page> {
    const boundary = "----moodle-image-test";
    const parts = Object.entries(fields).map(([name, value]) =>
      Buffer.from(`--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`),
    );
    const head = `--${boundary}\r\nContent-Disposition: form-data; name="${file.field}"; filename="${file.name}"\r\nContent-Type: application/octet-stream\r\n\r\n`;
    const body = Buffer.concat([...parts, Buffer.from(head), file.data, Buffer.from(`\r\n--${boundary}--\r\n`)]);
    return this.send(port, "POST", path, { "Content-Type": `multipart/form-data; boundary=${boundary}` }, body);
  }

  async login(port: number, username: string, password: string): Promise<Page> {
    const form = await this.open(port, "/login/index.php");
    await this.post(port, "/login/index.php", { username, password, logintoken: field(form.text, "logintoken") });
    return this.open(port, "/my/");
  }

  private send(
    port: number,
    method: string,
    path: string,
    headers: Record<string, string>,
    body: Buffer | undefined,
  ): Promise<Page> {
    return new Promise((resolve, reject) => {
      const sent = request(
        {
          port,
          host: "127.0.0.1",
          method,
          path,
          headers: {
            Host: this.host,
            Cookie: this.cookie,
            ...this.headers,
            ...headers,
            ...(body === undefined ? {} : { "Content-Length": `${body.length}` }),
          },
        },
        (answer) => {
          const chunks: Buffer[] = [];
          answer.on("data", (chunk: Buffer) => chunks.push(chunk));
          answer.on("error", reject);
          answer.on("end", () => {
            for (const cookie of answer.headers["set-cookie"] ?? []) {
              const [, name, value] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
              if (name !== undefined && value !== undefined) this.cookies.set(name, value);
            }
            const all = Buffer.concat(chunks);
            resolve({
              status: answer.statusCode ?? 0,
              location: answer.headers.location ?? "",
              type: answer.headers["content-type"] ?? "",
              body: all,
              text: all.toString("utf8"),
            });
          });
        },
      );
      sent.on("error", reject);
      sent.end(body);
    });
  }
}

/** The value of a form's field. */
export function field(html: string, name: string): string {
  const input = new RegExp(`<input[^>]*name="${name}"[^>]*>`).exec(html)?.[0] ?? "";
  return /value="([^"]*)"/.exec(input)?.[1] ?? "";
}

/** A value of the page's JavaScript settings. */
export function setting(html: string, name: string): string {
  return new RegExp(`"${name}":"?([^",}]+)`).exec(html)?.[1] ?? "";
}
