type Transformation = (text: string) => string;

const latin1 = (code: number) => (code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : "");
const named: Readonly<Record<string, string>> = { quot: '"', nbsp: "\u00a0", lt: "<", gt: ">", amp: "&" };

/**
 * Transformations by AWS of a request's text before it compares:
 * https://docs.aws.amazon.com/waf/latest/developerguide/waf-rule-statement-transformation.html. It contains the ones
 * that this repository uses, and the ones that the approximations of AWS's own rules need against attacks.
 */
const transformations: Readonly<Record<string, Transformation>> = {
  NONE: (text) => text,
  LOWERCASE: (text) => text.toLowerCase(),
  URL_DECODE: (text) =>
    text.replace(/\+/g, " ").replace(/%([0-9a-f]{2})/gi, (_, hex: string) => latin1(parseInt(hex, 16))),
  COMPRESS_WHITE_SPACE: (text) => text.replace(/[\f\t\n\r\v\u00a0 ]+/g, " "),
  HTML_ENTITY_DECODE: (text) =>
    text.replace(/&(#x[0-9a-f]+|#\d+|[a-z]+);/gi, (whole, entity: string) => {
      if (entity.startsWith("#")) {
        return latin1(/^#x/i.test(entity) ? parseInt(entity.slice(2), 16) : parseInt(entity.slice(1), 10));
      }
      return named[entity.toLowerCase()] ?? whole;
    }),
  NORMALIZE_PATH: normalizePath,
  CMD_LINE: (text) =>
    text
      .replace(/[\\"'^]/g, "")
      .replace(/[,;]/g, " ")
      .replace(/\s+(?=[/(])/g, "")
      .replace(/\s+/g, " ")
      .toLowerCase(),
};

/** Removes repeated slashes, references to the same folder, and to the one above except at the beginning. */
function normalizePath(path: string): string {
  const parts: string[] = [];
  for (const part of path.split("/")) {
    if (part === "..") {
      if (parts.length > 0 && parts.at(-1) !== "..") {
        parts.pop();
      } else if (!path.startsWith("/")) {
        parts.push(part);
      }
    } else if (part !== "" && part !== ".") {
      parts.push(part);
    }
  }
  const open = path.startsWith("/") ? "/" : "";
  return `${open}${parts.join("/")}${parts.length > 0 && /\/\.?$/.test(path) ? "/" : ""}`;
}

/**
 * @param types in the order in which they are applied.
 * @throws Error for a transformation that is not modelled here.
 */
export function transform(text: string, types: readonly string[]): string {
  return types.reduce((changed, type) => {
    const change = transformations[type];
    if (change === undefined) {
      throw new Error(`The text transformation ${type} is not modelled in tools/waf/transformations.ts.`);
    }
    return change(changed);
  }, text);
}
