// cspell:ignore powerplatform
/** Where a publish is told, by the form that the receiver takes. */
export const webhookKinds = ["slack", "teams", "json", "mastodon", "bluesky"] as const;
export type WebhookKind = (typeof webhookKinds)[number];

/** A receiver. Its address is a secret, since whoever knows it may post there. */
export interface WebhookTarget {
  /** For people, in the log. Small letters, digits and hyphens. @example "students-slack" */
  readonly name: string;
  readonly kind: WebhookKind;
  /** ARN of a secret whose text is JSON with the fields of the kind: `secretFields`. */
  readonly secretArn: string;
}

/** Form of a receiver's name. */
export const webhookName = /^[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?$/;

/** What the secret of each kind holds. */
export const secretFields = {
  slack: ["url"],
  teams: ["url"],
  json: ["url", "secret"],
  mastodon: ["url", "token"],
  bluesky: ["url", "identifier", "password"],
} as const satisfies Readonly<Record<WebhookKind, readonly string[]>>;

/**
 * Hosts of the vendors, so that a mistaken address is said before anything is sent.
 * https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks/,
 * https://learn.microsoft.com/en-us/power-automate/developer/trigger-http-url-migration
 */
const hosts: Partial<Readonly<Record<WebhookKind, RegExp>>> = {
  slack: /^hooks\.slack(-gov)?\.com$/,
  teams: /(^|\.)(logic\.azure\.com|api\.powerplatform\.com|webhook\.office\.com)$/,
};

export type Secret = Readonly<Record<string, string>> & { readonly url: string };

/**
 * Reads a receiver's secret. No error shows any of it.
 *
 * @throws Error that names the field and what is expected
 */
export function readSecret(text: string, { name, kind }: WebhookTarget): Secret {
  const fields: readonly string[] = secretFields[kind];
  const wanted = `JSON with ${fields.map((field) => `"${field}"`).join(", ")}`;
  const wrong = (what: string, expected: string): never => {
    throw new Error(`The secret of webhook ${name} (${kind}): ${what}, expected ${expected}.`);
  };
  let given: Record<string, unknown> = {};
  try {
    given = { ...(JSON.parse(text) as object) };
  } catch {
    wrong("it is not JSON", wanted);
  }
  for (const field of fields) {
    const value = given[field];
    if (typeof value !== "string" || value === "" || /[\r\n]/.test(value)) {
      wrong(`no "${field}"`, wanted);
    }
  }
  const url = URL.canParse(String(given["url"])) ? new URL(String(given["url"])) : undefined;
  if (url?.protocol !== "https:" || url.port !== "" || url.username !== "" || url.password !== "") {
    return wrong('"url" is another address', "https:// and a host, without a port and a password");
  }
  if (/^[[\d]|(^|\.)(localhost|local|internal|arpa)\.?$/.test(url.hostname) || !url.hostname.includes(".")) {
    wrong('"url" names a host that is not public', "a name of the public DNS");
  }
  const host = hosts[kind];
  if (host !== undefined && !host.test(url.hostname)) {
    wrong(`"url" is not ${kind}'s`, `a host such as ${host.source}`);
  }
  if (kind === "json" && !/^whsec_[A-Za-z0-9+/]{32,}={0,2}$/.test(String(given["secret"]))) {
    wrong('"secret" is none', "whsec_ and at least 24 bytes in base64 (https://www.standardwebhooks.com)");
  }
  return Object.fromEntries(fields.map((field) => [field, String(given[field])])) as Secret;
}
