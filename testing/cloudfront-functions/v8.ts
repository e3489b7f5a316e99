import * as assert from "node:assert/strict";
import { AsyncLocalStorage } from "node:async_hooks";
import { createContext, runInContext } from "node:vm";
import type { Engine, Program } from "./harness";

/** Globals that the runtime does not list, which are removed: timers, network and modules never existed there. */
const removed = `
  for (const name of ["Map", "Set", "WeakMap", "WeakSet", "WeakRef", "Proxy", "Reflect", "Intl", "BigInt", "Atomics",
      "SharedArrayBuffer", "WebAssembly", "FinalizationRegistry", "Iterator", "eval", "escape", "unescape"]) {
    delete globalThis[name];
  }
  for (const name of ["at", "flat", "flatMap", "findLast", "toSorted", "entries", "keys", "values", "from"]) {
    delete Array.prototype[name]; delete Array[name];
  }
  for (const name of ["at", "matchAll", "normalize", "localeCompare", "toLocaleLowerCase", "raw"]) {
    delete String.prototype[name]; delete String[name];
  }
  for (const name of ["fromEntries", "hasOwn", "groupBy", "is"]) { delete Object[name]; }
`;

interface Call extends Pick<Program, "store" | "now"> {
  readonly log: string[];
}

type Handle = (event: string) => Promise<string>;

/** Loaded functions by their code: a context costs a hundred times as much as a call. */
const loaded = new Map<string, Handle>();

/** What a call reads and writes: calls of one function may overlap. */
const call = new AsyncLocalStorage<Call>();

/** V8, as Node has it: fast, and more forgiving than CloudFront's engine. Calls of one code share its global variables. */
export const v8: Engine = async ({ code, store, event, now }) => {
  const handle = loaded.get(code) ?? load(code);
  loaded.set(code, handle);
  const log: string[] = [];
  return { returned: await call.run({ store, now, log }, () => handle(JSON.stringify(event))), log };
};

function load(code: string): Handle {
  // Asynchronous, and an error for a key that is not there, as functions-custom-methods.html says.
  const get = async (key: string, options?: { readonly format?: string }): Promise<unknown> => {
    const value = call.getStore()!.store[key];
    if (value === undefined) {
      throw new Error("KeyNotFound");
    }
    return options?.format === "json" ? JSON.parse(value) : value;
  };
  const console = {
    log: (...texts: readonly unknown[]) => {
      assert.equal(texts.length, 1, "console.log takes one argument");
      call.getStore()!.log.push(String(texts[0]));
    },
  };
  const context = createContext(
    { $cf: { kvs: () => ({ get }) }, $now: () => call.getStore()!.now, console },
    { codeGeneration: { strings: false, wasm: false } },
  );
  runInContext(`${removed} Date.now = $now;`, context);
  const body = code.replace(/^import cf from "cloudfront";$/m, "const cf = globalThis.$cf;");
  const source = `"use strict"; ${body}; (async (event) => JSON.stringify(await handler(JSON.parse(event))))`;
  return runInContext(source, context) as Handle;
}
