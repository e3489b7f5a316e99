import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { CorpusRequest } from "./request";

/** A burst of the same request. */
export interface Burst {
  readonly id: string;
  readonly why: string;
  readonly request: Omit<CorpusRequest, "id" | "why">;
  /** Requests in all, evenly over the seconds and the addresses. */
  readonly count: number;
  readonly seconds: number;
  readonly addresses: number;
  /** `unseen`: hostile, and beyond what a rate by address can tell. */
  readonly kind: "legitimate" | "attack" | "unseen";
}

export interface Entry {
  /** The file's name: what the entries have in common. */
  readonly topic: string;
  readonly entry: CorpusRequest;
}

const folder = join(__dirname, "corpus");

/** All entries of a folder of the corpus, in the order of the files. */
export function entries(kind: "legitimate" | "attacks"): readonly Entry[] {
  return readdirSync(join(folder, kind))
    .sort()
    .flatMap((file) =>
      (JSON.parse(readFileSync(join(folder, kind, file), "utf8")) as readonly CorpusRequest[]).map((entry) => ({
        topic: file.replace(/\.json$/, ""),
        entry,
      })),
    );
}

export function bursts(): readonly Burst[] {
  return JSON.parse(readFileSync(join(folder, "bursts.json"), "utf8")) as readonly Burst[];
}

/** Attacks under /login, which must be blocked; those elsewhere need only be seen. */
export const onLogin = ({ topic }: Entry): boolean => topic.startsWith("login");
