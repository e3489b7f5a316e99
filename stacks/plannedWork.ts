import { canaryMemoryMinutes } from "../components/observability/canaryAlarms";
import type { MetricAlarmDefinition } from "../components/observability/definition";
import { plannedPage } from "../components/outage/alarms";
import { releaseWorks } from "../components/release/progress";
import type { Settings } from "./settings/settings";

/** On while a release of the stack works: what it does itself pages nobody. */
export function stackReleaseWorks(settings: Settings): MetricAlarmDefinition {
  const { environment, maintenance } = settings;
  return releaseWorks(environment, maintenance.upgradeMinutes, seenAfterwards(settings));
}

/** Each is on while work goes on that closes the site on purpose: a release, or people who turned the switch to `planned`. */
export function stackPlannedWork(settings: Settings): readonly MetricAlarmDefinition[] {
  const { environment, edge } = settings;
  return [
    stackReleaseWorks(settings),
    // Another CDN has no switch of ours: docs/runbooks/another-cdn.md.
    ...(edge.kind === "cloudfront" ? [plannedPage(environment, seenAfterwards(settings))] : []),
  ];
}

const seenAfterwards = ({ observability: { canary } }: Settings): number =>
  canary === undefined ? 0 : canaryMemoryMinutes(canary.everyMinutes);
