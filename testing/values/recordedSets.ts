import { type Recorded, recordStack } from "./recorded";
import { settingsSets } from "./sets";

// Schedules and freezes depend on the day.
process.env["MOODLE_NOW"] ??= "2026-11-23T06:00:00Z";

const recorded = new Map<string, Promise<readonly Recorded[]>>();
let last: Promise<unknown> = Promise.resolve();

/**
 * The resources of a set of settings. All judges of one run share them, since recording takes seconds: do not change
 * them.
 *
 * @param name A key of `settingsSets`.
 */
export function recordedSet(name: string): Promise<readonly Recorded[]> {
  const found = recorded.get(name);
  if (found !== undefined) {
    return found;
  }
  const { stack, config } = settingsSets[name]!;
  // One after the other: Pulumi's runtime has one program at a time.
  const made = last.then(() => recordStack(config, stack));
  last = made.catch(() => undefined);
  recorded.set(name, made);
  return made;
}
