/**
 * How long the pack takes, in this process, with the SDK's own unpacking of every message: what the engine waits for.
 * Beside it, the same number of policies that do nothing: the share that is the SDK's. Start-up is measured apart.
 *
 *   npx tsx policies/bench/run.ts
 */
import { spawn } from "node:child_process";
import * as path from "node:path";
import type { Policies } from "@pulumi/policy";
import * as sdk from "@pulumi/policy/server";
import * as messages from "@pulumi/pulumi/proto/analyzer_pb";
import { policiesOf } from "../lib/pack";
import { rules } from "../rules";
import { requestsOf } from "./stack";

type Rpc = (call: { request: unknown }, callback: (error: unknown, response: Response) => void) => Promise<void>;
interface Response {
  getDiagnosticsList(): readonly unknown[];
}
const server = sdk as unknown as Record<
  "makeAnalyzeRpcFun" | "makeAnalyzeStackRpcFun",
  (name: string, version: string, level: string, policies: Policies) => Rpc
>;
const { AnalyzeStackRequest } = messages as unknown as {
  AnalyzeStackRequest: new () => { setResourcesList(list: readonly unknown[]): void };
};

/** As many policies of the same kinds that look at nothing. */
function idle(policies: Policies): Policies {
  return policies.map((policy) => {
    if ("validateStack" in policy) {
      return { ...policy, validateStack: () => undefined };
    }
    const validateResource = () => undefined;
    Object.assign(validateResource, {
      __pulumiType: (policy.validateResource as { __pulumiType?: string }).__pulumiType,
    });
    return { ...policy, validateResource };
  });
}

async function judge(policies: Policies, resources: readonly unknown[]): Promise<{ ms: number; found: number }> {
  const start = performance.now();
  let found = 0;
  const count = (error: unknown, response: Response): void => {
    if (error !== undefined && error !== null) {
      throw error;
    }
    found += response.getDiagnosticsList().length;
  };
  const analyze = server.makeAnalyzeRpcFun("bench", "0", "mandatory", policies);
  for (const request of resources) {
    await analyze({ request }, count);
  }
  const request = new AnalyzeStackRequest();
  request.setResourcesList(resources);
  await server.makeAnalyzeStackRpcFun("bench", "0", "mandatory", policies)({ request }, count);
  return { ms: performance.now() - start, found };
}

/** From the start of the process to the port that the engine waits for, with the type check of a plain installation. */
function startUp(): Promise<number> {
  const pack = path.join(__dirname, "..");
  const start = performance.now();
  return new Promise((resolve) => {
    const host = spawn(process.execPath, [require.resolve("@pulumi/pulumi/cmd/run-policy-pack"), "127.0.0.1:1", pack], {
      cwd: pack,
      stdio: ["ignore", "pipe", "inherit"],
      env: { ...process.env, NODE_OPTIONS: "" },
    });
    host.stdout.once("data", () => {
      host.kill();
      resolve(performance.now() - start);
    });
  });
}

async function main(): Promise<void> {
  const policies = policiesOf(rules, []);
  // Once for the compiler of the engine that runs this.
  await judge(policies, requestsOf(230).resources);
  console.log(`${rules.length} rules\n`);
  console.log("resources   all ms   of that SDK   per resource   violations");
  for (const size of [230, 690, 2300, 2000]) {
    const { resources, count } = requestsOf(size);
    const all = await judge(policies, resources);
    const sdk = await judge(idle(policies), resources);
    const cells = [count, all.ms.toFixed(0), sdk.ms.toFixed(0), (all.ms / count).toFixed(2), all.found];
    console.log(cells.map((cell, i) => String(cell).padStart([9, 9, 14, 15, 13][i]!)).join(""));
  }
  console.log(`\nstart-up with type check: ${(await startUp()).toFixed(0)} ms`);
}

void main();
