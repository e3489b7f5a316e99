import { z } from "zod";
import type { Problem } from "../../components/lib/invalid";
import { describeAllowed, isRecord, keysOf, kindsWith, locate, type Node, toNode } from "./jsonSchema";
import { nearest } from "./nearest";

/**
 * Path of a setting, written as `pulumi config set --path` takes it: `moodle:web.cpu`, `moodle:network.peerCidrs[0]`.
 */
export function settingPath(key: string, path: readonly PropertyKey[] = []): string {
  return `moodle:${key}${path.map((part) => (typeof part === "number" ? `[${part}]` : `.${String(part)}`)).join("")}`;
}

/** Turns Zod's findings on one key into problems with the allowed values and a fix. */
export function schemaProblems(key: string, schema: z.ZodType, given: unknown, issues: readonly z.core.$ZodIssue[]) {
  const root = toNode(schema);
  return issues.flatMap((issue): Problem[] => {
    const value = valueAt(given, issue.path);
    if (issue.code === "unrecognized_keys") {
      const group = locate(root, issue.path, given) ?? {};
      return issue.keys.map((unknown) => {
        const path = settingPath(key, [...issue.path, unknown]);
        const problem = unknownKey(path, valueAt(value, [unknown]), unknown, keysOf(group, value));
        const [kind] = kindsWith(group, unknown);
        return kind === undefined ? problem : { ...problem, fix: `It belongs to kind ${String(kind)}: set kind too.` };
      });
    }
    const node = locate(root, issue.path, given) ?? {};
    return [
      {
        path: settingPath(key, issue.path),
        given: value,
        allowed: describeAllowed(node),
        fix: fix(settingPath(key, issue.path), value, node),
      },
    ];
  });
}

/** A key that nothing reads: almost always a typo, which would otherwise be silently ignored. */
export function unknownKey(path: string, given: unknown, key: string, known: readonly string[]): Problem {
  const meant = nearest(key, known);
  return {
    path,
    given,
    allowed: `one of ${known.join(", ")}`,
    fix: meant === undefined ? "Remove it: nothing reads it." : `Did you mean ${path.slice(0, -key.length)}${meant}?`,
  };
}

function fix(path: string, value: unknown, node: Node): string {
  const words = (node.enum ?? []).filter((word) => typeof word === "string");
  if (typeof value === "number" && (node.type === "string" || words.length > 0)) {
    return "Put it in quotes, or YAML reads it as a number.";
  }
  if (typeof value === "string" && (node.type === "integer" || node.type === "number" || node.type === "boolean")) {
    return "Write it without quotes.";
  }
  const meant = typeof value === "string" ? nearest(value, words) : undefined;
  if (meant !== undefined) {
    return `Did you mean ${meant}?`;
  }
  const option = path.includes(".") || path.includes("[") ? "--path " : "";
  return `Set it with: pulumi config set ${option}'${path}' <value>`;
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((at, part) => {
    if (Array.isArray(at)) {
      return at[Number(part)];
    }
    return isRecord(at) ? at[String(part)] : undefined;
  }, value);
}
