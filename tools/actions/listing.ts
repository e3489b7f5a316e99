import { hasFix, objection, type Patch } from "../../moodle-image/patches/list";
import type { Recorded } from "../lib/incidents";
import { upstreamOf, upstreamSentence } from "./upstream";

/** Everything that the list is made of. */
export interface Known {
  readonly incidents: readonly Recorded[];
  readonly patches: readonly Patch[];
  /** Releases by issue, as the tracker gave them. */
  readonly asked: ReadonlyMap<string, readonly string[]>;
  /** Moodle of the lock file, such as 5.1.1. */
  readonly release: string;
  /** YYYY-MM-DD */
  readonly today: string;
}

export interface Row {
  readonly due: string;
  readonly late: boolean;
  readonly waits: boolean;
  readonly what: string;
  readonly owner: string;
  /** Where it is written, and what is known of it. */
  readonly notes: readonly string[];
}

/** Days before a patch's last one on which it joins the list, so that its owner has time for another release. */
const notice = 14;

/** Open actions and patches that need somebody, the first due on top. */
export function rowsOf({ incidents, patches, asked, release, today }: Known): readonly Row[] {
  const actions = incidents.flatMap(({ file, title, actions: all }) =>
    all
      .filter(({ state }) => state === "open")
      .map(({ action, owner, due, upstream, fixedIn = [] }): Row => {
        const known = upstream === undefined ? undefined : upstreamOf(upstream, fixedIn, patches, asked);
        const sentence = known === undefined ? [] : [upstreamSentence(known, release)];
        const waits = known !== undefined && !hasFix(release, known.fixedIn);
        return { due, late: due < today, waits, what: action, owner, notes: [`${title}: ${file}`, ...sentence] };
      }),
  );
  const carried = patches.map((patch): Row => {
    const wrong = objection(patch, release, today);
    const known = upstreamOf(patch.issue, [], [patch], asked);
    return {
      due: patch.expires,
      late: wrong !== undefined,
      waits: wrong === undefined,
      what: `Patch ${patch.file}: ${patch.why}`,
      owner: patch.owner,
      notes: [
        wrong === undefined ? upstreamSentence(known, release) : `The build refuses it: ${wrong}.`,
        ...(wrong === undefined && daysBetween(today, patch.expires) <= notice ? ["Its last day is near."] : []),
      ],
    };
  });
  return [...actions, ...carried].sort((a, b) => a.due.localeCompare(b.due));
}

const daysBetween = (from: string, to: string): number => (Date.parse(to) - Date.parse(from)) / 86_400_000;

/** The list for people, with a first line that counts. */
export function listing(rows: readonly Row[]): string {
  if (rows.length === 0) {
    return "No open actions.";
  }
  const [late, waits] = [rows.filter((row) => row.late).length, rows.filter((row) => row.waits).length];
  const entries = rows.map(({ due, late: isLate, waits: isWaiting, what, owner, notes }) =>
    [
      `${isLate ? "OVERDUE" : isWaiting ? "waiting" : "open"}  ${due}  ${what} (${owner})`,
      ...notes.map((note) => `  ${note}`),
    ].join("\n"),
  );
  return [`${rows.length} open, ${late} of them overdue, ${waits} waiting for a release of Moodle.`, ...entries].join(
    "\n",
  );
}
