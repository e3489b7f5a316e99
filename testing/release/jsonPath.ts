/** The paths and intrinsic functions of the States Language that a release's definition uses, as AWS documents them. Anything else throws. */
import { createHash } from "node:crypto";

type Json = Readonly<Record<string, unknown>>;

/**
 * An error that ends an execution at once on AWS:
 * https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
 */
export class RuntimeFailure extends Error {}

interface Segment {
  readonly key?: string;
  readonly all?: true;
  readonly where?: readonly [key: string, value: string];
}

const segmentPattern = /\.(\w+)|\[(\d+)\]|\[(\*)\]|\[\?\(@\.(\w+) == '([^']*)'\)\]/y;
const parsed = new Map<string, readonly Segment[]>();

function segments(path: string): readonly Segment[] {
  const known = parsed.get(path);
  if (known !== undefined) {
    return known;
  }
  const found: Segment[] = [];
  segmentPattern.lastIndex = path.startsWith("$$") ? 2 : 1;
  while (segmentPattern.lastIndex < path.length) {
    const at = segmentPattern.lastIndex;
    const match = segmentPattern.exec(path);
    if (match === null) {
      throw new Error(`${path} is no path that this reads, from ${at} on`);
    }
    const [, name, index, star, key, value] = match;
    found.push(
      key !== undefined ? { where: [key, value!] } : star !== undefined ? { all: true } : { key: (name ?? index)! },
    );
  }
  parsed.set(path, found);
  return found;
}

/** All values at a path. */
function values(path: string, data: unknown, context: unknown): readonly unknown[] {
  let found: readonly unknown[] = [path.startsWith("$$") ? context : data];
  for (const { key, where } of segments(path)) {
    found = found.flatMap((one) => {
      if (typeof one !== "object" || one === null) {
        return [];
      }
      if (key !== undefined) {
        return key in one ? [(one as Json)[key]] : [];
      }
      const items = Object.values(one as Json);
      return where === undefined ? items : items.filter((item) => (item as Json | null)?.[where[0]] === where[1]);
    });
  }
  return found;
}

export function isThere(path: string, data: unknown, context: unknown): boolean {
  return values(path, data, context).length > 0;
}

/** One value for a path that can only mean one, else a list. @throws RuntimeFailure when there is none */
export function at(path: string, data: unknown, context: unknown): unknown {
  const found = values(path, data, context);
  if (segments(path).some(({ key }) => key === undefined)) {
    return found;
  }
  if (found.length === 0) {
    throw new RuntimeFailure(`${path} is not in ${JSON.stringify(data)}`);
  }
  return found[0];
}

/** A template: keys that end in `.$` are paths or intrinsic functions. */
export function filled(template: unknown, data: unknown, context: unknown): unknown {
  if (Array.isArray(template)) {
    return template.map((one) => filled(one, data, context));
  }
  if (typeof template !== "object" || template === null) {
    return template;
  }
  return Object.fromEntries(
    Object.entries(template).map(([key, value]) =>
      key.endsWith(".$")
        ? [key.slice(0, -2), evaluated(value as string, data, context)]
        : [key, filled(value, data, context)],
    ),
  );
}

/** https://docs.aws.amazon.com/step-functions/latest/dg/intrinsic-functions.html */
function evaluated(text: string, data: unknown, context: unknown): unknown {
  let position = 0;
  const read = (): unknown => {
    const rest = text.slice(position);
    const call = /^(States\.\w+)\(/.exec(rest);
    if (call !== null) {
      position += call[0].length;
      const given: unknown[] = [];
      while (text[position] !== ")") {
        given.push(read());
        position += /^\s*,?\s*/.exec(text.slice(position))![0].length;
      }
      position++;
      return apply(call[1]!, given);
    }
    const word =
      /^'((?:[^'\\]|\\.)*)'/.exec(rest) ?? /^(-?\d+)/.exec(rest) ?? /^(\${1,2}(?:[^,)\[\s]|\[[^\]]*\])*)/.exec(rest);
    if (word === null) {
      throw new Error(`${text} is no expression that this reads, from ${position} on`);
    }
    position += word[0].length;
    if (rest.startsWith("'")) {
      return word[1]!.replace(/\\(.)/g, "$1");
    }
    return rest.startsWith("$") ? at(word[1]!, data, context) : Number(word[1]);
  };
  const value = text.startsWith("States.") ? read() : at(text, data, context);
  return value;
}

function apply(name: string, given: readonly unknown[]): unknown {
  switch (name) {
    case "States.Format": {
      const [template, ...rest] = given;
      return String(template).replace(/\{\}/g, () => {
        const value = rest.shift();
        if (value === undefined || (typeof value === "object" && value !== null)) {
          throw new RuntimeFailure(`States.Format takes no ${JSON.stringify(value)}`);
        }
        return String(value);
      });
    }
    case "States.JsonToString":
      return JSON.stringify(given[0]);
    case "States.StringToJson":
      try {
        return JSON.parse(given[0] as string) as unknown;
      } catch {
        throw new RuntimeFailure(`States.StringToJson cannot read ${String(given[0])}`);
      }
    case "States.MathAdd":
      return Number(given[0]) + Number(given[1]);
    case "States.Hash":
      return createHash("sha256").update(String(given[0])).digest("hex");
    default:
      throw new Error(`${name} is not known here`);
  }
}
