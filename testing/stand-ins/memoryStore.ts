import { firstFiles } from "../../components/outage/pages/files";
import type { Branding } from "../../components/outage/pages/status";
import { pageKey } from "../../components/outage/publishing/journal";
import { type Keys, Overtaken, type Store, type StoredFile } from "../../components/outage/publishing/store";

/** The pages' bucket and the key value store in memory, whose network breaks where a test wants it. */
export class MemoryStore implements Store {
  keys: Record<string, string> = { state: "off" };
  readonly objects = new Map<string, string>();
  /** Calls so far. */
  calls = 0;
  /** The call whose answer, or whose question, is lost, and all that follow. */
  breakAt: { readonly call: number; readonly when: "before" | "after" } | undefined;
  /** Sees each call after it was carried out. */
  watch: (call: string) => Promise<void> = () => Promise.resolve();
  private changes = 1;

  constructor(branding: Branding) {
    firstFiles(branding).forEach(({ name, content }) => this.objects.set(pageKey(name), content));
  }

  /** As the console or a release does. */
  turn(state: string): void {
    this.keys = { ...this.keys, state };
    this.changes++;
  }

  readKeys(): Promise<Keys> {
    return this.call("readKeys", () => ({
      state: this.keys["state"],
      pages: this.keys["pages"],
      tag: String(this.changes),
    }));
  }

  writeKeys({ state, pages }: { readonly state?: string | undefined; readonly pages: string }, tag: string) {
    return this.call("writeKeys", () => {
      if (tag !== String(this.changes)) throw new Overtaken("stale");
      this.keys = { ...this.keys, ...(state !== undefined && { state }), pages };
      this.changes++;
    });
  }

  read(key: string): Promise<string> {
    return this.call(`read ${key}`, () => {
      const there = this.objects.get(key);
      if (there === undefined) throw new Error(`NoSuchKey: ${key}`);
      return there;
    });
  }

  write({ key, content }: StoredFile): Promise<void> {
    return this.call(`write ${key}`, () => void this.objects.set(key, content));
  }

  create({ key, content }: StoredFile): Promise<boolean> {
    return this.call(`create ${key}`, () => {
      const there = this.objects.has(key);
      if (!there) this.objects.set(key, content);
      return !there;
    });
  }

  private async call<Answer>(name: string, work: () => Answer): Promise<Answer> {
    const call = ++this.calls;
    const lost = this.breakAt !== undefined && call >= this.breakAt.call;
    // The first lost call may have arrived; none after it does.
    if (lost && !(this.breakAt?.when === "after" && call === this.breakAt.call)) {
      throw new Error(`ECONNRESET: ${name}`);
    }
    await Promise.resolve();
    const answer = work();
    await this.watch(name);
    if (lost) throw new Error(`ECONNRESET: ${name}`);
    return answer;
  }
}
