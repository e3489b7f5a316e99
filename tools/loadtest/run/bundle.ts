import { mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { buildSync } from "esbuild";

import type { Plan } from "../scenario/plan";
import { makeScript } from "../scenario/script";

export const folder = resolve(__dirname, "..");

/**
 * Everything that Artillery needs for one run, in one folder: the script, the users, and the processor as one file of
 * plain JavaScript, which its workers on AWS get unchanged.
 *
 * @param users Lines of `username,password` below a heading; one virtual user takes one line.
 */
export function writeBundle(to: string, plan: Plan, target: string, users: string): string {
  const lines = users.trim().split("\n").slice(1);
  if (lines.length < plan.users) {
    throw new Error(`users: ${lines.length} accounts were given for ${plan.users} virtual users; each needs its own`);
  }
  mkdirSync(to, { recursive: true });
  writeFileSync(join(to, "processor.js"), processor());
  // The folders above may hold packages of the other module kind.
  writeFileSync(join(to, "package.json"), '{ "type": "commonjs" }\n');
  // Passwords, if only of a site to be thrown away.
  writeFileSync(join(to, "users.csv"), users, { mode: 0o600 });
  const script = join(to, "script.json");
  writeFileSync(script, `${JSON.stringify(makeScript(plan, target), null, 1)}\n`);
  return script;
}

let built: string | undefined;

/** Once for all bundles of a process. */
function processor(): string {
  built ??= buildSync({
    entryPoints: [join(folder, "scenario", "processor.ts")],
    write: false,
    bundle: true,
    platform: "node",
    format: "cjs",
  }).outputFiles[0]!.text;
  return built;
}
