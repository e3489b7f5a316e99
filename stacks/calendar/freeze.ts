import * as pulumi from "@pulumi/pulumi";
import { describeProblem } from "../../components/lib/invalid";
import type { Settings } from "../settings/settings";
import { examWindow } from "./compile";
import type { Calendar, Exam } from "./schema";
import { localOf } from "./zone";

/** Minutes around an exam without deployments: a deployment takes half an hour, and its rollback as long. */
export const freezeMinutes = { before: 90, after: 30 } as const;

const minute = 60_000;

/** The exams that protect this moment. Pure. */
export function frozen(calendar: Calendar, at: number): readonly Exam[] {
  return calendar.exams.filter((exam) => {
    const { start, end } = examWindow(exam, calendar.timeZone);
    return at >= start - freezeMinutes.before * minute && at < end + freezeMinutes.after * minute;
  });
}

/** The second confirmation, in the environment of the person who deploys, so that a line left in a stack file is not enough. */
export const overrideVariable = "MOODLE_OVERRIDE_FREEZE";

/** Reason why nothing may be deployed now, or undefined. Pure. */
export function freezeRefusal(
  calendar: Calendar,
  at: number,
  told: { readonly setting?: string | undefined; readonly environment?: string | undefined },
): string | undefined {
  const exams = frozen(calendar, at).filter(({ name }) => told.setting !== name || told.environment !== name);
  const [exam] = exams;
  if (exam === undefined) {
    return undefined;
  }
  const until = localOf(
    Math.max(...exams.map((one) => examWindow(one, calendar.timeZone).end)) + freezeMinutes.after * minute,
    calendar.timeZone,
  );
  const given = [told.setting ?? "nothing", told.environment ?? "nothing"];
  return describeProblem({
    path: `moodle:calendar.overrideFreeze and ${overrideVariable}`,
    given,
    allowed: `no deployment until ${until.date} ${until.time} (${calendar.timeZone}): exam ${exams.map(({ name }) => name).join(", ")}`,
    fix:
      exams.length > 1
        ? "Several exams are protected now, and only one can be overridden: wait."
        : `Wait. If it cannot wait, tell it twice: pulumi config set --path moodle:calendar.overrideFreeze ${exam.name}, and ${overrideVariable}=${exam.name} in the environment.`,
  });
}

/**
 * Stops an update inside a protected window, before any resource is registered. A preview only warns: looking is always
 * allowed. *Limit.* `pulumi destroy` runs no program, and so is not stopped; `protect` is for that.
 *
 * @throws pulumi.RunError which the engine shows without a stack trace.
 */
export function holdDuringExams(
  calendar: Calendar | undefined,
  settings: Pick<Settings, "calendar">,
  at: number,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): void {
  if (calendar === undefined) {
    return;
  }
  const refusal = freezeRefusal(calendar, at, {
    setting: settings.calendar.overrideFreeze,
    environment: environment[overrideVariable],
  });
  if (refusal === undefined) {
    return;
  }
  if (pulumi.runtime.isDryRun()) {
    void pulumi.log.warn(`Exam freeze: an update would be refused now. ${refusal}`);
    return;
  }
  throw new pulumi.RunError(`Exam freeze: nothing was changed. ${refusal}`);
}
