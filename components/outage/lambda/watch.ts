/**
 * Looks each minute at the outage switch, as the edge has it, and leaves a line that is also a metric (embedded metric format:
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html). Then it makes
 * the status page follow a switch that was turned alone.
 */

import { parseStatus } from "../pages/status";
import { outageNamespace, type SwitchMetric } from "../pages/switchValue";
import { follow, statedBy } from "../publishing/follow";
import type { Store } from "../publishing/store";
import { awsStore } from "./awsStore";

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

export interface FollowWorld {
  readonly store: Store;
  /** What the edge says of the status: the text of status.json. @throws Error when it gives no answer */
  readonly readStatus: () => Promise<string>;
  readonly now: () => number;
}

/**
 * Asks the stores only when the edge says one thing by the switch and another by the status page.
 *
 * @returns a line for the log, or undefined when both say the same
 * @throws Error when the edge or a store gives no answer: the next minute tries again, and the alarm switch-unseen counts it
 */
export async function followSwitch(
  state: unknown,
  { store, readStatus, now }: FollowWorld,
): Promise<object | undefined> {
  if (statedBy(parseStatus(await readStatus())) === state) {
    return undefined;
  }
  const done = await follow(store, new Date(now()).toISOString());
  return done && { log: "follow", kind: done.kind, ...("version" in done && done.version.log[0]) };
}

let store: Store | undefined;

export async function handler(): Promise<void> {
  const { ENVIRONMENT: environment = "", SWITCH_ADDRESS = "", STATUS_ADDRESS = "" } = process.env;
  const { BUCKET: bucket = "", KEY_VALUE_STORE_ARN: keyValueStoreArn = "" } = process.env;
  const ask = async (address: string) => {
    // A name, since the firewall refuses requests without one.
    const headers = { "user-agent": "switch-watch" };
    const answer = await fetch(address, { headers, redirect: "error", signal: AbortSignal.timeout(10_000) });
    return answer.text();
  };
  // Not console.log: it puts a prefix before the JSON, and such a line is no metric.
  const leave = (line: object) => process.stdout.write(`${JSON.stringify(line)}\n`);
  const looked = await watch({ environment, look: () => ask(SWITCH_ADDRESS), now: Date.now });
  leave(looked);
  const followed = await followSwitch(looked["state"], {
    store: (store ??= awsStore({ bucket, keyValueStoreArn })),
    readStatus: () => ask(STATUS_ADDRESS),
    now: Date.now,
  });
  if (followed !== undefined) {
    leave(followed);
  }
}
