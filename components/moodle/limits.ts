import type { Problem } from "../lib/invalid";

/** The two numbers that every time-out and size limit on a request's way is derived from. */
export interface RequestLimits {
  /** How long a web request may take in PHP. Longer work belongs to ad-hoc tasks. */
  readonly requestTimeoutSeconds: number;
  /** The largest file that a user can upload through a form, in MiB. */
  readonly uploadMaxMb: number;
}

export interface LimitChain {
  /**
   * PHP's own limit. It counts PHP's work and not the time it waits: for the database, a lock, another site
   * (https://www.php.net/manual/en/info.configuration.php#ini.max-execution-time).
   */
  readonly phpMaxExecutionSeconds: number;
  /**
   * When php-fpm ends the process of a request, whatever it waits for (`request_terminate_timeout`). nginx's limit ends the
   * visitor's wait alone. moodle-image/rootfs/opt/moodle/lib/times.php has what else follows from the request's limit.
   */
  readonly phpTerminateSeconds: number;
  readonly phpMaxInputSeconds: number;
  readonly nginxFastcgiReadSeconds: number;
  readonly albIdleSeconds: number;
  readonly cloudfrontOriginReadSeconds: number;
  readonly cloudfrontKeepaliveSeconds: number;
  readonly nginxKeepaliveSeconds: number;
  readonly nginxClientBodySeconds: number;
  readonly deregistrationDelaySeconds: number;
  readonly uploadMaxFilesizeMb: number;
  readonly postMaxSizeMb: number;
  readonly clientMaxBodyMb: number;
}

// CloudFront waits 120 s at most without a quota request, and the chain adds 15 s to PHP's limit:
// https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_VpcOriginConfig.html
export const requestTimeoutRange = { from: 15, to: 105 } as const;
/**
 * Upload rate of a home: the median of British broadband lines in 2023, in Mbit/s.
 * https://www.ispreview.co.uk/index.php/2023/09/ofcom-2023-study-finds-average-uk-broadband-isp-speeds-hit-69-4mbps.html
 */
const homeUploadMbps = 18.4;
// Range that the image accepts (MOODLE_UPLOAD_MAX_MB). Uploads pass through /tmp of the task: 20 GiB on Fargate, the
// root volume on EC2.
export const uploadRange = { from: 1, to: 2000 } as const;

/**
 * Every limit on a request's way, in the one order that gives the user the right error:
 * each layer waits longer than the one behind it, so the one that gives up is the one that knows why; and each layer
 * accepts more than the one behind it, so that Moodle, not nginx, tells the user that a file is too large.
 */
export function limitChain({ requestTimeoutSeconds, uploadMaxMb }: RequestLimits): LimitChain {
  const albIdleSeconds = requestTimeoutSeconds + 10;
  return {
    phpMaxExecutionSeconds: requestTimeoutSeconds,
    phpTerminateSeconds: requestTimeoutSeconds + 6,
    // nginx gives PHP a body only when it has all of it, so a slow link does not count here.
    phpMaxInputSeconds: requestTimeoutSeconds,
    nginxFastcgiReadSeconds: requestTimeoutSeconds + 5,
    albIdleSeconds,
    cloudfrontOriginReadSeconds: requestTimeoutSeconds + 15,
    // CloudFront must be the one to close an idle connection; so must the load balancer towards nginx. The side that is
    // closed on while it sends answers with a 502 (https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html).
    cloudfrontKeepaliveSeconds: Math.min(30, albIdleSeconds - 5),
    nginxKeepaliveSeconds: albIdleSeconds + 65,
    // Between two pieces of a body, not for the whole of it.
    nginxClientBodySeconds: Math.max(60, albIdleSeconds + 5),
    // A task that leaves keeps the requests it has: the longest one in PHP, and the largest file from a home.
    deregistrationDelaySeconds: Math.max(60, albIdleSeconds + 5, uploadSeconds(uploadMaxMb)),
    uploadMaxFilesizeMb: uploadMaxMb,
    postMaxSizeMb: uploadMaxMb + 16,
    clientMaxBodyMb: uploadMaxMb + 64,
  };
}

/** How long a median home sends a file of this many MiB. */
function uploadSeconds(mebibytes: number): number {
  return Math.ceil((mebibytes * 8 * 1.048576) / homeUploadMbps);
}

/** Problems with the two limits. */
export function limitProblems(path: string, limits: RequestLimits): Problem[] {
  const whole = (key: keyof RequestLimits, { from, to }: { from: number; to: number }, fix: string): Problem[] => {
    const given = limits[key];
    return Number.isInteger(given) && given >= from && given <= to
      ? []
      : [{ path: `${path}.${key}`, given, allowed: `a whole number from ${from} to ${to}`, fix }];
  };
  return [
    ...whole(
      "requestTimeoutSeconds",
      requestTimeoutRange,
      "CloudFront gives up after 120 s; move longer work to ad-hoc tasks.",
    ),
    ...whole("uploadMaxMb", uploadRange, "Larger files belong in an object store or a repository plugin."),
  ];
}

/**
 * Memory of one php-fpm child. Private memory measured with Moodle 5.1 (moodle-image/bench/memory.ts): quiz attempt 11
 * MiB, dashboard 12, course of 357 activities 24, gradebook of 101 columns with 20 students a page 30, participants 31,
 * gradebook with 100 students 78. A URL can ask for 1,000 students a page: 632 MiB (Moodle lifts PHP's limit to 2 GiB
 * for it). The memory that other children leave of their 64 MiB has room for one such page in a task of 20 children,
 * the production default.
 */
export const childMemoryMib = 64;

/** Memory of a web task besides php-fpm's children: nginx, the master process, OPcache and APCu, which are shared. */
export const sharedMemoryMib = 384;

/** The most php-fpm children that fit into a web task of this memory. */
export function childrenThatFit(taskMemoryMib: number): number {
  return Math.max(0, Math.floor((taskMemoryMib - sharedMemoryMib) / childMemoryMib));
}

/** Problems with a number of children. With too many, the kernel kills php-fpm at the peak. */
export function childrenProblems(path: string, children: number, taskMemoryMib: number): Problem[] {
  const most = childrenThatFit(taskMemoryMib);
  if (Number.isInteger(children) && children >= 1 && children <= most) {
    return [];
  }
  return [
    {
      path,
      given: children,
      allowed: `a whole number from 1 to ${most} with ${taskMemoryMib} MiB (${childMemoryMib} MiB each, ${sharedMemoryMib} shared)`,
      fix: "Lower it, or give the web task more memory.",
    },
  ];
}

/** Fargate's storage of a task without a larger one asked for: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-task-storage.html */
const fargateDiskMib = 20 * 1024;
/** Of an instance's root volume: the AMI, the images of two releases, logs of the agent. */
const instanceOwnMib = 30 * 1024;
/** The image, unpacked: it lies on the same 20 GiB of a Fargate task. */
const imageMib = 2 * 1024;

/**
 * What a web task writes to its disk at its busiest (chosen): a quarter of its processes take the largest upload, which is there twice,
 * once for nginx and once for PHP; and two visitors fetch an archive that PHP makes, 1 GiB each (nginx's
 * fastcgi_max_temp_file_size). Files of Moodle's store leave no copy (docs/adr/0027).
 */
export function diskNeedMib(children: number, uploadMaxMb: number): number {
  return (
    Math.ceil(children / 4) * 2 * limitChain({ requestTimeoutSeconds: 60, uploadMaxMb }).clientMaxBodyMb + 2 * 1024
  );
}

/** Where a web task's disk is: its own on Fargate, a share of the instance's on EC2. */
export type TaskDisk =
  { readonly kind: "fargate" } | { readonly kind: "ec2"; readonly gib: number; readonly tasks: number };

/** What is wrong with the largest upload for this disk: full, it ends uploads and downloads in the middle. */
export function diskProblems(path: string, children: number, uploadMaxMb: number, disk: TaskDisk): Problem[] {
  const room =
    disk.kind === "fargate" ? fargateDiskMib - imageMib : (disk.gib * 1024 - instanceOwnMib) / Math.max(1, disk.tasks);
  const need = diskNeedMib(children, uploadMaxMb);
  if (need <= room) {
    return [];
  }
  const most = Math.floor((room - 2048) / (Math.ceil(children / 4) * 2) - 64);
  return [
    {
      path,
      given: uploadMaxMb,
      allowed: `${most} at most: a web task of ${children} processes then writes up to ${Math.floor(room)} MiB to its disk, and has no more`,
      fix:
        disk.kind === "fargate"
          ? "Lower it or moodle:web.phpMaxChildren, or use instances, whose disk is a setting."
          : "Raise moodle:cluster.rootVolumeGib, or lower this or moodle:web.phpMaxChildren.",
    },
  ];
}
