import { TimeHeap } from "./heap";

export interface StationSize {
  /** php-fpm children: requests that are worked on at once. */
  readonly children: number;
  /** CPU of the task in vCPUs; a fraction is a slower processor. */
  readonly vcpus: number;
  /** Requests that may wait for a child; more are refused (listen.backlog). */
  readonly backlog: number;
}

/**
 * php-fpm in one task: first come, first served by `children`; each request first computes on one of the task's processors,
 * also first come, first served, and then waits for database, caches and files while it keeps its child.
 *
 * Exact as a queue, and without an event per completion: a request's start and end are known when it arrives. The
 * kernel shares the processor between the children instead. The mean is the same for exponential CPU times, and the work
 * done is always the same; waits differ by request. Closed forms: station.test.ts.
 */
export class Station {
  /** Requests that ended. */
  completed = 0;
  /** Seconds until when each processor is taken. */
  private readonly processors: Float64Array;
  private readonly speed: number;
  private readonly childFree: TimeHeap;
  private readonly ends = new TimeHeap();

  constructor(
    private readonly size: StationSize,
    now = 0,
  ) {
    const processors = Math.max(1, Math.floor(size.vcpus));
    this.speed = size.vcpus / processors;
    this.processors = new Float64Array(processors).fill(now);
    this.childFree = new TimeHeap(size.children);
    for (let child = 0; child < size.children; child += 1) {
      this.childFree.push(now);
    }
  }

  /** Requests sent here and not answered yet. */
  outstanding(now: number): number {
    const { ends } = this;
    while (ends.first <= now) {
      ends.pop();
      this.completed += 1;
    }
    return ends.size;
  }

  /** When its processor began with the request accepted last, and for how long: for CPU metrics. */
  cpuFrom = 0;
  cpuSeconds = 0;

  /** The time at which a request that arrives now is answered; -1 when the backlog is full. Arrivals must be in order. */
  offer(now: number, cpuSeconds: number, waitSeconds: number): number {
    const { childFree, processors } = this;
    if (this.outstanding(now) - this.size.children >= this.size.backlog) {
      return -1;
    }
    let start = childFree.first;
    if (start < now) {
      start = now;
    }
    let earliest = 0;
    for (let index = 1; index < processors.length; index += 1) {
      if (processors[index]! < processors[earliest]!) {
        earliest = index;
      }
    }
    const free = processors[earliest]!;
    this.cpuFrom = free > start ? free : start;
    this.cpuSeconds = cpuSeconds / this.speed;
    const computed = this.cpuFrom + this.cpuSeconds;
    processors[earliest] = computed;
    const end = computed + waitSeconds;
    childFree.replaceFirst(end);
    this.ends.push(end);
    return end;
  }

  /** A request to a lost task gets no answer, and the load balancer holds it until its time-out. */
  hold(until: number): void {
    this.ends.push(until);
  }

  /** Drops all outstanding work, because the task is gone. Returns its number. */
  abandon(now: number): number {
    const lost = this.outstanding(now);
    while (this.ends.size > 0) {
      this.ends.pop();
    }
    return lost;
  }
}
