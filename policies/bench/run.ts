/**
 * How long the pack takes over what the engine sends it, read from the bytes and unpacked by the SDK's own server.
 *
 * Beside it the floor: a pack of one rule for a resource and one for the stack that do nothing, which is what the SDK takes
 * for any pack at all. Processor time, least of several rounds: the wall clock of a busy machine says little. Start-up is measured apart.
 *
 *   npx tsx policies/bench/run.ts
 */
import { spawn } from "node:child_process";
import * as path from "node:path";
import type { Policies } from "@pulumi/policy";
import { policiesOf } from "../lib/pack";
import { rules } from "../rules";
import { serve } from "../testing/server";
import { idle } from "./idle/policies";
import { requestsOf, type Requests } from "./stack";

const rounds = 3;

/** Least processor time of some rounds, in milliseconds, with the reading of the messages. */
async function judge(policies: Policies, requests: Requests): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const before = process.cpuUsage();
    await serve(policies, requests.read());
    const { user, system } = process.cpuUsage(before);
    times.push((user + system) / 1000);
  }
  return Math.min(...times);
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

/** The pack without the stack rules that find a fault: what it takes over a stack that has none. */
async function faultless(requests: Requests): Promise<Policies> {
  const found = new Set((await serve(pack(rules), requests.read())).map((line) => line.split(" ")[0]));
  return pack(rules.filter(({ id, scope }) => scope === "resource" || !found.has(id)));
}

/** As after the engine has sent the configuration, which it does before all else. */
function pack(some: typeof rules): Policies {
  return policiesOf(some, [], undefined, { config: {} });
}

async function main(): Promise<void> {
  const policies = pack(rules);
  const sizes = [370, 1110, 3700, 2000].map(requestsOf);
  const passed = await faultless(sizes[0]!);
  // Once for the compiler of the engine that runs this.
  await judge(policies, sizes[0]!);
  console.log(
    `${rules.length} rules; processor time in ms. Goal: linear, 0.25 ms per resource of a stack without faults.\n`,
  );
  console.log("resources   pack   no faults   floor   per resource   no faults");
  for (const requests of sizes) {
    const all = await judge(policies, requests);
    const good = await judge(passed, requests);
    const floor = await judge(idle, requests);
    const each = [all, good].map((time) => (time / requests.count).toFixed(2));
    const cells = [requests.count, all.toFixed(0), good.toFixed(0), floor.toFixed(0), ...each];
    console.log(cells.map((cell, column) => String(cell).padStart([9, 7, 12, 8, 15, 12][column]!)).join(""));
  }
  console.log(`\nstart-up with type check: ${(await startUp()).toFixed(0)} ms`);
}

void main();
