import * as assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import axe from "axe-core";
import type { Browser } from "playwright-core";
import { values } from "../capacity/measured";
import { delayValues } from "../capacity/delays";
import { page as capacityPage } from "../capacity/page";
import { simulate } from "../capacity/simulate/simulate";
import { stackPlatform } from "../capacity/stackPlatform";
import { loadTrace } from "../capacity/trace";
import { blips, command as blipsCommand } from "../blips/command";
import { faults } from "../blips/corpus/faults";
import { generate } from "../blips/corpus/generate";
import { yearPage } from "../calendar/picture";
import { yearText } from "../calendar/year";
import { reportPage } from "../edge-report/page";
import { corpusSummary, results } from "../edge-report/summary";
import { judge } from "../loadtest/gate/gate";
import { madeUp, sameAsBefore } from "../loadtest/gate/synthetic";
import { runPage } from "../loadtest/report/runPage";
import { trackerPage } from "../loadtest/report/tracker";
import { exampleReports } from "../report/example";
import { page as planPage } from "../report/page";
import { exampleSettings } from "../../testing/examples/calendar";
import { readCalendar } from "../../stacks/calendar/read";
import { valuesOf } from "./command";
import { openBrowser } from "../../testing/browser";

/** Set to a folder to keep the screenshots. */
const pictures = process.env["SCREENSHOTS"];
const now = Date.parse("2026-11-23T09:00:00Z");

/** Every page that a tool writes, but those of the outage, which have a test of their own. */
async function allPages(folder: string): Promise<Readonly<Record<string, string>>> {
  const settings = exampleSettings("prod", { calendar: { name: "example" } });
  const calendar = readCalendar(settings)!;
  const trace = loadTrace("spike");
  const result = simulate({ platform: stackPlatform(settings, []), trace, seed: 1, values, delays: delayValues });
  const verdicts = [{ name: "minutes that miss the service level", value: "3", budget: "at most 0", ok: false }];
  const before = { ...madeUp(1, sameAsBefore), release: "5.1.0" };
  const test = { ...madeUp(2, { ...sameAsBefore, slower: 1.4 }), release: "5.1.1", good: false };
  const { full, empty } = exampleReports();
  return {
    capacity: await capacityPage("prod", trace, result, verdicts, values.sloSeconds),
    "load test": await runPage(test, judge(test, before)),
    tracker: await trackerPage([before, test]),
    "tracker, no run": await trackerPage([]),
    calendar: await yearPage("prod", calendar, settings, yearText(calendar, settings, now), now),
    "edge report": await reportPage(results(), corpusSummary(now)),
    blips: await blipRecord(folder),
    "plan report": planPage(full!),
    "plan report, no change": planPage(empty!),
  };
}

async function blipRecord(folder: string): Promise<string> {
  const run = generate(
    42,
    faults.find(({ cause }) => cause === "database-failover"),
  );
  for (const [name, lines] of run.files) {
    mkdirSync(dirname(join(folder, "logs", name)), { recursive: true });
    writeFileSync(join(folder, "logs", name), `${lines.join("\n")}\n`);
  }
  const iso = (seconds: number) => new Date(seconds * 1000).toISOString();
  const out = join(folder, "record");
  const [FROM, TO] = [iso(run.span.from + 3600), iso(run.span.to)];
  const given = { STACK: "prod", FROM, TO, ZONE: "Europe/London", LOGS: join(folder, "logs"), OUT: out };
  await blips(valuesOf(blipsCommand, given), () => undefined);
  return readFileSync(`${out}.html`, "utf8");
}

describe("The pages that tools write", function () {
  this.timeout(180_000);
  let browser: Browser;
  let pages: Readonly<Record<string, string>>;
  const folder = mkdtempSync(join(tmpdir(), "pages-"));

  before(async function () {
    browser = await openBrowser(this);
    pages = await allPages(folder);
  });
  after(async () => {
    rmSync(folder, { recursive: true, force: true });
    await browser?.close();
  });

  for (const colorScheme of ["light", "dark"] as const) {
    for (const width of [360, 1280]) {
      it(`have nothing for axe to find, ask for nothing and do not scroll sideways: ${colorScheme}, ${width} px`, async () => {
        const view = await (await browser.newContext({ colorScheme, viewport: { width, height: 800 } })).newPage();
        const asked: string[] = [];
        view.on("request", (request) => asked.push(request.url()));
        for (const [name, html] of Object.entries(pages)) {
          await view.setContent(html);
          await view.evaluate(() =>
            (globalThis as any).document.querySelectorAll("details").forEach((one: any) => (one.open = true)),
          );
          if (pictures !== undefined) {
            mkdirSync(pictures, { recursive: true });
            await view.screenshot({ path: join(pictures, `${name}-${colorScheme}-${width}.png`), fullPage: true });
          }
          const wide = await view.evaluate(() => (globalThis as any).document.documentElement.scrollWidth);
          assert.ok(wide <= width, `${name}: ${wide} px wide`);
          await view.evaluate(axe.source);
          const { violations } = await view.evaluate(() =>
            (globalThis as unknown as { axe: typeof axe }).axe.run({
              runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
            } as never),
          );
          assert.deepEqual(
            violations.map(({ id, nodes }) => [id, nodes.map(({ html: found }) => found.slice(0, 200))]),
            [],
            name,
          );
        }
        assert.deepEqual(asked, []);
        await view.context().close();
      });
    }
  }

  it("have letters in charts that are as large as on the page, and an axis that says what it counts", async () => {
    const view = await (await browser.newContext({ viewport: { width: 360, height: 800 } })).newPage();
    for (const [name, html] of Object.entries(pages)) {
      await view.setContent(html);
      const found = await view.evaluate(() =>
        [...(globalThis as any).document.querySelectorAll("figure svg.marks")]
          .filter((svg: any) => svg.getBoundingClientRect().width > 0)
          .map((svg: any) => ({
            scale: svg.getBoundingClientRect().width / svg.viewBox.baseVal.width,
            titles: svg.querySelectorAll(".role-axis-title text").length,
          })),
      );
      for (const { scale, titles } of found) {
        assert.ok(scale > 0.9, `${name}: letters are drawn at ${scale} of their size`);
        assert.ok(titles >= 1, `${name}: an axis without a title`);
      }
      assert.ok(found.length > 0 || /no run|plan report/.test(name), name);
    }
  });
});
