import type { Found, Point, Store } from "./look";

/** Steps of docs/runbooks/restore.md, by the number of their heading. */
export type Step = 1 | 2 | 3 | 4 | 5 | 6 | 7;

export interface Plan {
  /** What is there, what is lost and how long it takes, for people. */
  readonly lines: readonly string[];
  readonly steps: readonly Step[];
  /** Values of the steps' variables, by step: `time=...` of the runbook. */
  readonly values: Readonly<Partial<Record<Step, Readonly<Record<string, string>>>>>;
}

/**
 * AWS's rates of a backup of EFS, which it gives none of for a restore: 100 MB a second for large files, 500 files a
 * second for small ones. https://docs.aws.amazon.com/efs/latest/ug/awsbackup.html
 */
const bytesPerSecond = 100e6;

/**
 * The steps for a time, from what there is. Pure.
 *
 * @param time Milliseconds: to which people want their data back.
 * @throws Error when nothing reaches back to it.
 */
export function plan(found: Found, stores: readonly Store[], time: number, now: number): Plan {
  const lines = ["What there is:", ...thereIs(found), ""];
  const steps: Step[] = [1];
  const values: Record<number, Record<string, string>> = {};
  let data = time;

  if (stores.includes("database")) {
    const { window } = found;
    if (window !== undefined && time >= window.earliest) {
      data = Math.min(time, window.latest);
      steps.push(2);
      values[2] = { time: instant(data) };
      lines.push(`Database: to ${instant(data)}, from Aurora's own backup (step 2).`);
    } else {
      const point = newestUntil(found.points.database, time);
      if (point === undefined) {
        throw new Error(`Nothing of the database reaches back to ${instant(time)}. ${thereIs(found).join(" ").trim()}`);
      }
      data = point.at;
      const step = window === undefined ? 5 : 2;
      steps.push(step);
      values[step] = { snapshot: point.arn };
      lines.push(
        `Database: of ${instant(data)}, from the vault (step ${step}): ${window === undefined ? "the cluster is gone" : "Aurora's own backup begins later"}.`,
      );
    }
    lines.push(`  Lost: what people wrote in the database from ${span(data, now)}.`);
  } else {
    lines.push("Database: stays as it is.");
    data = now;
  }

  if (stores.includes("files")) {
    lines.push(...files(found.points.files, stores.includes("database") ? data : time, steps, values));
  } else {
    lines.push(
      "Files: stay as they are. They have all that an older database names, but what people have deleted since.",
    );
  }
  if (stores.includes("objects")) {
    const point = found.points.objects.at(-1);
    if (point === undefined) {
      lines.push("Objects: the vault has none. Old versions are in the bucket for 30 days.");
    } else {
      steps.push(4);
      values[4] = { point: point.arn, time: instant(time) };
      lines.push(`Objects: to ${instant(time)} (step 4). Nothing is lost: an object that exists is not replaced.`);
    }
  }
  steps.push(6, 7);
  lines.push("", "How long: docs/backups.md#how-long-a-restore-takes has the formula.");
  const [point] =
    steps.includes(3) || steps.includes(5)
      ? [found.points.files.find(({ arn }) => arn === values[3]?.["point"] || arn === values[5]?.["point"])]
      : [];
  if (point?.bytes !== undefined) {
    lines.push(
      `  Files: ${duration((1000 * point.bytes) / bytesPerSecond)} or more for ${gibibytes(point.bytes)}; small files take longer.`,
    );
  }
  if (stores.includes("database")) {
    lines.push("  Database: AWS gives no rate. The log of the monthly restore drill has the time of this one.");
  }
  return { lines, steps: [...new Set(steps)].sort(), values };
}

/** Restores of files belong after the database's time, as files are named by their content: newer ones have all that it names. */
function files(
  points: readonly Point[],
  data: number,
  steps: Step[],
  values: Record<number, Record<string, string>>,
): readonly string[] {
  const after = points.find(({ at }) => at >= data);
  const point = after ?? points.at(-1);
  if (point === undefined) {
    return ["Files: the vault has none."];
  }
  const step = steps.includes(5) ? 5 : 3;
  steps.push(step);
  values[step] = { ...values[step], point: point.arn };
  return after === undefined
    ? [
        `Files: of ${instant(point.at)} (step ${step}), the newest there are.`,
        `  Lost: files that were uploaded from ${span(point.at, data)}. The database names them, and people see "file not found".`,
        `  To lose no file that the database names: TIME=${instant(point.at)}.`,
      ]
    : [
        `Files: of ${instant(point.at)} (step ${step}), the first backup after the database's time.`,
        `  Lost: what people deleted from ${span(data, point.at)}, once Moodle had emptied its trash.`,
      ];
}

function thereIs({ window, points }: Found): readonly string[] {
  const list = (store: Store) => {
    const [first, last] = [points[store][0], points[store].at(-1)];
    return first === undefined || last === undefined
      ? `  ${store}: the vault has nothing.`
      : `  ${store}: ${points[store].length} in the vault, from ${instant(first.at)} to ${instant(last.at)}.`;
  };
  return [
    window === undefined
      ? "  database: the cluster is gone, and its own backups with it."
      : `  database: any second from ${instant(window.earliest)} to ${instant(window.latest)}.`,
    list("database"),
    list("files"),
    list("objects"),
  ];
}

const newestUntil = (points: readonly Point[], time: number) => points.findLast(({ at }) => at <= time);

export const instant = (at: number): string => new Date(at).toISOString().replace(/\.\d+Z$/, "Z");

const span = (from: number, to: number) => `${instant(from)} to ${instant(to)} (${duration(Math.max(0, to - from))})`;

function duration(milliseconds: number): string {
  const minutes = Math.ceil(milliseconds / 60_000);
  const [days, hours] = [Math.floor(minutes / 1440), Math.floor((minutes % 1440) / 60)];
  return [days > 0 ? `${days} d` : "", hours > 0 ? `${hours} h` : "", days > 0 ? "" : `${minutes % 60} min`]
    .filter((part) => part !== "")
    .join(" ");
}

const gibibytes = (bytes: number) => `${(bytes / 2 ** 30).toFixed(1)} GiB`;
