/** Values that a published model allows: AWS's API, or CloudFormation's schema of a resource type. */
export interface Shape {
  readonly kind: "structure" | "list" | "map" | "text" | "number" | "flag" | "any";
  /** Members of a structure, by name. Read when needed: models refer to themselves. */
  readonly members?: ReadonlyMap<string, () => Shape>;
  readonly required?: readonly string[];
  /** Elements of a list or a map. */
  readonly element?: () => Shape;
  /** Keys of a map. */
  readonly key?: () => Shape;
  readonly rules: readonly Rule[];
}

/** One restriction. */
export interface Rule {
  /** In words, for the message: `at most 32 characters`. */
  readonly says: string;
  readonly allows: (value: unknown) => boolean;
}

export function oneOf(values: readonly unknown[]): Rule {
  const texts = values.map(String);
  return {
    says: `one of ${texts.slice(0, 12).join(", ")}${texts.length > 12 ? " ..." : ""}`,
    allows: (value) => texts.includes(String(value)),
  };
}

/** Range of the length of a text, a list or a map, or of a number. */
export function within(kind: Shape["kind"], min: number | undefined, max: number | undefined): Rule[] {
  const unit = kind === "number" ? "" : kind === "text" ? " characters" : " elements";
  const size = (value: unknown): number =>
    kind === "number"
      ? Number(value)
      : typeof value === "string"
        ? [...value].length
        : Array.isArray(value)
          ? value.length
          : Object.keys(Object(value)).length;
  return [
    ...(min === undefined ? [] : [{ says: `at least ${min}${unit}`, allows: (value: unknown) => size(value) >= min }]),
    ...(max === undefined ? [] : [{ says: `at most ${max}${unit}`, allows: (value: unknown) => size(value) <= max }]),
  ];
}

/** Patterns that JavaScript cannot read: said in the report, never silent. */
export const unreadablePatterns = new Set<string>();

/** A pattern as a rule. AWS matches the whole text, whether or not the model has the anchors. */
export function matching(pattern: string): Rule[] {
  const own = translated(pattern);
  for (const flags of ["us", "s"]) {
    try {
      const expression = new RegExp(`^(?:${own})$`, flags);
      return [{ says: `like ${pattern}`, allows: (value) => typeof value !== "string" || expression.test(value) }];
    } catch {
      // The next flags, or none.
    }
  }
  unreadablePatterns.add(pattern);
  return [];
}

/** Java's and Python's ways of writing what JavaScript writes otherwise. */
const classes: Readonly<Record<string, string>> = {
  "\\p{Alnum}": "a-zA-Z0-9",
  "\\p{Graph}": "\\x21-\\x7e",
  "\\p{Print}": "\\x20-\\x7e",
  "\\p{ASCII}": "\\x00-\\x7f",
  "\\p{Punct}": "\\x21-\\x2f\\x3a-\\x40\\x5b-\\x60\\x7b-\\x7e",
  "\\p{IsAlphabetic}": "\\p{L}",
  "[:alpha:]": "a-zA-Z",
  "[:alnum:]": "a-zA-Z0-9",
};

function translated(pattern: string): string {
  let result = "";
  let inClass = false;
  for (let at = 0; at < pattern.length;) {
    const rest = pattern.slice(at);
    const known = Object.keys(classes).find((name) => rest.startsWith(name));
    if (known !== undefined) {
      result += inClass ? classes[known]! : `[${classes[known]!}]`;
      at += known.length;
    } else if (rest.startsWith("\\Z") || rest.startsWith("\\z")) {
      result += "$";
      at += 2;
    } else if (rest.startsWith("\\A")) {
      result += "^";
      at += 2;
    } else if (rest.startsWith("(?s)")) {
      at += 4;
    } else if (rest.startsWith("\\")) {
      result += rest.slice(0, 2);
      at += 2;
    } else {
      inClass = rest[0] === "[" ? true : rest[0] === "]" ? false : inClass;
      result += rest[0]!;
      at += 1;
    }
  }
  return result;
}
