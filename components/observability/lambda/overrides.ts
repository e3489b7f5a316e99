import type { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { GetQueryResultsCommand, StartQueryCommand } from "@aws-sdk/client-cloudwatch-logs";

/** An override with which a task started, as the image's entrypoint writes it into the log. */
export interface Start {
  /** Name below `overrides/` in the configuration bucket, such as `config.php`. */
  readonly override: string;
  /** Of the file's text, 64 hexadecimal digits. */
  readonly sha256: string;
}

/** An override in this week and the one before. */
export interface Override {
  readonly file: string;
  /** With which the last task of the week started; undefined when none did. */
  readonly sha256?: string | undefined;
  /** Other texts of the same file with which tasks of this week started. */
  readonly also: readonly string[];
  /** That of the report before; undefined when it had none. */
  readonly before?: string | undefined;
}

/**
 * Each text of each override once, the one of the newest start first: `dedup` keeps the first of the sorted lines
 * (https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax-Dedup.html).
 */
const question = `fields @message
| filter log = "entrypoint" and ispresent(override)
| sort @timestamp desc
| dedup override, sha256`;

/** Tries of a second each, together half of the function's time-out. */
const tries = 60;

/**
 * Asks the logs of Moodle's tasks by a query of Logs Insights.
 *
 * @throws Error when the query does not end well within a minute
 */
export async function overridesInLogs(
  client: Pick<CloudWatchLogsClient, "send">,
  logGroupNames: readonly string[],
  from: number,
  to: number,
): Promise<readonly Start[]> {
  const { queryId } = await client.send(
    new StartQueryCommand({
      logGroupNames: [...logGroupNames],
      queryString: question,
      startTime: from / 1000,
      endTime: to / 1000,
    }),
  );
  let status: string | undefined;
  for (let left = tries; left > 0; left--) {
    const answer = await client.send(new GetQueryResultsCommand({ queryId }));
    status = answer.status;
    if (status === "Complete") {
      return (answer.results ?? []).flatMap((fields) =>
        startsOf(fields.find(({ field }) => field === "@message")?.value ?? ""),
      );
    }
    if (status !== "Scheduled" && status !== "Running") break;
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
  throw new Error(`The query for overrides in ${logGroupNames.join(", ")} is ${status}, expected Complete.`);
}

function startsOf(message: string): readonly Start[] {
  try {
    const { override, sha256 } = JSON.parse(message) as Partial<Start>;
    return typeof override === "string" && typeof sha256 === "string" ? [{ override, sha256 }] : [];
  } catch {
    return [];
  }
}

/**
 * @param starts the newest first
 * @param before overrides of the report of last week
 */
export function overridesOf(starts: readonly Start[], before: readonly Override[]): readonly Override[] {
  const former = new Map(before.flatMap(({ file, sha256 }) => (sha256 === undefined ? [] : [[file, sha256] as const])));
  const files = new Set([...starts.map(({ override }) => override), ...former.keys()]);
  return [...files].sort().map((file) => {
    const [sha256, ...also] = new Set(starts.filter(({ override }) => override === file).map((one) => one.sha256));
    return { file, sha256, also, before: former.get(file) };
  });
}
