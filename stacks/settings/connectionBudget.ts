import { capacityProblems, maxConnections } from "../../components/database/connections";
import type { database } from "./database";
import type { Groups } from "./fields";
import type { Rules } from "./rule";
import type { adhoc, web } from "./tasks";

type Connected = Groups<{ web: typeof web; adhoc: typeof adhoc; database: typeof database }>;

/**
 * Connections that cron's one task may hold: Moodle runs up to three scheduled tasks at once (`task_scheduled_concurrency_limit`,
 * https://docs.moodle.org/en/Cron_settings).
 */
export const cronConnections = 3;

/** The share of `max_connections` that the platform may use; the rest is for failover, upgrades and people. */
export const connectionShare = 0.8;

export interface ConnectionBudget {
  /** Connections at the most that autoscaling allows. */
  readonly needed: number;
  readonly allowed: number;
  /** `max_connections` of one instance. */
  readonly most: number;
  /** How `needed` is made up. */
  readonly sum: string;
}

/** Every PHP process holds one connection to the writer. Undefined when the capacity is not one that Aurora has. */
export function connectionBudget({ web, adhoc, database: { capacity } }: Connected): ConnectionBudget | undefined {
  if (capacityProblems("", capacity).length > 0) {
    return undefined;
  }
  const most = maxConnections(capacity);
  return {
    needed: web.phpMaxChildren * web.maxTasks + cronConnections + adhoc.maxTasks * adhoc.concurrency,
    allowed: Math.floor(most * connectionShare),
    most,
    sum: `${web.phpMaxChildren} children x ${web.maxTasks} web tasks + ${cronConnections} for cron + ${adhoc.maxTasks} x ${adhoc.concurrency} ad-hoc`,
  };
}

/** The one rule over tasks and database together, so it is in neither's file. */
export const connectionRules: Rules<Connected> = [
  (settings) => {
    const budget = connectionBudget(settings);
    return budget === undefined || budget.needed < budget.allowed
      ? []
      : [
          {
            path: "moodle:web.phpMaxChildren",
            given: settings.web.phpMaxChildren,
            allowed: `less than ${budget.allowed} database connections in all (${connectionShare * 100} % of ${budget.most}); ${budget.sum} is ${budget.needed}`,
            fix: "Lower web.phpMaxChildren, web.maxTasks or the ad-hoc workers, or choose a larger database.capacity.",
          },
        ];
  },
];
