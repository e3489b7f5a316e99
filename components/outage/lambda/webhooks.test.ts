import * as assert from "node:assert/strict";
import { branding } from "../../../testing/outage/example";
import { changed } from "../pages/change";
import { firstStatus } from "../pages/status";
import type { Post } from "../reach/messages";
import type { Answer } from "../reach/send";
import type { WebhookKind } from "../reach/webhook";
import { deliver, type WebhooksWorld } from "./webhooks";

const now = "2026-11-23T02:00:00.000Z";
const status = changed(firstStatus(branding, now), { state: "trouble", message: "Slow" }, now);
const secrets: Readonly<Record<WebhookKind, string>> = {
  slack: '{"url":"https://hooks.slack.com/services/hush"}',
  teams: '{"url":"https://a.logic.azure.com/hush"}',
  json: `{"url":"https://hooks.example.org/hush","secret":"whsec_${"A".repeat(32)}"}`,
  mastodon: '{"url":"https://social.example.org","token":"hush"}',
  bluesky: '{"url":"https://bsky.social","identifier":"moodle.example.org","password":"hush"}',
};
const kinds = Object.keys(secrets) as WebhookKind[];

/** Receivers that answer as given, and what reaches them. */
function world(answers: readonly (Answer | Error)[], changes: Partial<WebhooksWorld> = {}) {
  const posts: Post[] = [];
  const lines: Record<string, unknown>[] = [];
  const marks = new Set<string>();
  const left = [...answers];
  const made: WebhooksWorld = {
    targets: kinds.map((kind) => ({ name: kind, kind, secretArn: kind })),
    readStatus: async () => JSON.stringify(status),
    readSecret: async (arn) => secrets[arn as WebhookKind],
    wasTold: async (mark) => marks.has(mark),
    told: async (mark) => void marks.add(mark),
    send: async (post) => {
      posts.push(post);
      const answer = left.length > 1 ? left.shift()! : left[0]!;
      if (answer instanceof Error) throw answer;
      return answer;
    },
    now: () => now,
    log: (line) => lines.push(line as Record<string, unknown>),
    ...changes,
  };
  return { made, posts, lines, marks };
}
const ok: Answer = { status: 200, text: '{"did":"did:plc:1","accessJwt":"jwt-1"}' };
const notice = (webhook: string) => ({ webhook, key: "outage/status.json", versionId: "v1" });

describe("the function that tells receivers", () => {
  for (const kind of kinds) {
    it(`tells ${kind} once, though the file is written twice`, async () => {
      const { made, posts, lines, marks } = world([ok]);
      await deliver(notice(kind), made);
      await deliver({ ...notice(kind), versionId: "v2" }, made);
      assert.equal(posts.length, kind === "bluesky" ? 2 : 1);
      assert.match(posts.at(-1)!.body, /Slow/);
      assert.deepEqual([...marks], [`2-${kind}`]);
      assert.deepEqual(
        lines.map((line) => line["kind"]),
        ["told", "already"],
      );
      assert.doesNotMatch(JSON.stringify(lines), /hush/);
    });

    it(`fails when ${kind} takes nothing, so that the queue tries again, and shows no secret`, async () => {
      for (const answer of [
        { status: 500, text: "hush" },
        { status: 404, text: "no_service" },
        { status: 302, text: "" },
        new Error("timeout"),
      ]) {
        const { made, lines, marks } = world([answer]);
        const failure = await deliver(notice(kind), made).then(
          () => "",
          (error: Error) => error.message,
        );
        assert.match(failure, /^Webhook \w+ \(\w+\) answered \d{3}(?! \(hush)( \(no_service\))?, expected|^timeout$/);
        assert.deepEqual([lines.map((line) => line["kind"]), marks.size], [["failed"], 0]);
        assert.doesNotMatch(JSON.stringify(lines), /hush/);
      }
    });
  }

  it("signs in to Bluesky, and writes as who that is", async () => {
    const { made, posts } = world([ok]);
    await deliver(notice("bluesky"), made);
    assert.deepEqual(
      posts.map(({ url }) => url),
      [
        "https://bsky.social/xrpc/com.atproto.server.createSession",
        "https://bsky.social/xrpc/com.atproto.repo.putRecord",
      ],
    );
    assert.deepEqual(
      [posts[1]!.headers["authorization"], JSON.parse(posts[1]!.body).repo],
      ["Bearer jwt-1", "did:plc:1"],
    );
    const strange = world([{ status: 200, text: '{"hush":1}' }]);
    await assert.rejects(deliver(notice("bluesky"), strange.made), /Bluesky opened no session/);
  });

  it("says nothing of a first status, nor to a receiver that is gone", async () => {
    const fresh = world([ok], { readStatus: async () => JSON.stringify(firstStatus(branding, now)) });
    await deliver(notice("slack"), fresh.made);
    await deliver(notice("other"), fresh.made);
    assert.deepEqual([fresh.posts, fresh.lines.map((line) => line["kind"])], [[], ["gone"]]);
  });

  it("tells nobody twice because of a mark that could not be written", async () => {
    const { made, posts, lines } = world([ok], { told: () => Promise.reject(new Error("denied")) });
    await deliver(notice("slack"), made);
    assert.deepEqual([posts.length, lines.map((line) => line["kind"])], [1, ["told", "unmarked"]]);
  });
});
