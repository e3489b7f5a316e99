import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { preview, type RunResult, stopStandIns } from "../../offline/engine";
import type { Document } from "../../tools/generate/document";
import { stacks } from "./stacks";

/**
 * The golden list of a stack: `type::name` of everything that it makes. A name is identity: a changed name replaces the
 * resource behind it. So review each difference here, and name it in the changelog.
 */
export function goldenList(stack: string): readonly string[] {
  const file = fileOf(stack);
  return existsSync(file) ? readFileSync(file, "utf8").trimEnd().split("\n") : [];
}

export function identitiesOf(result: RunResult): readonly string[] {
  return result.resources.map(({ type, name }) => `${type}::${name}`).sort();
}

function fileOf(stack: string): string {
  return join(__dirname, "identities", `${stack}.txt`);
}

/** The golden lists. Each takes a preview on the engine. */
export const identityDocuments: readonly Document[] = stacks.map((stack) => ({
  path: `testing/platform/identities/${stack}.txt`,
  text: async () => {
    const result = await preview(stack, { run: `identities-${stack}`, quiet: true });
    await stopStandIns();
    if (!result.ok) {
      throw new Error(`The preview of ${stack} failed; run "make preview STACK=${stack}" to see why.`);
    }
    return `${identitiesOf(result).join("\n")}\n`;
  },
}));
