/**
 * Loads the policy pack in the current folder and serves it: `@pulumi/pulumi/cmd/run-policy-pack` without the type
 * check, which `make check` does anyway and which takes several seconds. Started by standIns.ts, found by the engine through
 * bin/pulumi-analyzer-policy-nodejs.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

const folder = process.cwd();
const settings = readFileSync(join(folder, "PulumiPolicy.yaml"), "utf8");
const main = /^main:\s*(\S+)/m.exec(settings)?.[1];
const program = [main, "index.ts", "index.js"].find((name) => name !== undefined && existsSync(join(folder, name)));
if (program === undefined) {
  console.error(`No policy pack in ${folder}: it has neither index.ts nor index.js.`);
  process.exit(1);
}
require(join(folder, program));
// The process that started this one holds the other end, however it ends.
process.stdin.on("end", () => process.exit(0)).resume();
