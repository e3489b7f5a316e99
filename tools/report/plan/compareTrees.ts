import { spawn } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { type Comparison, runName, type TreePlan } from "./treePlan";

/**
 * Deploys the base to its stand-ins, then plans the head over that. It takes about a minute; the base's half is cached.
 */
export async function compareTrees(base: string, head: string, stack: string): Promise<Comparison> {
  const before = await runTree("base", base, stack);
  if (before.deployed === undefined) {
    throw new Error(
      `The base cannot be deployed, so there is nothing to compare with:\n${errorsOf(before.plan.diagnostics)}`,
    );
  }
  const state = join(head, ".offline", runName(stack));
  rmSync(state, { recursive: true, force: true });
  cpSync(join(base, ".offline", runName(stack)), state, { recursive: true });
  rmSync(resultFile(head, stack), { force: true });
  return { stack, base: before, head: await runTree("head", head, stack) };
}

export function errorsOf(diagnostics: TreePlan["plan"]["diagnostics"]): string {
  const messages = diagnostics.filter(({ severity }) => severity === "error").map(({ message }) => message);
  return [...new Set(messages)].join("\n");
}

function resultFile(tree: string, stack: string): string {
  return join(tree, ".offline", "report", `${stack}.json`);
}

async function runTree(side: "base" | "head", tree: string, stack: string): Promise<TreePlan> {
  const file = resultFile(tree, stack);
  if (!existsSync(file)) {
    mkdirSync(join(tree, ".offline", "report"), { recursive: true });
    await run([join(__dirname, "runTree.ts"), side, tree, stack, file], tree);
  }
  return JSON.parse(readFileSync(file, "utf8")) as TreePlan;
}

function run(args: readonly string[], cwd: string): Promise<void> {
  const child = spawn(process.execPath, ["--import", "tsx", ...args], { cwd, stdio: ["ignore", "ignore", "pipe"] });
  let words = "";
  child.stderr.on("data", (data: Buffer) => {
    words = (words + data.toString()).slice(-4000);
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) =>
      code === 0 ? resolve() : reject(new Error(`The plan of ${cwd} ended with code ${code}:\n${words}`)),
    );
  });
}
