import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import type { Site } from "../scenario/plan";
import { type Used, usedBelow } from "./cpu";
import { makePassword, parseSite, siteScript, usersFile } from "./site";

const root = resolve(__dirname, "../../..");

/** More than this says nothing that a laptop can answer, and takes it from its owner. */
export const localLimits = { users: 100, seconds: 600, startSeconds: 1200 } as const;

export interface LocalMoodle {
  readonly target: string;
  readonly site: Site;
  readonly users: string;
  readonly machine: string;
  used(): Used;
  stop(): Promise<void>;
}

/**
 * The built image on this machine with MariaDB, two Redis servers and cron (moodle-image/local/run), with the load tests'
 * course in it. Takes some minutes the first time, a quarter of one later. Needs root and Debian, and MOODLE_SRC or network.
 */
export async function startLocal(
  users: number,
  folder: string,
  at: (step: string) => void,
  moodleSource?: string,
  port = 28_100,
): Promise<LocalMoodle> {
  const state = join(folder, "moodle");
  const target = `http://127.0.0.1:${port}`;
  const password = makePassword();
  mkdirSync(state, { recursive: true });
  const output = join(state, "after-install.log");
  rmSync(output, { force: true });
  const given = `--users=${users} --password=${password} --throw-away=${target}`;
  const child = spawn(join(root, "moodle-image", "local", "run"), [String(port)], {
    env: {
      ...process.env,
      STATE: state,
      AFTER_INSTALL: siteScript,
      AFTER_INSTALL_ARGUMENTS: given,
      ...(moodleSource !== undefined && { MOODLE_SRC: moodleSource }),
    },
    stdio: ["ignore", "pipe", "pipe"],
    // A separate process group: Ctrl-C at the terminal must not stop the site before the users.
    detached: true,
  });
  const words: string[] = [];
  const hear = (part: Buffer): void => {
    words.push(part.toString());
    const step = /== (.+)/.exec(part.toString())?.[1];
    if (step !== undefined) {
      at(`Moodle: ${step}`);
    }
  };
  child.stdout.on("data", hear);
  child.stderr.on("data", hear);
  const stop = (): Promise<void> => ended(child);
  try {
    await ready(child, words);
    const site = parseSite(readFileSync(output, "utf8"));
    const model = cpus()[0]?.model.trim() ?? "unknown";
    return {
      target,
      site,
      users: usersFile(users, password),
      machine: `this machine: ${cpus().length} x ${model}`,
      used: () => usedBelow(child.pid!),
      stop,
    };
  } catch (error) {
    await stop();
    writeFileSync(join(folder, "moodle.log"), words.join(""));
    throw error;
  }
}

async function ready(child: ChildProcess, words: readonly string[]): Promise<void> {
  const until = Date.now() + localLimits.startSeconds * 1000;
  while (Date.now() < until) {
    const said = words.join("");
    const address = /Moodle:\s+(http:\S+)/.exec(said)?.[1];
    if (address !== undefined) {
      const answer = await fetch(`${address}/login/index.php`).catch(() => undefined);
      if (answer?.status === 200) {
        return;
      }
    }
    if (child.exitCode !== null) {
      throw new Error(`moodle-image/local/run ended: ${said.trim().split("\n").slice(-3).join(" / ")}`);
    }
    await sleep(500);
  }
  throw new Error(`Moodle did not start within ${localLimits.startSeconds} s`);
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) {
    return;
  }
  const gone = new Promise((done) => child.once("exit", done));
  child.kill("SIGTERM");
  await gone;
}
