import { keptCopyDays } from "../../stacks/settings/backup";
import type { Settings } from "../../stacks/settings/settings";
import { delayValues } from "../capacity/delays";
import { values } from "../capacity/measured";
import { type CostLine, type Planned, planCost } from "./planCost";
import { hoursPerMonth, type Prices } from "../lib/prices";
import { plannedActions, shareOn } from "../capacity/schedule";
import { stackPlatform } from "../capacity/stackPlatform";
import { fargateHour } from "../capacity/usageCost";
import { type KeptBackups, volumeCost } from "./volumes";
import { simulateYear, type Year } from "./year";

export interface StackCost {
  readonly fixed: readonly CostLine[];
  readonly workers: number;
  readonly year: Year;
  readonly volumes: readonly CostLine[];
}

export const sum = (lines: readonly CostLine[]) => lines.reduce((total, line) => total + line.usdPerMonth, 0);

/** Cost of a stack: its plan's own resources, a simulated year, and charges by volume. */
export function stackCost(settings: Settings, plan: readonly Planned[], prices: Prices): StackCost {
  const busy = settings.profile === "prod";
  // Staging and dev have no students: a hundredth of prod's load keeps them at their minimum.
  const loadFactor = busy ? 1 : 0.01;
  const on = shareOn(settings);
  const year = simulateYear(
    (trace) => stackPlatform(settings, busy ? plannedActions(trace, settings) : []),
    settings,
    prices,
    { values, delays: delayValues, seed: 1, loadFactor, on },
  );
  const { cluster, cron, adhoc } = settings;
  const workers =
    cluster.kind === "fargate"
      ? (fargateHour(cron, cluster.architecture, prices) +
          adhoc.minTasks * fargateHour(adhoc, cluster.architecture, prices)) *
        hoursPerMonth *
        on
      : 0;
  return {
    fixed: planCost(plan, prices),
    workers,
    year,
    volumes: volumeCost(
      year.requests / 12,
      prices,
      busy ? 1 : 0.1,
      settings.mail.kind === "ses",
      keptBackups(settings),
    ),
  };
}

function keptBackups({ backup }: Settings): KeptBackups | undefined {
  return backup.kind === "none"
    ? undefined
    : {
        retentionDays: backup.retentionDays,
        copyRetentionDays:
          backup.copyRegion === undefined && backup.copyVaultArn === undefined ? 0 : keptCopyDays(backup),
      };
}

/** Dollars a month. */
export function total({ fixed, workers, year, volumes }: StackCost): number {
  return sum(fixed) + workers + sum(volumes) + year.total / 12;
}
