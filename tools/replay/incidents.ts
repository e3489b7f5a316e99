import type { Settings } from "../../stacks/settings/settings";
import type { ObjectiveClass } from "../../components/observability/definition";

/** [minutes after the start, value], straight lines between; the last value stays until the end. */
export type Course = readonly (readonly [minute: number, value: number])[];

/** One incident as what the metrics said. */
export interface Incident {
  readonly id: string;
  readonly title: string;
  /** Sources of the course of events. Facts without a source are chosen, and the catalogue says so. */
  readonly sources: readonly string[];
  /** Start on the clock of a teaching week. */
  readonly start: `${"Mon" | "Tue" | "Wed" | "Thu" | "Fri"} ${string}`;
  readonly minutes: number;
  /** Minutes after the start at which people notice, or would. */
  readonly harm: number;
  /** Minutes after the start by which somebody must be told. */
  readonly budget: number;
  /** How: a page, a mail for a working day, or not at all. @default page */
  readonly expect?: "page" | "ticket" | "nothing";
  /** Settings beside those of prod under which it can happen at all. */
  readonly settings?: Pick<Settings, "storage">;
  readonly traffic?: Course;
  /** Per cent of the requests of these classes. */
  readonly failed?: Partial<Record<ObjectiveClass | "all", Course>>;
  readonly slow?: Partial<Record<ObjectiveClass | "all", Course>>;
  /** By namespace, name and dimensions; "silent": no longer sent. */
  readonly metrics?: Readonly<Record<string, Course | "silent">>;
  /**
   * CloudWatch itself is away, and nothing is sent; CloudWatch Logs alone, with what is counted in them; or the load balancer's
   * metrics alone.
   */
  readonly blind?: "all" | "logs" | "load-balancer";
}

const TiB = 2 ** 40;
const MiB = 2 ** 20;
const GiB = 2 ** 30;

/** Metrics that the cron task publishes, without one. */
const cronSilent = {
  "Moodle CronAge": "silent",
  "Moodle OldestAdhocTaskAge": "silent",
  "Moodle FailingTasks": "silent",
  "Moodle LongestRunningTask": "silent",
  "Moodle OnlineUsers": "silent",
} as const;

/** Hours without metrics, in which Moodle is well. */
const nothingButUnseen = {
  sources: ["https://aws.amazon.com/message/11201/"],
  start: "Wed 14:15",
  minutes: 240,
  harm: 240,
  budget: 240,
  expect: "nothing",
} as const;

export const incidents: readonly Incident[] = [
  {
    id: "connection-exhaustion",
    title: "Connections leak until the database refuses them",
    sources: ["https://github.com/mitodl/ol-infrastructure/pull/5597"],
    start: "Tue 10:30",
    minutes: 90,
    harm: 30,
    budget: 29,
    // CPU touches 97 % and never stays there, as in the source: five of six alarms said nothing.
    metrics: {
      "AWS/RDS DatabaseConnections": [
        [0, 250],
        [10, 900],
        [30, 3000],
        [80, 3000],
        [90, 300],
      ],
      "AWS/RDS CPUUtilization": [
        [0, 45],
        [20, 88],
        [22, 97],
        [24, 97],
        [26, 60],
        [90, 45],
      ],
    },
    failed: {
      all: [
        [0, 0],
        [30, 0],
        [35, 35],
        [80, 35],
        [85, 0],
      ],
    },
  },
  {
    id: "session-eviction",
    title: "One Redis for sessions and cache is full in an exam, and sessions go",
    sources: ["https://02687.com/blog/moodle-redis-session-outage-post-mortem/"],
    start: "Thu 09:14",
    minutes: 60,
    // First ticket after 17 minutes, cause found after 49; 14,839 keys had gone in half an hour.
    harm: 17,
    budget: 17,
    traffic: [
      [0, 1],
      [2, 1.5],
      [50, 1.3],
      [60, 1],
    ],
    metrics: {
      "AWS/ElastiCache DatabaseMemoryUsagePercentage sessions": [
        [0, 62],
        [6, 88],
        [12, 100],
        [50, 100],
        [58, 40],
      ],
      "AWS/ElastiCache Evictions sessions": [
        [0, 0],
        [13, 0],
        [16, 500],
        [49, 500],
        [51, 0],
      ],
    },
  },
  {
    id: "exam-gate",
    title: "An exam opens for thousands at once, and nobody had planned for it",
    sources: [
      "https://github.com/Azure/Moodle/blob/master/loadtest/time-gated-exam-test.jmx",
      "tools/capacity/traces/exam-gate.json",
    ],
    start: "Wed 10:00",
    minutes: 60,
    harm: 2,
    budget: 10,
    traffic: [
      [0, 1],
      [2, 4.5],
      [20, 3],
      [40, 1.5],
      [60, 1],
    ],
    slow: {
      all: [
        [0, 2],
        [2, 35],
        [20, 35],
        [28, 3],
      ],
      quiz: [
        [0, 2],
        [2, 75],
        [20, 70],
        [28, 4],
      ],
    },
    failed: {
      quiz: [
        [0, 0],
        [3, 4],
        [20, 3],
        [26, 0],
      ],
    },
    metrics: {
      "AWS/ECS CPUUtilization web": [
        [0, 50],
        [1, 98],
        [18, 100],
        [28, 60],
        [60, 50],
      ],
      "AWS/RDS CPUUtilization": [
        [0, 45],
        [2, 97],
        [20, 96],
        [28, 55],
        [60, 45],
      ],
    },
  },
  {
    id: "files-burst",
    title: "A file system that earns little credit runs out of it",
    sources: [
      "https://docs.aws.amazon.com/efs/latest/ug/performance.html",
      "https://github.com/aws-samples/aws-refarch-moodle/issues/7",
    ],
    start: "Mon 09:00",
    minutes: 480,
    harm: 300,
    budget: 299,
    settings: {
      storage: { kind: "efs", throughputMode: "bursting", infrequentAccess: "AFTER_30_DAYS", directory: "/moodledata" },
    },
    metrics: {
      "AWS/EFS BurstCreditBalance": [
        [0, 1.2 * TiB],
        [300, 0],
        [480, 0],
      ],
      "AWS/EFS PermittedThroughput": [
        [0, 100 * MiB],
        [300, 100 * MiB],
        [301, 5 * MiB],
        [480, 5 * MiB],
      ],
      "AWS/EFS MeteredIOBytes": [
        [0, 75 * MiB * 60],
        [300, 75 * MiB * 60],
        [301, 5 * MiB * 60],
        [480, 5 * MiB * 60],
      ],
    },
    slow: {
      all: [
        [0, 2],
        [300, 2],
        [305, 35],
        [470, 35],
        [475, 2],
      ],
      file: [
        [0, 2],
        [300, 2],
        [305, 85],
        [470, 85],
        [475, 2],
      ],
    },
  },
  {
    id: "cache-stampede",
    title: "All caches are purged at noon, and every task builds them again at once",
    sources: ["https://docs.moodle.org/405/en/Caching", "https://moodledev.io/docs/apis/subsystems/muc"],
    start: "Thu 11:00",
    minutes: 40,
    harm: 1,
    budget: 10,
    slow: {
      all: [
        [0, 2],
        [1, 80],
        [14, 70],
        [22, 4],
        [40, 2],
      ],
    },
    metrics: {
      "AWS/ElastiCache CPUUtilization cache": [
        [0, 15],
        [1, 49],
        [14, 50],
        [22, 25],
        [40, 15],
      ],
      "AWS/RDS CPUUtilization": [
        [0, 45],
        [1, 98],
        [14, 96],
        [22, 60],
        [40, 45],
      ],
      "AWS/ECS CPUUtilization web": [
        [0, 50],
        [1, 92],
        [14, 88],
        [22, 60],
        [40, 50],
      ],
    },
  },
  {
    id: "zone-loss",
    title: "A zone loses power with a third of the tasks and the database's writer",
    sources: ["https://aws.amazon.com/message/4372T8/", "https://aws.amazon.com/message/12721/"],
    start: "Tue 14:00",
    minutes: 45,
    harm: 0,
    budget: 5,
    failed: {
      all: [
        [0, 60],
        [1, 60],
        [2, 8],
        [4, 0],
      ],
    },
    slow: {
      all: [
        [0, 40],
        [3, 25],
        [12, 8],
        [20, 2],
      ],
    },
    metrics: {
      "AWS/ApplicationELB HTTPCode_ELB_5XX_Count": [
        [0, 1800],
        [1, 900],
        [3, 40],
        [5, 0],
      ],
      "AWS/ApplicationELB HealthyHostCount": [
        [0, 10],
        [1, 6],
        [9, 6],
        [12, 10],
      ],
      "AWS/ApplicationELB UnHealthyHostCount": [
        [0, 0],
        [1, 4],
        [9, 4],
        [12, 0],
      ],
      "ECS/ContainerInsights DesiredTaskCount web": [[0, 10]],
      "ECS/ContainerInsights RunningTaskCount web": [
        [0, 10],
        [1, 6],
        [9, 6],
        [12, 10],
      ],
    },
  },
  {
    id: "deadlock-storm",
    title: "A plugin's task and a quiz write the same rows, and transactions kill one another",
    sources: [
      "https://dev.mysql.com/doc/refman/8.0/en/innodb-deadlocks.html",
      "https://tracker.moodle.org/browse/MDL-57698",
    ],
    start: "Fri 13:20",
    minutes: 45,
    harm: 3,
    budget: 10,
    metrics: {
      "AWS/RDS Deadlocks": [
        [0, 0],
        [2, 0.6],
        [30, 0.9],
        [35, 0],
      ],
    },
    failed: {
      quiz: [
        [0, 0],
        [3, 6],
        [30, 8],
        [35, 0],
      ],
    },
  },
  {
    id: "slow-leak",
    title: "Web tasks grow by a third of their memory in a day, until the kernel stops them",
    sources: [
      "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/stopped-task-error-codes.html",
      "https://www.php.net/manual/en/install.fpm.configuration.php#pm.max-requests",
    ],
    start: "Mon 08:00",
    minutes: 1800,
    harm: 1440,
    budget: 1439,
    metrics: {
      "AWS/ECS MemoryUtilization web": [
        [0, 55],
        [1440, 100],
        [1500, 100],
        [1560, 55],
      ],
    },
    failed: {
      all: [
        [0, 0],
        [1440, 0],
        [1442, 2],
        [1500, 2],
        [1502, 0],
      ],
    },
  },
  {
    id: "cron-stops",
    title: "The cron task is stopped for its memory repeatedly, and nothing runs",
    sources: ["https://github.com/mitodl/ol-infrastructure/issues/5543"],
    start: "Wed 20:00",
    minutes: 180,
    harm: 60,
    budget: 30,
    metrics: {
      ...cronSilent,
      "AWS/ECS MemoryUtilization cron": [[0, 99]],
    },
  },
  {
    id: "release-dies",
    title: "A release dies after its upgrade: the outage page stays on, cron stands still, and its clean-up dies too",
    sources: ["https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html"],
    start: "Wed 06:00",
    minutes: 180,
    harm: 20,
    budget: 45,
    metrics: {
      ...cronSilent,
      "AWS/ApplicationELB RequestCount": "silent",
      "Moodle/Release/prod events": [
        [0, 4],
        [20, 4],
        [21, NaN],
      ],
    },
  },
  {
    id: "planned-page-forgotten",
    title:
      "Planned work ends at its hour, and nobody opens the site: testers use it, and everybody else reads the page",
    sources: ["docs/outage.md"],
    start: "Mon 06:00",
    minutes: 300,
    harm: 120,
    budget: 145,
    traffic: [
      [0, 0.01],
      [300, 0.01],
    ],
    metrics: {
      "Moodle/Outage/prod planned": [
        [0, 1],
        [134, 1],
        [135, 0],
      ],
      "Moodle/Outage/prod overdue": [
        [0, 0],
        [134, 0],
        [135, 1],
      ],
    },
  },
  {
    id: "closed-unplanned",
    title: "People close the site in an outage, and nobody planned it: alarms are not quiet",
    sources: ["docs/outage.md"],
    start: "Wed 11:00",
    minutes: 90,
    harm: 0,
    budget: 15,
    metrics: { "AWS/ApplicationELB RequestCount": "silent" },
  },
  {
    id: "slow-burn",
    title: "One request in a hundred fails all morning: no threshold sees it, the error budget does",
    sources: ["https://sre.google/workbook/alerting-on-slos/"],
    start: "Tue 08:30",
    minutes: 420,
    harm: 0,
    budget: 300,
    failed: {
      all: [
        [0, 0.9],
        [415, 0.9],
        [420, 0],
      ],
    },
  },
  {
    id: "no-instances",
    title: "AWS starts no instances in the region while a teaching day begins",
    sources: ["https://aws.amazon.com/message/101925/"],
    start: "Mon 08:00",
    minutes: 300,
    harm: 60,
    budget: 90,
    metrics: {
      "ECS/ContainerInsights DesiredTaskCount web": [
        [0, 4],
        [90, 12],
        [300, 12],
      ],
      "ECS/ContainerInsights RunningTaskCount web": [[0, 4]],
      "AWS/ECS/ManagedScaling CapacityProviderReservation": [
        [0, 92],
        [10, 150],
        [300, 150],
      ],
      "AWS/ECS CPUUtilization web": [
        [0, 45],
        [60, 96],
        [300, 99],
      ],
    },
    slow: {
      all: [
        [0, 2],
        [60, 30],
        [300, 45],
      ],
    },
  },
  {
    id: "cloudwatch-away",
    title: "CloudWatch has no metrics for hours, and Moodle is well",
    ...nothingButUnseen,
    blind: "all",
  },
  {
    id: "logs-away",
    title: "CloudWatch Logs is late for hours, and Moodle is well",
    ...nothingButUnseen,
    blind: "logs",
  },
  {
    id: "load-balancer-metrics-away",
    title: "The load balancer's metrics are late for hours, and Moodle is well",
    ...nothingButUnseen,
    blind: "load-balancer",
  },
  {
    id: "logs-away-site-fails",
    title: "CloudWatch Logs is late, and every task fails meanwhile",
    sources: ["https://aws.amazon.com/message/11201/"],
    start: "Wed 14:15",
    minutes: 60,
    harm: 2,
    budget: 10,
    blind: "logs",
    metrics: {
      "AWS/ApplicationELB HTTPCode_ELB_5XX_Count": [
        [0, 0],
        [1, 900],
        [55, 900],
      ],
      "AWS/ApplicationELB HealthyHostCount": [[0, 0]],
      "AWS/ApplicationELB UnHealthyHostCount": [[0, 8]],
    },
    traffic: [[0, 0.05]],
  },
  {
    id: "load-balancer-metrics-away-site-fails",
    title: "The load balancer's metrics are late, and most pages fail meanwhile",
    sources: ["https://aws.amazon.com/message/11201/"],
    start: "Wed 14:15",
    minutes: 60,
    harm: 2,
    budget: 10,
    blind: "load-balancer",
    failed: {
      all: [
        [0, 0],
        [1, 80],
        [55, 80],
      ],
    },
  },
  {
    id: "sessions-overload",
    title: "A core component is overloaded and does not fail over: the store of sessions",
    sources: ["https://blogs.nottingham.ac.uk/learningtechnology/2023/10/09/moodle-degradation/"],
    start: "Mon 10:00",
    minutes: 120,
    harm: 3,
    budget: 10,
    metrics: {
      // One of the node's two processors: the engine has one thread.
      "AWS/ElastiCache CPUUtilization sessions": [
        [0, 15],
        [2, 50],
        [110, 50],
        [118, 15],
      ],
    },
    slow: {
      all: [
        [0, 2],
        [3, 60],
        [110, 60],
        [118, 2],
      ],
    },
  },
  {
    id: "nobody-looks",
    title: "The site fails at night for hours, and the one page is not taken up",
    sources: ["https://moodle.org/mod/forum/discuss.php?d=396037"],
    start: "Tue 22:00",
    minutes: 420,
    harm: 0,
    budget: 10,
    failed: {
      all: [
        [0, 60],
        [415, 60],
        [420, 0],
      ],
    },
  },
  {
    id: "firewall-blocks-work",
    title: "A rule of the firewall blocks what editors save, some hundred times an hour",
    sources: ["https://buzeli.digital/"],
    start: "Thu 09:00",
    minutes: 300,
    harm: 5,
    budget: 90,
    expect: "ticket",
    metrics: {
      "AWS/WAFV2 BlockedRequests": [
        [0, 12],
        [300, 12],
      ],
    },
  },
  {
    id: "status-editor-fails",
    title: "The status editor fails twice while an editor wants to say that quizzes are slow",
    sources: ["docs/outage.md"],
    start: "Wed 14:00",
    minutes: 60,
    harm: 2,
    budget: 10,
    expect: "ticket",
    metrics: {
      "AWS/ApiGateway 5xx": [
        [0, 0],
        [2, 1],
        [3, 1],
        [4, 0],
      ],
    },
  },
  {
    id: "table-is-full",
    title: "Reports fill the disk that the database has for temporary tables",
    sources: [
      "https://github.com/Sequel-Ace/Sequel-Ace/issues/2106",
      "https://repost.aws/knowledge-center/aurora-mysql-local-storage",
    ],
    start: "Fri 11:00",
    minutes: 120,
    harm: 45,
    budget: 44,
    metrics: {
      "AWS/RDS FreeLocalStorage": [
        [0, 24 * GiB],
        [40, 1.5 * GiB],
        [45, 0],
        [100, 0],
        [110, 24 * GiB],
      ],
    },
  },
  {
    id: "firewall-blocks-all",
    title: "A new rule at the edge refuses everybody, and Moodle is well",
    sources: ["https://blog.cloudflare.com/details-of-the-cloudflare-outage-on-july-2-2019/"],
    start: "Tue 13:40",
    minutes: 60,
    harm: 0,
    budget: 15,
    traffic: [
      [0, 0],
      [55, 0],
      [56, 1],
    ],
    metrics: {
      "AWS/WAFV2 BlockedRequests": [
        [0, 6000],
        [55, 6000],
        [56, 0],
      ],
      "AWS/WAFV2 AllowedRequests": [
        [0, 0],
        [55, 0],
        [56, 6000],
      ],
      "AWS/ApplicationELB RequestCount": "silent",
    },
  },
  {
    id: "memory-goes",
    title: "The database's memory shrinks for days; it restarts when none is left",
    sources: ["https://repost.aws/knowledge-center/low-freeable-memory-rds-mysql-mariadb"],
    start: "Mon 06:00",
    minutes: 4320,
    harm: 4300,
    budget: 4200,
    expect: "ticket",
    metrics: {
      "AWS/RDS FreeableMemory": [
        [0, 3 * GiB],
        [4300, 0.05 * GiB],
        [4320, 3 * GiB],
      ],
    },
  },
  {
    id: "course-page-throws",
    title: "After a release the course page throws for everybody, and the sign-in page does not",
    sources: [
      "https://github.com/moodle/moodle/blob/v5.1.0/public/lib/classes/output/core_renderer.php",
      "docs/releasing.md",
    ],
    start: "Thu 08:40",
    minutes: 60,
    harm: 0,
    budget: 10,
    failed: {
      course: [
        [0, 95],
        [50, 95],
        [52, 0],
      ],
    },
  },
  {
    id: "crawlers",
    title: "Crawlers ask for every page of every course at night, many times what people do",
    sources: ["https://about.readthedocs.com/blog/2024/07/ai-crawlers-abuse/"],
    start: "Wed 01:00",
    minutes: 240,
    harm: 20,
    budget: 30,
    traffic: [
      [0, 1],
      [10, 60],
      [230, 60],
      [240, 1],
    ],
    slow: {
      all: [
        [0, 2],
        [12, 40],
        [230, 40],
        [240, 2],
      ],
    },
    metrics: {
      "AWS/ECS CPUUtilization web": [
        [0, 15],
        [10, 97],
        [230, 97],
        [240, 20],
      ],
    },
  },
];
