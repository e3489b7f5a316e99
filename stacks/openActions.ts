// cspell:ignore FAILSAFE
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { FAILSAFE_SCHEMA, load } from "js-yaml";
import type { ReportedActions } from "../components/observability/weeklyReport";

const records = resolve(__dirname, "../docs/incidents");

/**
 * What the records of incidents leave open, as they are in this checkout. Only what the weekly report says is read: `make
 * actions` judges the records. One that cannot be read is named and stops no deployment, which may be the remedy.
 */
export function openActions(folder = records): ReportedActions {
  const all = readdirSync(folder)
    .filter((name) => name.endsWith(".md") && name !== "README.md")
    .sort()
    .map((name) => ({ name, found: openIn(readFileSync(join(folder, name), "utf8")) }));
  return {
    open: all.flatMap(({ found }) => found ?? []).sort((a, b) => a.due.localeCompare(b.due)),
    unreadable: all.filter(({ found }) => found === undefined).map(({ name }) => name),
  };
}

/** Undefined for a text that is no record. */
function openIn(text: string): ReportedActions["open"] | undefined {
  const [, front] = /^---\r?\n([\s\S]*?)^---\s*$/m.exec(text) ?? [];
  try {
    // Every scalar is a text, so that a day is no instant.
    const { actions } = load(front ?? "", { schema: FAILSAFE_SCHEMA }) as {
      readonly actions: readonly Readonly<Record<"action" | "owner" | "due" | "state", string>>[];
    };
    return actions
      .filter(({ state }) => state === "open")
      .map(({ action, owner, due }) => {
        if (![action, owner, due].every((one) => typeof one === "string")) {
          throw new Error("An action without words, owner or day.");
        }
        return { action, owner, due };
      });
  } catch {
    return undefined;
  }
}
