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

/**
 * Generations of web tasks and workers that may run at once: a rollout starts all new tasks before the old ones stop
 * (`deploymentMaximumPercent` of components/moodle/service.ts). Cron's old task stops before its new one starts.
 *
 * Two is also what a lost reader costs: each process has a second connection, to the reader endpoint, and that name leads to the writer
 * when no reader is left
 * (https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Aurora.Overview.Endpoints.html).
 */
const generations = 2;

/** The share of `max_connections` that the platform may use; the rest is for failover, upgrades and people. */
export const connectionShare = 0.8;

export interface ConnectionBudget {
  /** Connections during a rollout at the most tasks that autoscaling allows. */
  readonly needed: number;
  readonly allowed: number;
  /** `max_connections` of one instance. */
  readonly most: number;
  /** How `needed` is made up. */
  readonly sum: string;
}

/** Connections to the writer during a rollout, of which every PHP process holds one. */
export function connectionsOf(children: number, maxTasks: number, workers: number): number {
  return generations * (children * maxTasks + workers) + cronConnections;
}

/** Undefined when the capacity is not one that Aurora has. */
export function connectionBudget({ web, adhoc, database: { capacity } }: Connected): ConnectionBudget | undefined {
  if (capacityProblems("", capacity).length > 0) {
    return undefined;
  }
  const most = maxConnections(capacity);
  return {
    needed: connectionsOf(web.phpMaxChildren, web.maxTasks, adhoc.maxTasks * adhoc.concurrency),
    allowed: Math.floor(most * connectionShare),
    most,
    sum: `${generations} x (${web.phpMaxChildren} children x ${web.maxTasks} web tasks + ${adhoc.maxTasks} x ${adhoc.concurrency} ad-hoc) + ${cronConnections} for cron`,
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
            allowed: `less than ${budget.allowed} database connections in all (${connectionShare * 100} % of ${budget.most}); during a rollout, when old and new tasks run, ${budget.sum} is ${budget.needed}`,
            fix: "Lower web.phpMaxChildren, web.maxTasks or the ad-hoc workers, or choose a larger database.capacity.",
          },
        ];
  },
];
