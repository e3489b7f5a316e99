/** `make bench`: how long previews and unit tests take on this machine. Prints numbers side by side, asserts nothing. */
import { spawnSync } from "node:child_process";
import { existsSync, globSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { preview, type RunOptions, type RunResult, stopStandIns } from "../../offline/engine";
import { commonStack } from "../../policies/fixtures/commonStack";
import { declare } from "../../policies/fixtures/program";

const root = join(__dirname, "../..");
const rounds = 3;

/** Wall time in seconds, and what was printed. */
function timed(command: string, args: readonly string[]): { seconds: number; printed: string; ok: boolean } {
  const start = performance.now();
  const { stdout, stderr, status } = spawnSync(command, args, { cwd: root, encoding: "utf8", maxBuffer: 1 << 28 });
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
 * Time over the floor is the program's own share. Goal: at most 1.5 times the floor, and under 20 s in all on 2 cores.
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
      floors.push(timed("node", ["--import", "tsx", "testing/bench/floor.ts", String(count)]).seconds);
    }
    const [all, floor] = [median(seconds), median(floors)];
    row(`${stack} (${count} resources)`, all, floor, all - floor, (all - floor) / floor);
  }
}

/** The commands that people run before a commit, beside their goals on two quiet cores with everything installed. */
function benchSuites(): void {
  console.log("\nChecks and tests, one run each.");
  row("command", "seconds", "goal", "tests");
  const suites: readonly (readonly [args: readonly string[], goal: number])[] = [
    [["check"], 60],
    [["test", "FAST=1"], 90],
    [["test"], 720],
  ];
  for (const [args, goal] of suites) {
    const { seconds, printed, ok } = timed("make", ["--no-print-directory", ...args]);
    const passed = /^(\d+) passed/m.exec(printed)?.[1] ?? "";
    row(`make ${args.join(" ")}`, seconds, goal, ok ? passed : `${passed} failed: run it`);
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

/** The packs that a preview is judged by: none, one that does nothing, and ours. */
const packs: Readonly<Record<"without" | "floor" | "pack", RunOptions["policyPacks"]>> = {
  without: [],
  floor: [{ path: join(root, "policies", "bench", "idle") }],
  pack: undefined,
};

/**
 * Seconds of the same preview with each pack, in turn, so that a busy machine slows all of them; the first round warms
 * up.
 */
async function byTurns(times: number, run: (policyPacks: RunOptions["policyPacks"]) => Promise<RunResult>) {
  const seconds = { without: [] as number[], floor: [] as number[], pack: [] as number[] };
  let resources = 0;
  for (let round = 0; round <= times; round += 1) {
    for (const kind of ["without", "floor", "pack"] as const) {
      const result = await run(packs[kind]);
      resources = result.resources.length;
      if (round > 0) {
        seconds[kind].push(result.seconds);
      }
    }
  }
  const added = (kind: "floor" | "pack") => median(seconds[kind].map((one, round) => one - seconds.without[round]!));
  return { resources, without: median(seconds.without), floor: added("floor"), pack: added("pack") };
}

/**
 * Time that the policy pack adds to a preview in a warm process: of prod, and of many copies of somebody else's stack.
 *
 * The floor is the time that a pack of two empty rules adds: the engine asks any pack twice about each resource and
 * waits for the answer, which no rule can change. Goal: the pack under 15 % at 1x, and linear.
 */
async function benchPolicies(): Promise<void> {
  console.log("\nWhat a policy pack adds to a preview: seconds, and share of the preview without. Pairs, median.");
  row("stack", "without", "floor adds", "pack adds", "floor", "pack", "ms each");
  const report = (name: string, { resources, without, floor, pack }: Awaited<ReturnType<typeof byTurns>>) => {
    const share = (added: number) => `${((added / without) * 100).toFixed(0)} %`;
    const cells = [without, floor, pack].map((seconds) => seconds.toFixed(2));
    row(`${name} (${resources})`, ...cells, share(floor), share(pack), ((pack * 1000) / resources).toFixed(2));
  };
  report("prod", await byTurns(5, (policyPacks) => preview("prod", { run: "bench-prod", quiet: true, policyPacks })));
  for (const [times, copies, rounds] of [
    [1, 11, 3],
    [3, 33, 1],
    [10, 110, 1],
  ] as const) {
    const program = () => declare(commonStack, copies);
    const options = { run: "bench-copies", quiet: true, program, config: { "aws:region": "us-east-1" } };
    report(`copies, ${times}x`, await byTurns(rounds, (policyPacks) => preview("copies", { ...options, policyPacks })));
  }
  await stopStandIns();
}

async function main(): Promise<void> {
  benchPreviews();
  await benchPolicies();
  benchUnitTests();
  benchSuites();
}

void main();
