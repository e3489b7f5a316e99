import { hasFix, type Patch, releaseName } from "../../moodle-image/patches/list";

/** What is known of an issue of Moodle's tracker. */
export interface Upstream {
  readonly issue: string;
  /** Releases that have its fix; empty while none has. */
  readonly fixedIn: readonly string[];
  /** Whether the image carries a patch for it. */
  readonly carried: boolean;
}

/** What an issue means for the Moodle of the lock file, in one sentence. */
export function upstreamSentence({ issue, fixedIn, carried }: Upstream, release: string): string {
  const patch = carried ? "; the image carries a patch" : "";
  if (hasFix(release, fixedIn)) {
    return `${issue} is fixed in ${fixedIn.join(", ")}, and the image has Moodle ${release}: is it done?`;
  }
  return fixedIn.length === 0
    ? `${issue}: no release has it yet${patch}.`
    : `${issue} is fixed in ${fixedIn.join(", ")}, and the image has Moodle ${release}${patch}.`;
}

/** From the record itself, from the patches, and from the tracker where it was asked. */
export function upstreamOf(
  issue: string,
  recorded: readonly string[],
  patches: readonly Patch[],
  asked: ReadonlyMap<string, readonly string[]>,
): Upstream {
  const own = patches.filter((patch) => patch.issue === issue);
  const all = [...recorded, ...own.flatMap((patch) => patch.fixedIn), ...(asked.get(issue) ?? [])];
  return { issue, fixedIn: [...new Set(all)].sort(byNumber), carried: own.length > 0 };
}

const byNumber = (a: string, b: string): number => a.localeCompare(b, "en", { numeric: true });

/** Address of Moodle's tracker, which is Jira: https://moodledev.io/general/development/tracker */
export const tracker = "https://tracker.moodle.org";

/**
 * Asks the tracker for the releases that have an issue's fix: its "Fix versions". Those to come have names too, such as
 * "Future Dev"; they are left out.
 * https://developer.atlassian.com/server/jira/platform/rest/v2/api-group-issue/
 *
 * @throws Error when it does not answer as that.
 */
export async function askTracker(issue: string, base = tracker): Promise<readonly string[]> {
  const address = `${base}/rest/api/2/issue/${issue}?fields=fixVersions`;
  const answer = await fetch(address, { signal: AbortSignal.timeout(20_000) }).catch((error: Error) => {
    throw new Error(`${address} cannot be reached: ${String(error.cause ?? error.message)}. Fix: leave FOLLOW out.`);
  });
  const value = (await answer.json().catch(() => undefined)) as
    | {
        readonly fields?: { readonly fixVersions?: readonly { readonly name?: string; readonly released?: boolean }[] };
      }
    | undefined;
  const versions = value?.fields?.fixVersions;
  if (!answer.ok || !Array.isArray(versions)) {
    throw new Error(
      `${address} answers ${answer.status} without fixVersions. Fix: is ${issue} right? Or leave FOLLOW out.`,
    );
  }
  return versions.flatMap(({ name = "", released }) => (released !== false && releaseName.test(name) ? [name] : []));
}
