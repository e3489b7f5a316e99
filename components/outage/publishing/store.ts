/** Both keys of the key value store, as they were at one moment. */
export interface Keys {
  /** The switch. Undefined when the key is missing. */
  readonly state?: string | undefined;
  /** Id of the version that visitors get. Undefined before the first publish. */
  readonly pages?: string | undefined;
  /** Version of the store: a change that names it fails when any key was changed since. */
  readonly tag: string;
}

/** One object of the pages' bucket. */
export interface StoredFile {
  readonly key: string;
  readonly content: string;
  readonly contentType: string;
}

/** The switch, the pages and the journal, wherever they are. */
export interface Store {
  readKeys(): Promise<Keys>;
  /**
   * Changes both keys in one call: all or nothing.
   *
   * @throws Overtaken when a key was changed since `tag`. Any other error leaves open whether it was done.
   */
  writeKeys(keys: { readonly state?: string | undefined; readonly pages: string }, tag: string): Promise<void>;
  /** @throws Error when there is none */
  read(key: string): Promise<string>;
  write(file: StoredFile): Promise<void>;
  /** Writes what must not be there yet. @returns false when it is there, and then nothing was written */
  create(file: StoredFile): Promise<boolean>;
}

/** Somebody else published, or the switch was turned, since the editor looked. Nothing was changed. */
export class Overtaken extends Error {
  override readonly name = "Overtaken";
}
