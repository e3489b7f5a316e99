import { type Answer, Client } from "./client";
import type { Content } from "./site";

export const password = "Bench-1-user!";

export interface Page {
  readonly name: string;
  /** How often it is asked for, relative to the others. */
  readonly weight: number;
  readonly view: (client: Client) => Promise<Answer>;
  /** What a right answer has: a fast error page must not look like a fast page. */
  readonly right: (answer: Answer) => boolean;
}

/** The fixed mix. Of the quiz, the attempt page, an automatic save and a turned page are separate, as at an exam's peak. */
export function mix(content: Content, attempt: Attempt): readonly Page[] {
  const html = (name: string, weight: number, path: string, marker: string): Page => ({
    name,
    weight,
    view: (client) => client.send(path),
    right: ({ status, body }) => status === 200 && body.includes(marker) && body.includes("login/logout.php"),
  });
  const courses = JSON.stringify([
    {
      index: 0,
      methodname: "core_course_get_enrolled_courses_by_timeline_classification",
      args: { offset: 0, limit: 24, classification: "all", sort: "fullname" },
    },
  ]);
  return [
    html("my", 2, "/my/", "page-my-index"),
    {
      name: "AJAX courses",
      weight: 2,
      view: (client) =>
        client.send(
          `/lib/ajax/service.php?sesskey=${client.sesskey}&info=core_course_get_enrolled_courses_by_timeline_classification`,
          courses,
        ),
      right: ({ status, body }) => status === 200 && body.startsWith('[{"error":false') && body.includes("bench_m"),
    },
    html(`course ${content.modules[0]} modules`, 2, `/course/view.php?id=${content.small}`, "page-course-view"),
    html(`course ${content.modules[1]} modules`, 2, `/course/view.php?id=${content.medium}`, "page-course-view"),
    html("forum", 2, `/mod/forum/view.php?id=${content.forum}`, "page-mod-forum-view"),
    html("quiz view", 2, `/mod/quiz/view.php?id=${content.quiz}`, "page-mod-quiz-view"),
    {
      ...html("quiz attempt", 2, attempt.path, "page-mod-quiz-attempt"),
      right: ({ status, body }) => status === 200 && attempt.read(body),
    },
    {
      name: "quiz autosave",
      weight: 2,
      view: (client) => client.send("/mod/quiz/autosave.ajax.php", attempt.form(client, false)),
      right: ({ status, body }) => status === 200 && body.startsWith(`{"status":"OK"`),
    },
    {
      name: "quiz next page",
      weight: 1,
      view: (client) => client.send(`/mod/quiz/processattempt.php?cmid=${content.quiz}`, attempt.form(client, true)),
      right: ({ status, location }) => status === 303 && (location ?? "").includes("/mod/quiz/attempt.php"),
    },
    html("page", 2, `/mod/page/view.php?id=${content.page}`, "page-mod-page-view"),
    html("assignment", 1, `/mod/assign/view.php?id=${content.assign}`, "page-mod-assign-view"),
    {
      name: "file of 16 KiB",
      weight: 1,
      view: (client) => client.send(content.file),
      right: ({ status, body }) => status === 200 && body.length === 16_384,
    },
    {
      name: "login form",
      weight: 1,
      view: () => attempt.visitor.send("/login/index.php"),
      right: ({ status, body }) => {
        attempt.token = /name="logintoken" value="([^"]+)"/.exec(body)?.[1] ?? "";
        return status === 200 && attempt.token !== "";
      },
    },
    {
      name: "login",
      weight: 1,
      view: async () => {
        const form = new URLSearchParams({ username: attempt.user, password, logintoken: attempt.token });
        const answer = await attempt.visitor.send("/login/index.php", form);
        attempt.visitor = new Client(attempt.port);
        return answer;
      },
      right: ({ status, location }) => status === 303 && !(location ?? "").endsWith("/login/index.php"),
    },
  ];
}

/** A running quiz attempt, and a second browser that signs in repeatedly. */
export class Attempt {
  visitor: Client;
  token = "";
  private round = 0;
  private fields = new URLSearchParams();

  private constructor(
    readonly port: number,
    readonly user: string,
    readonly path: string,
  ) {
    this.visitor = new Client(port);
  }

  static async start(client: Client, port: number, user: string, content: Content): Promise<Attempt> {
    const started = await client.send(
      "/mod/quiz/startattempt.php",
      new URLSearchParams({ cmid: String(content.quiz), sesskey: client.sesskey }),
    );
    const path = /\/mod\/quiz\/attempt\.php.*$/.exec(started.location ?? "")?.[0];
    if (path === undefined) {
      throw new Error(
        `the quiz attempt did not start: ${started.status} ${started.location} ${started.body.slice(0, 500)}`,
      );
    }
    return new Attempt(port, user, path);
  }

  /** Takes the form from an attempt page: each real save makes the one before it too old. */
  read(body: string): boolean {
    this.fields = new URLSearchParams();
    const form = /<form[^>]*id="responseform"[\s\S]*?<\/form>/.exec(body)?.[0] ?? "";
    for (const [input] of form.matchAll(/<input[^>]*>/g)) {
      const name = /name="([^"]+)"/.exec(input)?.[1];
      if (name !== undefined && /type="(hidden|radio)"/.test(input)) {
        this.fields.set(name, /type="radio"/.test(input) ? "1" : (/value="([^"]*)"/.exec(input)?.[1] ?? ""));
      }
    }
    return this.fields.size > 10;
  }

  /** The page's form with answers that change from time to time. */
  form(client: Client, turn: boolean): URLSearchParams {
    this.round += 1;
    const form = new URLSearchParams(this.fields);
    form.set("sesskey", client.sesskey);
    for (const name of [...form.keys()].filter((key) => key.endsWith("_answer"))) {
      form.set(name, String(this.round % 2));
    }
    if (turn) {
      form.set("next", "Next page");
    }
    return form;
  }
}
