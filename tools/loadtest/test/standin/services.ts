import { json, type Asked, type Replied } from "./http";
import { standInSite as site } from "./site";
import { type Session, type State, userId, word } from "./state";

/** The mobile app's token and its calls. Moodle answers an exception with status 200 and an error in the JSON. */
export function appServices(path: string, fields: URLSearchParams, state: State): Replied | undefined {
  if (path === "/login/token.php") {
    const user = fields.get("username") ?? "";
    if (state.passwords.get(user) !== fields.get("password") || fields.get("service") !== "moodle_mobile_app") {
      return json({ error: "Invalid login, please try again", errorcode: "invalidlogin" });
    }
    const token = word();
    state.tokens.set(token, user);
    return { ...json({ token, privatetoken: null }), user };
  }
  if (path !== "/webservice/rest/server.php") {
    return undefined;
  }
  const user = state.tokens.get(fields.get("wstoken") ?? "");
  if (user === undefined || state.fault === "refused-token") {
    return json({
      exception: "core\\exception\\moodle_exception",
      errorcode: "invalidtoken",
      message: "Invalid token",
    });
  }
  const answers: Readonly<Record<string, unknown>> = {
    core_webservice_get_site_info: { userid: userId(state, user), username: user, functions: [] },
    core_enrol_get_users_courses: [{ id: site.course, shortname: "loadtest" }],
    core_course_get_contents: [{ id: 1, modules: [{ id: site.quiz, modname: "quiz" }] }],
    mod_quiz_get_quizzes_by_courses: { quizzes: [{ id: 1, coursemodule: site.quiz }], warnings: [] },
  };
  const asked = fields.get("wsfunction") ?? "";
  const answer = answers[asked];
  return { ...json(answer ?? { exception: "dml_missing_record_exception", errorcode: "invalidrecord" }), user };
}

export function ajaxService({ body, url }: Asked, _: URLSearchParams, __: Session, user: string): Replied {
  const [call] = JSON.parse(body) as readonly { methodname: string }[];
  const known = call?.methodname === url.searchParams.get("info");
  return {
    ...json([known ? { error: false, data: { courses: [{ id: site.course }], nextoffset: 1 } } : { error: true }]),
    user,
  };
}
