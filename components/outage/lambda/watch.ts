/**
 * Looks each minute at the outage switch, as the edge has it, and leaves a line that is also a metric (embedded metric format:
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html).
 */

import { outageNamespace, type SwitchMetric } from "../pages/switchValue";

export interface WatchWorld {
  readonly environment: string;
  /** What the edge says of the switch: the text of `switchPath`. @throws Error when it gives no answer */
  readonly look: () => Promise<string>;
  readonly now: () => number;
}

/** What the function at the edge answers. */
interface Told {
  readonly state: string;
  readonly quietUntil?: string;
}

/**
 * A page without a time, such as one word in the console or a release's own, is overdue at once: nobody said for how long.
 *
 * @throws Error for an answer that is none of the switch
 */
export async function watch({ environment, look, now }: WatchWorld): Promise<Readonly<Record<string, unknown>>> {
  const { state, quietUntil } = toldBy(await look());
  const at = now();
  const closed = state === "planned";
  const inTime = closed && quietUntil !== undefined && at < Date.parse(quietUntil);
  const metrics: Readonly<Record<SwitchMetric, number>> = {
    planned: inTime ? 1 : 0,
    overdue: closed && !inTime ? 1 : 0,
  };
  const directive = {
    Namespace: outageNamespace(environment),
    Dimensions: [[]],
    Metrics: Object.keys(metrics).map((Name) => ({ Name })),
  };
  return { _aws: { Timestamp: at, CloudWatchMetrics: [directive] }, state, quietUntil, ...metrics };
}

function toldBy(text: string): Told {
  const told = JSON.parse(text) as Partial<Told> | null;
  if (typeof told?.state !== "string") {
    throw new Error(`The edge gave no state of the switch: ${text.slice(0, 200)}`);
  }
  return { state: told.state, ...(typeof told.quietUntil === "string" && { quietUntil: told.quietUntil }) };
}

export async function handler(): Promise<void> {
  const { ENVIRONMENT: environment = "", SWITCH_ADDRESS = "" } = process.env;
  const look = async () => {
    // A name, since the firewall refuses requests without one.
    const headers = { "user-agent": "switch-watch" };
    const answer = await fetch(SWITCH_ADDRESS, { headers, redirect: "error", signal: AbortSignal.timeout(10_000) });
    return answer.text();
  };
  // Not console.log: it puts a prefix before the JSON, and such a line is no metric.
  process.stdout.write(`${JSON.stringify(await watch({ environment, look, now: Date.now }))}\n`);
}
