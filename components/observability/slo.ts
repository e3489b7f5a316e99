import type { AlarmDefinition, Metric, ObjectiveClass, SloDefinition } from "./definition";

/** Error budgets are counted over four weeks, so that each has the same number of every weekday. */
export const sloWindowDays = 28;

/**
 * Bounds of an objective. Above 99.99 % one failed request in ten thousand is an incident, which metrics of a minute
 * cannot show. Below 94 % the fast alarm would ask for more than all requests to be bad (14.4 times 6 % is 86 %).
 */
export const objectiveBounds = {
  availability: { min: 94, max: 99.99 },
  latency: { min: 94, max: 99.9 },
  seconds: { min: 0.1, max: 60 },
} as const;

/**
 * Three alarms for each objective, as in the table of "Multiwindow, Multi-Burn-Rate Alerts":
 * https://sre.google/workbook/alerting-on-slos/ (2 % of the budget in an hour, 5 % in six, 10 % in three days). Each
 * fires only while the short window burns as fast, so it ends soon after the incident does.
 */
export const burnWindows = [
  { name: "hour", severity: "page", burnRate: 14.4, longSeconds: 3600, shortSeconds: 300 },
  { name: "morning", severity: "page", burnRate: 6, longSeconds: 21_600, shortSeconds: 1800 },
  { name: "days", severity: "ticket", burnRate: 1, longSeconds: 259_200, shortSeconds: 21_600 },
] as const;

/** At most three classes in an alarm: each needs two metrics, and CloudWatch takes ten. */
export const classGroups = {
  pages: ["login", "dashboard", "course"],
  work: ["quiz", "file", "service"],
} as const satisfies Record<string, readonly ObjectiveClass[]>;

/**
 * Latency is nginx's `$upstream_response_time`: from handing the whole request to PHP until PHP's whole answer is
 * there, including the wait for a free child (https://nginx.org/en/docs/http/ngx_http_upstream_module.html). Not
 * `seconds`, which is `$request_time`, "the first bytes read from the client" to "the last bytes sent"
 * (https://nginx.org/en/docs/http/ngx_http_log_module.html): nginx buffers an upload before it asks PHP, and buffers an
 * answer that a client reads slowly; the load balancer passes both on as they come. A phone that sends an assignment
 * for five minutes over a weak link would burn the budget of a site that answers in a tenth of a second, and nobody
 * could fix it.
 *
 * *Limits.* Requests without PHP (a missing page, a static file) have no time and are not counted. The way to the site
 * (the viewer's link, the edge, the load balancer's queue) is not in it: the synthetic user and the edge's log see
 * that. Beyond a gigabyte, nginx's fastcgi_max_temp_file_size, PHP waits for the client after all.
 */
export const latencyField = "$.php_seconds";

export type RequestMetric = "seconds" | "failed" | "slow";

/**
 * A failure that the answer's status does not tell: Moodle answers an exception with 404, one after the page's header with 200, and
 * a failed AJAX call with 200. The image writes a line for each (moodle-image/rootfs/opt/moodle/lib/errors.php), with the status that
 * was sent: a request whose status tells it is in the access log, and would be counted twice. Level "notice" is what a user asked
 * for in vain: a course that does not exist, a page without permission.
 */
const untold = '$.log = "error" && $.level = "error" && $.status < 500';

/**
 * Metrics of the web tasks' log by path class, made by metric filters ({@link requestMetricFilters}).
 *
 * `seconds`: of each request that PHP answered ({@link latencyField}); its SampleCount is the number of requests, and it has
 * percentiles. `failed`: 1 for each answer of 500 and above, and for each failure that the status does not tell. `slow`: 1 for each
 * that took longer than the objective allows.
 */
export function requestMetric(
  environment: string,
  pathClass: ObjectiveClass,
  name: RequestMetric,
  statistic: Metric["statistic"],
): Metric {
  return { namespace: requestNamespace(environment), name: `${pathClass}.${name}`, dimensions: {}, statistic };
}

/** Failures of all path classes whose status is below 500, which the load balancer's own count of errors does not have. */
export function untoldErrors(environment: string): Omit<Metric, "statistic"> {
  return { namespace: requestNamespace(environment), name: "untold-errors", dimensions: {} };
}

/** The environment is in the namespace: a filter that has a default value can have no dimension. */
export function requestNamespace(environment: string): string {
  return `Moodle/Requests/${environment}`;
}

export interface MetricFilter {
  readonly name: string;
  readonly pattern: string;
  readonly namespace: string;
  readonly metricName: string;
  readonly value: string;
  /** Value for each minute in which the log has lines and none matches. */
  readonly defaultValue?: string;
}

/**
 * The filters on the web tasks' log. *Cost.* Each is a custom metric, about 0.30 dollars a month: nineteen.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntaxForMetricFilters.html
 */
export function requestMetricFilters(environment: string, slos: readonly SloDefinition[]): readonly MetricFilter[] {
  const site: MetricFilter = {
    name: "untold-errors",
    pattern: `{ ${untold} }`,
    namespace: requestNamespace(environment),
    metricName: untoldErrors(environment).name,
    value: "1",
    defaultValue: "0",
  };
  const classes = slos.flatMap(({ pathClass, latencySeconds }) => {
    const own = `$.log = "access" && $.class = "${pathClass}"`;
    const filter = (name: RequestMetric, condition: string, value: string, defaultValue?: string): MetricFilter => ({
      name: `${pathClass}-${name}`,
      pattern: `{ ${condition} }`,
      namespace: requestNamespace(environment),
      metricName: `${pathClass}.${name}`,
      value,
      ...(defaultValue !== undefined && { defaultValue }),
    });
    return [
      filter("seconds", `${own} && ${latencyField} >= 0`, latencyField),
      filter("failed", `(${own} && $.status >= 500) || (${untold} && $.class = "${pathClass}")`, "1", "0"),
      filter("slow", `${own} && ${latencyField} > ${latencySeconds}`, "1", "0"),
    ];
  });
  return [...classes, site];
}

const objectives = {
  availability: { metric: "failed", what: "fail", budget: (slo: SloDefinition) => 100 - slo.availabilityPercent },
  latency: { metric: "slow", what: "are slow", budget: (slo: SloDefinition) => 100 - slo.latencyPercent },
} as const;

/** Twelve alarms, and twelve that confirm them: for each group of classes, objective and window. */
export function sloAlarms(environment: string, slos: readonly SloDefinition[]): readonly AlarmDefinition[] {
  const groups = Object.entries<readonly ObjectiveClass[]>(classGroups);
  return groups.flatMap(([group, classes]) =>
    (["availability", "latency"] as const).flatMap((objective) =>
      burnWindows.map((window) => {
        const watched = slos.filter(({ pathClass }) => classes.includes(pathClass));
        return burnAlarm(environment, { group, objective, window }, watched);
      }),
    ),
  );
}

interface Burn {
  readonly group: string;
  readonly objective: keyof typeof objectives;
  readonly window: (typeof burnWindows)[number];
}

function burnAlarm(
  environment: string,
  { group, objective, window }: Burn,
  slos: readonly SloDefinition[],
): AlarmDefinition {
  const { metric, what, budget } = objectives[objective];
  const { name, severity, burnRate, longSeconds, shortSeconds } = window;
  const classes = slos.map(({ pathClass }) => pathClass).join(", ");
  const watch = (id: string, periodSeconds: number, fewest: number): Omit<AlarmDefinition, "confirmedBy"> => ({
    id,
    component: "observability",
    incident: "users",
    severity,
    summary: `Too many requests ${what} (${classes}): ${pace(burnRate)}.`,
    reason: `Burn rate ${burnRate} over ${hours(longSeconds)} and ${hours(shortSeconds)}: https://sre.google/workbook/alerting-on-slos/. Fewer than ${fewest} bad requests do not count.`,
    metrics: Object.fromEntries(
      slos.flatMap(({ pathClass }, index) => [
        [`n${index + 1}`, requestMetric(environment, pathClass, "seconds", "SampleCount")],
        [`b${index + 1}`, requestMetric(environment, pathClass, metric, "Sum")],
      ]),
    ),
    expression: `MAX([${slos.map((slo, index) => burnExpression(index + 1, budget(slo), fewest)).join(", ")}])`,
    comparisonOperator: "GreaterThanOrEqualToThreshold",
    threshold: burnRate,
    periodSeconds,
    evaluationPeriods: 1,
    datapointsToAlarm: 1,
    // No lines in the log: there are no users, or no request gets this far, which the load balancer's alarms see.
    treatMissingData: "notBreaching",
    runbook: "docs/runbooks/slo-burn.md",
  });
  const id = `slo-${objective}-${group}-${name}`;
  return { ...watch(id, longSeconds, 20), confirmedBy: watch(`${id}-now`, shortSeconds, 5) };
}

/** Share of bad requests, divided by the allowed share. A single bad request at night is no rate. */
function burnExpression(index: number, budgetPercent: number, fewest: number): string {
  const factor = Number((100 / budgetPercent).toPrecision(6));
  return `IF(b${index} >= ${fewest}, b${index} / n${index} * ${factor}, 0)`;
}

function pace(burnRate: number): string {
  return burnRate > 1 ? `the error budget goes ${burnRate} times as fast as it may` : "the error budget will not last";
}

function hours(seconds: number): string {
  return seconds < 3600 ? `${seconds / 60} min` : seconds < 86_400 ? `${seconds / 3600} h` : `${seconds / 86_400} days`;
}
