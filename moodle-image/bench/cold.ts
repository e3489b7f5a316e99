import { mkdirSync, rmSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

import { Client } from "./client";
import { median } from "./figures";
import { type Counts, type Running } from "./measure";
import { password } from "./pages";
import { type Content, path, ports } from "./site";
import { sides } from "./sides";
import { ready, startFpm, stopFpm } from "./web";

export interface ColdStart {
  readonly title: string;
  /** Seconds from starting php-fpm to the answer: sign-in page, then course page, then the theme's style sheet. */
  readonly login: number;
  readonly course: number;
  readonly css: number;
  /** Round trips and KiB to the shared cache of these three. */
  readonly cacheTrips: number;
  readonly cacheKib: number;
}

export interface Cold {
  readonly starts: readonly ColdStart[];
  /** Per side and page: a user who has never been on any node. */
  readonly strangers: ReadonlyMap<string, ReadonlyMap<string, Counts>>;
  /** The same users on another warm node: what concerns them is in Redis, and not in its memory. */
  readonly movers: ReadonlyMap<string, ReadonlyMap<string, Counts>>;
}

const times = 5;

/** New containers, and new users on old ones. Ends with php-fpm of every side as it was. */
export async function coldStarts(running: readonly Running[], content: Content): Promise<Cold> {
  const strangers = new Map<string, Map<string, Counts>>();
  const movers = new Map<string, Map<string, Counts>>();
  for (const side of running) {
    strangers.set(side.side.title, await countStrangers(side));
    await stopFpm(side.fpm);
    side.fpm = startFpm(side.side);
    await ready(side.side);
    await side.viewAll(3);
    movers.set(side.side.title, await countStrangers(side));
  }
  const [files, tiered] = [running[0]!, running.at(-1)!];
  const warm = path("opcache");
  rmSync(warm, { recursive: true, force: true });
  mkdirSync(warm, { recursive: true });
  const fileCache = [`opcache.file_cache=${warm}`];
  const course = `/course/view.php?id=${content.small}`;
  const css = /\/theme\/styles\.php\/[^"]+/.exec((await tiered.client.send(course)).body)?.[0] ?? "";
  await files.client.send(css);
  await tiered.client.send(css);
  const starts = [
    await measure("files, empty opcache", files, [], course, css),
    await measure("files, empty opcache, style sheet not built", files, [], course, css, "theme"),
    await measure("this image's caches, empty opcache", tiered, [], course, css),
  ];
  // Fills the file cache; the image does it when it is built.
  await measure("", tiered, fileCache, course, css);
  starts.push(
    await measure(
      "this image's caches, opcache file cache and style sheet from the build",
      tiered,
      fileCache,
      course,
      css,
    ),
  );
  return { starts, strangers, movers };
}

async function measure(
  title: string,
  side: Running,
  ini: readonly string[],
  course: string,
  css: string,
  forget?: string,
): Promise<ColdStart> {
  const samples: Omit<ColdStart, "title">[] = [];
  for (let i = 0; i < times; i += 1) {
    await stopFpm(side.fpm);
    if (forget !== undefined) {
      rmSync(path("sides", side.side.id, "localcache", forget), { recursive: true, force: true });
    }
    await sleep(300);
    const before = side.routes.cache.read();
    const start = performance.now();
    const since = () => (performance.now() - start) / 1000;
    side.fpm = startFpm(side.side, ini);
    await ready(side.side);
    const visitor = new Client(ports.web(side.side));
    await expect(visitor, "/login/index.php", "page-login-index");
    const login = since();
    await expect(side.client, course, "page-course-view");
    const seen = since();
    await expect(visitor, css, "");
    const built = since();
    visitor.close();
    await sleep(50);
    const after = side.routes.cache.read();
    samples.push({
      login,
      course: seen,
      css: built,
      cacheTrips: after.trips - before.trips,
      cacheKib: (after.bytes - before.bytes) / 1024,
    });
  }
  const middle = (key: keyof (typeof samples)[number]) => median(samples.map((sample) => sample[key]));
  return {
    title,
    login: middle("login"),
    course: middle("course"),
    css: middle("css"),
    cacheTrips: middle("cacheTrips"),
    cacheKib: middle("cacheKib"),
  };
}

async function expect(client: Client, where: string, marker: string): Promise<void> {
  // The socket exists a moment before php-fpm answers; nginx says 502 until then.
  for (let i = 0; i < 500; i += 1) {
    const { status, body } = await client.send(where);
    if (status === 200 && body.includes(marker)) {
      return;
    }
    if (status !== 502) {
      throw new Error(`${where} answered ${status}: ${body.slice(0, 500)}`);
    }
    await sleep(2);
  }
  throw new Error(`${where} answered 502 for too long`);
}

/** Each page by another user: what the node does not know yet is what concerns this user alone. */
async function countStrangers(side: Running): Promise<Map<string, Counts>> {
  const found = new Map<string, Counts>();
  const pages = side.pages.filter(({ name }) => /^(my|course|forum|quiz view|page|assignment)/.test(name));
  for (const [index, page] of pages.entries()) {
    const client = new Client(ports.web(side.side));
    await client.logIn(`bench${sides.length + index}`, password, false);
    found.set(page.name, await side.countOnce(page, client));
    client.close();
  }
  return found;
}
