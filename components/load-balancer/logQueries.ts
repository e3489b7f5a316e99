import { sqlClass } from "../lib/pathClasses";
import type { LogQuery } from "../lib/logTable";

/** The last 24 hours: the partition limits what is scanned, and the time stamp cuts to the minute. */
const lastDay = `day >= date_format(current_timestamp - interval '24' hour, '%Y/%m/%d')
  AND from_iso8601_timestamp("time") >= current_timestamp - interval '24' hour`;
const minute = `date_trunc('minute', from_iso8601_timestamp("time"))`;
const pathClass = sqlClass(`regexp_extract("request_url", '^[a-z]+://[^/]+(/[^?]*)', 1)`);
const seconds = (column: string) => `try_cast("${column}" AS double)`;

/**
 * Times are -1 where no task answered; such lines are not counted. `target_processing_time` is Moodle's time until the
 * first byte of its answer; `request_processing_time` the wait for a task; sending the answer is none of the three.
 */
export const logQueries: Readonly<Record<string, LogQuery>> = {
  "class-seconds": {
    description: "Which kind of page is slow, and whether it waits for a task or for Moodle, in the last day",
    sql: `SELECT ${minute} AS minute, ${pathClass} AS class, count(*) AS requests,
  approx_percentile(${seconds("request_processing_time")}, 0.95) AS p95_wait,
  approx_percentile(${seconds("target_processing_time")}, 0.5) AS p50,
  approx_percentile(${seconds("target_processing_time")}, 0.95) AS p95
FROM requests
WHERE ${lastDay} AND ${seconds("target_processing_time")} >= 0
GROUP BY 1, 2
ORDER BY p95 DESC
LIMIT 1000`,
  },
  "class-errors": {
    description: "Which kind of page fails, and whether a task said so or none was reached (-), in the last day",
    sql: `SELECT ${minute} AS minute, ${pathClass} AS class, "elb_status_code", "target_status_code", "error_reason", count(*) AS errors
FROM requests
WHERE ${lastDay} AND "elb_status_code" >= '500'
GROUP BY 1, 2, 3, 4, 5
ORDER BY errors DESC
LIMIT 1000`,
  },
  "class-tasks": {
    description: "Whether one task is slower or fails more than the others, by kind of page, in the last day",
    sql: `SELECT "target_ip", ${pathClass} AS class, count(*) AS requests,
  count_if("target_status_code" >= '500') AS errors,
  approx_percentile(${seconds("target_processing_time")}, 0.95) AS p95
FROM requests
WHERE ${lastDay} AND ${seconds("target_processing_time")} >= 0
GROUP BY 1, 2
HAVING count(*) >= 20
ORDER BY p95 DESC
LIMIT 1000`,
  },
};
