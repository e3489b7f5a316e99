/** One request of a page view. */
export interface PageRequest {
  readonly method: "GET" | "POST";
  readonly target: string;
  /** Bytes as sent, compressed where possible. */
  readonly bytes: number;
  /** Moodle's header. Left out: none, as for its services. */
  readonly cacheControl?: string;
  /** `measured`: gzip -6 of the file in Moodle 5.1's source (fonts and pictures as they are). `assumed`: depends on the site. */
  readonly basis: "measured" | "assumed";
}

export interface PageView {
  readonly name: string;
  readonly requests: readonly PageRequest[];
}

const revision = 1_761_000_000;
const day = 86_400;
const long = `public, max-age=${90 * day}, immutable`;
const yuiLong = `public, max-age=${360 * day}, immutable`;
const logoLong = `public, max-age=${60 * day}, no-transform`;
const page = "no-store, no-cache, must-revalidate, no-transform";
const ownFile = "private, max-age=21600, no-transform";

const get = (target: string, bytes: number, cacheControl: string, basis: PageRequest["basis"] = "measured") =>
  ({ method: "GET", target, bytes, cacheControl, basis }) as const;
const html = (target: string, bytes: number) => get(target, bytes, page, "assumed");
const file = (target: string, bytes: number) => get(`/pluginfile.php/${target}`, bytes, ownFile, "assumed");
const service = (name: string, bytes: number) =>
  ({ method: "POST", target: `/lib/ajax/service.php?info=${name}`, bytes, basis: "assumed" }) as const;
const script = (path: string, bytes: number) => get(`/lib/javascript.php/${revision}/${path}`, bytes, long);
const picture = (path: string, bytes: number) =>
  get(
    `/theme/image.php/boost/${path.replace("/", `/${revision}/`)}`,
    bytes,
    `public, max-age=${90 * day}, no-transform, immutable`,
  );
const words = (name: string, bytes: number) =>
  get(`/lib/ajax/service-nologin.php?info=${name}&cachekey=${revision}&args=%5B%5D`, bytes, long, "assumed");

/** Requests of every page of the theme Boost. */
const everyPage: readonly PageRequest[] = [
  get(`/theme/styles.php/boost/${revision}_1/all`, 140_682, long),
  get("/theme/yui_combo.php?rollup/3.18.1/yui-moodlesimple-min.js", 81_278, yuiLong),
  script("lib/polyfills/polyfill.js", 64_794),
  script("lib/javascript-static.js", 11_548),
  script("lib/requirejs/require.min.js", 6_575),
  get(`/lib/requirejs.php/${revision}/core/first.js`, 537_625, long),
  get(`/theme/font.php/boost/core/${revision}/fa-solid-900.woff2`, 158_220, long),
  get(`/pluginfile.php/1/core_admin/logocompact/300x300/${revision}/logo.png`, 9_000, logoLong, "assumed"),
  get(`/pluginfile.php/1/core_admin/favicon/64x64/${revision}/favicon.ico`, 3_000, logoLong, "assumed"),
  words("core_get_string", 400),
  words("core_output_load_template_with_dependencies", 2_500),
];

const signedIn: readonly PageRequest[] = [
  get(`/theme/font.php/boost/core/${revision}/fa-regular-400.woff2`, 25_472, long),
  file("15/user/icon/boost/f2?rev=42", 1_800),
  service("core_fetch_notifications", 60),
  service("message_popup_get_unread_popup_notification_count", 60),
];

const activities = [
  ["mod_forum/monologo", 621],
  ["mod_quiz/monologo", 962],
  ["mod_assign/monologo", 750],
  ["mod_resource/monologo", 736],
  ["mod_page/monologo", 716],
  ["mod_folder/monologo", 659],
] as const;

/** Page views that make up most of a teaching day. */
export const pageViews: readonly PageView[] = [
  { name: "Login page", requests: [html("/login/index.php", 9_000), ...everyPage] },
  {
    name: "Dashboard",
    requests: [
      html("/my/", 22_000),
      ...everyPage,
      ...signedIn,
      ...[101, 102, 103, 104, 105, 106].map((context) => file(`${context}/course/overviewfiles/banner.jpg`, 45_000)),
      service("core_course_get_enrolled_courses_by_timeline_classification", 5_000),
      service("core_calendar_get_action_events_by_timesort", 2_500),
    ],
  },
  {
    name: "Course page",
    requests: [
      html("/course/view.php?id=7", 35_000),
      ...everyPage,
      ...signedIn,
      ...activities.map(([path, bytes]) => picture(path, bytes)),
      file("101/course/section/3/week-1.png", 80_000),
      service("core_courseformat_get_state", 6_000),
    ],
  },
  {
    name: "Quiz attempt",
    requests: [
      html("/mod/quiz/attempt.php?attempt=9&cmid=12", 25_000),
      ...everyPage,
      ...signedIn,
      file("4711/question/questiontext/17/1/2/graph.png", 60_000),
      service("core_session_time_remaining", 80),
    ],
  },
  {
    name: "Writing a forum post",
    requests: [
      html("/mod/forum/post.php?forum=4", 30_000),
      ...everyPage,
      ...signedIn,
      get(`/lib/editor/tiny/loader.php/${revision}/tinymce.min.js`, 159_602, long),
      get(`/lib/editor/tiny/lang.php/${revision}/en`, 900, long, "assumed"),
    ],
  },
];
