/**
 * The synthetic user's journey: five steps that a student does every day, each with a name that the alarm and the
 * dashboard show. It knows Moodle's pages (checked against 5.1) and neither AWS nor where its browser comes from.
 *
 * Messages say what a person would see. They never contain typed text, as Playwright's own errors do.
 */

import type { Locator, Page, Response } from "playwright-core";
import type { Step } from "../canarySteps";

export interface JourneySettings {
  /** `https://...`, no slash at the end */
  readonly site: string;
  /** Numbers from the addresses of the course, the File resource and the quiz. */
  readonly courseId: number;
  readonly fileId: number;
  readonly quizId: number;
  /** Seconds that one page may take. */
  readonly stepSeconds: number;
}

/** A student of the course. */
export interface Account {
  readonly username: string;
  readonly password: string;
}

/** @param step runs one step under its name; throws when the step does */
export async function journey(
  page: Page,
  settings: JourneySettings,
  account: Account,
  step: (name: Step, work: () => Promise<void>) => Promise<void>,
): Promise<void> {
  const { site, courseId, fileId, quizId, stepSeconds } = settings;
  page.setDefaultTimeout(stepSeconds * 1000);
  const open = (path: string) => land(page, settings, () => page.goto(`${site}${path}`, { waitUntil: "commit" }));
  const run = (name: Step, work: () => Promise<void>) =>
    step(name, () => work().catch((error: unknown) => fail(name, error, settings)));

  await run("load-page", () => open("/"));

  await run("log-in", async () => {
    await open("/login/index.php");
    if ((await page.locator("form#login #username").count()) === 0) {
      throw new Problem("the login page has no form for a name and a password");
    }
    await page.fill("#username", account.username);
    await page.fill("#password", account.password);
    await land(page, settings, () => page.click("#loginbtn"));
    await signedIn(page);
  });

  await run("open-course", async () => {
    await open(`/course/view.php?id=${courseId}`);
    // The end of the page's id is the course's format: topics, weeks ...
    if ((await page.locator(`body.course-${courseId}[id^=page-course-view-]`).count()) === 0) {
      throw new Problem(`course ${courseId} did not open, ${where(page)} did: is the account enrolled?`);
    }
  });

  await run("view-file", () => readFile(page, settings, `/mod/resource/view.php?id=${fileId}&redirect=1`));

  await run("start-quiz", async () => {
    await open(`/mod/quiz/view.php?id=${quizId}`);
    if ((await page.locator("#mod_quiz_preflight_form").count()) > 0) {
      throw new Problem("the quiz asks before it starts: give one without a time limit and a password");
    }
    const start = page.locator(".quizstartbuttondiv [type=submit]");
    if ((await start.count()) === 0) {
      throw new Problem(`quiz ${quizId} cannot be started (${where(page)}): closed, or no attempts left`);
    }
    await land(page, settings, () => start.first().click());
    if (
      !page.url().startsWith(`${site}/mod/quiz/attempt.php`) ||
      (await page.locator("#responseform .que").count()) === 0
    ) {
      throw new Problem(`the attempt shows no question, ${where(page)} came`);
    }
  });

  await signOut(page, site);
}

/** Goes to a page and checks that it is one of Moodle's and no error page, which may have status 200. */
async function land(page: Page, { site }: JourneySettings, act: () => Promise<unknown>): Promise<void> {
  let answer: Response | undefined;
  const note = (response: Response) => {
    if (response.request().isNavigationRequest() && response.frame() === page.mainFrame()) answer = response;
  };
  page.on("response", note);
  try {
    const arrived = page.waitForEvent("domcontentloaded");
    arrived.catch(() => {});
    await act();
    await arrived;
  } finally {
    page.off("response", note);
  }
  const status = answer?.status();
  if (status === undefined || status >= 400) throw new Problem(`status ${status ?? "missing"} from ${where(page)}`);
  if (!page.url().startsWith(`${site}/`)) throw new Problem(`it ended on another site: ${new URL(page.url()).origin}`);
  const error = page.locator(".errormessage, .errorbox:not(:has(.errormessage))");
  if ((await error.count()) > 0) throw new Problem(`${where(page)} shows an error: ${await words(error)}`);
  if ((await page.locator("body[id^=page-]").count()) === 0) throw new Problem(`${where(page)} is no page of Moodle`);
}

async function signedIn(page: Page): Promise<void> {
  const refusal = page.locator("#loginerrormessage");
  if ((await refusal.count()) > 0) throw new Problem(`Moodle refuses the account: ${await words(refusal)}`);
  if ((await page.locator("body.notloggedin").count()) > 0) throw new Problem(`nobody is signed in on ${where(page)}`);
  if (/^\/(login|user)\/(change_password|edit|policy)/.test(new URL(page.url()).pathname)) {
    throw new Problem(`Moodle wants something of the account first: ${where(page)}`);
  }
}

/** Uses the browser's cookies but not its window, where a PDF would become a download. */
async function readFile(page: Page, { site, stepSeconds }: JourneySettings, file: string): Promise<void> {
  const answer = await page.request.get(`${site}${file}`, { timeout: stepSeconds * 1000 });
  const type = answer.headers()["content-type"] ?? "";
  const path = new URL(answer.url()).pathname;
  if (!answer.ok()) throw new Problem(`status ${answer.status()} from ${path}`);
  if (path.startsWith("/login/")) throw new Problem("the session was lost");
  if (path.startsWith("/mod/"))
    throw new Problem(`no file came, but a page (${type}): is it a File resource, and a student's account?`);
  if ((await answer.body()).length === 0) throw new Problem(`the file is empty: ${path}`);
}

/**
 * Otherwise the account would gather a session every few minutes. It is not a step, since students would not notice its
 * failure.
 */
async function signOut(page: Page, site: string): Promise<void> {
  const key = await page.locator("#responseform input[name=sesskey]").first().inputValue();
  await page.goto(`${site}/login/logout.php?sesskey=${encodeURIComponent(key)}`).catch(() => {});
}

/** A fault, in words of our own. */
class Problem extends Error {}

function fail(name: Step, error: unknown, settings: JourneySettings): never {
  throw new Error(`${name}: ${problem(error, settings)}`);
}

function problem(error: unknown, { stepSeconds }: JourneySettings): string {
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  if (error instanceof Problem) return message;
  if (name === "TimeoutError" || /timed out|Timeout/.test(message)) return `took longer than ${stepSeconds} s`;
  // Only the first line: below it Playwright lists its calls, including passwords.
  return message.replace(/\n[^]*/, "").replace(/ at http\S+/, "");
}

const where = (page: Page): string => new URL(page.url()).pathname;

async function words(locator: Locator): Promise<string> {
  const text = (await locator.first().textContent()) ?? "";
  return text.replace(/\s+/g, " ").trim().slice(0, 200);
}
