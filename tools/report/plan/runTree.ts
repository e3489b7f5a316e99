/**
 * `runTree.ts base|head <tree> <stack> <result.json>`, started by plan.ts in a separate process: each tree runs its own
 * program, policies and engine, and sees no module of the other.
 *
 * The base is deployed to its stand-ins. The head finds a copy of that state, with nothing protected, and is planned over it
 * and then deployed over it: the engine says what is replaced, not a comparison of two lists.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { preview, RunResult, unprotect, up } from "../../../offline/engine";
import type { stackSettings } from "../../lib/stackFile";
import { runName, type TreePlan } from "./treePlan";

interface Engine {
  readonly preview: typeof preview;
  readonly up: typeof up;
  readonly unprotect: typeof unprotect;
}

function settingsOf(tree: string, stack: string): TreePlan["settings"] {
  try {
    const file = require(join(tree, "tools/lib/stackFile")) as { stackSettings: typeof stackSettings };
    return file.stackSettings(stack);
  } catch {
    // The plan itself says what is wrong with them.
    return undefined;
  }
}

async function run(engine: Engine, side: string, stack: string): Promise<Omit<TreePlan, "settings">> {
  const options = { run: runName(stack), quiet: true };
  const deploy = (): Promise<RunResult> => engine.up(stack, { ...options, policyPacks: [] });
  if (side === "base") {
    const deployed = await deploy();
    if (!deployed.ok) {
      return { plan: deployed, deployed: undefined };
    }
    return { plan: await engine.preview(stack, options), deployed: deployed.resources };
  }
  await engine.unprotect(stack, options);
  const plan = await engine.preview(stack, options);
  if (plan.ok && plan.resources.every(({ operation }) => operation === "same")) {
    return { plan, deployed: plan.resources };
  }
  const deployed = await deploy();
  return deployed.ok
    ? { plan, deployed: deployed.resources }
    : { plan: { ...plan, diagnostics: [...plan.diagnostics, ...deployed.diagnostics] }, deployed: undefined };
}

const [side, tree, stack, file] = process.argv.slice(2) as [string, string, string, string];
const engine = require(join(tree, "offline", "engine")) as Engine;
run(engine, side, stack).then(
  (result) => {
    writeFileSync(file, JSON.stringify({ ...result, settings: settingsOf(tree, stack) }));
    process.exit(0);
  },
  (error: Error) => {
    console.error(error.message);
    process.exit(1);
  },
);
