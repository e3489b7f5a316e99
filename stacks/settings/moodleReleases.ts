export const moodleVersions = ["4.5", "5.0", "5.1", "5.2", "5.3"] as const;
export const phpVersions = ["8.2", "8.3", "8.4"] as const;

export type PhpVersion = (typeof phpVersions)[number];

/** Software that a Moodle branch runs on. */
export interface MoodleRelease {
  /** The PHP branches that it supports, the newest last. */
  readonly php: readonly [PhpVersion, ...PhpVersion[]];
  /** Lowest MySQL that Aurora must be compatible with. */
  readonly mysql: number;
}

/**
 * Minima from Moodle's `admin/environment.xml` (5.2 and 5.3 read there: PHP 8.3, `auroramysql` 8.0), maxima from
 * https://moodledev.io/general/development/policies/php. From 5.0 the minimum is MySQL 8.4 for the `mysqli` driver and
 * 8.0 for `auroramysql`, so Aurora MySQL 3 serves every branch here through that driver.
 *
 * 4.1 is not here: it has had no security fixes since December 2025 (https://moodledev.io/general/releases), and no
 * Debian release with security fixes has its PHP. PHP 8.1, which 4.5 also takes, is out of support as well.
 */
export const moodleReleases: Readonly<Record<(typeof moodleVersions)[number], MoodleRelease>> = {
  "4.5": { php: ["8.2", "8.3"], mysql: 8.0 },
  "5.0": { php: ["8.2", "8.3", "8.4"], mysql: 8.0 },
  "5.1": { php: ["8.2", "8.3", "8.4"], mysql: 8.0 },
  "5.2": { php: ["8.3", "8.4"], mysql: 8.0 },
  "5.3": { php: ["8.3", "8.4"], mysql: 8.0 },
};
