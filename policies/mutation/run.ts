/**
 * Mutation testing of the rules: changes one condition at a time, and asks whether a case, a property or a program of the
 * corpus notices. A mutant that nobody notices is a missing case. Writes scores.json, which the catalogue shows.
 *
 *   npx tsx policies/mutation/run.ts [part of a file's name, ...]
 */
import { fork, type ChildProcess } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { mutantsOf } from "./mutants";
import { hashOf, mutatedFiles, resultsFile, resultsSoFar, score, type Result } from "./results";
import type { Fate, Told } from "./worker";

/** As in worker.ts, which starts to judge where it is imported. */
const broken = 3;

const pack = path.join(__dirname, "..");
/** A mutant may loop forever: that is noticed as well. */
const patience = 60_000;

class Workers {
  private child: ChildProcess | undefined;

  /** Judges the mutants of a file from `first` on: what came of each, in order. */
  async judge(name: string, count: number): Promise<readonly Fate[]> {
    const fates: Fate[] = [];
    while (fates.length < count) {
      const child = await this.ready();
      await new Promise<void>((resolve) => {
        const slow = (): void => {
          fates.push("noticed");
          child.kill("SIGKILL");
          this.child = undefined;
          end();
        };
        let timer = setTimeout(slow, patience);
        const end = (): void => {
          clearTimeout(timer);
          child.removeAllListeners();
          resolve();
        };
        child.on("message", (told: Told) => {
          if ("index" in told) {
            fates.push(told.fate);
            clearTimeout(timer);
            timer = setTimeout(slow, patience);
            if (fates.length === count) {
              end();
            }
          }
        });
        child.on("exit", (code) => {
          if (code === broken) {
            process.exit(1);
          }
          slow();
        });
        child.send({ name, first: fates.length });
      });
    }
    return fates;
  }

  stop(): void {
    this.child?.kill();
  }

  private async ready(): Promise<ChildProcess> {
    if (this.child === undefined) {
      this.child = fork(path.join(__dirname, "worker.ts"), { execArgv: ["--import", "tsx"] });
      await new Promise((resolve) => this.child!.once("message", resolve));
    }
    return this.child;
  }
}

async function main(parts: readonly string[]): Promise<void> {
  const workers = new Workers();
  const results: Record<string, Result> = { ...resultsSoFar() };
  const chosen = mutatedFiles().filter((name) => parts.length === 0 || parts.some((part) => name.includes(part)));
  for (const name of chosen) {
    const source = fs.readFileSync(path.join(pack, name), "utf8");
    const mutants = mutantsOf(source);
    const fates = await workers.judge(name, mutants.length);
    mutants.forEach(({ line, from, to }, index) => {
      if (fates[index] === "alive") {
        console.log(`${name}:${line}: nobody notices ${to === "" ? "nothing" : to} for ${from}`);
      }
    });
    const killed = fates.filter((fate) => fate === "noticed").length;
    const valid = fates.filter((fate) => fate !== "refused").length;
    console.log(`${name}: ${killed} of ${valid}`);
    results[name] = { hash: hashOf(source), mutants: valid, killed };
    fs.writeFileSync(resultsFile, `${JSON.stringify(Object.fromEntries(Object.entries(results).sort()), null, 2)}\n`);
  }
  workers.stop();
  console.log(`${score(results)} (goal: 95 %).`);
}

if (require.main === module) {
  void main(process.argv.slice(2));
}
