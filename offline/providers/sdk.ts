import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** Description of one resource type in the installed SDK package. */
export interface ResourceShape {
  readonly inputs: ReadonlySet<string>;
  /** TypeScript type of each output, for example `string`, `string | undefined` or `outputs.ec2.VpcX[]`. */
  readonly outputs: ReadonlyMap<string, string>;
}

const shapes = new Map<string, ResourceShape | undefined>();
/** The packages that the stand-ins answer for. */
export const packages = ["aws", "awsx", "docker", "random"] as const;

export function packageFolder(name: string): string {
  return dirname(require.resolve(`@pulumi/${name}/package.json`));
}

export function packageVersion(name: string): string {
  const manifest = JSON.parse(readFileSync(join(packageFolder(name), "package.json"), "utf8")) as { version: string };
  return manifest.version;
}

/**
 * Reads the inputs and outputs of a type from the generated SDK sources in node_modules.
 *
 * They follow one pattern, so reading the two files costs about a millisecond, where loading all of `@pulumi/aws` and
 * its types would cost seconds.
 *
 * @returns undefined when the SDK has no such type.
 */
export function shapeOf(token: string): ResourceShape | undefined {
  if (!shapes.has(token)) {
    shapes.set(token, readShape(token));
  }
  return shapes.get(token);
}

function readShape(token: string): ResourceShape | undefined {
  const file = sourceOf(token);
  if (file === undefined || !existsSync(`${file}.js`)) {
    return undefined;
  }
  const inputs = new Set<string>();
  for (const [, name, value] of readFileSync(`${file}.js`, "utf8").matchAll(/resourceInputs\["(\w+)"\] = ([^;]+);/g)) {
    if (value?.includes("args?.")) {
      inputs.add(name!);
    }
  }
  const outputs = new Map<string, string>();
  const types = readFileSync(`${file}.d.ts`, "utf8");
  for (const [, name, type] of types.matchAll(/^ {4}readonly (\w+): pulumi\.Output<([\s\S]*?)>;$/gm)) {
    outputs.set(name!, type!);
  }
  return { inputs, outputs };
}

/** `aws:ec2/vpc:Vpc` is in `ec2/vpc.js`, `random:index/randomId:RandomId` in `randomId.js`, a provider in `provider.js`. */
function sourceOf(token: string): string | undefined {
  const [name, path] = token.split(":");
  const [module, file] = (path ?? "").split("/");
  if (!packages.some((known) => known === name) || module === undefined || file === undefined) {
    return undefined;
  }
  return join(packageFolder(name!), module === "index" ? "" : module, file);
}

/** The known name nearest to a misspelt one, if any is near enough to be meant. */
export function nearest(name: string, known: Iterable<string>): string | undefined {
  let best: { name: string; distance: number } | undefined;
  for (const candidate of known) {
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase());
    if (distance <= Math.max(2, name.length / 4) && (best === undefined || distance < best.distance)) {
      best = { name: candidate, distance };
    }
  }
  return best?.name;
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)));
    }
    row = next;
  }
  return row[b.length]!;
}
