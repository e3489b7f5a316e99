import { readdirSync, readFileSync } from "node:fs";

/** Processor time of this machine's Moodle so far, in seconds. */
export interface Used {
  readonly web: number;
  readonly database: number;
}

interface Process {
  readonly parent: number;
  readonly name: string;
  readonly seconds: number;
}

/** Hundredths of a second on Linux, at any clock rate of the kernel: getconf CLK_TCK. */
const ticks = 100;

/** https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html */
export function parseStat(text: string): Process {
  const name = text.slice(text.indexOf("(") + 1, text.lastIndexOf(")"));
  const fields = text
    .slice(text.lastIndexOf(")") + 2)
    .split(" ")
    .map(Number);
  // After state: parent is field 4, user and system time 14 and 15, and 16 and 17 those of children that have ended.
  return { parent: fields[1]!, name, seconds: (fields[11]! + fields[12]! + fields[13]! + fields[14]!) / ticks };
}

function processes(): ReadonlyMap<number, Process> {
  const found = new Map<number, Process>();
  for (const id of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    try {
      found.set(Number(id), parseStat(readFileSync(`/proc/${id}/stat`, "utf8")));
    } catch {
      // It ended meanwhile.
    }
  }
  return found;
}

/** CPU time that nginx, PHP and the database below one process have used. */
export function usedBelow(root: number, all: ReadonlyMap<number, Process> = processes()): Used {
  const below = (id: number): boolean => {
    const parent = all.get(id)?.parent ?? 0;
    return parent === root || (parent > 1 && below(parent));
  };
  const sum = (names: RegExp): number =>
    [...all]
      .filter(([id, { name }]) => names.test(name) && below(id))
      .reduce((total, [, { seconds }]) => total + seconds, 0);
  return { web: sum(/^(nginx|php-fpm)/), database: sum(/^(mariadbd|mysqld)/) };
}

/** Processor time at moments, and between two of them by a straight line. */
export class CpuLog {
  private readonly points: { readonly at: number; readonly used: Used }[] = [];

  add(used: Used, at = Date.now()): void {
    this.points.push({ at, used });
  }

  /** @returns undefined for a stretch of time that was not watched. */
  between(from: number, to: number): Used | undefined {
    const [a, b] = [this.at(from), this.at(to)];
    return a === undefined || b === undefined ? undefined : { web: b.web - a.web, database: b.database - a.database };
  }

  private at(time: number): Used | undefined {
    const after = this.points.findIndex(({ at }) => at >= time);
    const [b, a] = [this.points[after], this.points[after - 1]];
    if (a === undefined || b === undefined) {
      return b?.at === time ? b.used : undefined;
    }
    const share = (time - a.at) / (b.at - a.at);
    const mix = (key: keyof Used): number => a.used[key] + share * (b.used[key] - a.used[key]);
    return { web: mix("web"), database: mix("database") };
  }
}
