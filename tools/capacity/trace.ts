import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { describeProblem } from "../../components/lib/invalid";
import { type MixName, mixes } from "./measured";
import { type PageClass, pageClasses } from "./pageClasses";

const seconds = z.number().min(0);

const schema = z.strictObject({
  name: z.string().regex(/^[a-z0-9-]+$/),
  title: z.string(),
  /** Sources of the numbers; invented ones are named as such. */
  sources: z.array(z.string()).min(1),
  seconds: z.number().int().positive().multipleOf(60),
  /** Hour of the local day at which it starts: the calendar's daily ramp depends on it. */
  startHour: z.number().min(0).max(24).default(0),
  /** Whether the calendar has teaching on that day; otherwise tasks stay at the floor. */
  teaching: z.boolean().default(true),
  /** Requests a second at points in time, with straight lines between. */
  streams: z
    .array(
      z.strictObject({
        mix: z.enum(Object.keys(mixes) as [MixName, ...MixName[]]),
        points: z.array(z.tuple([seconds, z.number().min(0)])).min(1),
      }),
    )
    .min(1),
  events: z
    .array(
      z.discriminatedUnion("kind", [
        /** In the calendar: capacity is made ready before it. */
        z.strictObject({ kind: z.literal("exam"), at: seconds, students: z.number().int().positive(), until: seconds }),
        z.strictObject({
          kind: z.literal("zone-loss"),
          at: seconds,
          zone: z.number().int().min(0),
          writer: z.boolean(),
        }),
      ]),
    )
    .default([]),
});

/** Load over time, and what happens meanwhile. */
export type Trace = z.infer<typeof schema>;

const folder = join(__dirname, "traces");

export function bundledTraces(): readonly string[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith(".json"))
    .map((file) => file.slice(0, -".json".length))
    .sort();
}

/** A trace by the name of a bundled one, or by the path of a file. @throws Error that says what is wrong with it. */
export function loadTrace(nameOrPath: string): Trace {
  const bundled = bundledTraces();
  const path = bundled.includes(nameOrPath) ? join(folder, `${nameOrPath}.json`) : nameOrPath;
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch {
    throw new Error(
      describeProblem({
        path: "TRACE",
        given: nameOrPath,
        allowed: `all, ${bundled.join(", ")}, or the path of a file`,
        fix: "Choose one of these, or import one from access logs with make import-trace.",
      }),
    );
  }
  return parseTrace(text, path);
}

export function parseTrace(text: string, path: string): Trace {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new Error(`${path} is not JSON: ${(error as Error).message}`);
  }
  const result = schema.safeParse(json);
  if (!result.success) {
    throw new Error(`${path} is not a trace:\n${z.prettifyError(result.error)}`);
  }
  return result.data;
}

/** Requests a second by class, for each second of the trace; row by row. */
export function ratesBySecond(trace: Trace, factor = 1): Float64Array {
  const width = pageClasses.length;
  const rates = new Float64Array(trace.seconds * width);
  for (const { mix, points } of trace.streams) {
    const weights = Object.entries(mixes[mix]) as [PageClass, number][];
    const total = weights.reduce((sum, [, weight]) => sum + weight, 0);
    let segment = 0;
    for (let second = 0; second < trace.seconds; second += 1) {
      // The middle of the second: a jump between two points a second apart is a jump here.
      const time = second + 0.5;
      while (segment + 1 < points.length && points[segment + 1]![0] <= time) {
        segment += 1;
      }
      const rate = interpolate(points, segment, time) * factor;
      for (const [name, weight] of weights) {
        rates[second * width + pageClasses.indexOf(name)]! += (rate * weight) / total;
      }
    }
  }
  return rates;
}

function interpolate(points: readonly (readonly [number, number])[], segment: number, time: number): number {
  const [from, low] = points[segment]!;
  const next = points[segment + 1];
  if (next === undefined || time <= from) {
    return low;
  }
  return low + ((next[1] - low) * (time - from)) / (next[0] - from);
}
