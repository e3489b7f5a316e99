import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

import type { Result } from "../gate/result";

/** What a pass of one side measures. */
export type Measured = Pick<Result, "blocks" | "wrong">;
export const sides = ["present", "next"] as const;
export type Side = (typeof sides)[number];

/** Each side first as often as second, so that a machine that gets slower or faster meanwhile does the same to both. */
const turns: readonly Side[] = ["present", "next", "next", "present"];
export const passesEach = turns.length / sides.length;

/** Passes of two images in turn, and what each side did in all of its own. */
export async function beside(pass: (side: Side) => Promise<Measured>): Promise<Readonly<Record<Side, Measured>>> {
  const all: Record<Side, Measured[]> = { present: [], next: [] };
  for (const side of turns) {
    all[side].push(await pass(side));
  }
  return { present: together(all.present), next: together(all.next) };
}

function together(passes: readonly Measured[]): Measured {
  const wrong: Record<string, number> = {};
  for (const [why, count] of passes.flatMap((pass) => Object.entries(pass.wrong))) {
    wrong[why] = (wrong[why] ?? 0) + count;
  }
  return { blocks: passes.flatMap(({ blocks }) => blocks), wrong };
}

/** The release that a folder with Moodle's source says it is, such as "5.1.1 (Build: 20251208)". */
export function releaseOf(source: string): string {
  const file = ["public/version.php", "version.php"].map((name) => join(source, name)).find(existsSync);
  const release = file === undefined ? undefined : /\$release\s*=\s*'([^']+)'/.exec(readFileSync(file, "utf8"))?.[1];
  if (release === undefined) {
    throw new Error(
      `${source}: got no version.php with a release, expected the folder of Moodle's source. Fix the path.`,
    );
  }
  return release;
}
