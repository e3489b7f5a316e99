import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

import { Client } from "./client";
import { median, quantile } from "./figures";
import { type Running } from "./measure";
import { Attempt, password } from "./pages";
import { type Content, describeSecondNode, path, ports } from "./site";
import { noDelay, scenarios } from "./sides";
import { ready, startFpm, stopFpm } from "./web";

/** What one request at a time does not show. */
export interface Load {
  readonly rates: readonly Rate[];
  readonly gate: Gate;
  /** Round trips to the shared cache of users whose every request goes to the other of two nodes. */
  readonly movers: readonly Trips[];
  /** Time of the read-only pages with a kept connection to the database, by the time without: median and quartiles. */
  readonly keptConnection: readonly [low: number, middle: number, high: number];
  /** System calls on shared storage per page of the mix, by the call's name, of each side. */
  readonly calls: ReadonlyMap<string, ReadonlyMap<string, number>>;
}

export interface Rate {
  readonly concurrency: number;
  /** Requests a second by side. */
  readonly perSecond: ReadonlyMap<string, number>;
  /** This image's by the other side's, paired round by round: median and quartiles. */
  readonly ratios: ReadonlyMap<string, readonly [low: number, middle: number, high: number]>;
}

export interface Gate {
  readonly users: number;
  readonly requests: number;
  readonly failed: number;
  /** Seconds of one request. */
  readonly p50: number;
  readonly p95: number;
}

export interface Trips {
  readonly pages: string;
  readonly mean: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
}

/** site/content.php makes as many users for each. */
const examUsers = 200;
const movingUsers = 40;
/** Processes of a task under load: 8 requests at once find one each. */
const children = 8;
const rounds = 9;
/** bench0 to bench23 are those of the sides, and of first views (site/content.php). */
const firstUser = 24;

const user = (index: number) => `bench${firstUser + index}`;

/** Ends with php-fpm of every side as it was, with no delays. */
export async function load(running: readonly Running[], content: Content): Promise<Load> {
  const calls = new Map<string, ReadonlyMap<string, number>>();
  for (const one of running) {
    calls.set(one.side.title, await fileCalls(one));
  }
  const compared = running.filter(({ side }) => ["moodlehq", "redis", "tiered"].includes(side.id));
  const tiered = running.at(-1)!;
  await restart(compared, children);
  compared.forEach((one) => one.delay(scenarios[0]!));
  const rates = [];
  for (const concurrency of [1, 8]) {
    rates.push(await rate(compared, concurrency, content));
  }
  const gate = await examGate(tiered, content);
  compared.forEach((one) => one.delay(noDelay));
  const movers = await moving(tiered, content);
  await restart(compared);
  const keptConnection = await kept(tiered, content);
  return { rates, gate, movers, keptConnection, calls };
}

async function restart(running: readonly Running[], processes?: number): Promise<void> {
  for (const one of running) {
    await stopFpm(one.fpm);
    one.fpm = startFpm(one.side, [], { children: processes });
    await ready(one.side);
    await one.viewAll(2);
  }
}

/** The read-only pages that students of an exam's week ask for. */
const reads = (content: Content): readonly (readonly [path: string, marker: string])[] => [
  ["/my/", "page-my-index"],
  [`/course/view.php?id=${content.small}`, "page-course-view"],
  [`/mod/forum/view.php?id=${content.forum}`, "page-mod-forum-view"],
  [`/mod/quiz/view.php?id=${content.quiz}`, "page-mod-quiz-view"],
  [`/mod/page/view.php?id=${content.page}`, "page-mod-page-view"],
  [`/mod/assign/view.php?id=${content.assign}`, "page-mod-assign-view"],
];

async function expect(client: Client, where: string, marker: string): Promise<void> {
  const { status, body, location } = await client.send(where);
  if (status !== 200 || !body.includes(marker)) {
    throw new Error(`${where} answered ${status} ${location ?? ""}: ${body.slice(0, 500)}`);
  }
}

const spread = (values: readonly number[]) => [quantile(values, 0.25), median(values), quantile(values, 0.75)] as const;

/** Each side in turn, several times, in short turns: a busy moment of the machine meets all alike. The first round only warms up. */
async function rate(running: readonly Running[], concurrency: number, content: Content): Promise<Rate> {
  const found = new Map(running.map(({ side }) => [side.title, [] as number[]]));
  const clients = new Map<Running, readonly Client[]>();
  for (const one of running) {
    clients.set(one, await signedIn(one, concurrency));
  }
  const pages = reads(content);
  for (let round = -1; round < rounds; round += 1) {
    for (const one of running) {
      const start = performance.now();
      await Promise.all(
        clients.get(one)!.map(async (client, at) => {
          for (let i = 0; i < pages.length; i += 1) {
            await expect(client, ...pages[(i + at) % pages.length]!);
          }
        }),
      );
      if (round >= 0) {
        found.get(one.side.title)!.push((concurrency * pages.length) / ((performance.now() - start) / 1000));
      }
    }
  }
  [...clients.values()].flat().forEach((client) => client.close());
  const own = [...found.values()].at(-1)!;
  const others = [...found].slice(0, -1);
  return {
    concurrency,
    perSecond: new Map([...found].map(([title, values]) => [title, median(values)])),
    ratios: new Map(
      others.map(([title, values]) => [title, spread(values.map((value, round) => own[round]! / value))]),
    ),
  };
}

async function signedIn(one: Running, users: number): Promise<readonly Client[]> {
  const clients: Client[] = [];
  for (let i = 0; i < users; i += 1) {
    const client = new Client(ports.web(one.side));
    await client.logIn(user(i), password);
    clients.push(client);
  }
  return clients;
}

/** All have signed in and wait; then each opens the quiz, starts an attempt and reads its first page, all at the same instant. */
async function examGate(one: Running, content: Content): Promise<Gate> {
  const clients = await signedIn(one, examUsers);
  const seconds: number[] = [];
  let failed = 0;
  await Promise.all(
    clients.map(async (client, index) => {
      const step = async (ask: () => Promise<boolean>) => {
        const start = performance.now();
        const right = await ask().catch(() => false);
        seconds.push((performance.now() - start) / 1000);
        failed += right ? 0 : 1;
        return right;
      };
      let attempt = "";
      await step(async () => {
        const { status, body } = await client.send(`/mod/quiz/view.php?id=${content.quiz}`);
        return status === 200 && body.includes("page-mod-quiz-view");
      });
      const started = await step(async () => {
        attempt = (await Attempt.start(client, ports.web(one.side), user(index), content)).path;
        return true;
      });
      if (started) {
        await step(async () => {
          const { status, body } = await client.send(attempt);
          return status === 200 && body.includes("page-mod-quiz-attempt");
        });
      }
      client.close();
    }),
  );
  const at = (share: number) => quantile(seconds, share);
  return { users: examUsers, requests: seconds.length, failed, p50: at(0.5), p95: at(0.95) };
}

/** Users who have never been here; each request of one goes to the node that its last one did not go to. */
async function moving(one: Running, content: Content): Promise<readonly Trips[]> {
  const second = startFpm(one.side, [], { node: 2 });
  await ready(one.side, 2);
  const nodes = [ports.web(one.side), ports.second] as const;
  const pages = reads(content);
  const phases = [
    { pages: "first 4 pages of each", from: 0, to: 4, trips: [] as number[] },
    { pages: "next 6", from: 4, to: 10, trips: [] as number[] },
    { pages: "next 8", from: 10, to: 18, trips: [] as number[] },
  ];
  // Users of the exam's gate have been on this node already.
  const users: Client[] = [];
  for (let i = 0; i < movingUsers; i += 1) {
    const client = new Client(nodes[0]);
    await client.logIn(user(examUsers + i), password, false);
    users.push(client);
  }
  for (const { from, to, trips } of phases) {
    for (let turn = from; turn < to; turn += 1) {
      for (const [at, client] of users.entries()) {
        client.port = nodes[(turn + at) % 2]!;
        await sleep(5);
        const before = one.routes.cache.read().trips;
        await expect(client, ...pages[(turn + at) % pages.length]!);
        await sleep(15);
        trips.push(one.routes.cache.read().trips - before);
      }
    }
  }
  users.forEach((client) => client.close());
  await stopFpm(second);
  return phases.map(({ pages: title, trips }) => ({
    pages: title,
    mean: trips.reduce((sum, value) => sum + value, 0) / trips.length,
    p50: quantile(trips, 0.5),
    p90: quantile(trips, 0.9),
    p99: quantile(trips, 0.99),
  }));
}

/** A second node that keeps its connections to the database, and the first, in turn. */
async function kept(one: Running, content: Content): Promise<Load["keptConnection"]> {
  describeSecondNode(one.side, true);
  const second = startFpm(one.side, [], { node: 2 });
  await ready(one.side, 2);
  const pages = reads(content);
  const nodes: Client[] = [];
  for (const [at, port] of [ports.web(one.side), ports.second].entries()) {
    const client = new Client(port, ports.web(one.side));
    await client.logIn(user(at), password, false);
    nodes.push(client);
  }
  const once = async (client: Client) => {
    const start = performance.now();
    for (const page of pages) {
      await expect(client, ...page);
    }
    return performance.now() - start;
  };
  for (let i = 0; i < 3; i += 1) {
    for (const client of nodes) await once(client);
  }
  one.delay(scenarios[0]!);
  const ratios: number[] = [];
  for (let round = 0; round < 2 * rounds; round += 1) {
    // Who goes first changes from round to round.
    const [a, b] = round % 2 === 0 ? [0, 1] : [1, 0];
    const took: number[] = [];
    took[a] = await once(nodes[a]!);
    took[b] = await once(nodes[b]!);
    ratios.push(took[1]! / took[0]!);
  }
  one.delay(noDelay);
  nodes.forEach((client) => client.close());
  await stopFpm(second);
  describeSecondNode(one.side);
  return spread(ratios);
}

/** Traces the processes of a side while the warm mix is seen once. */
async function fileCalls(one: Running): Promise<ReadonlyMap<string, number>> {
  await one.viewAll(1);
  const log = path("log", `strace-${one.side.id}`);
  rmSync(log, { force: true });
  const ids = readFileSync(`/proc/${one.fpm.pid}/task/${one.fpm.pid}/children`, "utf8").trim().split(" ");
  const trace: ChildProcess = spawn(
    "strace",
    ["-f", "-qq", "-y", "-e", "trace=%file,%desc", "-o", log, ...ids.flatMap((id) => ["-p", id])],
    { stdio: "ignore" },
  );
  const ended = new Promise((resolve, reject) => trace.once("exit", resolve).once("error", reject));
  await sleep(1000);
  await one.viewAll(1);
  trace.kill("SIGTERM");
  await ended;
  const shared = path("sides", one.side.id, "dataroot");
  const lines = readFileSync(log, "utf8").split("\n");
  if (!lines.some((line) => line.includes("("))) {
    throw new Error(`strace saw no call of ${one.side.id}: it needs root, and processes that it may trace`);
  }
  const found = new Map<string, number>();
  for (const line of lines.filter((text) => text.includes(shared))) {
    const name = /(\w+)\(/.exec(line)?.[1];
    // The second half of a call that was interrupted by another process's has no name before its bracket.
    if (name !== undefined && !line.includes("resumed>")) {
      found.set(name, (found.get(name) ?? 0) + 1 / one.pages.length);
    }
  }
  return found;
}

export const sharedCalls = (calls: ReadonlyMap<string, number>) => [...calls.values()].reduce((sum, n) => sum + n, 0);
