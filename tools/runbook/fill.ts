/** The names that a stack's output `runbook` gives, by placeholder. An empty text: this kind of stack has none. */
export type Names = Readonly<Record<string, string>>;

/** A placeholder of a runbook's command, such as `<clusterName>`. */
export const placeholder = /<([a-z][A-Za-z0-9]*)>/g;

/** Placeholders of a text that nothing fills, each once. Pure. */
export function unfilled(text: string, names: Names): readonly string[] {
  const found = [...text.matchAll(placeholder)].map(([, name]) => name!);
  return [...new Set(found)].filter((name) => names[name] === undefined).sort();
}

/** Values besides the stack's own names: its name, and times as CloudWatch and Logs Insights take them. Pure. */
export function momentNames(stack: string, now: number): Names {
  const time = (at: number) => new Date(at).toISOString().replace(/\.\d+Z$/, "Z");
  const seconds = (at: number) => String(Math.floor(at / 1000));
  const hourAgo = now - 3_600_000;
  return { stack, now: time(now), hourAgo: time(hourAgo), nowSeconds: seconds(now), hourAgoSeconds: seconds(hourAgo) };
}

/**
 * A runbook with a stack's names. A command that takes a name which this stack does not have becomes a comment that says so. Pure.
 *
 * @throws Error with every placeholder that nothing fills.
 */
export function fill(text: string, names: Names): string {
  const missing = unfilled(text, names);
  if (missing.length > 0) {
    throw new Error(missing.map((name) => `<${name}>`).join(", "));
  }
  let fenced = false;
  const filled: string[] = [];
  for (const command of logicalLines(text)) {
    fenced = /^\s*```/.test(command) ? !fenced : fenced;
    const absent = unique(command).filter((name) => names[name] === "");
    const given = command.replace(placeholder, (whole, name: string) => names[name] || whole);
    filled.push(
      fenced && absent.length > 0 && !/^\s*```/.test(command)
        ? given
            .replace(/^(\s*)/gm, `$1# `)
            .replace(/^(\s*)# /, `$1# Stack ${names["stack"]} has no ${absent.join(", no ")}: `)
        : given,
    );
  }
  return filled.join("\n");
}

const unique = (line: string): readonly string[] => [
  ...new Set([...line.matchAll(placeholder)].map(([, name]) => name!)),
];

/** Lines, with those that a backslash continues in one piece. */
function logicalLines(text: string): readonly string[] {
  const lines: string[] = [];
  let open = false;
  for (const line of text.split("\n")) {
    if (open) {
      lines[lines.length - 1] += `\n${line}`;
    } else {
      lines.push(line);
    }
    open = line.endsWith("\\");
  }
  return lines;
}
