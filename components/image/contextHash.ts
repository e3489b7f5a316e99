import { createHash } from "node:crypto";
import { existsSync, lstatSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";

interface IgnoreRule {
  readonly pattern: RegExp;
  readonly keep: boolean;
}

/**
 * The rules of a .dockerignore file (https://docs.docker.com/build/concepts/context/#dockerignore-files): one pattern a
 * line, relative to the context; `*` and `?` within a folder, `**` across folders, `!` takes back; the last match wins.
 * A pattern that matches a folder covers all that is in it. Character classes are not supported and are an error, so that
 * the tag never covers less than the build does.
 */
export function ignoreRules(text: string): readonly IgnoreRule[] {
  return text
    .split(/\r?\n/)
    .filter((line) => line.trim() !== "" && !line.startsWith("#"))
    .map((line) => {
      const trimmed = line.trim();
      const keep = trimmed.startsWith("!");
      const glob = (keep ? trimmed.slice(1) : trimmed)
        .trim()
        .replace(/^\.?\/+/, "")
        .replace(/\/+$/, "");
      if (/[[\]\\]/.test(glob)) {
        throw new Error(`.dockerignore: "${line}" has a character class or an escape; write it without [, ] and \\.`);
      }
      const source = glob
        .split(/(\*\*\/|\*\*|\*|\?)/)
        .map((part) => {
          switch (part) {
            case "**/":
              return "(?:.*/)?";
            case "**":
              return ".*";
            case "*":
              return "[^/]*";
            case "?":
              return "[^/]";
            default:
              return part.replace(/[.+^${}()|]/g, "\\$&");
          }
        })
        .join("");
      return { pattern: new RegExp(`^${source}(?:/.*)?$`), keep };
    });
}

/** Whether a file of the context, named relative to it and with `/`, is left out of the build. */
export function isIgnored(path: string, rules: readonly IgnoreRule[]): boolean {
  return rules.reduce((ignored, { pattern, keep }) => (pattern.test(path) ? !keep : ignored), false);
}

/**
 * Hash of a build's input: every file of the context with its path, its content and its mode, and the build's other
 * inputs.
 *
 * It changes whenever the Docker provider's own hash does, so a new build always has a new tag. That hash contains each
 * file's whole mode, which depends on the umask at checkout:
 * https://github.com/pulumi/pulumi-docker/blob/237b7899bb513613a7645e74d6981c12d054dcc7/provider/provider.go#L549
 */
export function contextHash(directory: string, inputs: Readonly<Record<string, string>> = {}): string {
  const ignoreFile = join(directory, ".dockerignore");
  const rules = existsSync(ignoreFile) ? ignoreRules(readFileSync(ignoreFile, "utf8")) : [];
  const hash = createHash("sha256");
  // The length in front keeps "ab" + "c" apart from "a" + "bc".
  const add = (part: string | Buffer): void => {
    hash.update(`${Buffer.byteLength(part)}:`).update(part);
  };

  for (const key of Object.keys(inputs).sort()) {
    add(key);
    add(inputs[key]!);
  }
  const paths = readdirSync(directory, { recursive: true, encoding: "utf8" }).map((path) => path.replaceAll("\\", "/"));
  for (const path of paths.sort()) {
    const file = join(directory, path);
    const stat = lstatSync(file);
    // Docker sends the Dockerfile whatever .dockerignore says.
    if (stat.isDirectory() || (path !== "Dockerfile" && isIgnored(path, rules))) {
      continue;
    }
    add(path);
    add(stat.mode.toString(8));
    add(stat.isSymbolicLink() ? readlinkSync(file) : readFileSync(file));
  }
  return hash.digest("hex");
}
