"use strict";

/**
 * What the synthetic user does: five steps that a student does every day, each with a name that the alarm and the
 * dashboard show. It knows Moodle's pages (checked against 5.1) and neither AWS nor where its browser comes from.
 *
 * Messages say what a person would see. They never hold what was typed: Playwright's own errors do.
 */

const steps = ["load-page", "log-in", "open-course", "view-file", "start-quiz"];

/**
 * @param page of Playwright
 * @param settings site (https://..., no slash at the end), courseId, fileId, quizId (numbers from the addresses of the
 *   course, the File resource and the quiz), stepSeconds (how long one page may take)
 * @param account username and password of a student of the course
 * @param step runs one step under its name; throws when the step does
 */
async function journey(page, settings, account, step) {
  const { site, courseId, fileId, quizId, stepSeconds } = settings;
  page.setDefaultTimeout(stepSeconds * 1000);
  const open = (path) => land(page, settings, () => page.goto(`${site}${path}`, { waitUntil: "commit" }));
  const run = (name, work) => step(name, () => work().catch((error) => fail(name, error, settings)));

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

/** Goes to a page and looks whether it is one of Moodle's and no error: an error page may well have status 200. */
async function land(page, { site }, act) {
  let answer;
  const note = (response) => {
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

async function signedIn(page) {
  const refusal = page.locator("#loginerrormessage");
  if ((await refusal.count()) > 0) throw new Problem(`Moodle refuses the account: ${await words(refusal)}`);
  if ((await page.locator("body.notloggedin").count()) > 0) throw new Problem(`nobody is signed in on ${where(page)}`);
  if (/^\/(login|user)\/(change_password|edit|policy)/.test(new URL(page.url()).pathname)) {
    throw new Problem(`Moodle wants something of the account first: ${where(page)}`);
  }
}

/** By the browser's own cookies, but not in its window: there a PDF would become a download. */
async function readFile(page, { site, stepSeconds }, file) {
  const answer = await page.request.get(`${site}${file}`, { timeout: stepSeconds * 1000 });
  const type = answer.headers()["content-type"] ?? "";
  const path = new URL(answer.url()).pathname;
  if (!answer.ok()) throw new Problem(`status ${answer.status()} from ${path}`);
  if (path.startsWith("/login/")) throw new Problem("the session was lost");
  if (path.startsWith("/mod/"))
    throw new Problem(`no file came, but a page (${type}): is it a File resource, and a student's account?`);
  if ((await answer.body()).length === 0) throw new Problem(`the file is empty: ${path}`);
}

/** Or the account would gather a session every few minutes. Not a step: nothing that students notice. */
async function signOut(page, site) {
  const key = await page.locator("#responseform input[name=sesskey]").first().inputValue();
  await page.goto(`${site}/login/logout.php?sesskey=${encodeURIComponent(key)}`).catch(() => {});
}

/** What is wrong, in words of our own. */
class Problem extends Error {}

function fail(name, error, { stepSeconds }) {
  const problem =
    error instanceof Problem
      ? error.message
      : error.name === "TimeoutError" || /timed out|Timeout/.test(error.message)
        ? `took longer than ${stepSeconds} s`
        : // The first line alone: below it Playwright lists what it did, passwords and all.
          String(error.message)
            .split("\n")[0]
            .replace(/ at http\S+/, "");
  throw new Error(`${name}: ${problem}`);
}

const where = (page) => new URL(page.url()).pathname;

async function words(locator) {
  const text = (await locator.first().textContent()) ?? "";
  return text.replace(/\s+/g, " ").trim().slice(0, 200);
}

module.exports = { journey, steps };
