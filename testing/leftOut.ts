import type { Context } from "mocha";

/** Where reporter.cjs finds the reasons: mocha keeps none. */
const key = Symbol.for("moodle-on-aws: reasons of tests that were left out");

/**
 * Leaves the test out, or all tests of the suite when a hook calls it, and has the report say why.
 *
 * @param why What this machine lacks and how to get it, such as "there is no PHP: apt-get install php-cli".
 */
export function leaveOut(context: Context, why: string): never {
  const reasons = ((globalThis as Record<symbol, unknown>)[key] ??= new Set<string>()) as Set<string>;
  reasons.add(why);
  return context.skip();
}
