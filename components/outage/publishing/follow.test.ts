import * as assert from "node:assert/strict";
import * as fc from "fast-check";
import { branding } from "../../../testing/outage/example";
import { MemoryStore } from "../../../testing/stand-ins/memoryStore";
import { followSwitch } from "../lambda/watch";
import type { Change } from "../pages/change";
import { current } from "../pages/status";
import { follow, statedBy } from "./follow";
import { readPresent } from "./journal";
import { publish } from "./publish";

const at = (minute: number) => new Date(Date.UTC(2026, 10, 23, 5, minute)).toISOString();
const edit = (store: MemoryStore, change: Change, minute: number) =>
  publish(store, { request: `r${minute}`, change, by: "ada", now: at(minute), pass: "pass" });

describe("The status page follows a switch that was turned alone", () => {
  it("says planned work when a release closes the site, and that it is over when it opens it", async () => {
    const store = new MemoryStore(branding);
    const page = '{"state":"planned","message":"An upgrade"}';
    store.turn(page);
    assert.equal((await follow(store, at(1)))?.kind, "published");
    const closed = await readPresent(store);
    assert.equal(store.keys["state"], page, "the switch is not touched");
    assert.deepEqual(
      [current(closed.status)?.kind, current(closed.status)?.updates[0]?.text, closed.log[0]?.by],
      ["planned", "An upgrade", "the switch"],
    );
    for (const name of ["status.html", "feed.xml", "feed.json", "calendar.ics"]) {
      assert.match(store.objects.get(`outage/${name}`) ?? "", /An upgrade/, name);
    }

    assert.equal(await follow(store, at(2)), undefined, "once");
    store.turn('{"state":"off"}');
    await follow(store, at(30));
    const open = await readPresent(store);
    assert.equal(store.keys["state"], '{"state":"off"}');
    assert.equal(current(open.status), undefined);
    assert.equal(open.status.events[0]?.end, at(30));
    assert.match(store.objects.get("outage/banner.html") ?? "", /available/);
  });

  it("leaves an editor nothing to undo: the site is still closed", async () => {
    const store = new MemoryStore(branding);
    store.turn("planned");
    await follow(store, at(1));
    const undone = await edit(store, { state: "undo" }, 2);
    assert.partialDeepStrictEqual(undone, {
      kind: "refused",
      problems: [{ allowed: "undo while the switch is as it was published" }],
    });
  });

  it("takes a word from the console, and begins the work that was announced", async () => {
    const store = new MemoryStore(branding);
    const start = at(10);
    await edit(store, { state: "announce", title: "Upgrade", message: "Soon", start, until: at(50) }, 1);
    store.turn("planned");
    await follow(store, at(11));
    const { events } = (await readPresent(store)).status;
    assert.deepEqual(
      events.map(({ title, begun, expectedEnd }) => [title, begun, expectedEnd]),
      [["Upgrade", true, at(50)]],
    );
  });

  it("leaves alone what an editor has published, and what it cannot read", async () => {
    const store = new MemoryStore(branding);
    for (const [minute, state] of (["trouble", "planned", "outage", "off"] as const).entries()) {
      await edit(store, { state, message: "Ours" }, minute);
      const keys = store.keys;
      assert.equal(await follow(store, at(10)), undefined, state);
      assert.deepEqual(store.keys, keys);
    }
    store.turn('{"state":"planned","message":7,"until":"soon"}');
    await follow(store, at(11));
    assert.equal(current((await readPresent(store)).status)?.kind, "planned");
  });

  it("lets an editor who publishes at the same moment win, or wins itself: never both", async () => {
    const store = new MemoryStore(branding);
    store.turn("outage");
    const { id } = await readPresent(store);
    const done = await Promise.all([
      follow(store, at(1)),
      publish(store, { request: "r", change: { state: "off" }, by: "ada", now: at(1), pass: "p" }, id),
      follow(store, at(2)),
    ]);
    assert.deepEqual(done.map((one) => one?.kind).sort(), ["overtaken", "overtaken", "published"]);
  });

  it("agrees with the switch and never turns it, whatever editors, releases and the network do", async () => {
    const step = fc.oneof(
      fc.record({ turn: fc.constantFrom("off", "planned", "outage", '{"state":"planned"}', '{"state":"off"}', "x") }),
      fc.record({ edit: fc.constantFrom("off", "planned", "outage", "trouble", "announce", "undo") }),
      fc.record({ lost: fc.nat(12), after: fc.boolean() }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 8 }), async (steps) => {
        const store = new MemoryStore(branding);
        for (const [minute, one] of steps.entries()) {
          if ("turn" in one) {
            store.turn(one.turn);
          } else if ("edit" in one) {
            await edit(store, { state: one.edit, message: "Ours" } as Change, minute);
          } else {
            store.breakAt = { call: store.calls + one.lost, when: one.after ? "after" : "before" };
          }
          const before = store.keys["state"];
          await follow(store, at(minute)).catch(() => undefined);
          assert.equal(store.keys["state"], before);
          store.breakAt = undefined;
        }
        await follow(store, at(59));
        const { status, switchValue } = await readPresent(store);
        assert.equal(statedBy(status), switchValue.state);
      }),
      { numRuns: 200 },
    );
  });
});

describe("The function that looks at the switch", () => {
  const world = (store: MemoryStore) => ({
    store,
    readStatus: async () => store.objects.get("outage/status.json")!,
    now: () => Date.parse(at(3)),
  });

  it("asks no store while the edge says the same twice, and follows when it does not", async () => {
    const store = new MemoryStore(branding);
    assert.equal(await followSwitch("off", world(store)), undefined);
    assert.equal(store.calls, 0);
    store.turn("planned");
    const line = await followSwitch("planned", world(store));
    assert.partialDeepStrictEqual(line, { log: "follow", kind: "published", by: "the switch" });
  });

  it("says what failed, and tries again", async () => {
    const store = new MemoryStore(branding);
    store.turn("planned");
    store.breakAt = { call: 3, when: "before" };
    assert.partialDeepStrictEqual(await followSwitch("planned", world(store)), { log: "follow", kind: "failed" });
    store.breakAt = undefined;
    assert.partialDeepStrictEqual(await followSwitch("planned", world(store)), { kind: "published" });
    const readStatus = () => Promise.reject(new Error("no answer"));
    assert.partialDeepStrictEqual(await followSwitch("off", { ...world(store), readStatus }), { error: "no answer" });
  });
});
