import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { openBrowser } from "../../../testing/browser";
import { loadBundle } from "../../../testing/loadBundle";
import { canaryFiles } from "../canaryFiles";
import { type Step, steps } from "../canarySteps";
import { account, type Fault, ids, moodlePages, type MoodlePages } from "../../../testing/stand-ins/moodlePages";

const { journey } = loadBundle<typeof import("./canary")>(canaryFiles()["index.js"], {
  "@aws/synthetics-playwright": {},
});

describe("the synthetic user's journey", () => {
  let browser: Browser;
  let pages: MoodlePages | undefined;

  before(async function () {
    browser = await openBrowser(this);
  });
  after(() => browser?.close());
  afterEach(async () => {
    await pages?.close();
    pages = undefined;
  });

  interface Outcome {
    readonly done: readonly string[];
    readonly failed: string | undefined;
    readonly requests: readonly string[];
  }

  async function travel(fault?: Fault, as = account, stepSeconds = 20, site?: string): Promise<Outcome> {
    pages = await moodlePages(fault);
    const context = await browser.newContext();
    const done: string[] = [];
    const settings = { site: site ?? pages.site, ...ids, stepSeconds };
    const failed = await journey(await context.newPage(), settings, as, async (name, work) => {
      await work();
      done.push(name);
    }).then(
      () => undefined,
      (error: Error) => error.message,
    );
    await context.close();
    return { done, failed, requests: pages.requests };
  }

  it("loads, logs in, opens a course, reads a file, starts a quiz, and submits nothing", async () => {
    const { done, failed, requests } = await travel();
    assert.equal(failed, undefined);
    assert.deepEqual(done, steps);
    assert.ok(!requests.some((request) => /processattempt|summary/.test(request)), requests.join());
    assert.deepEqual(
      requests.filter((request) => request.startsWith("POST")),
      ["POST /login/index.php", "POST /mod/quiz/startattempt.php"],
    );
    assert.ok(requests.includes("GET /login/logout.php"), "it signs out");
  });

  const failures: readonly (readonly [Fault, Step, RegExp])[] = [
    ["not Moodle", "load-page", /^load-page: \/ is no page of Moodle$/],
    ["no login form", "log-in", /^log-in: the login page has no form/],
    [
      "password change",
      "log-in",
      /^log-in: Moodle wants something of the account first: \/login\/change_password.php$/,
    ],
    [
      "error page with status 200",
      "open-course",
      /^open-course: \/course\/view.php shows an error: Error reading from database$/,
    ],
    ["server error", "open-course", /^open-course: status 503 from \/course\/view.php$/],
    [
      "not enrolled",
      "open-course",
      /^open-course: course 7 did not open, \/enrol\/index.php did: is the account enrolled\?$/,
    ],
    ["missing file", "view-file", /^view-file: status 404 from \/pluginfile.php\/31\//],
    ["page instead of the file", "view-file", /^view-file: no file came, but a page \(text\/html/],
    ["empty file", "view-file", /^view-file: the file is empty/],
    ["no attempts left", "start-quiz", /^start-quiz: quiz 22 cannot be started .*no attempts left/],
    ["timed quiz", "start-quiz", /^start-quiz: the quiz asks before it starts/],
    ["attempt without questions", "start-quiz", /^start-quiz: the attempt shows no question/],
  ];
  for (const [fault, at, message] of failures) {
    it(`says what is wrong: ${fault}`, async () => {
      const { done, failed } = await travel(fault);
      assert.match(failed ?? "nothing failed", message);
      assert.deepEqual(done, steps.slice(0, steps.indexOf(at)));
    });
  }

  it("says that Moodle refuses the account, and never the password", async () => {
    const wrong = { ...account, password: "Wr0ng-password" };
    const { done, failed } = await travel(undefined, wrong);
    assert.equal(failed, "log-in: Moodle refuses the account: Invalid login, please try again");
    assert.deepEqual(done, ["load-page"]);
  });

  it("says that a page is slow", async () => {
    const { failed } = await travel("slow course", account, 2);
    assert.equal(failed, "open-course: took longer than 2 s");
  });

  it("says that a file is slow", async () => {
    const { failed } = await travel("slow file", account, 4);
    assert.equal(failed, "view-file: took longer than 4 s");
  });

  it("says that nobody answers", async () => {
    const { failed } = await travel(undefined, account, 20, "http://127.0.0.1:9");
    assert.match(failed ?? "", /^load-page: page.goto: net::ERR_/);
  });

  it("runs as CloudWatch Synthetics starts it: its browser, its steps, the account from Secrets Manager", async () => {
    pages = await moodlePages();
    const asked: string[] = [];
    const done: string[] = [];
    let closed = 0;
    const world = {
      synthetics: {
        launch: async () => browser,
        newPage: (from: Browser) => from.newPage(),
        executeStep: async (name: string, work: () => Promise<void>) => {
          await work();
          done.push(name);
        },
        close: async () => void closed++,
      },
      send: async ({ SecretId }: { SecretId: string }) => {
        asked.push(SecretId);
        return { SecretString: JSON.stringify(account) };
      },
    };
    const { handler, remove } = asPackaged(world);
    const environment = { SITE: pages.site, COURSE_ID: "7", FILE_ID: "21", QUIZ_ID: "22", STEP_SECONDS: "20" };
    Object.assign(process.env, environment, { ACCOUNT_SECRET_ARN: "arn:secret" });
    try {
      await handler();
    } finally {
      remove();
      Object.keys(environment).forEach((key) => delete process.env[key]);
      delete process.env["ACCOUNT_SECRET_ARN"];
    }
    assert.deepEqual([asked, done, closed], [["arn:secret"], steps, 1]);
  });
});

/** The handler in a folder as Synthetics unpacks it, with stand-ins for the two packages that only AWS has. */
function asPackaged(world: object): { handler: () => Promise<void>; remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), "canary-"));
  const put = (name: string, code: string) => {
    mkdirSync(join(folder, "node_modules", name), { recursive: true });
    writeFileSync(join(folder, "node_modules", name, "index.js"), code);
  };
  (globalThis as any).canaryWorld = world;
  put("@aws/synthetics-playwright", "exports.synthetics = globalThis.canaryWorld.synthetics;");
  put(
    "@aws-sdk/client-secrets-manager",
    `exports.SecretsManagerClient = class { send(command) { return globalThis.canaryWorld.send(command); } };
     exports.GetSecretValueCommand = class { constructor(input) { Object.assign(this, input); } };`,
  );
  for (const [name, content] of Object.entries(canaryFiles())) {
    writeFileSync(join(folder, name), content);
  }
  return {
    handler: createRequire(join(folder, "x.js"))("./index.js").handler,
    remove: () => rmSync(folder, { recursive: true }),
  };
}
