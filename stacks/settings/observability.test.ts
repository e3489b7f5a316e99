import * as assert from "node:assert/strict";
import { exampleConfig } from "../../testing/examples/settings";
import { loadSettings } from "./load";

const load = (observability: unknown) => loadSettings(exampleConfig({ observability }), "prod").observability;
const canary = { username: "synthetic", courseId: 7, fileId: 21, quizId: 22 };
const teams = {
  kind: "teams",
  tenantId: "12345678-1234-1234-1234-123456789012",
  teamId: "12345678-1234-1234-1234-123456789013",
  channelId: "19%3ab6ef35dc342d56ba5654e6fc6d25a071%40thread.tacv2",
};

describe("moodle:observability, the synthetic user and the channel", () => {
  it("has neither a synthetic user nor a chat unless they are given", () => {
    const { canary: user, chat, readerArns } = load({});
    assert.deepEqual([user, chat, readerArns], [undefined, undefined, []]);
  });

  it("takes an account, a course, a file and a quiz, and visits every five minutes", () => {
    assert.deepEqual(load({ canary }).canary, { ...canary, everyMinutes: 5 });
    assert.deepEqual(load({ chat: teams }).chat, teams);
  });

  const refused: readonly (readonly [object, RegExp])[] = [
    [
      { canary: { ...canary, quizId: undefined } },
      /observability\.canary\.quizId: got nothing, expected a whole number/,
    ],
    [{ canary: { ...canary, courseId: "7" } }, /observability\.canary\.courseId: got "7"/],
    [{ canary: { ...canary, username: "Synthetic User" } }, /observability\.canary\.username: .*small letters/],
    [
      { canary: { ...canary, everyMinutes: 0 } },
      /observability\.canary\.everyMinutes: got 0, expected a whole number from 1 to 60/,
    ],
    [{ canary: { ...canary, password: "x" } }, /observability\.canary\.password/],
    [
      { chat: { kind: "slack", workspaceId: "my space", channelId: "C1" } },
      /observability\.chat\.workspaceId: .*T07EA123LEP/,
    ],
    [{ chat: { ...teams, teamId: "team" } }, /observability\.chat\.teamId: .*GUID/],
    [{ chat: { kind: "irc" } }, /observability\.chat\.kind/],
    [{ readerArns: ["somebody"] }, /observability\.readerArns\[0\]/],
    [{ readerArns: ["arn:aws:iam::123456789012:root"] }, /observability\.readerArns\[0\]: .*role or user/],
    [{ readerArns: ["arn:aws:iam::123456789012:role/a'b"] }, /observability\.readerArns\[0\]/],
    [{ pageEmail: `${"a".repeat(250)}@example.org` }, /observability\.pageEmail: .*e-mail address/],
    [{ alertEmails: ["a,b@example.org"] }, /observability\.alertEmails\[0\]: .*e-mail address/],
    [{ chat: { ...teams, channelId: "19:abc" } }, /observability\.chat\.channelId/],
    [{ repositoryUrl: 'https://git.example.org/a"b' }, /observability\.repositoryUrl/],
    [{ repositoryUrl: "http://git.example.org/moodle/" }, /observability\.repositoryUrl: .*https:\/\//],
  ];
  for (const [given, says] of refused) {
    it(`refuses ${JSON.stringify(given)}`, () => {
      assert.throws(() => load(given), says);
    });
  }
});
