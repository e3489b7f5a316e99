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

  it("leaves trouble as its editors said: a release neither ends it nor says that all is well", async () => {
    const store = new MemoryStore(branding);
    await edit(store, { state: "trouble", message: "Quizzes are slow" }, 0);
    store.turn("planned");
    await follow(store, at(1));
    assert.equal(current((await readPresent(store)).status)?.kind, "planned");
    store.turn("off");
    await follow(store, at(30));
    const { status } = await readPresent(store);
    const open = current(status);
    assert.deepEqual([open?.kind, open?.updates.map(({ text }) => text)], ["trouble", ["Quizzes are slow"]]);
    assert.deepEqual([status.events[0]?.end, statedBy(status)], [at(30), "off"]);
    assert.equal(await follow(store, at(31)), undefined);
    await edit(store, { state: "off" }, 40);
    assert.equal(current((await readPresent(store)).status), undefined, "an editor ends it");
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
    // Two looks are the same publish, as a second attempt is.
    const [look, editor, other] = done.map((one) => one?.kind);
    assert.deepEqual([look, other], editor === "published" ? ["overtaken", "overtaken"] : ["published", "published"]);
    assert.equal((await readPresent(store)).log.length, 1);
  });

  it("follows also when an editor has published something else in between", async () => {
    for (const change of [
      { state: "announce", message: "Later", start: at(200) },
      { state: "correct", message: "Better words" },
      { state: "off" },
      { state: "undo" },
    ] as const) {
      const store = new MemoryStore(branding);
      await edit(store, { state: "announce", message: "Later", start: at(100) }, 0);
      store.turn("planned");
      await edit(store, change, 1);
      await follow(store, at(2));
      const { status, switchValue } = await readPresent(store);
      assert.equal(statedBy(status), switchValue.state, change.state);
    }
  });

  it("goes on with its first attempt when the network is lost at any call", async () => {
    const clean = new MemoryStore(branding);
    clean.turn("planned");
    await follow(clean, at(1));
    for (const when of ["before", "after"] as const) {
      for (let call = 1; call <= clean.calls; call++) {
        const store = new MemoryStore(branding);
        store.turn("planned");
        store.breakAt = { call, when };
        await follow(store, at(1)).catch(() => undefined);
        store.breakAt = undefined;
        await follow(store, at(2));
        const { status, log } = await readPresent(store);
        assert.deepEqual([statedBy(status), log.length], ["planned", 1], `${call} ${when}`);
        const entries = [...store.objects.keys()].filter((key) => key.startsWith("journal/"));
        assert.equal(entries.length, 1, `${call} ${when}: ${entries.join()}`);
      }
    }
  });

  it("agrees with the switch and never turns it, whatever editors, releases and the network do", async () => {
    const lost = fc.option(fc.record({ call: fc.nat(12), after: fc.boolean() }), { freq: 2 });
    const step = fc.oneof(
      fc.record({ turn: fc.constantFrom("off", "planned", "outage", '{"state":"planned"}', '{"state":"off"}', "x") }),
      fc.record({ edit: fc.constantFrom("off", "planned", "outage", "trouble", "announce", "correct", "undo") }),
      fc.record({ follow: fc.constant(true), lost }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 9 }), async (steps) => {
        const store = new MemoryStore(branding);
        for (const [minute, one] of steps.entries()) {
          if ("turn" in one) {
            store.turn(one.turn);
          } else if ("edit" in one) {
            const start = one.edit === "announce" ? at(minute + 120) : undefined;
            await edit(store, { state: one.edit, message: "Ours", start } as Change, minute);
          } else {
            const before = store.keys["state"];
            store.breakAt =
              one.lost === null
                ? undefined
                : { call: store.calls + 1 + one.lost.call, when: one.lost.after ? "after" : "before" };
            await follow(store, at(minute)).catch(() => undefined);
            store.breakAt = undefined;
            assert.equal(store.keys["state"], before);
          }
        }
        const before = store.keys["state"];
        await follow(store, at(59));
        const { status, switchValue } = await readPresent(store);
        assert.deepEqual([statedBy(status), store.keys["state"]], [switchValue.state, before]);
      }),
      { numRuns: 300 },
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

  it("fails when a store or the edge gives no answer, and tries again", async () => {
    const store = new MemoryStore(branding);
    store.turn("planned");
    store.breakAt = { call: 3, when: "before" };
    await assert.rejects(followSwitch("planned", world(store)), /ECONNRESET/);
    store.breakAt = undefined;
    assert.partialDeepStrictEqual(await followSwitch("planned", world(store)), { kind: "published" });
    const readStatus = () => Promise.reject(new Error("no answer"));
    await assert.rejects(followSwitch("off", { ...world(store), readStatus }), /no answer/);
  });
});
