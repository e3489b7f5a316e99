import type { Problem } from "../lib/invalid";
import type { TaskSize } from "./instanceTypes";

/** Least memory, most memory and step in MiB for each CPU value. */
interface Range {
  readonly from: number;
  readonly to: number;
  readonly step: number;
}

// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html#fargate-tasks-size
// (256 CPU units allow 512, 1024 and 2048 MiB; a step of 512 would let 1536 through, so that row is a list below).
const ranges: Readonly<Record<number, Range>> = {
  512: { from: 1024, to: 4096, step: 1024 },
  1024: { from: 2048, to: 8192, step: 1024 },
  2048: { from: 4096, to: 16384, step: 1024 },
  4096: { from: 8192, to: 30720, step: 1024 },
  8192: { from: 16384, to: 61440, step: 4096 },
  16384: { from: 32768, to: 122880, step: 8192 },
};

/** Memory values in MiB that Fargate accepts for a CPU value; none when the CPU value itself is not allowed. */
export function fargateMemory(cpu: number): readonly number[] {
  if (cpu === 256) {
    return [512, 1024, 2048];
  }
  const range = ranges[cpu];
  if (range === undefined) {
    return [];
  }
  return Array.from({ length: (range.to - range.from) / range.step + 1 }, (_, i) => range.from + i * range.step);
}

/** Problems of a task size on Fargate, which knows only certain pairs of CPU and memory. */
export function fargateSizeProblems(path: string, { cpu, memoryMib }: TaskSize): Problem[] {
  const allowed = fargateMemory(cpu);
  if (allowed.length === 0) {
    const cpus = [256, ...Object.keys(ranges).map(Number)];
    return [{ path: `${path}.cpu`, given: cpu, allowed: cpus.join(", "), fix: "Choose one of these CPU values." }];
  }
  if (allowed.includes(memoryMib)) {
    return [];
  }
  return [
    {
      path: `${path}.memoryMib`,
      given: memoryMib,
      allowed: `${allowed.join(", ")} with ${cpu} CPU units`,
      fix: "Choose one of these memory sizes, or another CPU value.",
    },
  ];
}
