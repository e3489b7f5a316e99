import { healthClass, sqlClass } from "../lib/pathClasses";

/** A question during slowness, as a query for each of the two places that can answer it. */
export interface Question {
  readonly question: string;
  /** A Logs Insights query over the log groups of Moodle's tasks: requests that reached them. */
  readonly insights?: string;
  /** An Athena query over the edge's access log (components/cdn/accessLogTable.ts): all requests of users. */
  readonly athena?: string;
}

const lastDay = `hour >= date_format(current_timestamp - interval '24' hour, '%Y/%m/%d/%H')`;
const minute = `date_trunc('minute', from_iso8601_timestamp("date" || 'T' || "time" || 'Z'))`;
const sqlPath = sqlClass(`"cs-uri-stem"`);
/** Answered by the site, not by the edge. */
const reached = `"x-edge-result-type" IN ('Miss', 'Error')`;
const access = `filter log = "access" and class != "${healthClass}"`;

/**
 * By the role in a resource's name. Fields of the container logs: moodle-image (nginx.conf.template, lib/figures.php,
 * lib/metrics.php). Syntax: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax.html
 */
export const questions: Readonly<Record<string, Question>> = {
  "class-seconds": {
    question: "Which kind of page is slow, and since when",
    insights: `${access}
| stats count(*) as requests, pct(php_seconds, 50) as p50, pct(php_seconds, 95) as p95 by bin(1m), class
| sort p95 desc`,
    athena: `SELECT ${minute} AS minute, ${sqlPath} AS class, count(*) AS requests,
  approx_percentile(try_cast("time-to-first-byte" AS double), 0.5) AS p50,
  approx_percentile(try_cast("time-to-first-byte" AS double), 0.95) AS p95
FROM requests
WHERE ${lastDay} AND ${reached}
GROUP BY 1, 2
ORDER BY p95 DESC
LIMIT 1000`,
  },
  "class-errors": {
    question: "Which kind of page fails, and since when",
    insights: `${access} and status >= 500
| stats count(*) as errors by bin(1m), class, status
| sort errors desc`,
    athena: `SELECT ${minute} AS minute, ${sqlPath} AS class, "sc-status", count(*) AS errors
FROM requests
WHERE ${lastDay} AND "sc-status" >= '500'
GROUP BY 1, 2, 3
ORDER BY errors DESC
LIMIT 1000`,
  },
  errors: {
    question: "What has failed, in Moodle's own words, whatever status it answered with",
    insights: `filter log = "error" and level = "error"
| stats count(*) as errors by kind, exception, code, message, at, class
| sort errors desc
| limit 50`,
  },
  "slow-paths": {
    question: "Which addresses take the time of the site",
    insights: `${access}
| stats sum(php_seconds) as seconds, count(*) as requests, pct(php_seconds, 95) as p95 by class, path
| sort seconds desc
| limit 50`,
    athena: `SELECT ${sqlPath} AS class, "cs-uri-stem", count(*) AS requests,
  sum(try_cast("time-to-first-byte" AS double)) AS seconds,
  approx_percentile(try_cast("time-to-first-byte" AS double), 0.95) AS p95
FROM requests
WHERE ${lastDay} AND ${reached}
GROUP BY 1, 2
ORDER BY seconds DESC
LIMIT 50`,
  },
  clients: {
    question: "Who sends most requests",
    insights: `${access}
| stats count(*) as requests, sum(php_seconds) as seconds, count_distinct(path) as paths by client
| sort requests desc
| limit 50`,
    athena: `SELECT "c-ip", count(*) AS requests, count(DISTINCT "cs-uri-stem") AS paths,
  count_if("sc-status" = '403') AS refused
FROM requests
WHERE ${lastDay}
GROUP BY 1
ORDER BY requests DESC
LIMIT 50`,
  },
  "one-request": {
    question: "All about one request: put its name (X-Amz-Cf-Id of the answer) in",
    insights: `filter request = "PUT-THE-NAME-HERE"
| sort @timestamp asc`,
    athena: `SELECT "date", "time", "cs-method", "cs-uri-stem", "sc-status", "x-edge-result-type", "time-taken", "time-to-first-byte"
FROM requests
WHERE ${lastDay} AND "x-edge-request-id" = 'PUT-THE-NAME-HERE'`,
  },
  "why-slow": {
    question: "What Moodle spends its time on: database, caches or waiting for a session",
    insights: `filter log = "request"
| stats count(*) as requests, pct(seconds, 95) as p95, pct(db_seconds, 95) as db, avg(db_reads + db_writes) as queries,
  avg(cache_round_trips) as cache, pct(session_wait_seconds, 95) as session_wait, max(memory_mib) as memory by bin(5m), class
| sort p95 desc`,
  },
  "long-tasks": {
    question: "Which long tasks ran, how long they waited, and how often they were tried",
    insights: `filter log = "task"
| sort @timestamp desc
| display time, type, class, kind, seconds, queue_seconds, retries, db_reads, db_writes, result`,
  },
  "task-types": {
    question: "Which kinds of long task take most time, regrading above all",
    insights: `filter log = "task"
| stats count(*) as runs, sum(seconds) as total, max(seconds) as longest, max(queue_seconds) as waited, sum(retries) as tries by type, class
| sort total desc`,
  },
  purges: {
    question: "When caches were purged",
    insights: `filter log = "event" and kind = "cache-purge"
| sort @timestamp desc`,
  },
};
