// cspell:ignore Donaudampfschifffahrtselektrizitä
import * as assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import axe from "axe-core";
import type { Browser, Page } from "playwright-core";
import { draftLink, firstWords, releaseDrafts } from "../../components/observability/draft";
import { openBrowser } from "../browser";
import { branding } from "./example";
import { Night, people } from "./night";
import type { Person } from "../stand-ins/universitySignIn";

/** Set to a folder to keep the screenshots. */
const pictures = process.env["SCREENSHOTS"];
const long = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft";

describe("a night with the status editor", () => {
  let browser: Browser;
  let night: Night;
  let ada: Page;

  before(async function () {
    browser = await openBrowser(this);
    night = await Night.start(this, { ...branding, organisation: `University of ${long}` });
  });
  after(async () => {
    night?.stop();
    await browser?.close();
  });

  /** A browser of one person, on the editor's page. Other addresses than these servers do not exist. */
  async function arrive(options: object = {}): Promise<Page> {
    const page = await (await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options })).newPage();
    page.setDefaultTimeout(30_000);
    await page.goto(night.url);
    return page;
  }

  async function signIn(page: Page, person: Person, password = person.password): Promise<void> {
    await page.locator("#in").click();
    await page.locator("[name=email]").fill(person.email);
    await page.locator("[name=password]").fill(password);
    await page.locator("[name=code]").fill(person.code);
    await page.locator("button").click();
  }

  /** The policy of the page forbids what `waitForFunction` does. */
  async function until(page: Page, expression: string): Promise<void> {
    for (let tries = 0; !(await page.evaluate<boolean>(expression)); tries++) {
      assert.ok(tries < 300, `never: ${expression}; ${await page.locator("main").innerText()}`);
      await page.waitForTimeout(100);
    }
  }

  const ready = (page: Page) => page.locator("#publish").waitFor();
  const text = (page: Page, id: string) => page.locator(`#${id}`).innerText();

  async function say(page: Page, state: string, message?: string, until?: string): Promise<void> {
    await page.locator(`#s-${state}`).check();
    if (message !== undefined) await page.locator("#message").fill(message);
    if (until !== undefined) await page.locator("#until").fill(until);
  }

  async function publish(page: Page): Promise<void> {
    await page.locator("#publish").click();
    await until(page, `document.getElementById("done").textContent.startsWith("Published: version")`);
  }

  /** What everybody else sees: the status page, both feeds and the data say the same. */
  async function everywhere(words: RegExp): Promise<void> {
    for (const name of ["status.html", "status.json", "feed.xml", "feed.json"]) {
      assert.match((await night.visit(`/outage/${name}`)).body, words, name);
    }
  }
  /** What receivers of webhooks were told since the last time. */
  async function posted(): Promise<readonly string[]> {
    const before = night.posts.length;
    await night.tellReceivers();
    return night.posts.slice(before).map(({ kind, post }) => `${kind}: ${post.body}`);
  }
  const site = () => night.visit("/my/");
  /** Moodle's app asks by a form, and reads the fields of Moodle's own errors. */
  async function app(): Promise<string> {
    const { status, body } = await night.visit("/webservice/rest/server.php", { method: "POST", headers: {} });
    return status === 503 ? (JSON.parse(body) as { readonly message: string }).message : "open";
  }
  /** As components/release/page.ts asks before it puts its own page on. */
  const releaseMayClose = () => /^off$|"state":"off"/.test(night.store.keys.get("state") ?? "");

  async function judge(page: Page, name: string): Promise<void> {
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      await page.evaluate(axe.source);
      const { violations } = await page.evaluate(() =>
        (globalThis as unknown as { axe: typeof axe }).axe.run({
          iframes: false,
          runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
        }),
      );
      const found = violations.map(({ id, help, nodes }) => `${id}: ${help} ${nodes[0]?.html}`);
      assert.deepEqual(found, [], `${name}, ${colorScheme}`);
      for (const width of [320, 375, 768, 1280]) {
        await page.setViewportSize({ width, height: 900 });
        const wide = Number(await page.evaluate("document.documentElement.scrollWidth"));
        assert.ok(wide <= width, `${name} is ${wide} pixels wide at ${width}`);
        if (pictures !== undefined && width !== 320 && width !== 768) {
          mkdirSync(pictures, { recursive: true });
          const file = join(pictures, `editor-${name.replace(/[ ,]+/g, "-")}-${colorScheme}-${width}.png`);
          writeFileSync(file, await page.screenshot({ fullPage: true }));
        }
      }
    }
    await page.emulateMedia({ colorScheme: "light" });
  }

  it("lets nobody in without the right password, nor a person of the university who is no editor", async () => {
    ada = await arrive();
    await judge(ada, "before sign-in");
    await signIn(ada, people.ada, "wrong");
    await ada.getByRole("alert").waitFor();
    assert.match(await ada.locator("body").innerText(), /Incorrect user name, password or code/);
    assert.deepEqual(
      night.api.reached.filter((route) => route !== "GET /"),
      [],
    );
    for (const header of ["", "Bearer x.y.z"]) {
      const { status } = await fetch(`${night.url}api/state`, { headers: { authorization: header } });
      assert.equal(status, 401);
    }
    const eve = await arrive();
    await signIn(eve, people.eve);
    await until(eve, `document.getElementById("problem").textContent !== ""`);
    assert.equal(await text(eve, "problem"), "eve@example.org is not among the editors of this site.");
    assert.ok(!(await eve.locator("#work").isVisible()));
    await eve.context().close();
  });

  it("shows what holds now, with this site's own links", async () => {
    ada = await arrive();
    await signIn(ada, people.ada);
    await ready(ada);
    assert.equal(await text(ada, "who"), "Signed in as ada@example.org");
    assert.match(await text(ada, "now"), /Moodle is open\s+Nothing was published yet/);
    assert.equal(
      await ada.locator("#status-page").getAttribute("href"),
      "https://moodle.example.org/outage/status.html",
    );
    assert.equal(await ada.locator("#undo").isDisabled(), true);
    assert.equal(new URL(ada.url()).search, "", "the code of the sign-in does not stay in the address");
    await judge(ada, "nothing published");
  });

  it("announces trouble while the site stays open, after a preview of it", async () => {
    await say(ada, "trouble", `Quizzes are slow. <img src=x onerror="document.title='taken'"> ${long}`);
    await until(ada, `document.getElementById("status").srcdoc.includes("Quizzes are slow")`);
    assert.equal(await text(ada, "effect"), "The site stays open.");
    const frame = ada.frameLocator("#status");
    assert.match(await frame.locator(".now").innerText(), /Moodle is available, with problems.*Quizzes are slow/s);
    assert.doesNotMatch((await night.visit("/outage/status.html")).body, /Quizzes/, "a preview is nobody else's");
    await judge(ada, "trouble in the form");
    await publish(ada);
    await everywhere(/Quizzes are slow/);
    assert.equal((await site()).status, 200);
    assert.deepEqual([releaseMayClose(), await app()], [true, "open"]);
    assert.match((await night.visit("/outage/status.html")).body, /&lt;img src=x/);
    assert.equal(await ada.title(), "Moodle: status editor");
    assert.match(
      night.told.at(-1) ?? "",
      /^Status of Moodle: trouble: Quizzes.*\nVersion 2, published by ada@example\.org at /,
    );
  });

  it("tells Slack and Mastodon, and one that is broken keeps nobody waiting", async () => {
    night.brokenReceiver = "mastodon";
    const [slack, ...others] = await posted();
    assert.deepEqual(others, []);
    assert.match(slack ?? "", /^slack: .*Quizzes are slow\. &lt;img src=x/);
    night.brokenReceiver = undefined;
    assert.deepEqual(
      (await posted()).map((one) => /^\w+: .*Quizzes are slow\. <img/.test(one) && one.split(":")[0]),
      ["mastodon"],
    );
    assert.deepEqual(await posted(), [], "once");
  });

  it("corrects it", async () => {
    await ada.getByRole("button", { name: /^Correct “Quizzes are slow/ }).click();
    assert.equal(await text(ada, "form-title"), "Correct: Moodle has problems");
    assert.equal(await ada.evaluate("document.activeElement.id"), "form-title", "the keyboard follows");
    await ada.locator("#message").fill("Quizzes are slow. Files are well.");
    await publish(ada);
    await everywhere(/Quizzes are slow\. Files are well\./);
    assert.match((await posted()).join("\n"), /slack: .*Corrected: Moodle has problems.*Files are well/);
    assert.match((await night.visit("/outage/status.html")).body, /\(corrected, /);
    assert.doesNotMatch((await night.visit("/outage/feed.xml")).body, /onerror/);
  });

  it("closes the site for an outage, and says more while it lasts", async () => {
    await say(ada, "outage", "The database is away.");
    await until(ada, `document.getElementById("effect").textContent === "The site will be closed for everybody."`);
    assert.match(
      await ada.frameLocator("#site").locator("main").innerText(),
      /Moodle is not available\s+The database is away\./,
    );
    await judge(ada, "outage in the form");
    await publish(ada);
    assert.deepEqual([(await site()).status, releaseMayClose()], [503, false]);
    assert.match((await site()).body, /The database is away\./);
    assert.match(await app(), /The database is away\./);
    assert.match((await night.visit("/outage/banner.html")).body, /not available/);
    assert.match((await night.visit("/outage/status.html")).body, /Moodle is not available/);
    await say(ada, "outage", "A copy takes over.", "2099-11-23T07:00");
    await publish(ada);
    assert.match((await site()).body, /A copy takes over\..*Expected back:/s);
    await everywhere(/A copy takes over\./);
    assert.equal(JSON.parse(night.store.keys.get("state") ?? "").version, 5);
  });

  it("tells the second of two editors, and keeps their words", async () => {
    const bob = await arrive();
    await signIn(bob, people.bob);
    await ready(bob);
    await say(bob, "outage", "Bob's words");
    await say(ada, "outage", "Ada's words");
    await publish(ada);
    await bob.locator("#publish").click();
    await until(bob, `document.getElementById("problem").textContent.startsWith("Somebody else has published")`);
    assert.match((await site()).body, /Ada's words/);
    assert.match(await text(bob, "now"), /Ada's words.*by ada@example\.org/s);
    assert.equal(await bob.locator("#message").inputValue(), "Bob's words");
    await judge(bob, "overtaken");
    await publish(bob);
    await everywhere(/Bob's words/);
    await bob.context().close();
    await ada.reload();
    await ada.locator("#in").click();
    await ready(ada);
  });

  it("is old or new everywhere when the network is lost in the middle, and published once", async () => {
    const [before, version] = [(await night.visit("/outage/status.html")).body, () => text(ada, "log")];
    await say(ada, "outage", "Third attempt");
    night.breakWrites = /\/outage\/v\/.*feed\.xml$/;
    await ada.locator("#publish").click();
    await until(ada, `document.getElementById("problem").textContent.includes("Try again")`);
    assert.equal((await night.visit("/outage/status.html")).body, before);
    assert.doesNotMatch((await site()).body, /Third attempt/);
    await posted();
    assert.doesNotMatch(JSON.stringify(night.posts), /Third attempt/);
    night.breakWrites = undefined;
    // The store changes, and its answer is lost: the SDK asks again and finds its own change.
    let lost = 0;
    night.store.interrupt = (asked) => (asked === "POST keys" && lost++ === 0 ? "after" : undefined);
    // The function's answer is lost on the way to the browser.
    await ada.route("**/api/publish", async (route) => {
      await route.fetch();
      await route.abort();
    });
    await ada.locator("#publish").click();
    await until(ada, `document.getElementById("problem").textContent.includes("nothing is done twice")`);
    await everywhere(/Third attempt/);
    assert.match((await site()).body, /Third attempt/);
    assert.equal(lost, 2);
    await ada.unroute("**/api/publish");
    const told = night.told.length;
    await publish(ada);
    assert.equal((await version()).match(/Third attempt/g)?.length, 1, "in the history once");
    assert.equal(night.told.length, told, "told once");
    assert.deepEqual(
      (await posted()).filter((one) => one.includes("Third attempt")).map((one) => one.split(":")[0]),
      ["slack", "mastodon"],
      "by webhooks once too",
    );
    night.store.interrupt = () => undefined;
  });

  it("says that it is over, withdraws what was a mistake, and undoes it", async () => {
    await say(ada, "off");
    await publish(ada);
    assert.deepEqual([(await site()).status, releaseMayClose()], [200, true]);
    await everywhere(/Moodle is available again\./);
    await ada.getByRole("button", { name: "Withdraw this entry: Moodle has problems" }).click();
    await ada.locator("#message").fill("It was the network of one building.");
    await publish(ada);
    const page = (await night.visit("/outage/status.html")).body;
    assert.match(page, /Moodle has problems \(withdrawn\).*It was the network of one building\./s);
    assert.doesNotMatch(page, /Files are well/);
    assert.match((await night.visit("/outage/feed.xml")).body, /Withdrawn: Moodle has problems/);
    await ada.locator("#undo").click();
    assert.equal(await text(ada, "form-title"), "Undo the last publish");
    await publish(ada);
    await everywhere(/Files are well/);
    await judge(ada, "a night's history");
    assert.match(await text(ada, "log"), /undo.*ada@example\.org.*withdraw: Moodle has problems.*bob@example\.org/s);
    for (const name of ["status.html", "status.json", "feed.xml", "feed.json"]) {
      assert.doesNotMatch((await night.visit(`/outage/${name}`)).body, /ada@|bob@/, "names stay with the team");
    }
  });

  it("lets testers in for planned work, and leaves a release its switch", async () => {
    await say(ada, "planned", "Upgrade");
    await publish(ada);
    const [, link = ""] =
      /Testers get in at https:\/\/moodle\.example\.org(\/outage-pass\/[\w-]{16})/.exec(await text(ada, "now")) ?? [];
    assert.deepEqual([(await site()).status, (await night.visit(link)).status], [503, 302]);
    await say(ada, "off");
    await publish(ada);
    night.store.turn('{"state":"planned","message":"A new version is being installed."}');
    await say(ada, "trouble", "Slow");
    await until(ada, `document.getElementById("wrong").textContent.includes("while the site is open")`);
    assert.equal(await ada.locator("#publish").isDisabled(), true);
    await ada.reload();
    await ada.locator("#in").click();
    await ready(ada);
    assert.match(await text(ada, "now"), /closed for planned work.*by a release, or in the console/s);
    assert.equal(await ada.locator("#undo").isDisabled(), true);
    assert.match((await site()).body, /A new version is being installed/);
  });

  it("lets the status page, the feeds, the calendar and the banner follow the release, and the release's page stay as it is", async () => {
    const page = night.store.keys.get("state");
    assert.doesNotMatch((await night.visit("/outage/status.html")).body, /A new version/);
    assert.partialDeepStrictEqual(await night.look(), { kind: "published", by: "the switch" });
    await everywhere(/A new version is being installed/);
    assert.match((await night.visit("/outage/calendar.ics")).body, /A new version is being installed/);
    assert.match((await night.visit("/outage/banner.html")).body, /Moodle is closed for maintenance/);
    assert.deepEqual([night.store.keys.get("state"), await night.look()], [page, undefined]);
    await ada.reload();
    await ada.locator("#in").click();
    await ready(ada);
    assert.match(await text(ada, "now"), /by a release, or in the console.*by the switch/s);
    assert.equal(await ada.locator("#undo").isDisabled(), true);
    night.store.turn('{"state":"off"}');
    assert.match((await night.visit("/outage/banner.html")).body, /Moodle is closed for maintenance/);
    await night.look();
    assert.doesNotMatch((await night.visit("/outage/banner.html")).body, /Moodle is closed/);
    await everywhere(/Moodle is available again/);
    assert.equal((await site()).status, 200);
  });

  it("is filled in by the link of a page, and publishes nothing by itself", async () => {
    const before = [...night.store.keys];
    const open = async (link: string) => {
      const page = await (await browser.newContext()).newPage();
      page.setDefaultTimeout(30_000);
      await page.goto(link);
      await signIn(page, people.ada);
      await ready(page);
      return page;
    };
    const page = await open(draftLink(night.url, firstWords));
    assert.equal(page.url(), night.url, "the draft is in no address");
    assert.equal(await page.locator("#message").inputValue(), firstWords.message);
    assert.ok(await page.locator("#s-trouble").isChecked());
    assert.equal(await text(page, "done"), "These words came with a link. Nothing is published yet.");
    await until(page, `document.getElementById("status").srcdoc.includes("Some pages are slow or fail")`);
    await page.context().close();
    const release = await open(draftLink(night.url, releaseDrafts.releaseStaysClosed));
    assert.ok(await release.locator("#s-planned").isChecked());
    assert.equal(await release.locator("#message").inputValue(), releaseDrafts.releaseStaysClosed.message);
    await release.context().close();
    const strange = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
    for (const draft of [
      "%3Cscript%3E",
      strange(null),
      strange({ state: "undo", message: "x" }),
      strange({ state: "trouble", message: ["x"] }),
      strange({ state: "trouble", message: "x".repeat(20_000) }),
    ]) {
      const other = await open(`${night.url}#draft=${draft}`);
      assert.deepEqual([await other.locator("#message").inputValue(), await text(other, "done")], ["", ""], draft);
      await other.context().close();
    }
    assert.deepEqual([...night.store.keys], before);
  });

  it("can be used with the keyboard alone", async () => {
    await ada.reload();
    await ada.locator("#in").press("Enter");
    await ready(ada);
    const wanted = await ada.evaluate<string[]>(
      `[...document.querySelectorAll("button, input, textarea, a[href], [tabindex='0']")].filter((one) => one.checkVisibility() && !one.disabled && (one.type !== "radio" || one.checked)).map((one) => one.id || one.ariaLabel || one.textContent.trim())`,
    );
    const reached: string[] = [];
    for (let tabs = 0; tabs < 200 && reached.at(-1) !== wanted.at(-1); tabs++) {
      await ada.keyboard.press("Tab");
      const { label, outline } = await ada.evaluate<{ label: string; outline: string }>(`(() => {
        const one = document.activeElement;
        return { label: one.id || one.ariaLabel || one.textContent.trim(), outline: getComputedStyle(one).outlineStyle };
      })()`);
      if (reached.at(-1) !== label) reached.push(label);
      assert.notEqual(outline, "none", `${label} shows no focus`);
    }
    assert.deepEqual(
      reached.filter((one) => wanted.includes(one)),
      wanted,
    );
    await ada.locator("#s-trouble").focus();
    await ada.keyboard.press("ArrowDown");
    await ada.keyboard.press("ArrowDown");
    await ada.keyboard.press("ArrowDown");
    assert.equal(await ada.locator("#s-announce").isChecked(), true);
    await ada.locator("#start").fill("2099-01-01T06:00");
    await ada.locator("#publish").press("Enter");
    await until(ada, `document.getElementById("done").textContent.startsWith("Published: version")`);
    await everywhere(/Moodle will be closed for planned maintenance\./);
    assert.match((await night.visit("/outage/status.html")).body, /Planned work, from <time datetime="2099-01-01T/);
  });

  it("loads nothing from elsewhere and runs nothing but its own script", async () => {
    const { headers } = await fetch(night.url);
    const policy = headers.get("content-security-policy") ?? "";
    assert.match(policy, /^default-src 'none'; script-src 'sha256-[^' ]+'; /);
    assert.doesNotMatch(policy, /unsafe-eval|script-src[^;]*unsafe-inline|\*/);
    assert.match(policy, /frame-ancestors 'none'/);
    const window = await arrive();
    await window.evaluate(`document.body.insertAdjacentHTML("beforeend", "<img src=x onerror='document.title = 1'>")`);
    const run = await window.evaluate(`(() => {
      const script = document.createElement("script");
      script.textContent = "document.title = 'taken'";
      document.body.append(script);
      return document.title;
    })()`);
    assert.equal(run, "Status editor");
    await window.context().close();
  });
});
