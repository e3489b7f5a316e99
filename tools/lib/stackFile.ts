import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { load } from "js-yaml";
import { describeProblem } from "../../components/lib/invalid";
import { loadSettings } from "../../stacks/settings/load";
import type { Settings } from "../../stacks/settings/settings";

const root = join(__dirname, "../..");

/** The settings that `pulumi up` would deploy for a stack. @throws Error that names every mistake in its file. */
export function stackSettings(stack: string): Settings {
  const stacks = readdirSync(root)
    .map((file) => /^Pulumi\.([^.]+)\.yaml$/.exec(file)?.[1])
    .filter((name) => name !== undefined);
  const path = join(root, `Pulumi.${stack}.yaml`);
  if (!stacks.includes(stack) || !existsSync(path)) {
    const given = stack === "" ? undefined : stack;
    throw new Error(
      describeProblem({ path: "STACK", given, allowed: stacks.join(", "), fix: "For example STACK=prod." }),
    );
  }
  const document = load(readFileSync(path, "utf8")) as
    { readonly config?: Readonly<Record<string, unknown>> } | undefined;
  const values = Object.entries(document?.config ?? {}).map(([key, value]) => [
    key,
    // As Pulumi passes it to the program: groups and numbers as JSON.
    typeof value === "string" ? value : JSON.stringify(value),
  ]);
  return loadSettings({ values: Object.fromEntries(values) as Record<string, string> }, stack);
}
