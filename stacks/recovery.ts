import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

import type { DatabaseSource } from "../components/database/arguments";
import { describeSource, sourceTag } from "../components/database/database";
import { awsSays, describeProblem, type Problem } from "../components/lib/invalid";
import { now } from "./calendar/clock";
import type { Providers } from "./providers";
import { databaseSource } from "./settings/recovery";
import type { Settings } from "./settings/settings";

/** What AWS knows of the backup, and of a database that the stack has already. */
export interface RecoveryFacts {
  readonly account: string;
  /** Clusters of this stack's name, with the backup that each was made from. */
  readonly running: readonly { readonly identifier: string; readonly source: string | undefined }[];
  /** Engine of the snapshot or of the cluster that the data comes from; text where AWS does not find it. */
  readonly origin:
    { readonly engine: string; readonly engineVersion?: string | undefined; readonly status?: string } | string;
}

/**
 * Compares `moodle:recovery` with the account before anything is planned. Does nothing without it.
 *
 * Reads clusters and snapshots, with `rds:DescribeDBClusters`, `rds:DescribeDBClusterSnapshots` and `rds:ListTagsForResource`.
 *
 * @throws pulumi.RunError that names every mistake at once, in a preview too.
 */
export async function checkRecovery(settings: Settings, { regional }: Pick<Providers, "regional">): Promise<void> {
  const source = databaseSource(settings.recovery);
  if (source === undefined) {
    return;
  }
  const problems = recoveryProblems(settings, source, now(), await lookUp(settings, source, { provider: regional }));
  if (problems.length > 0) {
    throw new pulumi.RunError(
      [
        `Stack "${settings.environment}" cannot be made from this backup; nothing was changed.`,
        ...problems.map((problem) => `  - ${describeProblem(problem)}`),
      ].join("\n"),
    );
  }
}

async function lookUp(
  { environment }: Settings,
  source: DatabaseSource,
  invoke: pulumi.InvokeOptions,
): Promise<RecoveryFacts> {
  const { accountId } = await aws.getCallerIdentity({}, invoke);
  const { clusterIdentifiers } = await aws.rds.getClusters({}, invoke);
  const own = clusterIdentifiers.filter((one) => isClusterOf(environment, one));
  const running = await Promise.all(
    own.map(async (identifier) => {
      const { tags } = await aws.rds.getCluster({ clusterIdentifier: identifier }, invoke);
      return { identifier, source: tags[sourceTag] };
    }),
  );
  const origin = await (
    "snapshotArn" in source
      ? aws.rds.getClusterSnapshot({ dbClusterSnapshotIdentifier: source.snapshotArn, includeShared: true }, invoke)
      : aws.rds.getCluster({ clusterIdentifier: source.clusterIdentifier }, invoke)
  ).catch((error: unknown) => awsSays(error));
  return { account: accountId, running, origin };
}

/** The cluster of a stack: `components/database` gives it the stack's name and six letters. */
export function isClusterOf(environment: string, identifier: string): boolean {
  return new RegExp(`^${environment}-database-[a-z]{6}$`).test(identifier);
}

/** Everything that does not fit. Pure. */
export function recoveryProblems(
  { database }: Pick<Settings, "database">,
  source: DatabaseSource,
  at: number,
  { account, running, origin }: RecoveryFacts,
): readonly Problem[] {
  const problems: Problem[] = [];
  const path = `moodle:recovery.${"snapshotArn" in source ? "databaseSnapshotArn" : "databaseClusterIdentifier"}`;
  const given = "snapshotArn" in source ? source.snapshotArn : source.clusterIdentifier;
  for (const { identifier, source: madeFrom } of running) {
    if (madeFrom !== describeSource(source)) {
      problems.push({
        path,
        given: describeSource(source),
        allowed: `a stack without a database, and ${identifier} ${madeFrom === undefined ? "runs" : `runs, made from ${madeFrom}`}`,
        fix: "Remove moodle:recovery. Put a restored database in its place as docs/runbooks/restore.md says, or make a stack of another name beside it.",
      });
    }
  }
  if ("time" in source && Date.parse(source.time) >= at) {
    const fix = "Take a time before the damage. Newer than five minutes ago cannot be had.";
    problems.push({ path: "moodle:recovery.databaseTime", given: source.time, allowed: "a time in the past", fix });
  }
  if ("snapshotArn" in source) {
    const [, , , , owner = ""] = source.snapshotArn.split(":");
    // https://docs.aws.amazon.com/aws-backup/latest/devguide/recov-point-create-a-copy.html
    if (owner !== account && source.snapshotArn.includes(":awsbackup:")) {
      const fix =
        "A recovery point of AWS Backup cannot be shared. Copy it into a vault of this account, and give the copy's ARN.";
      problems.push({ path, given, allowed: `a recovery point of account ${account}`, fix });
    }
  }
  if (typeof origin === "string") {
    problems.push({ path, given, allowed: "something that this account finds", fix: origin });
    return problems;
  }
  if (origin.engine !== "aurora-mysql") {
    problems.push({ path, given: origin.engine, allowed: "a backup of aurora-mysql", fix: "Give another backup." });
  } else if (
    origin.engineVersion !== undefined &&
    !fitsVersion(database.engineVersion, origin.engineVersion, "time" in source)
  ) {
    problems.push({
      path: "moodle:database.engineVersion",
      given: database.engineVersion,
      allowed: `${origin.engineVersion}, which the backup has${"time" in source ? "" : ", or a newer one of the same line"}`,
      fix: `Set it to ${origin.engineVersion} for the restore, and upgrade afterwards.`,
    });
  }
  if (origin.status !== undefined && origin.status !== "available") {
    const fix = "Wait for the copy or the backup to end, or give another one.";
    problems.push({ path, given: origin.status, allowed: "a snapshot whose state is available", fix });
  }
  return problems;
}

/**
 * RDS restores a snapshot into its own version or a newer one. To a point in time it restores into the source's version,
 * whatever the program says. https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-restore-snapshot.html
 */
function fitsVersion(wanted: string, origin: string, exact: boolean): boolean {
  const [line, numbers] = parts(wanted);
  const [originLine, originNumbers] = parts(origin);
  if (exact || line !== originLine) {
    return wanted === origin;
  }
  const index = numbers.findIndex((number, i) => number !== originNumbers[i]);
  return index === -1 || numbers[index]! > originNumbers[index]!;
}

/** `8.0.mysql_aurora.3.10.5` as its line, MySQL 8.0 and Aurora 3, and the numbers after it. */
function parts(version: string): readonly [string, readonly number[]] {
  const [, line = version, rest = ""] = /^(.*mysql_aurora\.\d+)\.(.*)$/.exec(version) ?? [];
  return [line, rest.split(".").map(Number)];
}
