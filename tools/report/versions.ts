import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** What an image is built from, by name: Moodle, the bases by PHP version, each plugin and each patch. */
export type Versions = Readonly<Record<string, string>>;

interface Plugin {
  readonly name: string;
  readonly version: string;
  readonly sha256: string;
}

interface Patch {
  readonly file: string;
  readonly issue: string;
  readonly expires: string;
}

/** Of the lock files and the list of patches of a tree; nothing where a tree has none. */
export function versionsOf(tree: string): Versions {
  const read = (name: string): unknown => {
    const path = join(tree, "moodle-image", name);
    return existsSync(path) ? JSON.parse(readFileSync(path, "utf8")) : {};
  };
  const { moodle, base = {} } = read("moodle.lock.json") as {
    readonly moodle?: { readonly version: string };
    readonly base?: Readonly<Record<string, string>>;
  };
  const { plugins = [] } = read("plugins.lock.json") as { readonly plugins?: readonly Plugin[] };
  const { patches = [] } = read("patches/patches.json") as { readonly patches?: readonly Patch[] };
  const hash = (file: string): string => {
    const path = join(tree, "moodle-image/patches", file);
    return existsSync(path) ? createHash("sha256").update(readFileSync(path)).digest("hex").slice(0, 12) : "no file";
  };
  return {
    ...(moodle === undefined ? {} : { Moodle: moodle.version }),
    ...Object.fromEntries(Object.entries(base).map(([php, image]) => [`the base for PHP ${php}`, shortDigest(image)])),
    ...Object.fromEntries(
      plugins.map(({ name, version, sha256 }) => [`plugin ${name}`, `${version} (${sha256.slice(0, 12)})`]),
    ),
    ...Object.fromEntries(
      patches.map(({ file, issue, expires }) => [`patch ${issue} (${file})`, `until ${expires} (${hash(file)})`]),
    ),
  };
}

const shortDigest = (image: string): string => image.replace(/@sha256:([0-9a-f]{12})[0-9a-f]*$/, "@sha256:$1");

/** One sentence for each version that is another one, new or gone. Pure. */
export function versionSentences(before: Versions, after: Versions): readonly string[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((name) => {
    const [old, made] = [before[name], after[name]];
    const what = name.replace(/^./, (first) => first.toUpperCase());
    return old === made
      ? []
      : old === undefined
        ? [`${what} is new: ${made}`]
        : made === undefined
          ? [`${what} is removed: it was ${old}`]
          : [`${what}: ${old} → ${made}`];
  });
}
