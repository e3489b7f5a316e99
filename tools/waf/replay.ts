import { type Burst, bursts, entries, type Entry } from "./corpus";
import { type Acl, Evaluator, type Verdict } from "./evaluator";
import { toRequest } from "./request";

export interface Judged extends Entry {
  readonly kind: "legitimate" | "attacks";
  readonly verdict: Verdict;
}

export interface JudgedBurst {
  readonly burst: Burst;
  readonly blocked: number;
  /** The first request that was blocked, counted from one; undefined when none was. */
  readonly firstBlocked: number | undefined;
  readonly by: string | undefined;
}

/** Judges every entry of the corpus by itself: one request does not make a rate. */
export function replay(acl: Acl): readonly Judged[] {
  const evaluator = new Evaluator(acl);
  return (["legitimate", "attacks"] as const).flatMap((kind) =>
    entries(kind).map((entry, index) => ({
      ...entry,
      kind,
      // A day apart, so that the corpus itself is never a flood.
      verdict: evaluator.judge(toRequest(entry.entry), index * 86_400),
    })),
  );
}

/** Judges each burst from a standing start. */
export function replayBursts(acl: Acl): readonly JudgedBurst[] {
  return bursts().map((burst) => {
    const evaluator = new Evaluator(acl);
    const requests = Array.from({ length: burst.addresses }, (_, index) =>
      toRequest({ ...burst.request, id: burst.id, why: burst.why, address: `198.18.${index >> 8}.${index & 255}` }),
    );
    let blocked = 0;
    let first: { readonly at: number; readonly by: string | undefined } | undefined;
    for (let index = 0; index < burst.count; index += 1) {
      const { action, by } = evaluator.judge(requests[index % burst.addresses]!, (index * burst.seconds) / burst.count);
      if (action === "block") {
        blocked += 1;
        first ??= { at: index + 1, by };
      }
    }
    return { burst, blocked, firstBlocked: first?.at, by: first?.by };
  });
}
