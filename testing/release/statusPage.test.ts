import assert from "node:assert/strict";
import { followSwitch } from "../../components/outage/lambda/watch";
import { current } from "../../components/outage/pages/status";
import { readPresent } from "../../components/outage/publishing/journal";
import { publish } from "../../components/outage/publishing/publish";
import { branding } from "../outage/example";
import { MemoryStore } from "../stand-ins/memoryStore";
import { Simulation } from "./simulation";
import type { World } from "./world";

/** How the switch stood at the steps of a release, one after the other. */
function switchOf(prepare: (simulation: Simulation) => void): { readonly values: string[]; readonly world: World } {
  const simulation = new Simulation();
  const { world } = simulation;
  const values = [world.switchValue];
  prepare(simulation);
  simulation.start("release-1");
  simulation.run(undefined, () => {
    if (values.at(-1) !== world.switchValue) values.push(world.switchValue);
  });
  return { values, world };
}

/** What the status page says after each, as the function that looks each minute publishes it. */
async function said(
  values: readonly string[],
  store = new MemoryStore(branding),
): Promise<readonly (string | undefined)[]> {
  const all: (string | undefined)[] = [];
  for (const [minute, value] of values.entries()) {
    const now = () => Date.UTC(2026, 10, 23, 5, minute);
    if (value !== store.keys["state"]) store.turn(value);
    const { state } = JSON.parse(value) as { readonly state: string };
    const readStatus = () => Promise.resolve(store.objects.get("outage/status.json")!);
    // Twice, as a minute later: it says nothing twice.
    await followSwitch(state, { store, readStatus, now });
    assert.equal(await followSwitch(state, { store, readStatus, now }), undefined);
    all.push(current((await readPresent(store)).status)?.kind);
  }
  return all;
}

describe("A release and the status page", () => {
  const aborted = (state: string) => (simulation: Simulation) => {
    simulation.world.before = (call) => {
      if (call.state === state) simulation.executions.forEach((one) => simulation.abort(one));
    };
  };
  const cases: readonly (readonly [
    what: string,
    prepare: (simulation: Simulation) => void,
    says: readonly (string | undefined)[],
  ])[] = [
    ["writes planned work, and takes it back at its end", () => undefined, [undefined, "planned", undefined]],
    ["writes nothing where no outage is needed", ({ world }) => void (world.pending = "light"), [undefined]],
    [
      "takes it back when it fails before its upgrade",
      ({ world }) =>
        void (world.faults = [{ state: "Note that the database may change", error: "AccessDeniedException" }]),
      [undefined, "planned", undefined],
    ],
    [
      "takes it back when it is aborted before its upgrade",
      aborted("Step 07: upgrade"),
      [undefined, "planned", undefined],
    ],
    [
      "keeps it when it fails after its upgrade, and the site stays closed",
      ({ world }) => void (world.faults = [{ state: "Roll web", error: "AccessDeniedException" }]),
      [undefined, "planned"],
    ],
    ["takes it back when it is aborted at its end", aborted("Page off"), [undefined, "planned", undefined]],
  ];
  for (const [what, prepare, says] of cases) {
    it(what, async () => {
      const { values, world } = switchOf(prepare);
      assert.deepEqual(world.wrong, []);
      assert.deepEqual(await said(values), says);
    });
  }

  it("begins the work that an editor has announced, and ends it; their words stay", async () => {
    const store = new MemoryStore(branding);
    const change = {
      state: "announce",
      title: "Moodle 5.2",
      message: "See you later",
      start: "2026-11-23T06:00:00.000Z",
    } as const;
    const now = "2026-11-22T05:00:00.000Z";
    const announced = await publish(store, { request: "r", change, by: "ada", now, pass: "p" });
    assert.equal(announced.kind, "published", JSON.stringify(announced));
    assert.deepEqual(await said(switchOf(() => undefined).values, store), [undefined, "planned", undefined]);
    const { events } = (await readPresent(store)).status;
    assert.deepEqual(
      events.map(({ title, begun, end }) => [title, begun, end]),
      [["Moodle 5.2", true, "2026-11-23T05:02:00.000Z"]],
    );
    assert.equal(events[0]?.updates.at(-1)?.text, "See you later");
  });
});
