import { acuPerVcpu, gate } from "../../stacks/calendar/demand";
import type { PageClass } from "./pageClasses";
import { loadtestFigures } from "./loadtestFigures";

/**
 * Every number that the capacity model and the simulator take from the world, with where it comes from. Nothing else in
 * `tools/capacity/` may hold such a number. Replace an assumption as soon as it is measured: the sensitivity table in
 * docs/capacity.md says which of them matter.
 */

/** A number, and how far it can be trusted. */
export interface Known {
  readonly value: number;
  readonly unit: string;
  /** `measured`: counted on a real Moodle. `published`: by somebody named. `documented`: AWS. `assumption`: to be measured. */
  readonly basis: "measured" | "published" | "documented" | "assumption";
  readonly source: string;
}

function known(value: number, unit: string, basis: Known["basis"], source: string): Known {
  return { value, unit, basis, source };
}

const lab = "Moodle 5.1 lab: nginx, php-fpm 8.2, MariaDB 10.11, Redis 7, 2 cores, loopback; N = 20 views per page";
const udelar =
  "Udelar, March 2026 (proyectos.udelar.edu.uy): 12 web and 4 database vCPUs; 2,000 starts fine, at 3,000 the burst suffered, CPU the limit";

/** Cost of one page. CPU is on one vCPU of the web task; the rest are round trips that the child waits for. */
export interface PageCost {
  /** CPU milliseconds in PHP and nginx, on average. */
  readonly cpuMs: Known;
  /** CPU milliseconds in the database, on average. */
  readonly databaseMs: Known;
  readonly queries: number;
  readonly redisCommands: number;
  /** KiB that leave Redis. */
  readonly redisKib: number;
  /** KiB to the viewer through CloudFront, without what the edge has cached. */
  readonly responseKib: number;
}

/**
 * Redis commands of any page, with the image's cache store (docs/image-measurements.md): 1 of the cache and 8.6 of the
 * session on a warm node. A user's first view of each kind of page adds 28 to 115 more; six kinds in the some 57
 * requests of an exam are 6 a page.
 */
const redisCommands = 16;
/** Likewise: 0.05 on a warm node, and some 200 for a user's first views of all kinds. Sessions are counted by themselves. */
const redisKib = 3.5;

/** A value that a load test has measured replaces the assumption here. */
function page(name: PageClass, cpuMs: number, databaseMs: number, queries: number, responseKib: number): PageCost {
  const fed = loadtestFigures[name];
  const fedMs = (value: number | undefined): Known | undefined =>
    fed === undefined || value === undefined ? undefined : known(value, "ms", "measured", fed.source);
  return {
    cpuMs:
      fedMs(fed?.cpuMs) ??
      known(
        cpuMs,
        "ms",
        "assumption",
        `Split by class so that a start costs 310 ms, which fits ${udelar}; not measured by class`,
      ),
    databaseMs:
      fedMs(fed?.databaseMs) ??
      known(databaseMs, "ms", "assumption", "0.2 ms per read and more per write; below Udelar's 80 ms for a start"),
    queries,
    redisCommands,
    redisKib,
    responseKib,
  };
}

/** Queries are the lab's means (45 a page, files 14); those of quiz attempts are assumptions like their times. */
export const pages: Readonly<Record<PageClass, PageCost>> = {
  page: page("page", 85, 9, 45, 60),
  ajax: page("ajax", 45, 5, 25, 8),
  file: page("file", 25, 3, 14, 180),
  login: page("login", 120, 10, 40, 30),
  quizView: page("quizView", 70, 8, 40, 50),
  quizStart: page("quizStart", 150, 25, 120, 5),
  quizPage: page("quizPage", 90, 9, 50, 60),
  autosave: page("autosave", 45, 6, 25, 2),
};

/**
 * Pages that make up a stream of requests. The weights of `browsing` are the lab's mix, with logins added by each
 * trace.
 */
export const mixes = {
  browsing: { page: 9, ajax: 2, quizView: 2, file: 3 },
  login: { login: 1 },
  // One student's start: the quiz's page, the attempt made, its first page. 70 + 150 + 90 ms = 310 ms of CPU.
  examStart: { quizView: 1, quizStart: 1, quizPage: 1 },
  examWork: { quizPage: 1, autosave: 2, ajax: 0.2 },
  examSubmit: { quizPage: 1, quizStart: 1, quizView: 1 },
} as const satisfies Readonly<Record<string, Partial<Record<PageClass, number>>>>;
export type MixName = keyof typeof mixes;

export const measured = {
  /** The only published pass mark of a Moodle load test; the SLO of the simulator. */
  sloSeconds: known(2.5, "s", "published", "IPB Bogor 2025: 1,500 concurrent users under 2,500 ms"),
  sloFailedShare: known(0.01, "share", "published", "IPB Bogor 2025: under 1 % failures"),
  sloPercentile: known(
    95,
    "percentile",
    "assumption",
    "IPB Bogor does not say which; observed LMS p95 elsewhere 0.1 to 0.95 s (mitodl)",
  ),
  cpuVariation: known(
    0.8,
    "standard deviation / mean",
    "assumption",
    "Spread of CPU time within one page class, log-normal",
  ),
  roundTripMs: known(
    0.4,
    "ms",
    "assumption",
    "One request and answer inside a region, same or other zone; the lab simulated 0.25 to 1.0",
  ),
  fileSystemMs: known(
    3,
    "ms",
    "assumption",
    "Shared files: 0.1 opens a page with APCu and Redis (measured), some 3 ms each on EFS",
  ),
  memoryPerChildMib: known(
    32,
    "MiB",
    "measured",
    "moodle-image/bench/memory.ts, memory of its own: most pages 11 to 31, gradebook with 100 students a page 78, with 1,000 (by address only) 632",
  ),
  coldStartSeconds: known(
    1.17,
    "s",
    "measured",
    `${lab}: php-fpm start to first login and course page; 0.2 s for the second`,
  ),
  redisCommandsPerSecond: known(
    80_000,
    "commands/s",
    "assumption",
    "One engine thread of a Graviton node with TLS; published benchmarks are higher",
  ),
  redisMibPerSecond: known(
    120,
    "MiB/s",
    "assumption",
    "Sustained network baseline of a .large node, 0.937 Gbit/s; bursts are higher",
  ),
  sessionKib: known(10.2, "KiB", "measured", `${lab}: session bytes a page`),
  acuPerVcpu: known(
    acuPerVcpu,
    "ACU",
    "published",
    "github.com/aws/agent-toolkit-for-aws, Aurora serverless formulas: one busy vCPU of an r-class is about 4 ACU",
  ),
  applicationCacheMib: known(
    1500,
    "MiB",
    "assumption",
    "Application cache of a large site; mitodl's grew to 13.5 GiB before a clean-up",
  ),
  phpBacklog: known(
    511,
    "requests",
    "documented",
    "listen.backlog of php-fpm: https://www.php.net/manual/en/install.fpm.configuration.php",
  ),
  peakRequestsPerUser: known(
    10_000 / 60 / 57_000,
    "requests/s per user",
    "published",
    "UCL on AWS: over 10,000 transactions a minute at peaks, 43,000 students and 14,000 staff",
  ),
  staffPerStudent: known(14 / 43, "staff per student", "published", "UCL on AWS: 43,000 students and 14,000 staff"),
  thinkSeconds: known(
    45,
    "s",
    "assumption",
    "Between two page views of one user; the moodiycloud exam has 96 s between requests",
  ),
  requestsPerExam: known(
    56,
    "requests per student",
    "published",
    "moodiycloud: 300 quiz takers made some 16,800 requests in 90 minutes",
  ),
  examStartSeconds: known(
    gate.seconds,
    "s",
    "published",
    "kloudvin's 38,000-student design case: 4,000 start within 60 s (a scenario, not a measurement)",
  ),
  /** A third in the first ten seconds: the clock admits everybody at once. */
  examStartPeakFactor: known(
    gate.peakFactor,
    "peak / mean",
    "assumption",
    "40 % of the starts in the first quarter of the minute",
  ),
  requestsPerLogin: known(12, "requests per login", "assumption", "A session of one login and some eleven requests"),
} as const satisfies Readonly<Record<string, Known>>;
export type MeasuredName = keyof typeof measured;

/** Values alone, for arithmetic; a sensitivity run changes them one at a time. */
export type Values = { readonly [K in MeasuredName]: number };

export const values: Values = Object.fromEntries(
  Object.entries(measured).map(([name, { value }]) => [name, value]),
) as Values;

/** Mean of a page attribute over a mix. */
export function meanOver(mix: MixName, of: (cost: PageCost) => number): number {
  const weights = Object.entries(mixes[mix]) as [PageClass, number][];
  const total = weights.reduce((sum, [, weight]) => sum + weight, 0);
  return weights.reduce((sum, [name, weight]) => sum + weight * of(pages[name]), 0) / total;
}
