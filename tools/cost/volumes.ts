import { meanOver } from "../capacity/measured";
import type { CostLine } from "./planCost";
import { priceOf, type Prices } from "../lib/prices";

/** Stored volumes of a large site. Assumptions: replace them with the site's own. */
export const stored = { databaseGib: 200, filesGib: 500, objectsGib: 1500, logsGib: 300 } as const;

/** Mails in a month: six for each of 43,000 students, forum digests among them. An assumption. */
const mailsPerMonth = 250_000;

/** Part of the files that changes each day, and so is in one day's backup alone. An assumption. */
const changedDaily = 0.005;

/** Days that backups and their copies are kept. */
export interface KeptBackups {
  readonly retentionDays: number;
  /** 0 without copies. */
  readonly copyRetentionDays: number;
}

/**
 * Backups of files and objects are incremental. Aurora's snapshots are free as long as the cluster's own backups reach as
 * far back, and each copy of one is a whole one.
 * https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-storage-backup.html
 * https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-copy-snapshot.html
 */
function backupCost(
  prices: Prices,
  share: number,
  { retentionDays, copyRetentionDays }: KeptBackups,
): readonly CostLine[] {
  const kept = (days: number) => (days === 0 ? 0 : 1 + days * changedDaily);
  const files = (days: number) =>
    kept(days) * (stored.filesGib + stored.objectsGib) * priceOf(prices, "backup.storage", "GiB-month");
  const copied = 30 * (stored.databaseGib + changedDaily * (stored.filesGib + stored.objectsGib));
  return [
    { what: "Backups", usdPerMonth: share * files(retentionDays) },
    {
      what: "Copies of backups",
      usdPerMonth:
        copyRetentionDays === 0
          ? 0
          : share *
            (files(copyRetentionDays) +
              copyRetentionDays * stored.databaseGib * priceOf(prices, "backup.database", "GiB-month") +
              copied * priceOf(prices, "transfer.region", "GiB")),
    },
  ];
}

/** Charges by volume, from the requests of a month. Estimates, good to a factor of two. */
export function volumeCost(
  requestsPerMonth: number,
  prices: Prices,
  share: number,
  mailBySes: boolean,
  backups: KeptBackups | undefined,
): readonly CostLine[] {
  const gib = (kib: number) => (requestsPerMonth * kib) / 1024 / 1024;
  const millions = requestsPerMonth / 1e6;
  const viewerGib = gib(meanOver("browsing", (cost) => cost.responseKib));
  const queries = meanOver("browsing", (cost) => cost.queries);
  const line = (what: string, usdPerMonth: number): CostLine => ({ what, usdPerMonth });
  return [
    line("CloudFront traffic", viewerGib * priceOf(prices, "cloudfront.gib", "GiB")),
    line("CloudFront requests", millions * priceOf(prices, "cloudfront.requests", "million")),
    line("Firewall requests", millions * priceOf(prices, "waf.requests", "million")),
    // One read in fifty misses Aurora's own cache; one write in a page view.
    line("Aurora I/O", millions * (queries / 50 + 1) * priceOf(prices, "aurora.io", "million")),
    line("Aurora storage", share * stored.databaseGib * priceOf(prices, "aurora.storage", "GiB-month")),
    line("Shared files", share * stored.filesGib * priceOf(prices, "efs.standard", "GiB-month")),
    line("Objects in S3", share * stored.objectsGib * priceOf(prices, "s3.standard", "GiB-month")),
    // 0.5 KiB of access log for each request.
    line(
      "Logs",
      gib(0.5) * priceOf(prices, "logs.ingested", "GiB") +
        share * stored.logsGib * priceOf(prices, "logs.stored", "GiB-month"),
    ),
    line("Mail", (mailBySes ? share : 0) * (mailsPerMonth / 1e6) * priceOf(prices, "ses.mails", "million")),
    ...(backups === undefined ? [] : backupCost(prices, share, backups)),
    line("Load balancer traffic", (gib(60) / 1) * priceOf(prices, "alb.lcu", "LCU-hour")),
  ];
}
