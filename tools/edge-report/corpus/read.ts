import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Exchange } from "../caching";

/**
 * Requests as browsers make them to Moodle 5.1, with the status and the caching headers that its source sends. Files,
 * modules and pages are those of its source tree; each row names the file that the headers are from. Each page's set of
 * headers, one of the two that weblib.php knows, was drawn by lot, since it decides nothing here; the headers of the
 * scripts under `private` that are not pluginfile.php are taken to be filelib.php's (not checked one by one). "+10" in
 * `expires` means ten seconds from now.
 *
 * - `revisioned`: the revision in the address is right, and the same for everyone
 * - `stale`: the same scripts when they must not be cached for long: no or a wrong revision, a theme being rebuilt,
 *   errors
 * - `default`: pages, forms, services
 * - `private`: files that only some may see, and attempts to get them cached by a disguised address
 */
export const corpusGroups = ["revisioned", "stale", "default", "private"] as const;
export type CorpusGroup = (typeof corpusGroups)[number];

export interface CorpusRow extends Exchange {
  readonly group: CorpusGroup;
  readonly source: string;
  readonly note?: string;
  /** Whether this answer must never reach another user. */
  readonly private?: boolean;
}

/** @param now What "+10" in `expires` counts from, in milliseconds. */
export function readCorpus(now: number): readonly CorpusRow[] {
  return corpusGroups.flatMap((group) => {
    const rows = JSON.parse(readFileSync(join(__dirname, `${group}.json`), "utf8")) as Omit<CorpusRow, "group">[];
    return rows.map((row) => ({ ...row, group, headers: absolute(row.headers, now) }));
  });
}

function absolute(headers: CorpusRow["headers"], now: number): CorpusRow["headers"] {
  const seconds = /^\+(\d+)$/.exec(headers["expires"] ?? "")?.[1];
  return seconds === undefined
    ? headers
    : { ...headers, expires: new Date(now + Number(seconds) * 1000).toUTCString() };
}
