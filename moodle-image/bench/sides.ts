/** The sides that are compared: where sessions and caches are, and what that needs of PHP. */
export interface Side {
  readonly id: string;
  readonly title: string;
  /** Moodle's session handler; null: files in moodledata. */
  readonly sessions: string | null;
  /** Cache configuration that site/caches.php writes; null: Moodle's default, files in moodledata. */
  readonly caches: "redis" | "apcu" | "tiered" | null;
  /** PHP settings beyond those that all sides have. */
  readonly ini: readonly string[];
  /** mod_php in Apache's prefork instead of nginx and php-fpm. */
  readonly apache?: boolean;
  /** A folder of its own for opcache's file cache. */
  readonly opcacheFiles?: boolean;
}

const core = "\\core\\session\\redis";

export const sides: readonly Side[] = [
  { id: "files", title: "files on shared storage", sessions: null, caches: null, ini: [] },
  {
    // https://github.com/moodlehq/moodle-php-apache: Apache's and opcache's defaults, FallbackResource for the router.
    id: "moodlehq",
    title: "moodlehq Apache image, files",
    sessions: null,
    caches: null,
    ini: ["opcache.memory_consumption = 128"],
    apache: true,
  },
  {
    // https://github.com/aws-samples/aws-refarch-moodle (templates/04-web.yaml): opcache in files only, sessions in Redis; caches stay
    // files on EFS until somebody maps them by hand. Apache in front of php-fpm there; nginx here.
    id: "aws",
    title: "AWS reference design, as deployed",
    sessions: core,
    caches: null,
    ini: [
      "opcache.file_cache_only = 1",
      "opcache.memory_consumption = 512",
      "opcache.max_accelerated_files = 8000",
      "memory_limit = 4096M",
    ],
    opcacheFiles: true,
  },
  {
    // https://github.com/Azure/Moodle (scripts/setup_webserver.sh): more opcache, sessions in Redis where it is asked for, caches in
    // files on the share.
    id: "azure",
    title: "Azure templates, as deployed",
    sessions: core,
    caches: null,
    ini: ["opcache.memory_consumption = 512", "opcache.max_accelerated_files = 20000", "memory_limit = 512M"],
  },
  { id: "redis", title: "plain Redis, PHP serializer", sessions: core, caches: "redis", ini: [] },
  { id: "apcu", title: "igbinary, compressed, APCu for canuselocalstore", sessions: core, caches: "apcu", ini: [] },
  {
    id: "tiered",
    title: "this image",
    sessions: "\\cachestore_tiered\\session",
    caches: "tiered",
    // See node::store for the first; many small entries make the table of 4,096 slots that is the default slow.
    ini: ["apc.serializer = default", "apc.entries_hint = 65536"],
  },
];

/** Settings that all sides share: Debian's opcache defaults, so that only what is compared differs. */
export const commonIni = [
  "memory_limit = 256M",
  "max_input_vars = 5000",
  "post_max_size = 64M",
  "upload_max_filesize = 60M",
  "apc.enabled = 1",
  "apc.enable_cli = 0",
  "apc.shm_size = 128M",
  "apc.ttl = 7200",
  "apc.serializer = igbinary",
] as const;

/** Network and storage delays in microseconds: one round trip to Redis or the database, one read and one write on shared storage. */
export interface Delays {
  readonly title: string;
  readonly network: number;
  readonly read: number;
  readonly write: number;
}

export const noDelay: Delays = { title: "no delay", network: 0, read: 0, write: 0 };
export const scenarios: readonly Delays[] = [
  { title: "storage 0.3 ms read, 2.7 ms write, Redis and DB 0.5 ms", network: 500, read: 300, write: 2700 },
  { title: "storage 1 ms, 3 ms, Redis and DB 0.5 ms", network: 500, read: 1000, write: 3000 },
];
