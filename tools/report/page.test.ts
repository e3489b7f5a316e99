import * as assert from "node:assert/strict";
import type { Browser, Page } from "playwright-core";
import { openBrowser } from "../../testing/browser";
import { exampleReports } from "./example";
import { page as pageOf } from "./page";
import type { Report } from "./report";

describe("The report's page in a browser", () => {
  let browser: Browser;
  let view: Page;

  before(async function () {
    browser = await openBrowser(this);
    view = await browser.newPage();
  });
  after(() => browser?.close());

  async function show(report: Report): Promise<void> {
    await view.setViewportSize({ width: 1280, height: 900 });
    await view.setContent(pageOf(report));
    await view.evaluate(() =>
      (globalThis as any).document.querySelectorAll("details").forEach((one: any) => (one.open = true)),
    );
  }

  it("shows the loss in red, above everything else", async () => {
    await show(exampleReports()["full"]!);
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
    await show(exampleReports()["full"]!);
    assert.equal(await view.locator("svg path.line").count(), 2);
    const stroke = await view
      .locator("svg g", { hasText: "prod-database" })
      .locator("rect")
      .first()
      .evaluate((rect: any) => (globalThis as any).getComputedStyle(rect).stroke);
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
    const { full } = exampleReports();
    const values = [{ path: "<b>x</b>", before: "<script>alert(1)</script>", after: '"><img src=x>' }];
    await show({ ...full!, changes: [{ ...full!.changes[0]!, values }] });
    assert.equal(await view.locator("script, img, b").count(), 0);
    assert.ok(await view.getByText("<script>alert(1)</script>").isVisible());
  });
});
