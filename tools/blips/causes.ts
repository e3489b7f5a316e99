import { type EventKind } from "./entries";

/** Evidence for a cause. Strengths are 0 to 1 and are multiplied by the weight. */
export type Sign =
  /** It happened near the blip's start: `lag` is how many minutes the start may be behind it. */
  | { readonly event: EventKind; readonly lag: readonly [number, number]; readonly weight: number }
  /** It ran while the blip lasted. */
  | { readonly running: EventKind; readonly weight: number; readonly required?: true }
  /** The metric was unusually high (or low) during the blip, and reached `limit`, where being busy is no fault yet. */
  | { readonly metric: string; readonly direction: "high" | "low"; readonly weight: number; readonly limit?: number }
  /** More requests than usual before and during the blip; or (`steady`) no more than usual. Nothing speaks without a required one. */
  | { readonly load: "surge" | "steady"; readonly weight: number; readonly required?: true }
  /** Mostly files were slow; or a large share failed rather than was slow. */
  | { readonly pattern: "files" | "errors"; readonly weight: number };

export interface Cause {
  readonly id: string;
  readonly title: string;
  readonly signs: readonly Sign[];
  /** The remedy; commands are those of this repository. */
  readonly action: string;
}

/**
 * Causes of slowness of this platform, and their signs. Weights give the strength of a sign: 3 for an event that only
 * this cause brings, 1 for a sign that other causes have too. Beyond a limit a part is not only busier but in trouble.
 * All were set by judgement from how the parts work; a few rules (three bins in a row, tasks weighed by length, signs
 * that are required) came from looking at the synthetic corpus. Real incidents should correct all of them.
 */
export const causes: readonly Cause[] = [
  {
    id: "deployment",
    title: "A deployment: new tasks with cold caches, or fewer tasks for a while",
    signs: [
      { event: "deployment", lag: [-1, 12], weight: 3 },
      { event: "deployment-failed", lag: [-5, 15], weight: 2 },
      { metric: "cache_misses", direction: "high", weight: 0.5 },
      { load: "steady", weight: 0.5 },
    ],
    action:
      "Look at the warm-up of new tasks (moodle-image/README.md, Start of a web task); deploy outside of peaks (docs/calendar.md).",
  },
  {
    id: "load",
    title: "More load than there was capacity for",
    signs: [
      { load: "surge", weight: 3, required: true },
      { metric: "tasks_cpu", direction: "high", weight: 1.5 },
      { event: "scaling", lag: [-12, 3], weight: 0.7 },
    ],
    action: "Put the event into the calendar (stacks/calendar/, docs/calendar.md) and check it with make capacity.",
  },
  {
    id: "capacity-lost",
    title: "Tasks or instances were lost",
    signs: [
      { event: "capacity-lost", lag: [-2, 6], weight: 3 },
      { metric: "tasks_running", direction: "low", weight: 1.5 },
      { pattern: "errors", weight: 0.5 },
      { load: "steady", weight: 0.3 },
    ],
    action:
      "Read why they stopped (the event's reason); memory: web.memoryMib and web.phpMaxChildren (docs/settings.md).",
  },
  {
    id: "database-failover",
    title: "A failover of the database",
    signs: [
      { event: "database-failover", lag: [-3, 5], weight: 3 },
      { pattern: "errors", weight: 1 },
    ],
    action: "See the database's own events for the reason; errors should end within a minute of the failover.",
  },
  {
    id: "database-load",
    title: "The database was at its limit",
    signs: [
      { metric: "db_cpu", direction: "high", weight: 1.2, limit: 80 },
      { metric: "db_connections", direction: "high", weight: 1.2 },
      { metric: "db_acu", direction: "high", weight: 0.8, limit: 80 },
      { metric: "db_deadlocks", direction: "high", weight: 1.2 },
    ],
    action: "Performance Insights shows the statements; capacity is database.capacity (docs/settings.md).",
  },
  {
    id: "long-task",
    title: "A long ad-hoc task, such as regrading or a backup",
    signs: [
      { running: "long-task", weight: 3, required: true },
      { metric: "db_cpu", direction: "high", weight: 0.8 },
      { load: "steady", weight: 0.3 },
    ],
    action: "docs/runbooks/background-tasks.md.",
  },
  {
    id: "scheduled-task",
    title: "A scheduled task of cron that took long",
    signs: [
      { running: "scheduled-task", weight: 2.6, required: true },
      { metric: "db_cpu", direction: "high", weight: 0.8 },
      { load: "steady", weight: 0.3 },
    ],
    action: "Move the task to the night: Site administration, Server, Scheduled tasks.",
  },
  {
    id: "cache-purge",
    title: "Caches were purged",
    signs: [
      { event: "cache-purge", lag: [-2, 6], weight: 3 },
      { metric: "cache_misses", direction: "high", weight: 1.2 },
      { metric: "cache_cpu", direction: "high", weight: 0.5 },
    ],
    action: "Purge only what changed (purge_caches.php --theme, --js, --lang ...), and not at a peak.",
  },
  {
    id: "sessions-cache",
    title: "The sessions cache was full or busy",
    signs: [
      { metric: "sessions_evictions", direction: "high", weight: 2 },
      { metric: "sessions_memory", direction: "high", weight: 1.2, limit: 80 },
      { metric: "sessions_cpu", direction: "high", weight: 1, limit: 25 },
    ],
    action: "A larger node: cache.sessions.nodeType (docs/settings.md). Evictions there sign users out.",
  },
  {
    id: "application-cache",
    title: "The application cache was full or busy",
    signs: [
      { metric: "cache_evictions", direction: "high", weight: 1.5 },
      { metric: "cache_cpu", direction: "high", weight: 1.2, limit: 70 },
      { metric: "cache_misses", direction: "high", weight: 0.7 },
    ],
    action: "A larger node: cache.application.nodeType (docs/settings.md).",
  },
  {
    id: "cache-failover",
    title: "A failover of a cache",
    signs: [
      { event: "cache-failover", lag: [-3, 4], weight: 3 },
      { pattern: "errors", weight: 0.5 },
    ],
    action: "See the cache's own events for the reason.",
  },
  {
    id: "shared-files",
    title: "The shared files were at their limit",
    signs: [
      { metric: "files_io", direction: "high", weight: 2, limit: 85 },
      { metric: "files_throughput", direction: "high", weight: 1.2, limit: 80 },
      { pattern: "files", weight: 1 },
    ],
    action: "storage.throughputMode elastic (docs/settings.md), and files by way of the edge (docs/edge.md).",
  },
  {
    id: "attack",
    title: "A flood of requests that the firewall partly stopped",
    signs: [
      { metric: "waf_blocked", direction: "high", weight: 2.6 },
      { load: "surge", weight: 0.8 },
    ],
    action: "The saved query clients names the addresses; limits are edge.firewall (docs/waf.md).",
  },
];
