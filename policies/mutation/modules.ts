import * as fs from "node:fs";
import { createRequire } from "node:module";
import * as path from "node:path";
import * as ts from "typescript";

type Exports = Record<string, unknown>;
interface Loaded {
  readonly exports: Exports;
  /** Files of the pack that it imports itself. */
  readonly imports: Set<string>;
}
type Run = (
  require: (name: string) => unknown,
  module: { exports: Exports },
  exports: Exports,
  file: string,
  folder: string,
) => void;

/**
 * The pack's modules in this process, with one of them in another text. What does not import the changed one, directly or
 * through others, is taken from before; so a mutant costs the reading of a few modules and no start of a process.
 */
export class Modules {
  private readonly loaded = new Map<string, Loaded>();
  private static readonly compiled = new Map<string, string>();

  /** @param base What is not touched by the change comes from here. @param changed The other text, by file. */
  constructor(
    private readonly base?: Modules,
    private readonly changed: ReadonlyMap<string, string> = new Map(),
  ) {}

  /** A module of the pack, by the path of its file. */
  load(file: string): Exports {
    const known = this.loaded.get(file);
    if (known !== undefined) {
      return known.exports;
    }
    const before = this.base?.loaded.get(file);
    if (before !== undefined && !this.touched(file)) {
      return before.exports;
    }
    const module = { exports: {} as Exports };
    const imports = new Set<string>();
    const require = createRequire(file);
    const from = (name: string): unknown => {
      const source = name.startsWith(".") ? sourceOf(path.resolve(path.dirname(file), name)) : undefined;
      if (source === undefined) {
        return require(name);
      }
      imports.add(source);
      return this.load(source);
    };
    this.loaded.set(file, {
      get exports() {
        return module.exports;
      },
      imports,
    });
    const run = new Function("require", "module", "exports", "__filename", "__dirname", this.code(file)) as Run;
    run(from, module, module.exports, file, path.dirname(file));
    return module.exports;
  }

  files(): readonly string[] {
    return [...this.loaded.keys()];
  }

  /** Whether a module is changed, or imports one that is. */
  touched(file: string, seen = new Set<string>()): boolean {
    if (this.changed.has(file)) {
      return true;
    }
    seen.add(file);
    const imports = this.base?.loaded.get(file)?.imports ?? [];
    return [...imports].some((one) => !seen.has(one) && this.touched(one, seen));
  }

  private code(file: string): string {
    const changed = this.changed.get(file);
    if (changed !== undefined) {
      return transpiled(changed);
    }
    const code = Modules.compiled.get(file) ?? transpiled(fs.readFileSync(file, "utf8"));
    Modules.compiled.set(file, code);
    return code;
  }
}

function sourceOf(stem: string): string | undefined {
  return [`${stem}.ts`, path.join(stem, "index.ts")].find((one) => fs.existsSync(one));
}

function transpiled(text: string): string {
  const { outputText } = ts.transpileModule(text, {
    compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022, esModuleInterop: true },
  });
  return outputText;
}
