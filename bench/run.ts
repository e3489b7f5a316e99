/** `make bench`: how long previews and unit tests take on this machine. Prints numbers side by side, asserts nothing. */
import { spawnSync } from "node:child_process";
import { existsSync, globSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { preview, type RunOptions, stopStandIns } from "../offline/engine";

const root = join(__dirname, "..");
const rounds = 3;

/** Wall time in seconds, and what was printed. */
function timed(command: string, args: readonly string[]): { seconds: number; printed: string; ok: boolean } {
  const start = performance.now();
  const { stdout, stderr, status } = spawnSync(command, args, { cwd: root, encoding: "utf8", timeout: 300_000 });
  return { seconds: (performance.now() - start) / 1000, printed: stdout + stderr, ok: status === 0 };
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
}

function row(...cells: readonly (string | number)[]): void {
  const [first, ...others] = cells.map((cell) => (typeof cell === "number" ? cell.toFixed(1) : cell));
  console.log([first!.padEnd(36), ...others.map((cell) => cell.padStart(11))].join(""));
}

/**
 * A warm `make preview` beside an equal number of bare resources without components, settings or policies.
 *
 * What is over the floor is the program's own share. Goal: at most 1.5 times the floor, and under 20 s in all on 2 cores.
 */
function benchPreviews(): void {
  console.log(`Warm previews in seconds, median of ${rounds}. Floor: as many bare resources, no policies.`);
  row("stack", "in all", "floor", "own", "own/floor");
  for (const stack of ["prod", "staging", "dev"].filter((name) => existsSync(join(root, `Pulumi.${name}.yaml`)))) {
    const first = timed("make", ["--no-print-directory", "preview", `STACK=${stack}`]);
    const count = Number(/(\d+) create[,;]/.exec(first.printed)?.[1] ?? 0);
    if (!first.ok || count === 0) {
      row(stack, "failed: run make preview");
      continue;
    }
    const seconds: number[] = [];
    const floors: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      seconds.push(timed("make", ["--no-print-directory", "preview", `STACK=${stack}`]).seconds);
      floors.push(timed("node", ["--import", "tsx", "bench/floor.ts", String(count)]).seconds);
    }
    const [all, floor] = [median(seconds), median(floors)];
    row(`${stack} (${count} resources)`, all, floor, all - floor, (all - floor) / floor);
  }
}

/** The unit tests of each component alone, then all together: what one more component costs. */
function benchUnitTests(): void {
  console.log("\nUnit tests, one run each.");
  row("folder", "seconds", "tests");
  const folders = readdirSync(join(root, "components")).sort();
  const patterns = [...folders.map((folder) => `components/${folder}/*.test.ts`), "components/**/*.test.ts"];
  for (const pattern of patterns) {
    if (globSync(pattern, { cwd: root }).length === 0) {
      continue;
    }
    const { seconds, printed } = timed("mocha", [pattern]);
    row(pattern, seconds, /^(\d+) passed/m.exec(printed)?.[1] ?? "?");
  }
}

/**
 * The same preview with the policy pack and without, by turns in one process in which all is warm: what the pack adds to each.
 * Goal: under 15 %.
 */
async function benchPolicies(): Promise<void> {
  console.log(`\nThe policy pack's share of a preview of prod, median of ${rounds} rounds.`);
  row("", "with", "without", "ratio");
  const seconds = async (policyPacks?: RunOptions["policyPacks"]) =>
    (await preview("prod", { run: "bench-policies", quiet: true, policyPacks })).seconds;
  await seconds();
  await seconds([]);
  const judged: number[] = [];
  const alone: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    judged.push(await seconds());
    alone.push(await seconds([]));
  }
  row("seconds", median(judged), median(alone), (median(judged) / median(alone)).toFixed(2));
  await stopStandIns();
}

async function main(): Promise<void> {
  benchPreviews();
  await benchPolicies();
  benchUnitTests();
}

void main();
