import type { LogQuery } from "../lib/logTable";
import { questions } from "../observability/questions";
import { cachedPaths } from "./cacheBehaviours";
import { filesPrefix } from "./signedFiles";

/** All paths that the edge may cache, as one regular expression. */
const kept = [...cachedPaths.map(({ pattern }) => pattern), `/${filesPrefix}/*`]
  .map((pattern) => pattern.replace(/[.+^$()|[\]\\]/g, "\\$&").replace(/\*/g, ".*"))
  .join("|");

/** The last day: the partition limits what is scanned. */
const lastDay = `hour >= date_format(current_timestamp - interval '24' hour, '%Y/%m/%d/%H')`;

/**
 * Hit, RefreshHit and Miss are CloudFront's words:
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logs-reference.html#BasicDistributionFileFormat
 */
export const logQueries: Readonly<Record<string, LogQuery>> = {
  "hit-share": {
    description: "What share of requests and of bytes the edge answered by itself, by script, in the last day",
    sql: `SELECT regexp_extract("cs-uri-stem", '^/[^?]*?\\.php') AS script,
  count(*) AS requests,
  round(100.0 * count_if("x-edge-result-type" IN ('Hit', 'RefreshHit')) / count(*), 1) AS hit_percent,
  round(100.0 * sum(IF("x-edge-result-type" IN ('Hit', 'RefreshHit'), try_cast("sc-bytes" AS double), 0)) / nullif(sum(try_cast("sc-bytes" AS double)), 0), 1) AS byte_hit_percent
FROM requests
WHERE ${lastDay}
GROUP BY 1
ORDER BY requests DESC
LIMIT 100`,
  },
  errors: {
    description: "Which addresses failed, how, and whether it was the edge or the site, in the last day",
    sql: `SELECT "sc-status", "x-edge-detailed-result-type", "cs-method", "cs-uri-stem", count(*) AS requests
FROM requests
WHERE ${lastDay} AND "sc-status" >= '500'
GROUP BY 1, 2, 3, 4
ORDER BY requests DESC
LIMIT 100`,
  },
  slow: {
    description: "Which addresses take longest until their first byte, in the last day",
    sql: `SELECT "cs-method", "cs-uri-stem", count(*) AS requests,
  approx_percentile(try_cast("time-to-first-byte" AS double), 0.95) AS p95_seconds
FROM requests
WHERE ${lastDay} AND "x-edge-result-type" = 'Miss'
GROUP BY 1, 2
HAVING count(*) >= 20
ORDER BY p95_seconds DESC
LIMIT 100`,
  },
  "login-attempts": {
    description: "Who posts to the login page most, in the last day",
    sql: `SELECT "c-ip", count(*) AS attempts, count(DISTINCT "cs(user-agent)") AS agents, min("time") AS first_time
FROM requests
WHERE ${lastDay} AND "cs-method" = 'POST' AND "cs-uri-stem" = '/login/index.php'
GROUP BY 1
ORDER BY attempts DESC
LIMIT 100`,
  },
  "kept-by-mistake": {
    description: "Answers that the edge kept outside of the table of cacheBehaviours.ts: must be empty",
    sql: `SELECT "cs-uri-stem", "sc-status", count(*) AS requests
FROM requests
WHERE ${lastDay} AND "x-edge-result-type" IN ('Hit', 'RefreshHit')
  AND NOT regexp_like("cs-uri-stem", '^(${kept})$')
GROUP BY 1, 2
ORDER BY requests DESC
LIMIT 100`,
  },
  ...Object.fromEntries(
    Object.entries(questions).flatMap(([role, { question, athena }]) =>
      athena === undefined ? [] : [[role, { description: `${question}, in the last day`, sql: athena }]],
    ),
  ),
};
