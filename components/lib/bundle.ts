import { buildSync } from "esbuild";
import { basename, dirname, join } from "node:path";

/**
 * Packages that the runtimes include, so a bundle leaves them out: the clients of AWS SDK v3
 * (https://docs.aws.amazon.com/lambda/latest/dg/lambda-nodejs.html#nodejs-sdk-included) and the library of canaries.
 */
const broughtByRuntime = ["@aws-sdk/*", "@aws/synthetics-playwright"];

/** Bundles of this process: a function of two regions is bundled once. */
const made = new Map<string, string>();

/**
 * The code of a function as one CommonJS file, from TypeScript in a folder `lambda`. It holds the modules that the
 * entry imports, is not minified, and names no folder of this machine: otherwise each computer would deploy different
 * bytes.
 *
 * @param entry absolute path of the module that exports the handler
 * @param nodeVersion major version of the runtime's Node.js
 * @param external packages that are left out. @default what the runtimes include
 * @throws Error when a module does not parse, or an import is neither found nor part of the runtime
 */
export function bundle(entry: string, nodeVersion: number, external: readonly string[] = broughtByRuntime): string {
  const key = JSON.stringify([entry, nodeVersion, external]);
  const code = made.get(key) ?? build(entry, nodeVersion, external);
  made.set(key, code);
  return code;
}

function build(entry: string, nodeVersion: number, external: readonly string[]): string {
  const { outputFiles, warnings } = buildSync({
    absWorkingDir: dirname(entry),
    entryPoints: [basename(entry)],
    bundle: true,
    write: false,
    platform: "node",
    target: `node${nodeVersion}`,
    format: "cjs",
    charset: "utf8",
    external: [...external],
    loader: { ".html": "text" },
    logLevel: "silent",
    // Ignores NODE_PATH and any tsconfig.json above this folder.
    nodePaths: [],
    tsconfigRaw: { compilerOptions: { strict: true } },
  });
  const [file] = outputFiles;
  const [warning] = warnings;
  if (file === undefined || warning !== undefined) {
    throw new Error(`esbuild warns about ${join(dirname(entry), warning?.location?.file ?? "")}: ${warning?.text}`);
  }
  return file.text;
}
