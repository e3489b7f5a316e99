import type { RequestName } from "./kinds";
import type { Visitor } from "./visitor";

export interface Body {
  readonly type: string;
  readonly text: string;
}

/** Body as a browser would send it: the form's own fields, with the user's input over them. */
type Fill = (visitor: Visitor) => Body;

const encoded = (fields: Iterable<readonly [string, string]>): Body => ({
  type: "application/x-www-form-urlencoded",
  text: new URLSearchParams([...fields].map(([name, value]): [string, string] => [name, value])).toString(),
});

const filled =
  (fill: (visitor: Visitor) => Readonly<Record<string, string>>): Fill =>
  (visitor) =>
    encoded(new Map([...(visitor.form?.fields ?? []), ...Object.entries(fill(visitor))]));

const boundary = "----moodle-loadtest-5d41402abc4b2a76";

function multipart(fields: Readonly<Record<string, string>>, name: string, content: string): Body {
  const part = (header: string, value: string): string =>
    `--${boundary}\r\nContent-Disposition: form-data; ${header}\r\n\r\n${value}\r\n`;
  const parts = Object.entries(fields).map(([field, value]) => part(`name="${field}"`, value));
  const file = part(`name="repo_upload_file"; filename="${name}"\r\nContent-Type: text/plain`, content);
  return { type: `multipart/form-data; boundary=${boundary}`, text: `${parts.join("")}${file}--${boundary}--\r\n` };
}

/** 64 KiB of text: an essay with little formatting. */
const essay = "The same sentence fills the essay of a load test, line after line.\n".repeat(978);

const service = (
  wsfunction: string,
  more: (visitor: Visitor) => Readonly<Record<string, string>> = () => ({}),
): Fill => {
  return (visitor) =>
    encoded(Object.entries({ wstoken: visitor.token ?? "", wsfunction, moodlewsrestformat: "json", ...more(visitor) }));
};

const answered = (visitor: Visitor): Record<string, string> => Object.fromEntries(visitor.answers ?? []);

export const bodies: Readonly<Partial<Record<RequestName, Fill>>> = {
  login: filled(({ username, password }) => ({ username, password })),
  "dashboard-courses": () => ({
    type: "application/json",
    text: JSON.stringify([
      {
        index: 0,
        methodname: "core_course_get_enrolled_courses_by_timeline_classification",
        args: { offset: 0, limit: 0, classification: "all", sort: "fullname" },
      },
    ]),
  }),
  post: filled(() => ({
    subject: "A question before the exam",
    "message[text]": `<p>${"Which chapters does the exam cover, and may we bring notes? ".repeat(6)}</p>`,
    submitbutton: "Post to forum",
  })),
  "quiz-start": filled(() => ({})),
  autosave: filled(answered),
  answer: filled((visitor) => ({ ...answered(visitor), next: "Next page" })),
  finish: filled(() => ({})),
  upload: (visitor) =>
    multipart(
      {
        sesskey: visitor.sesskey ?? "",
        repo_id: visitor.upload?.repository ?? "",
        ctx_id: visitor.upload?.context ?? "",
        itemid: visitor.upload?.item ?? "",
        env: "filemanager",
        savepath: "/",
        title: "essay.txt",
        author: visitor.username,
        license: "unknown",
        // The same name again in a second round of the same user.
        overwrite: "1",
      },
      "essay.txt",
      essay,
    ),
  submit: filled(() => ({ submitbutton: "Save changes" })),
  token: ({ username, password }) => encoded(Object.entries({ username, password, service: "moodle_mobile_app" })),
  "app-site": service("core_webservice_get_site_info"),
  "app-courses": service("core_enrol_get_users_courses", ({ userId }) => ({ userid: String(userId) })),
  "app-contents": service("core_course_get_contents", ({ plan }) => ({ courseid: String(plan.site.course) })),
  "app-quizzes": service("mod_quiz_get_quizzes_by_courses", ({ plan }) => ({
    "courseids[0]": String(plan.site.course),
  })),
};
