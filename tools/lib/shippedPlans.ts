import { type Registered, planOf } from "./plan";
import { stackSettings } from "./stackFile";

export const stacks = ["prod", "staging", "dev"] as const;

type Stack = (typeof stacks)[number];

export type Plans = Readonly<Record<Stack, readonly Registered[]>>;

const made = new Map<Stack, Promise<readonly Registered[]>>();
let last: Promise<unknown> = Promise.resolve();

/** The plan of a shipped stack file, on one day: a calendar plans other schedules on another. Made once, and one at a time. */
export function shippedPlan(stack: Stack): Promise<readonly Registered[]> {
  const plan = made.get(stack) ?? last.then(() => plannedThen(stack));
  made.set(stack, plan);
  last = plan.catch(() => undefined);
  return plan;
}

export async function shippedPlans(): Promise<Plans> {
  const [prod, staging, dev] = await Promise.all([shippedPlan("prod"), shippedPlan("staging"), shippedPlan("dev")]);
  return { prod, staging, dev };
}

async function plannedThen(stack: Stack): Promise<readonly Registered[]> {
  const now = process.env["MOODLE_NOW"];
  process.env["MOODLE_NOW"] = "2026-10-01T09:00:00Z";
  try {
    return await planOf(stackSettings(stack));
  } finally {
    if (now === undefined) {
      delete process.env["MOODLE_NOW"];
    } else {
      process.env["MOODLE_NOW"] = now;
    }
  }
}
