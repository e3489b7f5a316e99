import { canaryMemoryMinutes } from "../components/observability/canaryAlarms";
import type { MetricAlarmDefinition } from "../components/observability/definition";
import { releaseWorks } from "../components/release/progress";
import type { Settings } from "./settings/settings";

/** On while a release of the stack works: what it does itself pages nobody. */
export function stackReleaseWorks({ environment, maintenance, observability }: Settings): MetricAlarmDefinition {
  const { canary } = observability;
  const seen = canary === undefined ? 0 : canaryMemoryMinutes(canary.everyMinutes);
  return releaseWorks(environment, maintenance.upgradeMinutes, seen);
}
