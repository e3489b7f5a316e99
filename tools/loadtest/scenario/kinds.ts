import type { PathClass } from "../../../components/lib/pathClasses";
import type { PageClass } from "../../capacity/pageClasses";

/** Classes of one request, for the gate and for the capacity model. */
export interface Kind {
  /** Class in the access log. Undefined for answers of the edge, which do not involve Moodle. */
  readonly pathClass: PathClass | undefined;
  /** Whose cost in tools/capacity/measured.ts it is part of. */
  readonly cost: PageClass | undefined;
}

const kind = (pathClass: PathClass | undefined, cost: PageClass | undefined): Kind => ({ pathClass, cost });

/** Every request of every scenario, by the name that it has in the flows, in Artillery's counters and in the reports. */
export const kinds = {
  "login-form": kind("login", "login"),
  login: kind("login", "login"),
  "login-check": kind("login", "login"),
  dashboard: kind("dashboard", "page"),
  "dashboard-courses": kind("service", "ajax"),
  course: kind("course", "page"),
  forum: kind("course", "page"),
  discussion: kind("other", "page"),
  "post-form": kind("other", "page"),
  post: kind("other", "page"),
  "quiz-view": kind("quiz", "quizView"),
  "quiz-start": kind("quiz", "quizStart"),
  attempt: kind("quiz", "quizPage"),
  answer: kind("quiz", "quizPage"),
  autosave: kind("quiz", "autosave"),
  summary: kind("quiz", "quizPage"),
  finish: kind("quiz", "quizStart"),
  review: kind("quiz", "quizView"),
  file: kind("file", "file"),
  "submission-form": kind("course", "page"),
  upload: kind("other", "file"),
  submit: kind("course", "page"),
  token: kind("login", "login"),
  "app-site": kind("service", "ajax"),
  "app-courses": kind("service", "ajax"),
  "app-contents": kind("service", "ajax"),
  "app-quizzes": kind("service", "ajax"),
  asset: kind(undefined, undefined),
} as const satisfies Readonly<Record<string, Kind>>;

export type RequestName = keyof typeof kinds;
export const requestNames = Object.keys(kinds) as readonly RequestName[];
