import { createRequire } from "node:module";
import { join } from "node:path";
import { compileFunction } from "node:vm";

/** Modules that a test puts in the place of what a runtime brings, by name. */
export type Modules = Readonly<Record<string, object>>;

/**
 * Runs the code that AWS gets, as Node.js loads a CommonJS file, and returns its exports. Its imports come from
 * `modules`, or from the packages installed here.
 */
export function loadBundle<Exports>(code: string, modules: Modules = {}): Exports {
  const installed = createRequire(join(__dirname, "bundle.js"));
  const module = { exports: {} };
  const require = (name: string): unknown => modules[name] ?? installed(name);
  compileFunction(code, ["exports", "require", "module"], { filename: "index.js" })(module.exports, require, module);
  return module.exports as Exports;
}
