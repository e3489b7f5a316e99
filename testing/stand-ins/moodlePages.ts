// cspell:ignore Passw
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/**
 * Pages that behave like Moodle 5.1 as far as the synthetic user looks at them: the login form with its token, the
 * session cookie, the session key, a course, a File resource that redirects to pluginfile.php, a quiz with its start
 * button, and the form of an attempt. Forms, ids, classes and redirects are those of Moodle's templates and renderers.
 */
export interface MoodlePages {
  readonly site: string;
  /** Requests that came, `POST /login/index.php` and so on. */
  readonly requests: readonly string[];
  close(): Promise<void>;
}

/** Faults on purpose. */
export type Fault =
  | "error page with status 200"
  | "server error"
  | "slow course"
  | "slow file"
  | "missing file"
  | "page instead of the file"
  | "empty file"
  | "not enrolled"
  | "no attempts left"
  | "timed quiz"
  | "no login form"
  | "password change"
  | "not Moodle"
  | "attempt without questions";

export const account = { username: "synthetic", password: "Right-Passw0rd" };
export const ids = { courseId: 7, fileId: 21, quizId: 22 };

const token = "Xr7login";
const sesskey = "kEy4session";

export async function moodlePages(fault?: Fault): Promise<MoodlePages> {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url?.split("?")[0]}`);
    void answer(request, fault).then((page) => send(response, page));
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  return {
    site: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    close: () => {
      server.closeAllConnections();
      return new Promise((closed) => server.close(() => closed()));
    },
  };
}

interface Page {
  readonly status?: number;
  readonly to?: string;
  readonly cookie?: string;
  readonly type?: string;
  readonly body?: string;
}

function send(response: ServerResponse, { status, to, cookie, type, body }: Page): void {
  if (to !== undefined) response.setHeader("Location", to);
  if (cookie !== undefined) response.setHeader("Set-Cookie", cookie);
  response.writeHead(status ?? (to === undefined ? 200 : 303), { "Content-Type": type ?? "text/html; charset=utf-8" });
  response.end(body ?? "");
}

async function answer(request: IncomingMessage, fault: Fault | undefined): Promise<Page> {
  const { pathname, searchParams } = new URL(request.url ?? "/", "http://127.0.0.1");
  const fields = new URLSearchParams(await text(request));
  const inside = (request.headers.cookie ?? "").includes("MoodleSession=in");
  const given = searchParams.get("id");
  const page = (id: string, body: string, classes = "") => ({ body: html(id, body, inside, classes) });

  if (pathname === "/") {
    if (fault === "not Moodle") return { body: "<h1>Welcome to nginx</h1>" };
    return page("page-site-index", "<h1>Site</h1>");
  }
  if (pathname === "/login/index.php" && request.method === "POST") {
    const right = fields.get("username") === account.username && fields.get("password") === account.password;
    if (!right || fields.get("logintoken") !== token) {
      return page("page-login-index", loginForm("Invalid login, please try again"));
    }
    return { to: "/login/index.php?testsession=7", cookie: "MoodleSession=in; Path=/; HttpOnly" };
  }
  if (pathname === "/login/index.php") {
    if (inside) return { to: fault === "password change" ? "/login/change_password.php" : "/my/" };
    return page(
      "page-login-index",
      fault === "no login form" ? "<a href='/auth/saml2/'>Single sign-on</a>" : loginForm(),
    );
  }
  if (!inside) return { to: "/login/index.php" };
  if (pathname === "/login/change_password.php") return page("page-login-change_password", "<form></form>");
  if (pathname === "/my/") return page("page-my-index", "<h2>Dashboard</h2>");
  if (pathname === "/course/view.php" && given === String(ids.courseId)) {
    if (fault === "slow course") await never();
    if (fault === "server error") return { status: 503, body: "Service Unavailable" };
    if (fault === "error page with status 200")
      return page("page-course-view", errorBox("Error reading from database"));
    if (fault === "not enrolled") return { to: `/enrol/index.php?id=${given}` };
    return page("page-course-view-topics", '<div class="course-content"></div>', `course-${given}`);
  }
  if (pathname === "/enrol/index.php") return page("page-enrol-index", "<h2>Enrolment options</h2>", `course-${given}`);
  if (pathname === "/mod/resource/view.php" && given === String(ids.fileId) && searchParams.get("redirect") === "1") {
    if (fault === "page instead of the file") return page("page-mod-resource-view", "<h2>Handbook</h2>");
    return { to: "/pluginfile.php/31/mod_resource/content/1/handbook.pdf" };
  }
  if (pathname.startsWith("/pluginfile.php/")) {
    if (fault === "slow file") await never();
    if (fault === "missing file")
      return { status: 404, body: html("page-", errorBox("Sorry, the file is not there"), inside) };
    return { type: "application/pdf", body: fault === "empty file" ? "" : "%PDF-1.7" };
  }
  if (pathname === "/mod/quiz/view.php" && given === String(ids.quizId)) {
    const classes = `course-${ids.courseId} cmid-${given}`;
    return page(
      "page-mod-quiz-view",
      fault === "no attempts left" ? "<p>No more attempts are allowed</p>" : startButton(fault),
      classes,
    );
  }
  if (pathname === "/mod/quiz/startattempt.php" && request.method === "POST" && fields.get("sesskey") === sesskey) {
    return { to: `/mod/quiz/attempt.php?attempt=5&cmid=${fields.get("cmid")}` };
  }
  if (pathname === "/mod/quiz/attempt.php") return page("page-mod-quiz-attempt", attemptForm(fault));
  if (pathname === "/login/logout.php") return { to: "/", cookie: "MoodleSession=; Path=/" };
  return { status: 404, body: html("page-", errorBox("Not found"), inside) };
}

/** Until the connection is closed. */
function never(): Promise<void> {
  return new Promise(() => {});
}

async function text(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}

function html(id: string, body: string, inside: boolean, classes = ""): string {
  return `<!DOCTYPE html><html lang="en"><body id="${id}" class="format-site ${classes} ${inside ? "" : "notloggedin"}">
<div id="page-wrapper"><div id="page"><div role="main">${body}</div></div></div></body></html>`;
}

/** public/lib/templates/loginform.mustache */
function loginForm(error?: string): string {
  const refusal =
    error === undefined
      ? ""
      : `<a href="#" id="loginerrormessage" class="visually-hidden">${error}</a><div class="alert alert-danger" role="alert">${error}</div>`;
  return `${refusal}<form class="login-form" action="/login/index.php" method="post" id="login">
<input id="anchor" type="hidden" name="anchor" value=""><input type="hidden" name="logintoken" value="${token}">
<input type="text" name="username" id="username" autocomplete="username">
<input type="password" name="password" id="password" value="" autocomplete="current-password">
<button class="btn btn-primary btn-lg" type="submit" id="loginbtn">Log in</button></form>
<form action="/login/index.php" method="post" id="guestlogin"><input type="hidden" name="username" value="guest"></form>`;
}

/** The renderer's fatal_error, and its continue button. */
function errorBox(message: string): string {
  return `<div class="box errorbox alert alert-danger" data-rel="fatalerror"><p class="errormessage">${message}</p>
<p class="errorcode"><a href="#">More information about this error</a></p></div>`;
}

/** public/lib/templates/single_button.mustache, and mod_quiz's preflight_check_form */
function startButton(fault: Fault | undefined): string {
  return `<div class="singlebutton quizstartbuttondiv"><form method="post" action="/mod/quiz/startattempt.php">
<input type="hidden" name="cmid" value="${ids.quizId}"><input type="hidden" name="sesskey" value="${sesskey}">
<button type="submit" class="btn btn-primary">Attempt quiz</button></form></div>
${fault === "timed quiz" ? '<form id="mod_quiz_preflight_form" method="post" action="/mod/quiz/startattempt.php"></form>' : ""}`;
}

/** attempt_form of mod_quiz's renderer, with one true or false question */
function attemptForm(fault: Fault | undefined): string {
  const question =
    fault === "attempt without questions"
      ? ""
      : `<div id="question-5-1" class="que truefalse deferredfeedback notyetanswered"><div class="formulation">The sky is blue.
<input type="radio" name="q5:1_answer" value="1"><input type="radio" name="q5:1_answer" value="0"></div></div>`;
  return `<form action="/mod/quiz/processattempt.php?cmid=${ids.quizId}" method="post" enctype="multipart/form-data"
 accept-charset="utf-8" id="responseform"><div>${question}<div class="submitbtns"><input type="submit" name="next" value="Finish attempt ..."
 class="mod_quiz-next-nav btn btn-primary" id="mod_quiz-next-nav"></div><input type="hidden" name="attempt" value="5">
<input type="hidden" name="sesskey" value="${sesskey}"><input type="hidden" name="slots" value="1"></div></form>`;
}
