import type { RequestName } from "./kinds";
import { exam, type PauseName } from "./pace";
import type { ScenarioName } from "./plan";

/** One step of Artillery's flow: https://www.artillery.io/docs/reference/engines/http */
export type Step = Readonly<Record<string, unknown>>;

// `able` is false once a session has gone wrong: what comes after an error page would measure nothing.
const ask = (method: "get" | "post", name: RequestName, url: string): Step => ({
  [method]: { url, name, ifTrue: "able" },
});
const get = (name: RequestName, url: string): Step => ask("get", name, url);
const post = (name: RequestName, url: string): Step => ask("post", name, url);
const pause = (name: PauseName | "question"): Step => ({ function: `pause-${name}` });
const does = (name: string): Step => ({ function: name });

/** Files that the previous page named and the browser lacks: styles and scripts by revision. */
const assets: Step = { loop: [get("asset", "{{ $loopElement }}")], over: "assets" };

const service = "core_course_get_enrolled_courses_by_timeline_classification";

/** A new session: form, password, test of the session, dashboard with its list of courses. */
const signIn: readonly Step[] = [
  does("newSession"),
  get("login-form", "/login/index.php"),
  assets,
  pause("type"),
  post("login", "/login/index.php"),
  get("login-check", "{{ location }}"),
  get("dashboard", "/my/"),
  assets,
  post("dashboard-courses", `/lib/ajax/service.php?sesskey={{ sesskey }}&info=${service}`),
];

const course: readonly Step[] = [get("course", "/course/view.php?id={{ site.course }}"), assets];
const quiz: readonly Step[] = [get("quiz-view", "/mod/quiz/view.php?id={{ site.quiz }}"), assets];
const forum: readonly Step[] = [
  get("forum", "/mod/forum/view.php?id={{ site.forumModule }}"),
  assets,
  pause("glance"),
  get("discussion", "/mod/forum/discuss.php?d={{ discussion }}"),
];
const write: readonly Step[] = [
  get("post-form", "/mod/forum/post.php?forum={{ site.forum }}"),
  pause("write"),
  post("post", "/mod/forum/post.php"),
  get("forum", "{{ location }}"),
];
const download: readonly Step[] = [does("chooseFile"), get("file", "{{ file }}")];
const handIn: readonly Step[] = [
  get("submission-form", "/mod/assign/view.php?id={{ site.assignment }}&action=editsubmission"),
  assets,
  pause("type"),
  post("upload", "/repository/repository_ajax.php?action=upload"),
  post("submit", "/mod/assign/view.php"),
];

/** Sessions one after the other until the time is up: each user is one person all the time. */
const untilTheEnd = (...steps: readonly (Step | readonly Step[])[]): readonly Step[] => [
  { loop: steps.flat(), whileTrue: "timeLeft" },
];

const rest = "/webservice/rest/server.php";

export const flows: Readonly<Record<ScenarioName, readonly Step[]>> = {
  // A sign-in and some dozen requests: requestsPerLogin of tools/capacity/measured.ts.
  "teaching-day": untilTheEnd(
    signIn,
    pause("glance"),
    course,
    pause("read"),
    download,
    pause("read"),
    forum,
    pause("read"),
    course,
    pause("glance"),
    quiz,
    pause("read"),
    get("dashboard", "/my/"),
    pause("read"),
  ),
  "exam-gate": [
    ...signIn,
    pause("glance"),
    ...course,
    pause("glance"),
    ...quiz,
    does("waitForTheGate"),
    ...quiz,
    post("quiz-start", "/mod/quiz/startattempt.php"),
    {
      count: exam.questions,
      loop: [
        get("attempt", "{{ location }}"),
        assets,
        pause("question"),
        post("autosave", "/mod/quiz/autosave.ajax.php"),
        pause("question"),
        post("answer", "/mod/quiz/processattempt.php?cmid={{ site.quiz }}"),
      ],
    },
    get("summary", "{{ location }}"),
    pause("glance"),
    post("finish", "/mod/quiz/processattempt.php"),
    get("review", "{{ location }}"),
  ],
  files: untilTheEnd(
    signIn,
    course,
    pause("glance"),
    download,
    pause("type"),
    download,
    pause("type"),
    handIn,
    pause("read"),
  ),
  "forum-burst": untilTheEnd(
    signIn,
    pause("glance"),
    forum,
    pause("glance"),
    write,
    pause("glance"),
    forum,
    pause("read"),
  ),
  dashboard: untilTheEnd(signIn, pause("read"), get("dashboard", "/my/"), pause("read")),
  // The app asks for one token and keeps it; it has no cookies, no pages and no assets.
  "mobile-app": untilTheEnd(
    does("newSession"),
    { post: { url: "/login/token.php", name: "token", ifTrue: "needsToken" } },
    post("app-site", rest),
    post("app-courses", rest),
    pause("glance"),
    post("app-contents", rest),
    pause("read"),
    post("app-quizzes", rest),
    pause("read"),
  ),
};
