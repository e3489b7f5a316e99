import type { EngineEvent, StepEventMetadata } from "@pulumi/pulumi/automation";

/** One resource that is not as it was deployed. */
export interface Difference {
  readonly urn: string;
  readonly type: string;
  /** `update`, or `delete` for what is gone. */
  readonly operation: string;
  /** Inputs that differ. */
  readonly fields: readonly string[];
  /** Why nobody has to act; undefined when somebody has changed it. */
  readonly ownDoing: string | undefined;
}

type Values = Readonly<Record<string, unknown>>;
/** What AWS does by itself with a type. @returns why it is that; undefined when it is something else */
type OwnDoing = (step: StepEventMetadata, log: readonly StepEventMetadata[], now: number) => string | undefined;

const past = (text: unknown, now: number): boolean => typeof text === "string" && Date.parse(text) <= now;
const inputsOf = (state: StepEventMetadata["old"]): Values => (state?.inputs ?? {}) as Values;

const ranOut = "its time has passed, and AWS deletes an action then; the next deployment leaves it out";

/**
 * What AWS changes by the program's own orders. All else that AWS moves is under ignoreChanges, which a refresh honours: sizes that
 * scaling and schedules set, and task definitions that a release puts into operation.
 */
const ownDoings: Readonly<Record<string, OwnDoing>> = {
  "aws:autoscaling/schedule:Schedule": ({ op, old, diffs = [] }, _, now) => {
    const { recurrence, startTime, endTime } = inputsOf(old);
    if (op === "delete") {
      return past(recurrence === undefined ? startTime : endTime, now) ? ranOut : undefined;
    }
    return recurrence !== undefined && diffs.every((field) => field === "startTime")
      ? "AWS moves the start of a recurring action to its next time"
      : undefined;
  },
  "aws:appautoscaling/scheduledAction:ScheduledAction": ({ op, old }, _, now) => {
    const { schedule, timezone, endTime } = inputsOf(old);
    const [, once] = /^at\((.+)\)$/.exec(String(schedule)) ?? [];
    const ended = once === undefined ? past(endTime, now) : timezone === "UTC" && past(`${once}Z`, now);
    return op === "delete" && ended ? ranOut : undefined;
  },
  "aws:rds/cluster:Cluster": ({ op, new: found, diffs = [] }, log) => {
    const name = "serverlessv2ScalingConfiguration";
    const range = inputsOf(found)[name] as { readonly minCapacity?: number; readonly maxCapacity?: number } | undefined;
    return op === "update" && diffs.every((field) => field === name) && range !== undefined && isScheduled(range, log)
      ? "the calendar has set this range of the database's capacity"
      : undefined;
  },
};

/** Whether a call of EventBridge Scheduler sets exactly this range (components/schedule). */
function isScheduled(
  range: { readonly minCapacity?: number; readonly maxCapacity?: number },
  log: readonly StepEventMetadata[],
): boolean {
  return log.some(({ type, old }) => {
    const target = inputsOf(old)["target"] as { readonly arn?: string; readonly input?: string } | undefined;
    if (type !== "aws:scheduler/schedule:Schedule" || target?.arn?.endsWith(":rds:modifyDBCluster") !== true) {
      return false;
    }
    const { ServerlessV2ScalingConfiguration: asked } = JSON.parse(target.input ?? "{}") as {
      readonly ServerlessV2ScalingConfiguration?: { readonly MinCapacity: number; readonly MaxCapacity: number };
    };
    return asked?.MinCapacity === range.minCapacity && asked?.MaxCapacity === range.maxCapacity;
  });
}

/**
 * The differences that a refresh has found.
 *
 * @param log the engine's event log, a line of JSON for each event
 * @throws Error when it is none, or when the refresh did not come to its end
 */
export function differences(log: string, now: number): readonly Difference[] {
  const events = log
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as EngineEvent);
  if (!events.some(({ summaryEvent }) => summaryEvent !== undefined)) {
    throw new Error("The refresh did not come to its end: what it has seen says nothing about the rest.");
  }
  const steps = events.flatMap(({ resOutputsEvent }) =>
    resOutputsEvent === undefined ? [] : [resOutputsEvent.metadata],
  );
  return steps
    .filter(({ op }) => op !== "same")
    .map((step) => ({
      urn: step.urn,
      type: step.type,
      operation: step.op,
      fields: step.diffs ?? [],
      ownDoing: ownDoings[step.type]?.(step, steps, now),
    }));
}
