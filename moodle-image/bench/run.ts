/**
 * `make bench-image MOODLE_SRC=<folder with Moodle's source>`: this image's caches beside what people use, on the same Moodle,
 * database and pages, in one run. Prints the tables and writes docs/image-measurements.md. Asserts nothing.
 */
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { coldStarts } from "./cold";
import { median, quantile, type Times } from "./figures";
import { load } from "./load";
import { type Counts, Running, type Taken } from "./measure";
import { heavyPages } from "./memory";
import { stopAll } from "./processes";
import { report } from "./report";
import { prepareSite, startServers } from "./site";
import { type Delays, noDelay, scenarios, type Side, sides } from "./sides";
import { startNginx } from "./web";

const rounds = Number(process.env.MOODLE_BENCH_ROUNDS ?? 7);
const views = Number(process.env.MOODLE_BENCH_VIEWS ?? 5);

function mean(samples: readonly Counts[]): Counts {
  const of = (key: keyof Counts) => samples.reduce((sum, sample) => sum + sample[key], 0) / samples.length;
  return {
    cacheTrips: of("cacheTrips"),
    cacheKib: of("cacheKib"),
    sessionTrips: of("sessionTrips"),
    connections: of("connections"),
    databaseTrips: of("databaseTrips"),
    opens: of("opens"),
    writes: of("writes"),
  };
}

/** The same page on each side in turn, so that a busy moment of the machine meets all sides alike. Time and CPU of each. */
async function timed(
  running: readonly Running[],
  delays: Delays,
): Promise<{ readonly time: Times; readonly cpu: Times }> {
  running.forEach((side) => side.delay(delays));
  const samples = running.map(({ pages }) => pages.map(() => [] as Taken[]));
  for (let round = -1; round < rounds; round += 1) {
    for (let page = 0; page < running[0]!.pages.length; page += 1) {
      for (let turn = 0; turn < running.length; turn += 1) {
        // Who goes first changes from round to round; the first round only warms up.
        const at = (turn + Math.max(round, 0)) % running.length;
        const taken = await running[at]!.take(running[at]!.pages[page]!);
        if (round >= 0) {
          samples[at]![page]!.push(taken);
        }
      }
    }
  }
  running.forEach((side) => side.delay(noDelay));
  const weights = running[0]!.pages.map(({ weight }) => weight);
  const summary = (key: keyof Taken): Times => {
    const mixOf = (at: number, round: number) =>
      weights.reduce((sum, weight, page) => sum + weight * samples[at]![page]![round]![key], 0);
    const ratios = running.map((side, at) => {
      const paired = Array.from({ length: rounds }, (_, round) => mixOf(at, round) / mixOf(0, round));
      return [side.side, [quantile(paired, 0.25), median(paired), quantile(paired, 0.75)]] as const;
    });
    const pages = running.map(
      (side, at) =>
        [
          side.side,
          new Map(side.pages.map(({ name }, page) => [name, median(samples[at]![page]!.map((taken) => taken[key]))])),
        ] as const,
    );
    return { delays, ratios: new Map(ratios), pages: new Map(pages) };
  };
  return { time: summary("milliseconds"), cpu: summary("cpu") };
}

async function main(): Promise<void> {
  const source = process.env.MOODLE_SRC;
  if (source === undefined || !existsSync(join(source, "public", "version.php"))) {
    throw new Error(
      `MOODLE_SRC is ${source ?? "not set"}: give the folder of a Moodle 5.1 or later, the one that has public/version.php`,
    );
  }
  const say = (what: string) => process.stderr.write(`${new Date().toISOString().slice(11, 19)} ${what}\n`);
  say("servers and site");
  await startServers();
  const content = prepareSite(source);
  await startNginx();
  const running: Running[] = [];
  for (const side of sides) {
    say(`warming ${side.id}`);
    const one = await Running.start(side, content);
    one.delay(noDelay);
    await one.viewAll(3);
    running.push(one);
  }
  const counts = new Map<Side, Map<string, Counts>>();
  for (const one of running) {
    say(`counting ${one.side.id}`);
    counts.set(one.side, new Map());
    for (const page of one.pages) {
      const samples: Counts[] = [];
      for (let i = 0; i < views; i += 1) {
        // Turning the page of an attempt makes its form too old: the attempt page is read again, and not counted.
        if (page.name.startsWith("quiz next")) {
          await one.view(one.pages.find(({ name }) => name === "quiz attempt")!);
        } else if (page.name === "login") {
          await one.view(one.pages.find(({ name }) => name === "login form")!);
        }
        samples.push(await one.countOnce(page));
      }
      counts.get(one.side)!.set(page.name, mean(samples));
    }
  }
  const times: Times[] = [];
  let cpu: Times | undefined;
  for (const delays of [...scenarios, noDelay]) {
    say(`timing: ${delays.title}`);
    const taken = await timed(running, delays);
    times.push(taken.time);
    cpu = taken.cpu;
  }
  say("load: users at once, users who change nodes, calls on shared storage");
  const loaded = await load(running, content);
  say("memory of heavy pages");
  const memory = await heavyPages(running.at(-1)!, content);
  say("cold starts");
  const cold = await coldStarts(running, content);
  const text = report({
    content,
    pages: running[0]!.pages,
    counts,
    times,
    cpu: cpu!,
    load: loaded,
    memory,
    cold,
    rounds,
    views,
  });
  console.log(text);
  writeFileSync(join(__dirname, "..", "..", "docs", "image-measurements.md"), text);
}

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => void stopAll().then(() => process.exit(1)));
}
main()
  .catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  })
  .finally(() => stopAll().then(() => process.exit()));
