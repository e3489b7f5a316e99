import { type Blip, detect, type Unjudged } from "./detect";
import { rank, type Ranked } from "./rank";
import { type Store } from "./series";

export interface Explained {
  readonly blip: Blip;
  readonly causes: readonly Ranked[];
}

export interface Analysis {
  readonly blips: readonly Explained[];
  readonly unjudged: readonly Unjudged[];
}

/** @param from Blips that ended before it are left out: earlier data only shows the usual values. */
export function analyse(store: Store, from?: number): Analysis {
  const { blips, unjudged } = detect(store, from);
  return { blips: blips.map((blip) => ({ blip, causes: rank(blip, store) })), unjudged };
}
