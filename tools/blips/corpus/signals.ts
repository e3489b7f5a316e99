import { Random } from "../../lib/random";
import { type PathClass } from "../../../components/lib/pathClasses";
import { metricNames } from "../entries";

/** Random numbers of more shapes. */
export class Dice extends Random {
  between(low: number, high: number): number {
    return low + (high - low) * this.uniform();
  }

  chance(share: number): boolean {
    return this.uniform() < share;
  }

  pick<T>(values: readonly T[]): T {
    return values[Math.floor(this.uniform() * values.length)]!;
  }

  /** Box and Muller. */
  normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.uniform())) * Math.cos(2 * Math.PI * this.uniform());
  }

  poisson(mean: number): number {
    let [count, left] = [-1, 1];
    for (const limit = Math.exp(-mean); left > limit; count += 1) {
      left *= this.uniform();
    }
    return Math.max(0, count);
  }
}

/** Requests a minute and the median answer time of each class: a mid-sized site on a teaching day, made up. */
export const classes: Readonly<
  Record<PathClass, { readonly perMinute: number; readonly median: number; readonly path: string }>
> = {
  login: { perMinute: 6, median: 0.25, path: "/login/index.php" },
  dashboard: { perMinute: 8, median: 0.35, path: "/my/" },
  course: { perMinute: 26, median: 0.4, path: "/course/view.php" },
  quiz: { perMinute: 24, median: 0.5, path: "/mod/quiz/attempt.php" },
  file: { perMinute: 24, median: 0.09, path: "/pluginfile.php/23/mod_resource/content/1/a.pdf" },
  service: { perMinute: 32, median: 0.14, path: "/lib/ajax/service.php" },
  other: { perMinute: 8, median: 0.2, path: "/user/profile.php" },
};

/** Usual value of each metric and how much it moves by itself. */
export const metrics: Readonly<Record<string, { readonly value: number; readonly noise: number }>> = {
  db_cpu: { value: 32, noise: 4 },
  db_connections: { value: 90, noise: 8 },
  db_acu: { value: 40, noise: 5 },
  db_deadlocks: { value: 0.1, noise: 0.1 },
  sessions_evictions: { value: 0, noise: 0 },
  sessions_memory: { value: 45, noise: 1 },
  sessions_cpu: { value: 8, noise: 2 },
  cache_evictions: { value: 2, noise: 2 },
  cache_misses: { value: 300, noise: 60 },
  cache_cpu: { value: 15, noise: 3 },
  files_io: { value: 12, noise: 3 },
  files_throughput: { value: 20, noise: 5 },
  tasks_running: { value: 6, noise: 0 },
  tasks_cpu: { value: 45, noise: 5 },
};

if (Object.keys(metrics).some((id) => metricNames[id] === undefined)) {
  throw new Error("the corpus has a metric that nothing reads");
}
