import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Engine } from "./harness";

const home = join(__dirname, "../../.offline/njs");
const program = join(home, "njs");

/** Why njs cannot run here; undefined when it can. In CI it must: there testing/cloudfront-functions/setup fails without it. */
export function missing(): string | undefined {
  if (existsSync(program)) {
    return undefined;
  }
  const reason = join(home, "why-not");
  return existsSync(reason)
    ? readFileSync(reason, "utf8").trim()
    : "testing/cloudfront-functions/setup has not been run";
}

const answer = "returned: ";

/**
 * njs, on which CloudFront's runtime is built. The code runs unchanged, including its import, for which there is a
 * module of that name.
 */
export const njs: Engine = async ({ code, store, event, now }) => {
  const printed = await script(
    store,
    now,
    `${code}
Promise.resolve()
  .then(() => handler(${JSON.stringify(event)}))
  .then((value) => { console.log("${answer}" + JSON.stringify(value)); });
`,
  );
  const lines = printed.split("\n").slice(0, -1);
  const last = lines.pop() ?? "";
  if (!last.startsWith(answer)) {
    throw new Error(`njs returned nothing: ${printed}`);
  }
  return { returned: last.slice(answer.length), log: lines };
};

/** Runs a script beside CloudFront's module. @returns what it printed. @throws Error with njs's own words. */
export async function script(store: Readonly<Record<string, string>>, now: number, text: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "njs-"));
  try {
    writeFileSync(join(folder, "function.js"), text);
    writeFileSync(join(folder, "cloudfront"), cloudFrontModule(store, now));
    // -u: no code from strings, as on CloudFront.
    return await start(["-u", "-p", folder, join(folder, "function.js")]);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-custom-methods.html */
function cloudFrontModule(store: Readonly<Record<string, string>>, now: number): string {
  return `
const store = ${JSON.stringify(store)};
Date.now = () => ${now};
async function get(key) {
  if (store[key] === undefined) {
    throw new Error("KeyNotFound");
  }
  return store[key];
}
export default { kvs: () => { return { get: get }; } };
`;
}

function start(words: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, words, { stdio: ["ignore", "pipe", "pipe"], timeout: 60_000 });
    const printed: Buffer[] = [];
    const errors: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => printed.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => errors.push(chunk));
    child.on("error", reject);
    child.on("close", (code, signal) => {
      const said = Buffer.concat(printed).toString("utf8");
      if (code === 0) {
        resolve(said);
      } else {
        reject(new Error(`njs: ${Buffer.concat(errors).toString("utf8")}${said}${signal ?? ""}`.trim()));
      }
    });
  });
}
