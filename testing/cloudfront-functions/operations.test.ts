import * as assert from "node:assert/strict";
import { branding } from "../outage/example";
import { functionCode, maxFunctionBytes } from "../../components/outage/pages/functionCode";
import { moodleClients } from "../../components/outage/pages/moodleClients";
import { eventOf, run, type Viewer } from "./harness";
import { njs, script } from "./njs";
import { counting, operations } from "./operations";
import { skipWithout } from "../outage/switchCases";
import { switchText } from "../../components/outage/pages/switchValue";
import { v8 } from "./v8";

/** As many ranges of testers as a function has room for. */
function mostTesters(): readonly string[] {
  const ranges = Array.from({ length: 200 }, (_, index) => `2001:db8:${index.toString(16)}:1234:5678:9abc:def0:0/112`);
  for (let count = ranges.length; ; count--) {
    try {
      functionCode(branding, ranges.slice(0, count), moodleClients);
      return ranges.slice(0, count);
    } catch {
      // One less.
    }
  }
}

const longest = switchText({ state: "planned", message: "a & b\n".repeat(120), pass: "k7Qw2mX9rT4vB8nZ" });
const page = { headers: { accept: "text/html" } };
/** Case, code, state of the switch, viewer, and the most operations allowed. */
const paths: readonly [string, string, string, Viewer, number][] = [
  ["off, as nearly always", functionCode(branding, [], moodleClients), "off", page, 20],
  ["outage, a page", functionCode(branding, [], moodleClients), "outage", page, 50],
  ["planned, the longest message", functionCode(branding, [], moodleClients), longest, page, 70],
  [
    "planned, IPv6, as many testers as fit",
    functionCode(branding, mostTesters(), moodleClients),
    longest,
    { ...page, ip: "::1" },
    700,
  ],
];
const empty = "async function handler(event) { return event.request; }";

describe("the work of the outage switch", () => {
  const rows: string[] = [];
  after(() => process.stdout.write(`${rows.join("\n")}\n`));

  for (const [what, code, state, viewer, most] of paths) {
    it(`is at most ${most} operations when ${what}`, async () => {
      assert.ok(Buffer.byteLength(code) <= maxFunctionBytes);
      const { log } = await run(v8, counting(code), { state }, viewer);
      const counted = operations(log);
      rows.push(`      ${what}: ${counted} operations`);
      assert.ok(counted > 0 && counted <= most, `${counted} operations`);
    });
  }

  it("is counted as it is written", async () => {
    const count = async (body: string, more = "") =>
      operations(
        (await run(v8, counting(`import cf from "cloudfront";\nasync function handler(event) {${body}}${more}`), {}))
          .log,
      );
    assert.equal(await count("return event.request;"), 2);
    assert.equal(await count("f(); return event.request;", "function f() {}"), 4);
    assert.equal(await count("[1, 2, 3].map((x) => x + 1); return event.request;"), 6);
    assert.equal(await count("for (let i = 0; i < 10; i++) { i; } return event.request;"), 23);
  });

  // Only printed: a machine's speed is no property of the code.
  it("is timed in njs beside a function that does nothing", async function () {
    skipWithout(njs, this);
    const baseline = await milliseconds(empty, "off", page);
    for (const [what, code, state, viewer] of paths) {
      const taken = await milliseconds(code, state, viewer);
      rows.push(`      ${what}: ${(taken / baseline).toFixed(1)} times as long as an empty function in njs`);
    }
  });
});

/** Milliseconds of a thousand runs in njs, each with its own event. */
async function milliseconds(code: string, state: string, viewer: Viewer): Promise<number> {
  const printed = await script(
    { state },
    0,
    `${code}
async function all() {
  console.time("all");
  for (let i = 0; i < 1000; i++) {
    const event = JSON.parse(${JSON.stringify(JSON.stringify(eventOf(viewer)))});
    await handler(event);
  }
  console.timeEnd("all");
}
all();
`,
  );
  return Number(/all: ([0-9.]+)ms/.exec(printed)?.[1]);
}
