import { type Check, type Group, type Line, unchecked } from "./check";
import { explain } from "./explain";

export interface Found {
  readonly group: Group;
  readonly lines: readonly Line[];
}

/** Limit for all checks together: with the start of the program they stay below half a minute. */
export const deadlineMilliseconds = 26_000;

/** Fails when the time is up; never succeeds. */
export function after(milliseconds: number): Promise<never> {
  const late = new Promise<never>((_, fail) => {
    setTimeout(() => fail(new Error(`no answer within ${milliseconds / 1000} seconds`)), milliseconds).unref();
  });
  late.catch(() => undefined);
  return late;
}

/**
 * Runs checks side by side. A check that fails is a line that says what is not known; no check can stop another.
 *
 * @param late What has no result when this fails is not waited for.
 * @param atOnce More would be throttled by the slowest of AWS's APIs, Service Quotas.
 * @param done Called after each check.
 */
export async function runChecks<T>(
  checks: readonly Check<T>[],
  world: T,
  late: Promise<never>,
  done: () => void = () => undefined,
  atOnce = 12,
): Promise<readonly Found[]> {
  const found: Found[] = [];
  const waiting = checks.entries();
  const worker = async () => {
    for (const [index, check] of waiting) {
      const lines = await Promise.race([Promise.resolve().then(() => check.run(world)), late]).catch(
        (error: unknown): readonly Line[] => {
          const { finding, fix } = explain(error);
          return [unchecked(check.subject, finding, fix)];
        },
      );
      found[index] = { group: check.group, lines };
      done();
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, checks.length) }, worker));
  return found;
}
