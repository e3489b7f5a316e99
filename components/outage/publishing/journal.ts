import { folder, type PageFile, statusFiles, versionPath } from "../pages/files";
import { parseStatus, type Status } from "../pages/status";
import { readSwitch, type SwitchValue } from "../pages/switchValue";
import type { Store, StoredFile } from "./store";

/** One publish, for the history. */
export interface Entry {
  readonly id: string;
  readonly version: number;
  /** ISO 8601. */
  readonly at: string;
  /** Who: an e-mail address from the sign-in, or the name that a shell knows. */
  readonly by: string;
  /** What, in a few words. */
  readonly what: string;
}

/**
 * One published version, whole. It is written once and never changed, outside the folder that CloudFront may read: it names
 * people.
 */
export interface Version {
  readonly id: string;
  readonly status: Status;
  /** Value of the switch after this publish, as the store holds it. */
  readonly switchText: string;
  /** Whether this publish turned the switch. */
  readonly turned: boolean;
  /** It only follows a switch that was turned elsewhere, so there is nothing of an editor's to undo. */
  readonly followed?: boolean;
  /** What was before, for undo. */
  readonly before: { readonly status: Status; readonly switchText: string };
  /** Newest first, this one included. */
  readonly log: readonly Entry[];
}

/** The present state: what visitors get, and who said so. */
export interface Present {
  /** Empty before the first publish. */
  readonly id: string;
  /** Version of the key value store. */
  readonly tag: string;
  readonly status: Status;
  readonly switchText: string;
  readonly switchValue: SwitchValue;
  /** The switch says something else than the last publish: a release turned it, or a person in the console. */
  readonly turnedElsewhere: boolean;
  /** Undefined before the first publish. */
  readonly version: Version | undefined;
  readonly log: readonly Entry[];
}

/** Entries of the history that are kept: years of it, and about 40 KB. */
export const longestLog = 200;

/** Folder of the journal in the bucket, beside the pages' own. */
export const journal = "journal";
/** Folder in it with a mark for each publish that a webhook took. */
export const toldMarks = `${journal}/told`;
export const journalKey = (id: string): string => `${journal}/${id}.json`;
export const pageKey = (name: string): string => `${folder}/${name}`;

/** Everything that visitors may read of a version, under its own names: nobody is shown these before both keys say so. */
export function versionFiles({ id, status }: Pick<Version, "id" | "status">): readonly StoredFile[] {
  return files(status).map(({ name, ...file }) => ({ ...file, key: pageKey(versionPath(id, name)) }));
}

/** The same under the names that visitors ask for, for when the function cannot read its store. */
export const copies = (status: Status): readonly StoredFile[] =>
  files(status).map(({ name, ...file }) => ({ ...file, key: pageKey(name) }));

// As of its own time, so that a second attempt writes the same bytes.
const files = (status: Status): readonly PageFile[] => statusFiles(status, status.changed);

/** @throws Error when the journal or status.json cannot be read */
export async function readPresent(store: Store): Promise<Present> {
  const { state, pages = "", tag } = await store.readKeys();
  const switchValue = readSwitch(state);
  const switchText = state ?? "off";
  if (pages === "") {
    const status = parseStatus(await store.read(pageKey("status.json")));
    return { id: "", tag, status, switchText, switchValue, turnedElsewhere: false, version: undefined, log: [] };
  }
  const version = JSON.parse(await store.read(journalKey(pages))) as Version;
  const turnedElsewhere = JSON.stringify(readSwitch(version.switchText)) !== JSON.stringify(switchValue);
  return {
    id: pages,
    tag,
    status: version.status,
    switchText,
    switchValue,
    turnedElsewhere,
    version,
    log: version.log,
  };
}
