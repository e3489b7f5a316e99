import { parsePage, type Page } from "./html";
import type { RequestName } from "./kinds";
import { type Answer, demand, form, pathOf, type Visitor } from "./visitor";

/** Judges an answer by its content, and keeps what the next requests need of it. Throws `Wrong`. */
export type Check = (answer: Answer, visitor: Visitor, target: string) => void;

/** A whole page of the right script, for a user who is signed in. An error page has the same body id, so it is looked for too. */
function page(bodyId: RegExp, more: (page: Page, visitor: Visitor, answer: Answer, target: string) => void = () => {}) {
  return (answer: Answer, visitor: Visitor, target: string): void => {
    demand(answer.status === 200, `status ${answer.status}`);
    const parsed = parsePage(answer.body);
    demand(parsed.error === undefined, "an error page");
    demand(parsed.complete, "a page without an end");
    demand(bodyId.test(parsed.bodyId), parsed.bodyId === "page-login-index" ? "signed out" : "another page");
    demand(bodyId.test("page-login-index") || /login\/logout\.php/.test(answer.body), "not signed in");
    visitor.page = parsed;
    visitor.sesskey = parsed.sesskey ?? visitor.sesskey;
    const cached = (visitor.cached ??= new Set());
    visitor.assets = parsed.assets.map((asset) => pathOf(asset, target)).filter((asset) => !cached.has(asset));
    more(parsed, visitor, answer, target);
  };
}

function redirect(to: RegExp, more: (path: string, visitor: Visitor) => void = () => {}): Check {
  return ({ status, headers }, visitor, target) => {
    demand(status === 302 || status === 303, `status ${status} for a redirect`);
    const location = headers.location;
    demand(typeof location === "string", "a redirect to nowhere");
    const path = pathOf(location, target);
    demand(to.test(path), "a redirect to another page");
    visitor.location = path;
    more(path, visitor);
  };
}

function json(more: (value: Record<string, unknown>, visitor: Visitor) => void): Check {
  return ({ status, body }, visitor) => {
    demand(status === 200, `status ${status}`);
    let value: unknown;
    try {
      value = JSON.parse(body);
    } catch {
      demand(false, "not JSON");
    }
    demand(typeof value === "object" && value !== null, "not an object");
    const answer = value as Record<string, unknown>;
    demand(!("exception" in answer) && !("error" in answer && answer.error !== false), "an exception in JSON");
    more(answer, visitor);
  };
}

const links = ({ links: all }: Page, part: string): readonly string[] => all.filter((link) => link.includes(part));

const quizForm = (parsed: Page, visitor: Visitor): void => {
  visitor.form = form(
    parsed,
    ({ action }) => action.endsWith("/mod/quiz/startattempt.php"),
    "button to begin the quiz",
  );
};

export const checks: Readonly<Record<RequestName, Check>> = {
  "login-form": page(/^page-login-index$/, (parsed, visitor) => {
    visitor.form = form(parsed, ({ id, fields }) => id === "login" && fields.has("logintoken"), "login token");
  }),
  // A refused password sends the browser back to the form, without the test of the session.
  login: redirect(/^\/login\/index\.php\?testsession=\d+$/, (path, visitor) => {
    visitor.userId = Number(path.split("=")[1]);
  }),
  "login-check": redirect(/^\/(my\/?|\?redirect=0|index\.php)?($|\?)/),
  dashboard: page(/^page-my-index$/, (_, visitor) => demand(visitor.sesskey !== undefined, "no sesskey in the page")),
  "dashboard-courses": json((value, { plan }) => {
    const call = (value as unknown as readonly { error: boolean; data?: { courses?: readonly { id: number }[] } }[])[0];
    demand(call?.error === false, "an exception in JSON");
    demand(call.data?.courses?.some(({ id }) => Number(id) === plan.site.course) === true, "the course is not listed");
  }),
  course: page(/^page-course-view-/, (parsed, { plan }) =>
    demand(links(parsed, `/mod/quiz/view.php?id=${plan.site.quiz}`).length > 0, "the course has no quiz"),
  ),
  forum: page(/^page-mod-forum-view$/, (parsed, visitor) => {
    const found = links(parsed, "/mod/forum/discuss.php?d=").map((link) => /\?d=(\d+)/.exec(link)?.[1]);
    demand(found.length > 0, "the forum has no discussion");
    visitor.discussion = found[Math.floor(Math.random() * found.length)];
  }),
  discussion: page(/^page-mod-forum-discuss$/, (_, __, { body }) =>
    demand(/data-post-id="\d+"|id="p\d+"/.test(body), "a discussion without a post"),
  ),
  "post-form": page(/^page-mod-forum-post$/, (parsed, visitor) => {
    visitor.form = form(
      parsed,
      ({ fields }) => fields.has("message[text]") && fields.has("subject"),
      "form to write in",
    );
  }),
  post: redirect(/^\/mod\/forum\/view\.php/),
  "quiz-view": page(/^page-mod-quiz-view$/, quizForm),
  "quiz-start": redirect(/^\/mod\/quiz\/attempt\.php\?/, (path, visitor) => {
    visitor.attempt = new URLSearchParams(path.split("?")[1]).get("attempt") ?? undefined;
  }),
  attempt: page(/^page-mod-quiz-attempt$/, (parsed, visitor) => {
    const found = form(parsed, ({ id }) => id === "responseform", "form of the attempt");
    const questions = [...found.choices].filter(([name]) => /^q\d+:\d+_answer$/.test(name));
    demand(questions.length > 0, "a page of the attempt without a question");
    visitor.form = found;
    // One of the values that a person could press: -1 is Moodle's hidden "clear my choice".
    visitor.answers = new Map(
      questions.map(([name, values]) => {
        const open = values.filter((value) => value !== "-1");
        return [name, open[Math.floor(Math.random() * open.length)] ?? ""];
      }),
    );
  }),
  answer: redirect(/^\/mod\/quiz\/(attempt|summary)\.php\?/),
  autosave: json(({ status }) => demand(status === "OK", "not saved by itself")),
  summary: page(/^page-mod-quiz-summary$/, (parsed, visitor) => {
    visitor.form = form(parsed, ({ fields }) => fields.get("finishattempt") === "1", "button to submit");
    // Moodle lists the state of each question; one that is not saved is an answer lost.
    demand(
      links(parsed, "/mod/quiz/attempt.php").length > 0 || parsed.forms.length > 1,
      "a summary without a way back",
    );
  }),
  finish: redirect(/^\/mod\/quiz\/review\.php\?/),
  review: page(/^page-mod-quiz-review$/, (_, __, { body }) =>
    demand(/quizreviewsummary/.test(body), "a review without a summary"),
  ),
  file: ({ status, headers, body }, visitor) => {
    demand(status === 200, `status ${status}`);
    const file = visitor.plan.site.files.find(({ path }) => path === visitor.file);
    demand(file !== undefined && body.length === file.bytes, "a file of another length");
    demand(body.endsWith(visitor.plan.site.ending), "another file");
    demand(!/html/.test(String(headers["content-type"])), "a page in the place of a file");
  },
  "submission-form": page(/^page-mod-assign-editsubmission$/, (parsed, visitor, { body }) => {
    visitor.form = form(parsed, ({ fields }) => fields.has("files_filemanager"), "form to hand in");
    // The file picker's settings are JSON in a script: the repository of type "upload" is the user's own disk.
    const repository = /"id":"?(\d+)"?,[^{}]*"type":"upload"/.exec(body)?.[1];
    const context = /"contextid":(\d+)/.exec(body)?.[1];
    demand(repository !== undefined && context !== undefined, "no repository to upload to");
    visitor.upload = { repository, context, item: visitor.form.fields.get("files_filemanager") ?? "" };
  }),
  upload: json((value) =>
    demand(typeof value.url === "string" || value.event === "fileexists", "the file was not taken"),
  ),
  submit: redirect(/^\/mod\/assign\/view\.php\?/),
  token: json(({ token }, visitor) => {
    demand(typeof token === "string" && token.length >= 32, "no token");
    visitor.token = token;
  }),
  "app-site": json(({ userid, functions }, visitor) => {
    demand(typeof userid === "number" && Array.isArray(functions), "no site information");
    visitor.userId = userid;
  }),
  "app-courses": json((value, { plan }) =>
    demand(
      Array.isArray(value) && value.some((course: { id?: unknown }) => course.id === plan.site.course),
      "the course is not listed",
    ),
  ),
  "app-contents": json((value) =>
    demand(
      Array.isArray(value) &&
        value.some((section: { modules?: readonly unknown[] }) => (section.modules?.length ?? 0) > 0),
      "a course without modules",
    ),
  ),
  "app-quizzes": json(({ quizzes }) => demand(Array.isArray(quizzes) && quizzes.length > 0, "no quizzes")),
  asset: ({ status, body, headers }) => {
    demand(status === 200, `status ${status}`);
    demand(body.length > 0, "an empty asset");
    demand(!/html/.test(String(headers["content-type"])), "a page in the place of an asset");
  },
};
