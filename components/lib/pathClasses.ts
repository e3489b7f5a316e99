/**
 * Classes of requests, used by objectives, metrics and the search for blips.
 *
 * `login`: signing in, single sign-on included. `dashboard`: the page after it. `course`: course pages and the first page of
 * an activity. `quiz`: a student's way through an attempt. `file`: files of courses and users, by browser or app.
 * `service`: AJAX, web services and the mobile app. `other`: everything else.
 */
export const pathClasses = ["login", "dashboard", "course", "quiz", "file", "service", "other"] as const;
export type PathClass = (typeof pathClasses)[number];

/** Requests of the platform itself; no class, because nobody waits for them. */
export const healthClass = "health";

export interface PathRule {
  readonly pathClass: PathClass | typeof healthClass;
  /**
   * A regular expression over the requested path, without the query. It uses the part of the language that JavaScript,
   * PCRE (nginx), RE2 (Logs Insights) and Java (Athena) share: no look-around, no flags, no quote.
   */
  readonly pattern: string;
}

/** The first match counts; a path without a match is `other`. Scripts: Moodle 5.1's own, below public/. */
export const pathRules: readonly PathRule[] = [
  { pathClass: healthClass, pattern: "^/(healthz|fpm-)" },
  { pathClass: "login", pattern: "^/(login|auth)/" },
  { pathClass: "dashboard", pattern: "^/my(/|$)" },
  {
    pathClass: "quiz",
    pattern: "^/mod/quiz/(view|startattempt|attempt|processattempt|autosave\\.ajax|summary|review)\\.php",
  },
  { pathClass: "course", pattern: "^/(course/|mod/[^/]+/view\\.php)" },
  { pathClass: "file", pattern: "^/(webservice/)?(pluginfile|draftfile|tokenpluginfile|file)\\.php" },
  { pathClass: "service", pattern: "^/(lib/ajax|webservice|api)/" },
];

const compiled = pathRules.map(({ pathClass, pattern }) => ({ pathClass, expression: new RegExp(pattern) }));

/** @param target Path or path and query, as in a request line. */
export function classOf(target: string): PathRule["pathClass"] {
  const path = /^[^?#]*/.exec(target)![0];
  return compiled.find(({ expression }) => expression.test(path))?.pathClass ?? "other";
}

/** The table as nginx's `map` block: https://nginx.org/en/docs/http/ngx_http_map_module.html */
export function nginxMap(): string {
  const rows = pathRules.map(({ pathClass, pattern }) => `        "~${pattern}" ${pathClass};`);
  return ["    map $asked $path_class {", ...rows, "        default other;", "    }"].join("\n");
}

/** The table as an SQL expression over a column that holds the path, for Athena. */
export function sqlClass(column: string): string {
  const rows = pathRules.map(
    ({ pathClass, pattern }) => `WHEN regexp_like(${column}, '${pattern}') THEN '${pathClass}'`,
  );
  return `CASE ${rows.join(" ")} ELSE 'other' END`;
}
