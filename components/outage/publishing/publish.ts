import type { Problem } from "../../lib/invalid";
import { pageKey, copies, journalKey, type Present, readPresent, type Version, versionFiles } from "./journal";
import { plan, type Publish } from "./plan";
import { Overtaken, type Store } from "./store";

export type Published =
  /** `behind`: why the copies could not be written; the next look or publish tries again. */
  | { readonly kind: "published"; readonly version: Version; readonly behind?: string | undefined }
  /** The same request was published before: nothing was done. */
  | { readonly kind: "already"; readonly version: Version; readonly behind?: string | undefined }
  | { readonly kind: "refused"; readonly problems: readonly Problem[] }
  /** Somebody else was quicker. Nothing was changed. */
  | { readonly kind: "overtaken" };

/**
 * Publishes a change whole or not at all: switch, status page, feeds and history.
 *
 * 1. The journal's entry is created, with everything that follows from it. A second attempt finds it, and goes on with it.
 * 2. The pages are written under names of their own, which nobody is shown.
 * 3. One call changes both keys of the store, the switch and the version of the pages, on the condition that nobody has
 *    changed the store since it was read. This is the moment: before it every visitor gets the old state, after it the new
 *    one.
 * 4. The copies for a visitor whose edge location cannot read the store follow.
 *
 * A publish that stops before the third step has changed nothing for anybody, and one that stops after it is complete but
 * for the copies, which the next look or publish writes. The caller repeats it with the same `request`.
 *
 * @param base id of the version that the editor looked at; left out, it follows whatever is there
 * @throws Error when a store cannot be reached: it may have happened, and a retry says so
 */
export async function publish(store: Store, asked: Publish, base?: string): Promise<Published> {
  const present = await readPresent(store);
  if (isOf(present.id, asked.request) && present.version !== undefined) {
    return { kind: "already", version: present.version, behind: await copy(store) };
  }
  if (base !== undefined && base !== present.id) {
    return { kind: "overtaken" };
  }
  const { version: wanted, problems } = plan(present, asked);
  if (problems !== undefined) {
    return { kind: "refused", problems };
  }
  return carryOut(store, present, wanted);
}

/** Steps 1 to 4 of a version that follows `present`. @throws Error when a store cannot be reached, as {@link publish} */
export async function carryOut(
  store: Store,
  present: Present,
  wanted: Version,
): Promise<Extract<Published, { readonly kind: "published" | "overtaken" }>> {
  const version = await enter(store, wanted);
  for (const file of versionFiles(version)) {
    await store.write(file);
  }
  try {
    await store.writeKeys({ state: version.turned ? version.switchText : undefined, pages: version.id }, present.tag);
  } catch (error) {
    // The answer may be lost, and an SDK's own retry then finds its change made: what the store says now counts.
    if ((await store.readKeys()).pages !== version.id) {
      if (error instanceof Overtaken) {
        return { kind: "overtaken" };
      }
      throw error;
    }
  }
  return { kind: "published", version, behind: await copy(store) };
}

const isOf = (id: string, request: string): boolean => /^\d+-(.+)$/.exec(id)?.[1] === request;

/** The first attempt's entry counts: its time and its words are in files that may be written already. */
async function enter(store: Store, version: Version): Promise<Version> {
  const key = journalKey(version.id);
  const content = `${JSON.stringify(version)}\n`;
  if (await store.create({ key, content, contentType: "application/json" })) {
    return version;
  }
  return JSON.parse(await store.read(key)) as Version;
}

/**
 * Writes the copies of what is published. Whoever writes last looks again whether it is still published, so they agree in
 * the end, whoever is interrupted. They are a second way only: a failure is not the publish's, and the next look tries again.
 *
 * @returns why they were not written
 */
async function copy(store: Store): Promise<string | undefined> {
  try {
    for (let attempts = 0; attempts < 5; attempts++) {
      const present = await readPresent(store);
      if (present.version === undefined) {
        return undefined;
      }
      // status.json last: where it is right, the others are.
      for (const file of copies(present.status).toReversed()) {
        await store.write(file);
      }
      if ((await store.readKeys()).pages === present.id) {
        return undefined;
      }
    }
    return "others publish all the time";
  } catch (error) {
    return (error as Error).message;
  }
}

/** The present state, for an editor. Finishes the copies of a publish that was interrupted. */
export async function look(store: Store): Promise<Present> {
  const present = await readPresent(store);
  if (present.version !== undefined) {
    const [source] = copies(present.status);
    const there = await store.read(pageKey("status.json")).catch(() => "");
    if (source !== undefined && there !== source.content) {
      await copy(store);
    }
  }
  return present;
}
