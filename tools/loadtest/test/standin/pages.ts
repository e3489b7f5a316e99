import { type Asked, json, type Replied } from "./http";
import { appServices, ajaxService } from "./services";
import { type Attempt, type Session, type State, userId, word } from "./state";
import { standInSite as site } from "./site";
import { document, hidden, outagePage } from "./markup";

export const questions = 16;

export function answer(asked: Asked, state: State): Replied {
  const { url, method, body } = asked;
  const path = url.pathname;
  if (path.startsWith("/theme/") || path.startsWith("/lib/javascript.php/")) {
    return { status: 200, headers: { "content-type": "text/css", "cache-control": "public, immutable" }, body: "a{}" };
  }
  const fields = asked.type.startsWith("application/x-www-form-urlencoded")
    ? new URLSearchParams(body)
    : new URLSearchParams();
  const service = appServices(path, fields, state);
  if (service !== undefined) {
    return service;
  }
  const session = state.sessions.get(asked.cookie ?? "");
  if (path === "/login/index.php") {
    return logIn(asked, fields, session, state);
  }
  const signedIn = session?.user;
  if (session === undefined || signedIn === undefined) {
    return redirect(url, "/login/index.php");
  }
  return { ...inside(asked, fields, session, signedIn, state), user: signedIn };

  function inside(given: Asked, sent: URLSearchParams, open: Session, user: string, at: State): Replied {
    const sesskey =
      sent.get("sesskey") ?? url.searchParams.get("sesskey") ?? /name="sesskey"\r\n\r\n(\w+)/.exec(body)?.[1];
    if (method === "POST" && sesskey !== open.sesskey) {
      return page("page-error", '<div class="errorbox" data-rel="fatalerror"><p>Invalid sesskey</p></div>', open, 404);
    }
    return (method === "POST" ? posted : shown)[path]?.(given, sent, open, user, at) ?? files(path, at);
  }
}

type Handler = (asked: Asked, fields: URLSearchParams, session: Session, user: string, state: State) => Replied;

function logIn({ url, method }: Asked, fields: URLSearchParams, session: Session | undefined, state: State): Replied {
  if (method === "POST" && session !== undefined) {
    const user = fields.get("username") ?? "";
    const token = session.logintoken;
    // A token is good for one try.
    session.logintoken = word();
    const right = fields.get("logintoken") === token && state.passwords.get(user) === fields.get("password");
    if (!right || state.fault === "refused") {
      return redirect(url, "/login/index.php");
    }
    const id = word();
    state.sessions.set(id, { user, sesskey: word().slice(0, 10), logintoken: word() });
    const to = redirect(url, `/login/index.php?testsession=${userId(state, user)}`);
    return { ...to, user, headers: { ...to.headers, "set-cookie": `MoodleSession=${id}; path=/; HttpOnly` } };
  }
  if (url.searchParams.has("testsession") && session?.user !== undefined) {
    return redirect(url, "/");
  }
  const [id, fresh] = [word(), { user: undefined, sesskey: word().slice(0, 10), logintoken: word() }];
  state.sessions.set(id, fresh);
  const form = `<form class="login-form" action="${url.origin}/login/index.php" method="post" id="login">
${hidden({ anchor: "", logintoken: fresh.logintoken })}<input type="text" name="username" id="username" value=""/>
<input type="password" name="password" id="password" value=""/><button type="submit">Log in</button></form>`;
  return {
    status: 200,
    headers: { "set-cookie": `MoodleSession=${id}; path=/; HttpOnly` },
    body: document("page-login-index", form, fresh.sesskey, false),
  };
}

const page = (id: string, content: string, session: Session, status = 200): Replied => ({
  status,
  body: document(id, content, session.sesskey, true),
});
const redirect = (url: URL, to: string): Replied => ({ status: 303, headers: { location: `${url.origin}${to}` } });

/** Moodle refuses to continue the attempt of another user. */
function attemptOf(id: string | null, user: string, state: State): Attempt {
  const found = state.attempts.get(Number(id));
  if (found === undefined || found.user !== user || found.finished) {
    throw new Error("this attempt is not yours, or it is over");
  }
  return found;
}

const shown: Readonly<Record<string, Handler>> = {
  "/my/": (_, __, session, ___, { fault }) =>
    fault === "outage-page"
      ? { status: 200, body: outagePage }
      : page("page-my-index", "<div>Dashboard</div>", session),
  "/course/view.php": ({ url }, _, session) =>
    page(
      "page-course-view-topics",
      `<a href="${url.origin}/mod/quiz/view.php?id=${site.quiz}">Exam</a><a href="${url.origin}/mod/forum/view.php?id=${site.forumModule}">Forum</a>`,
      session,
    ),
  "/mod/forum/view.php": ({ url }, _, session, __, { discussions }) =>
    page(
      "page-mod-forum-view",
      discussions.map((name, i) => `<a href="${url.origin}/mod/forum/discuss.php?d=${i + 1}">${name}</a>`).join("\n"),
      session,
    ),
  "/mod/forum/discuss.php": ({ url }, _, session, __, { discussions }) =>
    page(
      "page-mod-forum-discuss",
      `<article id="p1" data-post-id="1">${discussions[Number(url.searchParams.get("d")) - 1]}</article>`,
      session,
    ),
  "/mod/forum/post.php": ({ url }, _, session) =>
    page(
      "page-mod-forum-post",
      `<form action="${url.origin}/mod/forum/post.php" method="post" class="mform">${hidden({ forum: url.searchParams.get("forum") ?? "", sesskey: session.sesskey, _qf__mod_forum_post_form: "1", "message[format]": "1", "message[itemid]": "111" })}
<input type="text" name="subject" value=""><textarea name="message[text]"></textarea><input type="submit" name="submitbutton" value="Post to forum"><input type="submit" name="cancel" value="Cancel"></form>`,
      session,
    ),
  "/mod/quiz/view.php": ({ url }, _, session, __, { fault }) =>
    fault === "error-page"
      ? page(
          "page-mod-quiz-view",
          '<div class="errorbox alert" data-rel="fatalerror"><p>Error reading from database</p></div>',
          session,
        )
      : page(
          "page-mod-quiz-view",
          `<form method="post" action="${url.origin}/mod/quiz/startattempt.php">${hidden({ cmid: String(site.quiz), sesskey: session.sesskey })}<button type="submit">Attempt quiz</button></form>`,
          session,
        ),
  "/mod/quiz/attempt.php": ({ url }, _, session, user, state) => {
    const attempt = attemptOf(url.searchParams.get("attempt"), user, state);
    const slot = Number(url.searchParams.get("page") ?? 0) + 1;
    const name = `q${attempt.id}:${slot}_`;
    const saved = attempt.saved.get(slot);
    const radio = (value: string): string =>
      `<input type="radio" name="${name}answer" value="${value}"${saved === value ? " checked" : ""}>`;
    return page(
      "page-mod-quiz-attempt",
      `<form action="${url.origin}/mod/quiz/processattempt.php?cmid=${site.quiz}" method="post" id="responseform">
${hidden({ [`${name}:flagged`]: "0", [`${name}:sequencecheck`]: String(attempt.sequence.get(slot) ?? 1) })}${radio("0")}${radio("1")}<input type="radio" name="${name}answer" value="-1">
<input type="submit" name="next" value="Next page">${hidden({ attempt: String(attempt.id), thispage: String(slot - 1), nextpage: String(slot === questions ? -1 : slot), timeup: "0", sesskey: session.sesskey, mdlscrollto: "", slots: String(slot) })}</form>`,
      session,
    );
  },
  "/mod/quiz/summary.php": ({ url }, _, session, user, state) => {
    const { id } = attemptOf(url.searchParams.get("attempt"), user, state);
    return page(
      "page-mod-quiz-summary",
      `<a href="${url.origin}/mod/quiz/attempt.php?attempt=${id}">1</a><form method="post" action="${url.origin}/mod/quiz/processattempt.php" id="frm-finishattempt">${hidden({ attempt: String(id), finishattempt: "1", timeup: "0", slots: "", cmid: String(site.quiz), sesskey: session.sesskey })}<button type="submit">Submit all and finish</button></form>`,
      session,
    );
  },
  "/mod/quiz/review.php": (_, __, session) =>
    page("page-mod-quiz-review", '<table class="generaltable quizreviewsummary"></table>', session),
  "/mod/assign/view.php": ({ url }, _, session) =>
    page(
      "page-mod-assign-editsubmission",
      `<script>var options = {"repositories":{"5":{"id":"5","name":"Upload a file","type":"upload"}},"contextid":91}</script>
<form method="post" action="${url.origin}/mod/assign/view.php">${hidden({ id: String(site.assignment), action: "savesubmission", sesskey: session.sesskey, files_filemanager: "222" })}<input type="submit" name="submitbutton" value="Save changes"></form>`,
      session,
    ),
};

const posted: Readonly<Record<string, Handler>> = {
  "/lib/ajax/service.php": ajaxService,
  "/mod/forum/post.php": ({ url }, fields, _, __, { discussions }) => {
    discussions.push(fields.get("subject") ?? "");
    return fields.get("message[text]") === "" || fields.get("submitbutton") === null
      ? { status: 200, body: "" }
      : redirect(url, `/mod/forum/view.php?f=${fields.get("forum")}`);
  },
  "/mod/quiz/startattempt.php": ({ url }, _, session, user, state) => {
    const id = state.attempts.size + 501;
    state.attempts.set(id, { id, user, finished: false, saved: new Map(), sequence: new Map() });
    if (state.fault === "signed-out") {
      session.user = undefined;
    }
    return redirect(url, `/mod/quiz/attempt.php?attempt=${id}&cmid=${site.quiz}`);
  },
  "/mod/quiz/autosave.ajax.php": (_, fields, __, user, state) => {
    save(fields, attemptOf(fields.get("attempt"), user, state), false);
    return state.fault === "lost-autosave"
      ? json({ error: "Can not find data record in database table", errorcode: "invalidrecord" })
      : json({ status: "OK" });
  },
  "/mod/quiz/processattempt.php": ({ url }, fields, _, user, state) => {
    const attempt = attemptOf(fields.get("attempt"), user, state);
    if (fields.get("finishattempt") === "1") {
      if (attempt.saved.size !== questions) {
        throw new Error(`${attempt.saved.size} of ${questions} answers`);
      }
      attempt.finished = true;
      return redirect(url, `/mod/quiz/review.php?attempt=${attempt.id}&cmid=${site.quiz}`);
    }
    save(fields, attempt, true);
    const next = Number(fields.get("nextpage"));
    return redirect(
      url,
      next < 0
        ? `/mod/quiz/summary.php?attempt=${attempt.id}&cmid=${site.quiz}`
        : `/mod/quiz/attempt.php?attempt=${attempt.id}&cmid=${site.quiz}&page=${next}`,
    );
  },
  "/repository/repository_ajax.php": ({ body, url }, _, __, user, { uploads }) => {
    uploads.set(user, /filename="essay.txt"\r\n[^\r]+\r\n\r\n([\s\S]*?)\r\n--/.exec(body)?.[1] ?? "");
    return json({ url: `${url.origin}/draftfile.php/5/user/draft/222/essay.txt`, id: 222, file: "essay.txt" });
  },
  "/mod/assign/view.php": ({ url }, fields, _, user, { uploads }) =>
    fields.get("files_filemanager") === "222" && (uploads.get(user) ?? "").length > 60_000
      ? redirect(url, `/mod/assign/view.php?id=${site.assignment}&action=view`)
      : { status: 200, body: "" },
};

/** A real save makes the page before it too old, as the sequence check of Moodle's question engine does. */
function save(fields: URLSearchParams, attempt: Attempt, real: boolean): void {
  for (const slot of (fields.get("slots") ?? "").split(",").map(Number)) {
    const name = `q${attempt.id}:${slot}_`;
    const value = fields.get(`${name}answer`);
    const expected = attempt.sequence.get(slot) ?? 1;
    if (value === null || value === "-1" || Number(fields.get(`${name}:sequencecheck`)) !== expected) {
      throw new Error(`question ${slot}: no answer, or an old page`);
    }
    attempt.saved.set(slot, value);
    attempt.sequence.set(slot, real ? expected + 1 : expected);
  }
}

function files(path: string, { fault }: State): Replied {
  const file = site.files.find((one) => one.path === path);
  if (file === undefined) {
    return { status: 404, body: "not found" };
  }
  const text = `${"a line of the reader\n".repeat(4_000).slice(0, file.bytes - site.ending.length)}${site.ending}`;
  return {
    status: 200,
    headers: { "content-type": "text/plain" },
    body: fault === "wrong-file" ? text.slice(0, 1000) : text,
  };
}
