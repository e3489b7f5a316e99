/** Whether there is a text that both patterns take: `*` is any text, `?` any character, in both. */
export function overlap(one: string, other: string): boolean {
  const known = new Map<string, boolean>();
  const from = (i: number, j: number): boolean => {
    const key = `${i} ${j}`;
    const found = known.get(key);
    if (found !== undefined) {
      return found;
    }
    const a = one[i];
    const b = other[j];
    const result =
      a === "*"
        ? from(i + 1, j) || (b !== undefined && from(i, j + 1))
        : b === "*"
          ? from(i, j + 1) || (a !== undefined && from(i + 1, j))
          : a === undefined || b === undefined
            ? a === b
            : (a === b || a === "?" || b === "?") && from(i + 1, j + 1);
    known.set(key, result);
    return result;
  };
  return from(0, 0);
}

/** Whether a pattern takes a text as it is. Case counts only in resources: lower both for actions and keys. */
export function takes(pattern: string, text: string): boolean {
  const expression = pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", "[^]*")
    .replaceAll("?", "[^]");
  return new RegExp(`^${expression}$`).test(text);
}

/** The same for ARNs: what varies in one of the first five parts of an ARN has no colon. */
export function overlapArns(one: string, other: string): boolean {
  const [a, b] = [parts(one), parts(other)];
  return a.length < 6 || b.length < 6 ? overlap(one, other) : a.every((part, index) => overlap(part, b[index]!));
}

function parts(arn: string): readonly string[] {
  const all = arn.split(":");
  return [...all.slice(0, 5), ...(all.length > 5 ? [all.slice(5).join(":")] : [])];
}
