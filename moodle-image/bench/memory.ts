import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

import { Client } from "./client";
import { type Running } from "./measure";
import { type Content, environment, path, php, ports } from "./site";
import { ready, startFpm, stopFpm } from "./web";

/** Memory of one process that runs a heavy page, MiB. Its own is what one more child costs; PSS has its share of common pages too. */
export interface Memory {
  readonly title: string;
  readonly own: number;
  readonly pss: number;
  /** Its own a moment after the answer: what a child keeps until it is used again. */
  readonly kept: number;
}

const milliseconds = 5;

/** Pages that ask for the most, each by new children that have seen it twice, and a course backup as the role adhoc runs it. */
export async function heavyPages(side: Running, content: Content): Promise<readonly Memory[]> {
  const found: Memory[] = [];
  const admin = new Client(ports.web(side.side));
  for (const [title, where, marker] of [
    ["dashboard, for comparison", "/my/", "page-my-index"],
    [`course of ${content.modules[1]} modules`, `/course/view.php?id=${content.medium}`, "page-course-view"],
    // 20 and 100 are the choices of the page, and are remembered for the user; an address can ask for more.
    ...([20, 100, 1000] as const).map(
      (students) =>
        [
          `gradebook, ${students} students a page`,
          `/grade/report/grader/index.php?id=${content.medium}&perpage=${students}`,
          "grader",
        ] as const,
    ),
    ["participants, 1,000 on the page", `/user/index.php?id=${content.medium}&perpage=5000`, "Participants"],
    ["form of a course backup", `/backup/backup.php?id=${content.medium}`, "page-backup-backup"],
    ["results of a quiz", `/mod/quiz/report.php?id=${content.quiz}&mode=overview`, "page-mod-quiz-report"],
    ["quiz attempt, 5 questions a page", "", "page-mod-quiz-attempt"],
  ] as const) {
    await stopFpm(side.fpm);
    side.fpm = startFpm(side.side);
    await ready(side.side);
    const attempt = side.pages.find(({ name }) => name === "quiz attempt")!;
    const view = async () => {
      const { status, body } = await (where === "" ? attempt.view(side.client) : admin.send(where));
      if (status !== 200 || !body.includes(marker)) {
        throw new Error(`${title} answered ${status}: ${body.slice(0, 1000)}`);
      }
    };
    await admin.logIn("admin", "Bench-1-admin!", false);
    await view();
    await view();
    found.push(await watch(title, children(side.fpm), view));
  }
  admin.close();
  return [...found, await backup(side, content)];
}

async function backup(side: Running, content: Content): Promise<Memory> {
  const folder = path("backup");
  mkdirSync(folder, { recursive: true });
  const command = [path("moodle", "admin/cli/backup.php"), `--courseid=${content.medium}`, `--destination=${folder}`];
  const child = spawn(php(), command, { env: { ...process.env, ...environment(side.side) }, stdio: "ignore" });
  const ended = new Promise<number | null>((resolve) => child.on("exit", resolve));
  const memory = await watch("course backup, command line", [child.pid!], async () => {
    const status = await ended;
    if (status !== 0) {
      throw new Error(`the backup ended with ${status}`);
    }
  });
  rmSync(folder, { recursive: true });
  return memory;
}

/** Looks at the processes repeatedly while something runs; the most that any one of them had. */
async function watch(title: string, processes: readonly number[], run: () => Promise<void>): Promise<Memory> {
  let [own, pss] = [0, 0];
  const look = () => {
    const all = processes.map(memoryOf);
    own = Math.max(own, ...all.map((memory) => memory.own));
    pss = Math.max(pss, ...all.map((memory) => memory.pss));
    return Math.max(...all.map((memory) => memory.own));
  };
  const timer = setInterval(look, milliseconds);
  await run().finally(() => clearInterval(timer));
  // php-fpm is not done with a request when its answer has been read.
  await sleep(500);
  return { title, own, pss, kept: look() };
}

const children = (master: ChildProcess): number[] =>
  readFileSync(`/proc/${master.pid}/task/${master.pid}/children`, "utf8").trim().split(" ").map(Number);

/** 0 for a process that has ended. https://docs.kernel.org/filesystems/proc.html (smaps_rollup) */
function memoryOf(id: number): { readonly own: number; readonly pss: number } {
  let text = "";
  try {
    text = readFileSync(`/proc/${id}/smaps_rollup`, "utf8");
  } catch {
    // It has ended.
  }
  const mib = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(text)?.[1] ?? 0) / 1024;
  return { own: mib("Private_Clean") + mib("Private_Dirty"), pss: mib("Pss") };
}
