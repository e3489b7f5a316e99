/** One part of a multipart body. `fill` adds so many bytes of filler, for large uploads. */
interface Part {
  readonly name: string;
  readonly value?: string;
  readonly filename?: string;
  readonly type?: string;
  readonly fill?: number;
}

/** A request as the corpus files write it: only what matters about it. */
export interface CorpusRequest {
  readonly id: string;
  /** Its name for people. */
  readonly why: string;
  /** @default GET, or POST with a body */
  readonly method?: string;
  /** Path as sent: percent-encoded where a browser would. */
  readonly path: string;
  /** As sent, or names and values to encode. */
  readonly query?: string | Readonly<Record<string, string>>;
  /** @default "browser" */
  readonly client?: keyof typeof clients;
  /** Over those of the client; an empty value takes one away. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly form?: Readonly<Record<string, string>>;
  readonly json?: unknown;
  readonly text?: { readonly type: string; readonly value: string };
  readonly multipart?: readonly Part[];
  /** Bytes of filler after the body, or at the end of the cookie header. */
  readonly fillBody?: number;
  readonly fillCookie?: number;
  /** @default an address of a documentation range */
  readonly address?: string;
  /** @default GB */
  readonly country?: string;
}

/** A request as the firewall receives it. Text is latin1, so that a character is a byte. */
export interface WafRequest {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Buffer;
  readonly address: string;
  readonly country: string;
}

export const site = "moodle.example.org";

/** https://datatracker.ietf.org/doc/html/rfc5737: reserved addresses. */
const someone = "198.51.100.23";

const browser = {
  "user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
  accept: "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
  "accept-language": "en-GB,en;q=0.5",
  cookie: "MoodleSession=4q2v7b0e1nm3l8s9tqf6g5h0aa; MOODLEID1_=%25E7%25D2",
};

/** Headers that the different programs which talk to Moodle send. */
export const clients = {
  browser,
  fresh: { ...browser, cookie: "" },
  ajax: {
    ...browser,
    accept: "application/json, text/javascript, */*; q=0.01",
    "x-requested-with": "XMLHttpRequest",
  },
  app: { "user-agent": "Mozilla/5.0 (Linux; Android 15; Pixel 8) AppleWebKit/537.36 MoodleMobile 5.1.0 (51000)" },
  curl: { "user-agent": "curl/8.14.1", accept: "*/*" },
  python: { "user-agent": "python-requests/2.32.4", accept: "*/*" },
  java: { "user-agent": "Java/21.0.4", accept: "*/*" },
  calendar: { "user-agent": "Microsoft Office/16.0 (Microsoft Outlook 16.0.18129; Pro)" },
  nameless: { accept: "*/*" },
} as const;

const boundary = "----moodle-corpus-boundary";

/** The request of a corpus entry. */
export function toRequest(given: CorpusRequest): WafRequest {
  const { type, body } = bodyOf(given);
  const headers: Record<string, string> = { host: site, ...clients[given.client ?? "browser"] };
  if (type !== undefined) {
    headers["content-type"] = type;
    headers["content-length"] = String(body.length);
  }
  for (const [name, value] of Object.entries(given.headers ?? {})) {
    headers[name.toLowerCase()] = value;
  }
  if (given.fillCookie !== undefined) {
    headers["cookie"] = `${headers["cookie"] ?? ""}; _shibsession_=${"a1B2".repeat(Math.ceil(given.fillCookie / 4))}`;
  }
  return {
    method: given.method ?? (type === undefined ? "GET" : "POST"),
    path: given.path,
    query: typeof given.query === "object" ? new URLSearchParams(given.query).toString() : (given.query ?? ""),
    headers: Object.entries(headers).filter(([, value]) => value !== ""),
    body,
    address: given.address ?? someone,
    country: given.country ?? "GB",
  };
}

function bodyOf(given: CorpusRequest): { readonly type: string | undefined; readonly body: Buffer } {
  const filled = (text: string) =>
    given.fillBody === undefined ? Buffer.from(text) : Buffer.concat([Buffer.from(text), filler(given.fillBody)]);
  if (given.form !== undefined) {
    const type = "application/x-www-form-urlencoded";
    return { type, body: filled(new URLSearchParams(given.form as Record<string, string>).toString()) };
  }
  if (given.json !== undefined) {
    return { type: "application/json", body: filled(JSON.stringify(given.json)) };
  }
  if (given.text !== undefined) {
    return { type: given.text.type, body: filled(given.text.value) };
  }
  if (given.multipart !== undefined) {
    const parts = given.multipart.flatMap(encodePart);
    return {
      type: `multipart/form-data; boundary=${boundary}`,
      body: Buffer.concat([...parts, Buffer.from(`--${boundary}--\r\n`)]),
    };
  }
  return { type: undefined, body: Buffer.alloc(0) };
}

function encodePart({ name, value = "", filename, type, fill = 0 }: Part): readonly Buffer[] {
  const file = filename === undefined ? "" : `; filename="${filename}"`;
  const kind = type === undefined ? "" : `Content-Type: ${type}\r\n`;
  const head = `--${boundary}\r\nContent-Disposition: form-data; name="${name}"${file}\r\n${kind}\r\n`;
  return [Buffer.from(head), Buffer.from(value), filler(fill), Buffer.from("\r\n")];
}

const filler = (bytes: number): Buffer => Buffer.alloc(bytes, "lorem ipsum dolor sit amet ");
