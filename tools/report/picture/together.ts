import type { Resource } from "../changes";
import type { Box } from "./content";
import { kinds } from "./kinds";

/**
 * Replaces dozens of similar boxes by one with a number. A changed resource keeps its own box, if its kind is shown by
 * name.
 */
export function together(boxes: readonly Box[], drawn: readonly Resource[]): readonly Box[] {
  const typeOf = new Map(drawn.map(({ urn, type }) => [urn, type]));
  const kept: Box[] = [];
  const seen = new Set<string>();
  for (const box of boxes) {
    const type = typeOf.get(box.urn)!;
    const how = kinds[type]!.together;
    const same = boxes.filter(
      (other) => typeOf.get(other.urn) === type && (how === "by number" || other.change === undefined),
    );
    if (how === undefined || same.length === 1 || !same.includes(box)) {
      kept.push(box);
    } else if (!seen.has(type)) {
      seen.add(type);
      kept.push(oneFor(same, how === "by name"));
    }
  }
  return kept;
}

function oneFor(same: readonly Box[], byName: boolean): Box {
  const zones = same.flatMap((box) => box.zones);
  return {
    ...same[0]!,
    title: "",
    label: `${same[0]!.label}s (${same.length})`,
    details: "",
    zones: zones.filter(({ zone }, index) => zones.findIndex((other) => other.zone === zone) === index),
    change: same.find(({ change }) => change !== undefined)?.change,
    usedBy: [],
    names: byName ? short(same.map(({ title }) => title)) : [],
  };
}

/** Names without the first and the last word that all have: `outage-pages` of `prod-outage-pages-bucket`. */
function short(names: readonly string[]): readonly string[] {
  const words = names.map((name) => name.split("-"));
  const shares = (at: number) => words.every((one) => one.length > 2 && one.at(at) === words[0]!.at(at));
  const [first, last] = [shares(0) ? 1 : 0, shares(-1) ? -1 : undefined];
  return words.map((one) => one.slice(first, last).join("-"));
}
