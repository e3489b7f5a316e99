import type { Problem } from "../lib/invalid";

/** The parameter group family of Aurora MySQL 3, the line that is compatible with MySQL 8.0. */
export const parameterGroupFamily = "aurora-mysql8.0";

/**
 * The minor versions of Aurora MySQL 3 that this component is written for. Long-term support versions get fixes only,
 * so that a site is upgraded once in years rather than once a year; AWS asks for automatic minor upgrades to be off.
 * Aurora MySQL 8.4 exists, but its parameters and Moodle's checks against it are not tried here.
 *
 * - Long-term support: https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/AuroraMySQL.Update.SpecialVersions.html
 * - Dates: https://docs.aws.amazon.com/AmazonRDS/latest/AuroraMySQLReleaseNotes/AuroraMySQL.release-calendars.html
 * - Versions: https://docs.aws.amazon.com/AmazonRDS/latest/AuroraMySQLReleaseNotes/doc-history.html
 */
export const minorVersions = {
  "3.10": { longTermSupport: true },
  "3.11": { longTermSupport: false },
  "3.12": { longTermSupport: false },
} as const;

/** The newest patch of the newest long-term support version, from 30 July 2026. */
export const defaultEngineVersion = "8.0.mysql_aurora.3.10.5";

/** Problems with an engine version. It must be written in full so that a preview shows every change of it. */
export function engineVersionProblems(path: string, version: string): Problem[] {
  const minor = /^8\.0\.mysql_aurora\.(3\.\d\d)\.\d+$/.exec(version)?.[1];
  if (minor !== undefined && Object.hasOwn(minorVersions, minor)) {
    return [];
  }
  return [
    {
      path,
      given: version,
      allowed: `8.0.mysql_aurora.<minor>.<patch> with a minor version of ${Object.keys(minorVersions).join(", ")}`,
      fix: `Write ${defaultEngineVersion}, or the version that "aws rds describe-db-engine-versions" lists.`,
    },
  ];
}
