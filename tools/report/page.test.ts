import * as assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import axe from "axe-core";
import type { Browser, Page } from "playwright-core";
import { openBrowser } from "../../testing/browser";
import type { Architecture } from "./picture/architecture";
import { comparison } from "./example";
import { page as pageOf } from "./page";
import { type Report, reportOf } from "./report";

/** Set to a folder to keep the screenshots. */
const pictures = process.env["SCREENSHOTS"];

const box = { details: "", zones: [], change: undefined, usedBy: [], row: 0, tier: undefined };
const architecture: Architecture = {
  vpcCidr: "10.40.0.0/16",
  tiers: [
    { name: "prod-application", out: "out through NAT", subnets: [{ zone: "eu-west-2a", cidr: "10.40.0.0/19" }] },
    { name: "prod-data", out: "no way to the internet", subnets: [{ zone: "eu-west-2a", cidr: "10.40.32.0/20" }] },
  ],
  boxes: [
    { ...box, urn: "::cdn", title: "prod-cdn", label: "CloudFront", place: "edge" },
    {
      ...box,
      urn: "::web",
      title: "prod-web",
      label: "ECS service",
      place: "tier",
      tier: "prod-application",
      zones: [{ zone: "eu-west-2a", what: "" }],
    },
    {
      ...box,
      urn: "::database",
      title: "prod-database",
      label: "Aurora",
      place: "tier",
      tier: "prod-data",
      change: "replaced",
    },
    { ...box, urn: "::files", title: "prod-files", label: "S3 bucket", place: "regional", usedBy: ["prod-web"] },
  ],
  lines: [
    { from: "::web", to: "::database", label: "TCP 3306" },
    { from: "::cdn", to: "::database", label: "far" },
  ],
};

function reports(): Record<string, Report> {
  const full = reportOf(comparison(), {
    base: { name: "main", commit: "0123456789abcdef" },
    acknowledgements: [],
    guards: ["policies/exemptions.json"],
    today: new Date("2026-11-23T12:00:00Z"),
  });
  const line = { what: "Interface endpoints", before: 0, after: 21.9 };
  const costs = { lines: [line], total: { ...line, what: "Total a month" }, note: "On demand." };
  const judged = { open: [], acknowledged: [], faults: [] };
  const verdicts = { added: [], gone: [], kept: [], undecided: [] };
  return {
    full: { ...full, architecture, costs },
    empty: { ...full, judged, verdicts, costs, changes: [], permissions: [], paths: [], guards: [], architecture },
  };
}

describe("The report's page in a browser", () => {
  let browser: Browser;
  let view: Page;
  const asked: string[] = [];

  before(async function () {
    browser = await openBrowser(this);
    view = await browser.newPage();
    view.on("request", (request) => asked.push(request.url()));
  });
  after(() => browser?.close());

  async function show(report: Report, width = 1280): Promise<void> {
    await view.setViewportSize({ width, height: 900 });
    await view.setContent(pageOf(report));
    await view.evaluate(() =>
      (globalThis as any).document.querySelectorAll("details").forEach((one: any) => (one.open = true)),
    );
  }

  it("has nothing for axe to find, and loads nothing", async () => {
    for (const [name, report] of Object.entries(reports())) {
      await show(report);
      await view.evaluate(axe.source);
      const { violations } = await view.evaluate(() =>
        (globalThis as unknown as { axe: typeof axe }).axe.run({
          runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
        } as never),
      );
      assert.deepEqual(
        violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]),
        [],
        name,
      );
    }
    assert.deepEqual(asked, []);
  });

  for (const width of [320, 768, 1280, 1920]) {
    it(`has no sideways scrolling at ${width} px but in its own frames`, async () => {
      for (const [name, report] of Object.entries(reports())) {
        await show(report, width);
        const wide = await view.evaluate(() => (globalThis as any).document.documentElement.scrollWidth);
        assert.ok(wide <= width, `${name}: ${wide}`);
        if (pictures !== undefined) {
          mkdirSync(pictures, { recursive: true });
          await view.screenshot({ path: join(pictures, `report-${name}-${width}.png`), fullPage: true });
        }
      }
    });
  }

  it("shows the loss in red, above everything else", async () => {
    await show(reports()["full"]!);
    const first = view.locator("main > section").first();
    assert.match((await first.textContent()) ?? "", /The gate is closed.*Replaces a database/s);
    assert.equal(
      await first.evaluate((element: any) => (globalThis as any).getComputedStyle(element).borderTopColor),
      "rgb(179, 38, 30)",
    );
    const [loss, changes] = [
      await first.boundingBox(),
      await view.locator("h2", { hasText: "Changes by" }).boundingBox(),
    ];
    assert.ok(loss!.y < changes!.y);
  });

  it("draws no line through a box, and marks what changes", async () => {
    await show(reports()["full"]!);
    assert.equal(await view.locator("svg path.line").count(), 2);
    const stroke = await view
      .locator("svg g", { hasText: "prod-database" })
      .locator("rect")
      .first()
      .evaluate((rect: any) => rect.style.stroke);
    assert.equal(stroke, "rgb(179, 38, 30)");
    const crossings = await view.evaluate(() => {
      const { document } = globalThis as any;
      const boxes = [...document.querySelectorAll("svg rect.box")].map((rect: any) => rect.getBBox());
      return [...document.querySelectorAll("svg path.line")].flatMap((path: any) => {
        const length = path.getTotalLength();
        return Array.from({ length: 200 }, (_, step) => path.getPointAtLength((length * step) / 199)).filter(
          (point: any) =>
            boxes.some(
              (box: any) =>
                point.x > box.x + 1 &&
                point.x < box.x + box.width - 1 &&
                point.y > box.y + 1 &&
                point.y < box.y + box.height - 1,
            ),
        );
      }).length;
    });
    assert.equal(crossings, 0);
  });

  it("shows markup in a value as text", async () => {
    const { full } = reports();
    const values = [{ path: "<b>x</b>", before: "<script>alert(1)</script>", after: '"><img src=x>' }];
    await show({ ...full!, changes: [{ ...full!.changes[0]!, values }] });
    assert.equal(await view.locator("script, img, b").count(), 0);
    assert.ok(await view.getByText("<script>alert(1)</script>").isVisible());
  });
});
