// cspell:ignore xrpc atproto bsky rkey
import { createHmac } from "node:crypto";
import type { Announcement } from "./announcement";
import type { Secret } from "./webhook";

/** One POST. */
export interface Post {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const post = (url: string, body: object, headers: Readonly<Record<string, string>> = {}): Post => ({
  url,
  headers: { "content-type": "application/json; charset=utf-8", ...headers },
  body: JSON.stringify(body),
});

/**
 * Cuts between two characters that people see, and says that it did.
 *
 * @param cost of a character, in the receiver's own measure. @default one
 */
export function shortened(text: string, longest: number, cost: (character: string) => number = () => 1): string {
  const parts = [...new Intl.Segmenter("en", { granularity: "grapheme" }).segment(text)].map((one) => one.segment);
  if (parts.reduce((sum, one) => sum + cost(one), 0) <= longest) {
    return text;
  }
  let left = longest - cost("…");
  const kept = parts.slice(
    0,
    parts.findIndex((one) => (left -= cost(one)) < 0),
  );
  return `${kept.join("").trimEnd()}…`;
}

/** The three characters by which Slack knows mentions and links: https://docs.slack.dev/messaging/formatting-message-text/#escaping */
const slackText = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

/** https://docs.slack.dev/reference/block-kit/blocks/section-block/ */
const longestSection = 3000;

const shortSlack = (words: string, longest: number): string =>
  slackText(shortened(words, longest, (one) => slackText(one).length));

const markdown = (text: string) => ({ type: "mrkdwn", text, verbatim: true });
const section = (text: string) => ({ type: "section", text: markdown(text) });

/**
 * `verbatim` links no names that happen to be channels or people:
 * https://docs.slack.dev/reference/block-kit/composition-objects/text-object/
 */
function slackBlocks({ title, text, times, url }: Announcement): readonly object[] {
  const link = `<${slackText(url)}|Status page>`;
  // In bold, on one line: what would end it is taken out.
  const bold = section(`*${shortSlack(title.replaceAll(/[*\n]/g, " "), 1000)}*`);
  const context = { type: "context", elements: [markdown(`${slackText(times)}. ${link}`)] };
  return [bold, ...(text === "" ? [] : [section(shortSlack(text, longestSection))]), context];
}

/** An incoming webhook of Slack: https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks/ */
export function slackMessage(announcement: Announcement, secret: Secret): Post {
  const { title, text } = announcement;
  // The text is for notifications, and for readers that know no blocks.
  const fallback = shortSlack(`${title}: ${text}`, 1000);
  return post(secret.url, { text: fallback, unfurl_links: false, blocks: slackBlocks(announcement) });
}

/**
 * Bytes of a character in the JSON of a card, and of the block that a new line begins. A message may have 28 KB:
 * https://learn.microsoft.com/en-us/microsoftteams/platform/webhooks-and-connectors/how-to/connectors-using
 */
const cardBytes = (character: string): number =>
  character === "\n" ? 100 : Buffer.byteLength(JSON.stringify(character)) - 2;
const longestCard = 20_000;

/**
 * A workflow of Teams ("When a Teams webhook request is received"). Text runs know no Markdown, unlike text blocks, so nothing in a
 * text becomes a link: https://adaptivecards.io/explorer/TextRun.html. A function of dates begins with two braces.
 */
export function teamsMessage({ title, text, times, url }: Announcement, secret: Secret): Post {
  const plain = (words: string) => words.replaceAll("{{", "{ {");
  const block = (words: string, style: object = {}, more: object = {}) => ({
    type: "RichTextBlock",
    inlines: [{ type: "TextRun", text: plain(words), ...style }],
    ...more,
  });
  return post(secret.url, {
    type: "message",
    attachments: [
      {
        contentType: "application/vnd.microsoft.card.adaptive",
        contentUrl: null,
        content: {
          $schema: "http://adaptivecards.io/schemas/adaptive-card.json",
          type: "AdaptiveCard",
          version: "1.4",
          fallbackText: plain(shortened(title, 200)),
          body: [
            block(shortened(title, 200), { weight: "Bolder", size: "Medium" }),
            ...shortened(text, longestCard, cardBytes)
              .split("\n")
              .filter(Boolean)
              .map((line) => block(line)),
            block(`${times}.`, { isSubtle: true }, { spacing: "Medium" }),
          ],
          actions: [{ type: "Action.OpenUrl", title: "Status page", url }],
        },
      },
    ],
  });
}

/**
 * For programs: the announcement as JSON, signed as in Standard Webhooks, whose libraries verify it in most languages.
 * https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 *
 * @param now ISO 8601: receivers refuse what is older than five minutes, so each attempt has its own
 */
export function jsonMessage(announcement: Announcement, secret: Secret, now: string): Post {
  const { at, ...data } = announcement;
  const made = post(secret.url, { type: "status.published", timestamp: at, data });
  const seconds = Math.floor(Date.parse(now) / 1000);
  const key = Buffer.from((secret["secret"] ?? "").replace(/^whsec_/, ""), "base64");
  const signature = createHmac("sha256", key).update(`${announcement.id}.${seconds}.${made.body}`).digest("base64");
  return {
    ...made,
    headers: {
      ...made.headers,
      "webhook-id": announcement.id,
      "webhook-timestamp": String(seconds),
      "webhook-signature": `v1,${signature}`,
    },
  };
}

/** A name that begins a word would call somebody: an invisible word joiner after the sign leaves it as it looks. */
const mentionsNobody = (text: string): string => text.replaceAll(/(^|[^\w.+-])@(?=\w)/g, "$1@\u2060");

const titleAndText = ({ title, text }: Announcement): string =>
  mentionsNobody(text === "" ? title : `${title}\n\n${text}`);

/**
 * Mastodon: 500 characters, of which an address counts as 23. The key lets a second attempt post nothing twice for an hour.
 * https://docs.joinmastodon.org/methods/statuses/#create
 */
export function mastodonMessage(announcement: Announcement, secret: Secret): Post {
  const status = `${shortened(titleAndText(announcement), 500 - 23 - 2)}\n\n${announcement.url}`;
  const body = { status, visibility: "public", language: "en" };
  return post(new URL("/api/v1/statuses", secret.url).href, body, {
    authorization: `Bearer ${secret["token"]}`,
    "idempotency-key": announcement.id,
  });
}

/** Opens a session with an app password: https://docs.bsky.app/docs/api/com-atproto-server-create-session */
export function blueskySession(secret: Secret): Post {
  const url = new URL("/xrpc/com.atproto.server.createSession", secret.url).href;
  return post(url, { identifier: secret["identifier"], password: secret["password"] });
}

/** What Bluesky answers to it. @throws Error without showing it */
export function readSession(text: string): { readonly did: string; readonly accessJwt: string } {
  const { did, accessJwt } = JSON.parse(text) as Record<string, unknown>;
  if (typeof did !== "string" || typeof accessJwt !== "string") {
    throw new Error("Bluesky opened no session.");
  }
  return { did, accessJwt };
}

/**
 * Bluesky: 300 characters as people see them, and 3,000 bytes. A facet, by the text's bytes, makes the address a link; nothing else becomes one. The
 * record's key follows from the publish, so a second attempt writes the same record.
 * https://docs.bsky.app/docs/advanced-guides/posts
 */
export function blueskyMessage(
  announcement: Announcement,
  secret: Secret,
  session: { readonly did: string; readonly accessJwt: string },
): Post {
  const { at, url, version } = announcement;
  const room = 300 - [...url].length - 2;
  const bytes = 3000 - Buffer.byteLength(url) - 2;
  const words = shortened(shortened(titleAndText(announcement), room), bytes, (one) => Buffer.byteLength(one));
  const text = `${words}\n\n${url}`;
  const byteEnd = Buffer.byteLength(text);
  const record = {
    $type: "app.bsky.feed.post",
    text,
    createdAt: at,
    langs: ["en"],
    facets: [
      {
        index: { byteStart: byteEnd - Buffer.byteLength(url), byteEnd },
        features: [{ $type: "app.bsky.richtext.facet#link", uri: url }],
      },
    ],
  };
  const body = { repo: session.did, collection: "app.bsky.feed.post", rkey: recordKey(at, version), record };
  const target = new URL("/xrpc/com.atproto.repo.putRecord", secret.url).href;
  return post(target, body, { authorization: `Bearer ${session.accessJwt}` });
}

const digits = "234567abcdefghijklmnopqrstuvwxyz";

/** A timestamp identifier: microseconds, and ten bits to tell writers apart. https://atproto.com/specs/tid */
export function recordKey(at: string, version: number): string {
  let rest = ((BigInt(Date.parse(at)) * 1000n) << 10n) | BigInt(version % 1024);
  let key = "";
  for (let place = 0; place < 13; place++) {
    key = `${digits[Number(rest & 31n)]}${key}`;
    rest >>= 5n;
  }
  return key;
}
