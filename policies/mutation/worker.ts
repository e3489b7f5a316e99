/** Judges the mutants of one file, from the given one on, and tells each verdict to the process that started it. */
import * as fs from "node:fs";
import * as path from "node:path";
import { Compiler } from "./compiler";
import { Judge, pack } from "./judge";
import { mutantsOf } from "./mutants";

/** What the worker tells: that it is ready, or what noticed a mutant. */
export type Told = { readonly ready: true } | { readonly index: number; readonly fate: Fate };

/** What came of a mutant: something noticed it, nothing did, or the compiler refuses it, so that it is none. */
export type Fate = "noticed" | "alive" | "refused";

/** The exit code where a case fails without a mutant. */
const broken = 3;

async function main(): Promise<void> {
  const judge = new Judge();
  const compiler = new Compiler(path.join(pack, ".."));
  const tell = (told: Told): void => void process.send!(told);
  tell({ ready: true });
  process.on("message", ({ name, first }: { readonly name: string; readonly first: number }) => {
    void (async () => {
      const file = path.join(pack, name);
      const source = fs.readFileSync(file, "utf8");
      // A case that fails of the file as it is would notice every mutant.
      const failing = first === 0 ? await judge.killer(file, source) : undefined;
      if (failing !== undefined) {
        console.error(`${name}: this fails without a mutant: ${failing}. Fix: make test ONLY=policies`);
        process.exit(broken);
      }
      const mutants = mutantsOf(source);
      for (let index = first; index < mutants.length; index += 1) {
        const { text } = mutants[index]!;
        const killer = compiler.accepts(file, text) ? await judge.killer(file, text) : null;
        tell({ index, fate: killer === null ? "refused" : killer === undefined ? "alive" : "noticed" });
      }
    })();
  });
}

void main();
