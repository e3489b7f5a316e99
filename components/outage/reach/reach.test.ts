// cspell:ignore adaptivecards standardwebhooks hdynmk tvur atproto bsky
import * as assert from "node:assert/strict";
import * as adaptive from "adaptivecards";
import * as fc from "fast-check";
import { Webhook } from "standardwebhooks";
import { branding } from "../../../testing/outage/example";
import { changed, type Edit } from "../pages/change";
import { firstStatus, type Status } from "../pages/status";
import { type Announcement, announcementOf } from "./announcement";
import {
  blueskyMessage,
  jsonMessage,
  mastodonMessage,
  recordKey,
  shortened,
  slackMessage,
  teamsMessage,
} from "./messages";
import { readSecret, type WebhookKind } from "./webhook";

const at = (time: string) => `2026-11-23T${time}:00.000Z`;
const first = firstStatus(branding, at("01:00"));
type Edits = (readonly [time: string, change: Edit])[];
const after = (...changes: Edits): Status =>
  changes.reduce((status, [time, change]) => changed(status, change, at(time)), first);
const said = (...changes: Edits): Announcement => announcementOf(after(...changes))!;

describe("what a publish says", () => {
  it("is nothing before the first one", () => assert.equal(announcementOf(first), undefined));

  const slow: [string, Edit] = ["02:00", { state: "trouble", message: "Slow" }];
  const upgrade: [string, Edit] = [
    "02:00",
    { state: "announce", title: "Upgrade", message: "To 5.1", start: at("06:00"), until: at("08:00") },
  ];
  const cases: readonly [string, Edits, Partial<Announcement>][] = [
    [
      "trouble",
      [slow],
      {
        id: "moodle.example.org-2",
        state: "trouble",
        title: "Moodle has problems",
        text: "Slow",
        times: "Published Monday 23 November 2026 at 02:00 GMT",
        url: "https://moodle.example.org/outage/status.html",
      },
    ],
    ["an update", [slow, ["03:00", { state: "trouble", message: "Slower" }]], { text: "Slower", version: 3 }],
    [
      "its end",
      [slow, ["03:00", { state: "off" }]],
      { state: "ok", title: "Moodle is available", text: "Moodle is available again." },
    ],
    [
      "an outage with an end",
      [["02:00", { state: "outage", message: "Database", until: at("03:00") }]],
      {
        state: "outage",
        title: "Moodle is not available",
        times: "Published Monday 23 November 2026 at 02:00 GMT. Expected until Monday 23 November 2026 at 03:00 GMT",
      },
    ],
    [
      "announced work",
      [upgrade],
      {
        state: "ok",
        title: "Upgrade",
        text: "To 5.1",
        times:
          "Published Monday 23 November 2026 at 02:00 GMT. From Monday 23 November 2026 at 06:00 GMT to Monday 23 November 2026 at 08:00 GMT",
      },
    ],
    [
      "a correction",
      [slow, ["03:00", { state: "correct", message: "Fast" }]],
      { title: "Corrected: Moodle has problems", text: "Fast" },
    ],
    [
      "a correction of a title",
      [slow, ["03:00", { state: "correct", title: "Quizzes" }]],
      { title: "Moodle is available, with problems", text: "The status page was changed." },
    ],
    [
      "a withdrawal",
      [slow, ["03:00", { state: "withdraw" }]],
      { state: "ok", title: "Withdrawn: Moodle has problems", text: "This was published by mistake." },
    ],
    [
      "the end of two",
      [slow, upgrade, ["02:30", { state: "planned" }], ["03:00", { state: "off", message: "Done" }]],
      { title: "Moodle is available", text: "Done" },
    ],
  ];
  for (const [what, changes, expected] of cases) {
    it(`is ${what}`, () => assert.partialDeepStrictEqual(said(...changes), expected));
  }

  it("is the state after an undo", () => {
    const undone = { ...after(slow), version: 4, changed: at("04:00") };
    assert.partialDeepStrictEqual(announcementOf(undone), { title: "Moodle is available, with problems", version: 4 });
  });
});

const hostile =
  'A <!channel> & <https://evil.example|Moodle> *[x](https://evil.example)* @everyone {{DATE(2026-01-01)}} "\n\u0007End of it';
const example = said(["02:00", { state: "outage", message: hostile, title: "Down <!here> *now*" }]);
const key = Buffer.alloc(24, 7).toString("base64");
const secrets: Readonly<Record<WebhookKind, Record<string, string>>> = {
  slack: { url: "https://hooks.slack.com/services/T0/B0/x" },
  teams: { url: "https://prod-1.westeurope.logic.azure.com/workflows/1?sig=x" },
  json: { url: "https://hooks.example.org/status", secret: `whsec_${key}` },
  mastodon: { url: "https://social.example.org/", token: "token-1" },
  bluesky: { url: "https://bsky.social", identifier: "moodle.example.org", password: "aaaa-bbbb" },
};
const secretOf = (kind: WebhookKind) =>
  readSecret(JSON.stringify(secrets[kind]), { name: "students", kind, secretArn: "" });
const session = { did: "did:plc:z72i7hdynmk6r22z27h6tvur", accessJwt: "jwt" };
/** Texts of any kind and length, which an editor may write. */
const texts = fc.oneof(
  fc.string({ unit: "binary", maxLength: 4000 }),
  fc.string({ unit: "grapheme", maxLength: 2000 }),
  fc.constantFrom(
    "a\n".repeat(2000),
    "\u0001".repeat(3000),
    "<".repeat(3000),
    "&".repeat(3000),
    "👩‍👩‍👧‍👦".repeat(600),
    "",
    "\n\n",
  ),
);
const announcements = fc
  .record({ title: texts.map((one) => one.slice(0, 150)), text: texts })
  .map(({ title, text }) => said(["02:00", { state: "trouble", title: title || "x", message: text }]));

describe("a message to Slack", () => {
  it("calls nobody, and links the status page alone", () => {
    const { url, body } = slackMessage(example, secretOf("slack"));
    assert.equal(url, secrets.slack["url"]);
    const { blocks } = JSON.parse(body) as { readonly blocks: readonly { readonly type: string }[] };
    // Everything between < and > is Slack's own markup.
    assert.deepEqual(body.match(/<[^>]*>/g), ["<https://moodle.example.org/outage/status.html|Status page>"]);
    assert.match(body, /A &lt;!channel&gt; &amp; &lt;https/);
    assert.deepEqual(
      blocks.map(({ type }) => type),
      ["section", "section", "context"],
    );
  });

  it("keeps Slack's limits, whatever the text is", () => {
    fc.assert(
      fc.property(announcements, (one) => {
        const { blocks } = JSON.parse(slackMessage(one, secretOf("slack")).body) as { blocks: any[] };
        for (const { text, elements = [text] } of blocks) {
          for (const { text: words } of elements) assert.ok(words.length > 0 && words.length <= 3000, words);
        }
      }),
    );
  });
});

describe("a message to Teams", () => {
  const cardOf = (one: Announcement) => JSON.parse(teamsMessage(one, secretOf("teams")).body);

  it("is an attachment with a card that Microsoft's own library takes without complaint", () => {
    fc.assert(
      fc.property(announcements, (one) => {
        const { type, attachments } = cardOf(one);
        const context = new adaptive.SerializationContext();
        const card = new adaptive.AdaptiveCard();
        card.parse(attachments[0].content, context);
        const events = [
          ...Array.from({ length: context.eventCount }, (_, at) => context.getEventAt(at)),
          ...card.validateProperties().validationEvents,
        ];
        assert.deepEqual(
          [type, attachments[0].contentType, events.map(({ message }) => message)],
          ["message", "application/vnd.microsoft.card.adaptive", []],
        );
        // https://learn.microsoft.com/en-us/microsoftteams/platform/webhooks-and-connectors/how-to/connectors-using: 28 KB
        assert.ok(Buffer.byteLength(JSON.stringify(attachments)) < 28_000);
      }),
      { numRuns: 30 },
    );
  });

  it("shows no text by a part that knows Markdown or dates", () => {
    const { content } = cardOf(example).attachments[0];
    assert.deepEqual([...new Set(content.body.map((one: { type: string }) => one.type))], ["RichTextBlock"]);
    assert.doesNotMatch(JSON.stringify(content), /\{\{/);
  });
});

describe("a message to a program", () => {
  it("is verified by the library of Standard Webhooks, and by no other key", () => {
    const now = new Date().toISOString();
    const { headers, body } = jsonMessage(example, secretOf("json"), now);
    const read = new Webhook(`whsec_${key}`).verify(body, headers) as { data: Announcement };
    assert.equal(read.data.text, example.text);
    const other = new Webhook(`whsec_${Buffer.alloc(24, 8).toString("base64")}`);
    assert.throws(() => other.verify(body, headers));
    assert.throws(() => new Webhook(`whsec_${key}`).verify(body.replace("End of it", "End"), headers));
  });
});

describe("a post to Mastodon", () => {
  it("has 500 characters at most, and calls nobody", () => {
    fc.assert(
      fc.property(announcements, (one) => {
        const { status } = JSON.parse(mastodonMessage(one, secretOf("mastodon")).body) as { status: string };
        // An address counts as 23: https://docs.joinmastodon.org/user/posting/#links
        assert.ok(status.endsWith(`\n\n${one.url}`));
        assert.ok(shortened(status.replace(one.url, "x".repeat(23)), 500) === status.replace(one.url, "x".repeat(23)));
      }),
    );
    const { url, headers, body } = mastodonMessage(example, secretOf("mastodon"));
    assert.equal(url, "https://social.example.org/api/v1/statuses");
    assert.deepEqual(
      [headers["authorization"], headers["idempotency-key"]],
      ["Bearer token-1", "moodle.example.org-2"],
    );
    assert.doesNotMatch(JSON.parse(body).status, /@e/);
  });
});

describe("a post to Bluesky", () => {
  it("is a record that Bluesky's own lexicon takes, with the address as its one link", async () => {
    // It is a module, which require() cannot load.
    const bluesky = await import("@atproto/api");
    fc.assert(
      fc.property(announcements, (one) => {
        const post = JSON.parse(blueskyMessage(one, secretOf("bluesky"), session).body);
        const judged = bluesky.AppBskyFeedPost.validateRecord(post.record);
        assert.ok(judged.success, String("error" in judged && judged.error));
        const rich = new bluesky.RichText(post.record);
        assert.ok(rich.graphemeLength <= 300, `${rich.graphemeLength}`);
        const links = [...rich.segments()].filter((segment) => segment.isLink());
        assert.deepEqual(
          links.map(({ text, link }) => [text, link?.uri]),
          [[one.url, one.url]],
        );
      }),
    );
  });

  it("has the same key in each attempt, in the order of time", () => {
    const keys = [at("02:00"), at("02:01")].map((time) => recordKey(time, 3));
    assert.deepEqual(keys, [...keys].sort());
    for (const one of keys) assert.match(one, /^[234567abcdefghij][234567abcdefghijklmnopqrstuvwxyz]{12}$/);
    assert.notEqual(recordKey(at("02:00"), 4), keys[0]);
  });
});

describe("the secret of a webhook", () => {
  const wrong: readonly [string, WebhookKind, string, RegExp][] = [
    ["no JSON", "slack", "https://hooks.slack.com/services/hush", /it is not JSON, expected JSON with "url"/],
    ["no token", "mastodon", '{"url":"https://hush.example.org"}', /no "token"/],
    ["a header in it", "mastodon", '{"url":"https://a.example.org","token":"hush\\r\\nx: y"}', /no "token"/],
    ["plain http", "json", '{"url":"http://hush.example.org","secret":"x"}', /"url" is another address/],
    ["a port", "json", '{"url":"https://hush.example.org:8443","secret":"x"}', /"url" is another address/],
    ["a password", "json", '{"url":"https://a:hush@example.org","secret":"x"}', /"url" is another address/],
    [
      "an address of the function's own network",
      "json",
      '{"url":"https://169.254.169.254/hush","secret":"x"}',
      /not public/,
    ],
    ["an address in other digits", "json", '{"url":"https://0x7f000001/hush","secret":"x"}', /not public/],
    ["an address of IPv6", "json", '{"url":"https://[::1]/hush","secret":"x"}', /not public/],
    ["a name inside", "json", '{"url":"https://hush.internal/","secret":"x"}', /not public/],
    ["another host than Slack's", "slack", '{"url":"https://hooks.slack.com.hush.example"}', /not slack's/],
    ["another host than Microsoft's", "teams", '{"url":"https://logic.azure.com.hush.example"}', /not teams's/],
    ["a short key", "json", '{"url":"https://hooks.example.org","secret":"whsec_hush"}', /"secret" is none/],
  ];
  for (const [what, kind, text, message] of wrong) {
    it(`is refused with ${what}, and not shown`, () => {
      assert.throws(
        () => readSecret(text, { name: "students", kind, secretArn: "" }),
        (error: Error) => message.test(error.message) && !error.message.includes("hush"),
      );
    });
  }
});
