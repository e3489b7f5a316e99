import * as assert from "node:assert/strict";
import * as fc from "fast-check";
import { branding } from "../../../testing/outage/example";
import { MemoryStore } from "../../../testing/stand-ins/memoryStore";
import { functionCode } from "../pages/functionCode";
import { publishedNames } from "../pages/files";
import type { Change } from "../pages/change";
import { firstStatus } from "../pages/status";
import { run } from "../../../testing/cloudfront-functions/harness";
import { v8 } from "../../../testing/cloudfront-functions/v8";
import { copies, readPresent } from "./journal";
import type { Publish } from "./plan";
import { look, publish } from "./publish";

const code = functionCode(branding, []);
const at = (minute: number) => new Date(Date.UTC(2026, 10, 23, 5, minute)).toISOString();
const asked = (change: Change, request = "a", minute = 0, by = "ada"): Publish => ({
  request,
  change,
  by,
  now: at(minute),
  pass: `pass-of-${request}`,
});

/** What a visitor gets of each page, by the function that AWS gets, and of the site itself. */
async function visitor(store: MemoryStore): Promise<readonly string[]> {
  const pages = publishedNames.map(async (name) => {
    const { request } = await run(v8, code, store.keys, { uri: `/outage/${name}` });
    return store.objects.get(request!.uri.slice(1)) ?? "nothing";
  });
  const site = await run(v8, code, store.keys, { headers: { accept: "text/html" } });
  return [...(await Promise.all(pages)), site.response?.body?.data ?? "Moodle"];
}

describe("a publish", () => {
  it("reaches the switch, the page and the feeds in one call", async () => {
    const store = new MemoryStore(branding);
    const before = await visitor(store);
    const seen: string[] = [];
    store.watch = async () => void seen.push(JSON.stringify(await visitor(store)));
    const { kind } = await publish(store, asked({ state: "outage", message: "Down" }));
    assert.equal(kind, "published");
    const after = await visitor(store);
    assert.deepEqual([...new Set(seen)], [JSON.stringify(before), JSON.stringify(after)]);
    // The calendar has planned work alone.
    const silent = after.filter((page, index) => page === before[index] || !page.includes("Down"));
    assert.deepEqual(silent, [after[publishedNames.indexOf("calendar.ics")]]);
    for (const { key, content } of copies((await readPresent(store)).status)) {
      assert.equal(store.objects.get(key), content, key);
    }
  });

  it("is the old or the new state everywhere when the network is lost at any call, and a retry finishes it", async () => {
    const clean = new MemoryStore(branding);
    const before = JSON.stringify(await visitor(clean));
    await publish(clean, asked({ state: "planned", message: "Work" }));
    const after = JSON.stringify(await visitor(clean));
    for (const when of ["before", "after"] as const) {
      for (let call = 1; call <= clean.calls; call++) {
        const store = new MemoryStore(branding);
        store.breakAt = { call, when };
        await publish(store, asked({ state: "planned", message: "Work" })).catch(() => undefined);
        const now = JSON.stringify(await visitor(store));
        assert.ok(now === before || now === after, `half a state after call ${call}, lost ${when} it`);
        store.breakAt = undefined;
        // A minute later, as a person does: its first time counts where it was written down.
        const retry = await publish(store, asked({ state: "planned", message: "Work" }, "a", 1));
        assert.ok(retry.kind === "published" || retry.kind === "already", `${call} ${when}: ${retry.kind}`);
        const { log, status } = await look(store);
        assert.equal(log.length, 1, "not published twice");
        assert.equal(
          store.objects.get("outage/status.html"),
          copies(status)[1]?.content,
          `copies after ${call} ${when}`,
        );
        assert.ok((await visitor(store)).every((page) => page.includes("Work")));
      }
    }
  });

  it("lets one of two editors win, and tells the other", async () => {
    const store = new MemoryStore(branding);
    const { id } = await look(store);
    const kinds = await Promise.all(
      ["a", "b"].map((request) => publish(store, asked({ state: "trouble", message: `By ${request}` }, request), id)),
    );
    assert.deepEqual(kinds.map(({ kind }) => kind).sort(), ["overtaken", "published"]);
    const won = kinds[0]?.kind === "published" ? "a" : "b";
    assert.ok((await visitor(store)).slice(0, 4).every((page) => page.includes(`By ${won}`)));
    const late = await publish(store, asked({ state: "off" }, "c"), id);
    assert.equal(late.kind, "overtaken", "who looked at an old version");
  });

  it("learns of a release that turns the switch in the middle", async () => {
    const store = new MemoryStore(branding);
    store.watch = async (call) => {
      if (call.startsWith("write outage/v/")) store.turn('{"state":"planned"}');
    };
    const { kind } = await publish(store, asked({ state: "trouble" }));
    assert.equal(kind, "overtaken");
    assert.deepEqual(store.keys, { state: '{"state":"planned"}' });
  });

  it("serves by version exactly the files that it writes", () => {
    const status = firstStatus(branding, at(0));
    assert.deepEqual(
      copies(status).map(({ key }) => key),
      publishedNames.map((name) => `outage/${name}`),
    );
  });

  it("shows the copies when the store holds no version, and any version that it holds", async () => {
    const store = new MemoryStore(branding);
    await publish(store, asked({ state: "trouble", message: "Slow" }));
    const { pages: _, ...keys } = store.keys;
    const uri = async (held: Record<string, string>, path: string) =>
      (await run(v8, code, held, { uri: path })).request?.uri;
    assert.equal(await uri(keys, "/outage/status.html"), "/outage/status.html");
    assert.match((await uri(store.keys, "/outage/status.html")) ?? "", /^\/outage\/v\/2-a\/status\.html$/);
    assert.equal(await uri({ ...keys, pages: "../secret" }, "/outage/status.html"), "/outage/status.html");
    for (const other of ["/outage/index.html", "/outage/draft.html", "/outage/v/2-a/status.html"]) {
      assert.equal(await uri(store.keys, other), other);
    }
  });

  it("keeps one story, whatever editors do and whatever breaks", async () => {
    const change = fc.record(
      {
        state: fc.constantFrom("off", "planned", "outage", "trouble", "announce", "correct", "withdraw", "undo"),
        message: fc.constantFrom("One", "Two <b>", "Three\nfour"),
        start: fc.constant("2026-11-25T06:00:00.000Z"),
      },
      { requiredKeys: ["state"] },
    );
    const step = fc.record({ change, lost: fc.option(fc.record({ call: fc.nat(20), after: fc.boolean() })) });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 6 }), async (steps) => {
        const store = new MemoryStore(branding);
        for (const [index, { change: one, lost }] of steps.entries()) {
          const before = JSON.stringify(await visitor(store));
          const told = store.keys;
          store.breakAt =
            lost === null ? undefined : { call: store.calls + lost.call, when: lost.after ? "after" : "before" };
          await publish(store, asked(one as Change, `r${index}`, index)).catch(() => undefined);
          store.breakAt = undefined;
          const same = JSON.stringify(told) === JSON.stringify(store.keys);
          assert.equal(
            JSON.stringify(await visitor(store)) === before,
            same,
            "the pages follow the keys, and nothing else",
          );
        }
        const { status, log, version } = await look(store);
        assert.equal(status.version, version === undefined ? 1 : log[0]?.version);
        assert.deepEqual(
          log.map((entry) => entry.version),
          log.map((_, index) => status.version - index),
        );
        for (const { key, content } of copies(status)) {
          assert.ok(version === undefined || store.objects.get(key) === content, key);
        }
      }),
      { numRuns: 20 },
    );
  });
});
