import { type ChildProcess } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";

import { Client } from "./client";
import { Route, SlowFiles } from "./counters";
import { Attempt, mix, type Page, password } from "./pages";
import { type Content, path, ports } from "./site";
import { type Delays, type Side, sides } from "./sides";
import { cpuSeconds, ready, startFpm } from "./web";

/** Cost of one page view, counted exactly. */
export interface Counts {
  readonly cacheTrips: number;
  readonly cacheKib: number;
  readonly sessionTrips: number;
  readonly connections: number;
  readonly databaseTrips: number;
  readonly opens: number;
  readonly writes: number;
}

export interface Taken {
  readonly milliseconds: number;
  readonly cpu: number;
}

const routes = () => ({
  database: new Route(path("state", "proxy"), 0),
  sessions: new Route(path("state", "proxy"), 1),
  cache: new Route(path("state", "proxy"), 2),
});

/** One side with a signed-in user and a running quiz attempt. */
export class Running {
  readonly routes = routes();
  readonly files: SlowFiles;

  private constructor(
    readonly side: Side,
    public fpm: ChildProcess,
    readonly client: Client,
    readonly pages: readonly Page[],
  ) {
    this.files = new SlowFiles(path("state", side.id));
  }

  static async start(side: Side, content: Content): Promise<Running> {
    const fpm = startFpm(side);
    await ready(side);
    const client = new Client(ports.web(side));
    const user = `bench${sides.indexOf(side)}`;
    await client.logIn(user, password);
    const attempt = await Attempt.start(client, ports.web(side), user, content);
    return new Running(side, fpm, client, mix(content, attempt));
  }

  delay({ network, read, write }: Delays): void {
    Object.values(this.routes).forEach((route) => route.delay(network));
    this.files.delay(read, write);
  }

  /** Milliseconds of one view; throws if the answer is not the page. */
  async view(page: Page): Promise<number> {
    const answer = await page.view(this.client);
    if (!page.right(answer)) {
      throw new Error(
        `${this.side.id}: ${page.name} answered ${answer.status} ${answer.location ?? ""}: ${answer.body.slice(0, 1500)}`,
      );
    }
    return answer.milliseconds;
  }

  async viewAll(times: number): Promise<void> {
    for (let i = 0; i < times; i += 1) {
      for (const page of this.pages) {
        await this.view(page);
      }
    }
  }

  private snapshot(): readonly number[] {
    const { database, sessions, cache } = this.routes;
    const [d, s, c, f] = [database.read(), sessions.read(), cache.read(), this.files.read()];
    return [c.trips, c.bytes / 1024, s.trips, c.connections + s.connections, d.trips, f.opens, f.writes];
  }

  /** One view. php-fpm may finish a session after the answer, so the counters are read a little later. */
  async countOnce(page: Page, client: Client = this.client): Promise<Counts> {
    await sleep(15);
    const start = this.snapshot();
    const answer = await page.view(client);
    if (!page.right(answer)) {
      throw new Error(
        `${this.side.id}: ${page.name} answered ${answer.status} ${answer.location ?? ""}: ${answer.body.slice(0, 1500)}`,
      );
    }
    await sleep(15);
    const [cacheTrips, cacheKib, sessionTrips, connections, databaseTrips, opens, writes] = this.snapshot().map(
      (value, at) => value - start[at]!,
    );
    return {
      cacheTrips: cacheTrips!,
      cacheKib: cacheKib!,
      sessionTrips: sessionTrips!,
      connections: connections!,
      databaseTrips: databaseTrips!,
      opens: opens!,
      writes: writes!,
    };
  }

  /** Time of one view, and php-fpm's CPU for it. */
  async take(page: Page): Promise<Taken> {
    const start = cpuSeconds(this.fpm);
    const milliseconds = await this.view(page);
    // php-fpm may still be finishing what comes after the answer.
    await sleep(5);
    return { milliseconds, cpu: (cpuSeconds(this.fpm) - start) * 1000 };
  }
}
