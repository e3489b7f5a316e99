import { cpus, loadavg, totalmem } from "node:os";

import { type Cold } from "./cold";
import { number, table, weighted } from "./figures";
import { type Load, sharedCalls } from "./load";
import { type Counts } from "./measure";
import { type Memory } from "./memory";
import { type Page } from "./pages";
import { type PerPage, type Times } from "./figures";
import { type Content } from "./site";
import { sides } from "./sides";

export interface Measured {
  readonly content: Content;
  readonly pages: readonly Page[];
  readonly counts: PerPage<Counts>;
  readonly times: readonly Times[];
  readonly cpu: Times;
  readonly load: Load;
  readonly memory: readonly Memory[];
  readonly cold: Cold;
  readonly rounds: number;
  readonly views: number;
}

/** The tables, as Markdown. */
export function report(measured: Measured): string {
  const { counts, pages, times, cpu, cold } = measured;
  const head = ["figure, warm node, mean of the mix", ...sides.map(({ title }) => title), "goal"];
  const count = (title: string, key: keyof Counts, goal: string) => [
    title,
    ...sides.map((side) =>
      number(weighted(pages.map(({ name, weight }) => ({ value: counts.get(side)!.get(name)![key], weight })))),
    ),
    goal,
  ];
  const ratio = ({ delays, ratios }: Times, title: string, goal: string) => [
    title === "" ? `page time / files, ${delays.title}` : title,
    ...sides.map((side, at) => (at === 0 ? "1" : spread(ratios.get(side)!))),
    goal,
  ];
  const main = table(head, [
    count("cache round trips per page", "cacheTrips", "<= 15"),
    count("KiB from the shared cache per page", "cacheKib", "<= 10"),
    count("new Redis connections per page", "connections", "~0"),
    count("session round trips per page", "sessionTrips", ""),
    count("database round trips per page", "databaseTrips", ""),
    count("opens on shared storage per page", "opens", "<= 0.1"),
    count("writes on shared storage per page", "writes", "0"),
    ratio(times[0]!, "", "<= 0.70"),
    ratio(times[1]!, "", "<= 0.45"),
    ratio(times[2]!, "", ""),
    ratio(cpu, "CPU of php-fpm per page / local files", "<= 1.0"),
  ]);
  const tiered = sides.at(-1)!;
  const perPage = table(
    [
      "page (weight)",
      ...sides.slice(1).map(({ title }) => `trips: ${title}`),
      `KiB: ${tiered.title}`,
      ...times.slice(0, 2).map(({ delays }) => `ms, ${delays.title}: files`),
      "this image, same delays",
    ],
    pages.map(({ name, weight }) => [
      `${name} (${weight})`,
      ...sides.slice(1).map((side) => number(counts.get(side)!.get(name)!.cacheTrips)),
      number(counts.get(tiered)!.get(name)!.cacheKib),
      ...times.slice(0, 2).map(({ pages: of }) => number(of.get(sides[0]!)!.get(name)!)),
      times
        .slice(0, 2)
        .map(({ pages: of }) => number(of.get(tiered)!.get(name)!))
        .join(" and "),
    ]),
  );
  const firstViews = (title: string, sides: Cold["strangers"]) =>
    table(
      [title, ...sides.keys()],
      [...sides.values().next().value!.keys()].map((page) => [
        page,
        ...[...sides.values()].map(
          (of) => `${number(of.get(page)!.cacheTrips)} (${number(of.get(page)!.cacheKib)} KiB)`,
        ),
      ]),
    );
  const starts = table(
    [
      "php-fpm start to ... (s, medians of 5)",
      "sign-in page",
      "and course page",
      "and style sheet",
      "cache round trips",
      "KiB",
    ],
    cold.starts.map(({ title, login, course, css, cacheTrips, cacheKib }) => [
      title,
      ...[login, course, css].map((seconds) => seconds.toFixed(2)),
      number(cacheTrips),
      number(cacheKib),
    ]),
  );
  const { rates, gate, movers, keptConnection, calls } = measured.load;
  const perSecond = table(
    [
      "requests a second, at once",
      ...rates[0]!.perSecond.keys(),
      ...[...rates[0]!.ratios.keys()].flatMap((title) => [`this image / ${title}`, "goal"]),
    ],
    rates.map(({ concurrency, perSecond: of, ratios }) => [
      String(concurrency),
      ...[...of.values()].map(number),
      ...[...ratios].flatMap(([title, ratio]) => [spread(ratio), `>= ${rateGoal(title, concurrency).toFixed(1)}`]),
    ]),
  );
  const moved = table(
    ["cache round trips a page", "mean", "goal", "p50", "p90", "p99"],
    movers.map(({ pages: title, mean, p50, p90, p99 }, at) => [
      title,
      number(mean),
      `<= ${moverGoal(at)}`,
      ...[p50, p90, p99].map(number),
    ]),
  );
  const kinds = [...new Set([...calls.values()].flatMap((of) => [...of.keys()]))].sort();
  const called = table(
    ["calls on shared storage a page", ...calls.keys(), "goal"],
    [
      ["all", ...[...calls.values()].map((of) => number(sharedCalls(of))), "0 on warm pages"],
      ...kinds.map((kind) => [kind, ...[...calls.values()].map((of) => number(of.get(kind) ?? 0)), ""]),
    ],
  );
  const memory = table(
    ["MiB", "its own, at most", "PSS, at most", "its own, afterwards"],
    measured.memory.map(({ title, own, pss, kept }) => [title, number(own), number(pss), number(kept)]),
  );
  const own = (key: keyof Counts) =>
    weighted(pages.map(({ name, weight }) => ({ value: counts.get(tiered)!.get(name)![key], weight })));
  const middle = ({ ratios }: Times) => ratios.get(tiered)![1];
  const goals: readonly (readonly [what: string, got: number, kept: boolean])[] = [
    ["cache round trips per page, at most 15", own("cacheTrips"), own("cacheTrips") <= 15],
    ["KiB from the shared cache per page, at most 10", own("cacheKib"), own("cacheKib") <= 10],
    ["opens on shared storage per page, at most 0.1", own("opens"), own("opens") <= 0.1],
    ["page time by that with files, first delays, at most 0.70", middle(times[0]!), middle(times[0]!) <= 0.7],
    ["page time by that with files, second delays, at most 0.45", middle(times[1]!), middle(times[1]!) <= 0.45],
    ["CPU by that with local files, at most 1.0", middle(cpu), middle(cpu) <= 1],
    ["failed requests of the exam's gate, 0", gate.failed, gate.failed === 0],
    ...rates.flatMap(({ concurrency, ratios }) =>
      [...ratios].map(([title, [, ratio]]) => {
        const least = rateGoal(title, concurrency);
        const what = `requests a second by those of "${title}", ${concurrency} at once, at least ${least.toFixed(1)}`;
        return [what, ratio, ratio >= least] as const;
      }),
    ),
    ...movers.map(({ pages: title, mean }, at) => {
      const most = moverGoal(at);
      return [`cache round trips of users who change nodes, ${title}, at most ${most}`, mean, mean <= most] as const;
    }),
    [
      "calls on shared storage per page, 0",
      sharedCalls(calls.get(tiered.title)!),
      sharedCalls(calls.get(tiered.title)!) === 0,
    ],
  ];
  const missed = goals.filter(([, , kept]) => !kept).map(([what, got]) => `- ${what}: ${number(got)}`);
  return `# Measured: the caches of the image

<!-- cspell:ignore ${[...kinds].join(" ")} -->

Written by \`make bench-image MOODLE_SRC=...\`; do not edit. ${cpus().length} processors (${cpus()[0]?.model ?? "unknown"}), ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}.
Load of the machine at the end, averages over 1, 5 and 15 minutes: ${loadavg()
    .map((load) => load.toFixed(1))
    .join(", ")}. The benchmark itself keeps one processor busy. With a load
much above 1 per processor, times are mostly waiting for a processor. All sides wait alike, so their ratios tend to 1.
Courses of ${measured.content.modules.join(" and ")} modules, a quiz of 20 questions in pages of 5.

${main}

${missed.length === 0 ? "All goals are reached." : `Goals that this run misses:\n\n${missed.join("\n")}`}

Counts are exact: a proxy in front of Redis and the database counts answers to questions, and a library loaded into php-fpm counts
operations on moodledata. There are ${measured.views} views per page after three warm rounds of the mix. Ratios are medians of ${measured.rounds} rounds (quartiles in brackets), each
round the same page on each side in turn, one request at a time, the mix weighted per round. Delays are added per round trip by the
proxy, and per open, uncached attribute, creation, close and rename by the library; bandwidth, bursts and queues are not modelled.

The three public designs have their published PHP settings, sessions and caches (bench/sides.ts), on this PHP, database and storage.
The moodlehq side is Apache with mod_php, the others nginx with php-fpm. Code is on a local disk for all.

## Per page

${perPage}

## A user who is new to the node

${firstViews("cache round trips, first view ever", cold.strangers)}

${firstViews("first view on this node, viewed on another one before", cold.movers)}

## Users at once

${perSecond}

Read-only pages, 8 processes for each side, ${measured.times[0]!.delays.title}; each side in turn, nine
rounds. Ratios are paired by round: medians, quartiles in brackets. All sides, their database and whoever asks share the processors: at 8 requests at once
these are what is measured, and not the waiting.

${gate.users} users who have signed in open a quiz at the same instant, start an attempt and read its first page. One task of this image serves them
with 8 processes and the same delays: ${number(gate.requests)} requests, ${number(gate.failed)} failed, half within ${number(gate.p50)} s, 95 of 100 within ${number(gate.p95)} s. Goal: 0 failed.

A connection to the database that is kept between pages: ${spread(keptConnection)} of the time of the same pages without, same delays. The image keeps none: after a
failover a kept one would go on talking to the old writer.

## 40 users, each request to the other of two nodes

${moved}

## Every call on shared storage

${called}

One warm view of each page of the mix, all pages alike, traced by strace: every system call that names a file below moodledata or has one open.
The page of the mix that serves a file from moodledata has its own calls in this mean.

## Memory of one php-fpm child

${memory}

Most that was seen while a page was made, looked at every 5 ms, in new children that had made the page twice. "Its own" are pages
that no other process has: what one more child costs. PSS adds its share of what all have in common, opcache and APCu.

## A new container

${starts}
`;
}

/** What this image is meant to reach beside each side, with one request at a time and with 8. */
function rateGoal(title: string, concurrency: number): number {
  return title === "plain Redis, PHP serializer" ? (concurrency === 1 ? 2 : 1.5) : 1.3;
}

/** Round trips a page of users who change nodes, by phase. */
const moverGoal = (phase: number) => (phase === 0 ? 8 : 2);

const spread = ([low, middle, high]: readonly [number, number, number]) =>
  `${middle.toFixed(2)} [${low.toFixed(2)}-${high.toFixed(2)}]`;
