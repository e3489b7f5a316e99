import * as fs from "node:fs";
import * as path from "node:path";
import * as ts from "typescript";

/** Says whether the pack would still compile with another text in one of its files. What the compiler refuses is no fault that can stay. */
export class Compiler {
  private readonly texts = new Map<string, { readonly version: number; readonly text: string }>();
  private readonly service: ts.LanguageService;
  private edits = 0;

  constructor(root: string) {
    const read = ts.getParsedCommandLineOfConfigFile(
      path.join(root, "tsconfig.json"),
      {},
      {
        ...ts.sys,
        onUnRecoverableConfigFileDiagnostic: () => undefined,
      },
    )!;
    const names = read.fileNames.filter((file) => file.startsWith(path.join(root, "policies")));
    this.service = ts.createLanguageService({
      getCompilationSettings: () => ({ ...read.options, noEmit: true, incremental: false, noUnusedLocals: false }),
      getScriptFileNames: () => names,
      getScriptVersion: (file) => String(this.texts.get(file)?.version ?? 0),
      getScriptSnapshot: (file) => {
        const text = this.texts.get(file)?.text ?? (fs.existsSync(file) ? fs.readFileSync(file, "utf8") : undefined);
        return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text);
      },
      getCurrentDirectory: () => root,
      getDefaultLibFileName: ts.getDefaultLibFilePath,
      fileExists: ts.sys.fileExists,
      readFile: ts.sys.readFile,
      directoryExists: ts.sys.directoryExists,
      getDirectories: ts.sys.getDirectories,
    });
  }

  accepts(file: string, text: string): boolean {
    this.texts.set(file, { version: (this.edits += 1), text });
    return [...this.service.getSyntacticDiagnostics(file), ...this.service.getSemanticDiagnostics(file)].length === 0;
  }
}
