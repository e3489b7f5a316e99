import * as path from "node:path";
import type { Entry } from "../corpus/corpus";
import type { Rule } from "../lib/rule";
import type { RuleCases } from "../testing/cases";
import { Modules } from "./modules";
import { Tests } from "./tests";

export const pack = path.join(__dirname, "..");
const at = (name: string): string => path.join(pack, name);

/** Tests that judge more than one rule, or a library. */
const shared = [
  ...["lib/anyone.test.ts", "lib/secretForm.test.ts", "lib/graph.test.ts", "fixtures/awsx.test.ts"],
  "compute/shownAnywhere.test.ts",
].map(at);

interface Harness {
  judge(
    rules: readonly Rule[],
    single: unknown,
    whole: () => unknown,
    options: object,
  ): Promise<readonly { policy: string; urn: string }[]>;
  undecidedIn(reported: unknown): readonly string[];
}
interface Recorder {
  record(program: unknown, preview: boolean): Promise<unknown>;
  toldOf(registrations: unknown, preview: boolean): { single: unknown; whole: unknown };
}

/** Judges mutants of the pack's files in this process: by the cases of the rules that a file is part of, and by the corpus. */
export class Judge {
  private readonly base = new Modules();
  private readonly records = new Map<string, Promise<unknown>>();
  private readonly given = new Map<string, Promise<string>>();

  constructor() {
    for (const name of [
      "testing/allCases.ts",
      "testing/cases.ts",
      "testing/recorder.ts",
      "corpus/entries.ts",
      "corpus/yaml.ts",
    ]) {
      this.base.load(at(name));
    }
    new Tests().declare(() => shared.forEach((test) => this.base.load(test)));
  }

  /** What notices the mutant; undefined when nothing does. */
  async killer(file: string, text: string): Promise<string | undefined> {
    try {
      return await this.noticed(new Modules(this.base, new Map([[file, text]])));
    } catch (error) {
      return `does not run: ${String(error)}`;
    }
  }

  /** The rules that a file is part of. */
  rulesOf(file: string): readonly string[] {
    const modules = new Modules(this.base, new Map([[file, ""]]));
    return this.ids(modules);
  }

  private ids(modules: Modules): readonly string[] {
    const { rules } = this.base.load(at("rules.ts")) as unknown as { rules: readonly Rule[] };
    const ids = new Set(rules.map(({ id }) => id));
    return this.base.files().flatMap((one) => {
      const isRule = (value: unknown): value is Rule => ids.has((value as Partial<Rule> | undefined)?.id ?? "");
      const own = one.endsWith("rules.ts") ? [] : Object.values(this.base.load(one)).filter(isRule);
      return own.length > 0 && modules.touched(one) ? own.map(({ id }) => id) : [];
    });
  }

  private async noticed(modules: Modules): Promise<string | undefined> {
    const affected = new Set(this.ids(modules));
    const tests = new Tests();
    const { describeRule } = modules.load(at("testing/cases.ts")) as unknown as {
      describeRule(cases: RuleCases): void;
    };
    const { allCases } = modules.load(at("testing/allCases.ts")) as unknown as { allCases: readonly RuleCases[] };
    tests.declare(() => {
      allCases.filter(({ rule }) => affected.has(rule.id)).forEach(describeRule);
      shared.filter((test) => modules.touched(test)).forEach((test) => modules.load(test));
    });
    return (await tests.firstFailure()) ?? (await this.inCorpus(modules, affected));
  }

  private async inCorpus(modules: Modules, affected: ReadonlySet<string>): Promise<string | undefined> {
    const { entries } = this.base.load(at("corpus/entries.ts")) as unknown as { entries: readonly Entry[] };
    for (const entry of entries) {
      const about = entry.about.filter((id) => affected.has(id));
      for (const preview of about.length === 0 ? [] : [true, false]) {
        const key = `${entry.name} ${preview}`;
        const before = this.given.get(key) ?? this.verdicts(this.base, entry, entry.about, preview);
        this.given.set(key, before);
        const whole = JSON.parse(await before) as readonly string[];
        const now = await this.verdicts(modules, entry, about, preview);
        if (JSON.stringify(whole.filter((one) => about.includes(one.split(": ")[0]!))) !== now) {
          return key;
        }
      }
    }
    return undefined;
  }

  private async verdicts(modules: Modules, entry: Entry, about: readonly string[], preview: boolean): Promise<string> {
    const recorder = this.base.load(at("testing/recorder.ts")) as unknown as Recorder;
    const yaml = this.base.load(at("corpus/yaml.ts")) as unknown as { yamlProgram(text: string): () => void };
    const key = `${entry.name} ${preview}`;
    const program = typeof entry.program === "string" ? yaml.yamlProgram(entry.program) : entry.program;
    const record = this.records.get(key) ?? recorder.record(program, preview);
    this.records.set(key, record);
    const { single, whole } = recorder.toldOf(await record, preview);
    const { rules } = modules.load(at("rules.ts")) as unknown as { rules: readonly Rule[] };
    const { judge, undecidedIn } = modules.load(at("testing/harness.ts")) as unknown as Harness;
    const asked = rules.filter(({ id }) => about.includes(id));
    const reported = await judge(asked, single, () => whole, { preview, config: entry.config ?? {} });
    const verdicts = [
      ...reported.map(({ policy, urn }) => `${policy}: ${urn}`),
      ...undecidedIn(reported).map((one) => `${one} (open)`),
    ].filter((one) => about.includes(one.split(": ")[0]!));
    return JSON.stringify([...new Set(verdicts)].sort());
  }
}
