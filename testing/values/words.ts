import { matching, oneOf, type Rule, within } from "./shape";

/**
 * Restrictions that AWS's models give in words alone, as EC2, RDS, ElastiCache and Elastic Load Balancing do. Only
 * sentences whose meaning is certain are read; every other one leaves the value to the other model.
 *
 * @param documentation a member's `documentation` in the model, HTML.
 */
export function rulesFromWords(documentation: string): Rule[] {
  const words = documentation
    .replace(/<[^>]+>/g, " ")
    .replaceAll("&amp;", "&")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replace(/\s+/g, " ")
    .trim();
  const rules: Rule[] = [];
  const length = /(?:[Uu]p to|maximum of) (\d+) characters/.exec(words);
  if (length !== null) {
    rules.push(...within("text", undefined, Number(length[1])));
  }
  const range =
    /[Mm]ust (?:contain|be) (?:from )?1 to (\d+) (?:\(for Aurora DB clusters\) .{0,60}?)?(?:letters|alphanumeric)/.exec(
      words,
    );
  if (range !== null) {
    rules.push(...within("text", 1, Number(range[1])));
  }
  const characters = /Valid characters: (.+?)$/.exec(words);
  if (characters !== null) {
    rules.push(characterRule(characters[1]!));
  }
  if (/(?:letters, numbers,? (?:or|and) hyphens|alphanumeric characters or hyphens)/.test(words)) {
    rules.push(...matching("[A-Za-z0-9-]*"));
  }
  if (/(?:First character must be|first character must be|Must begin with) a letter/.test(words)) {
    rules.push(...matching("[A-Za-z].*"));
  }
  if (/(?:[Cc]an't|[Cc]annot) end with a hyphen or contain two consecutive hyphens/.test(words)) {
    rules.push({ says: "no hyphen at the end and no two in a row", allows: (value) => !/-$|--/.test(String(value)) });
  }
  for (const [, start] of words.matchAll(/(?:[Cc]an't start|must not begin) with "?([a-z]+-)/g)) {
    rules.push({ says: `not beginning with ${start}`, allows: (value) => !String(value).startsWith(start!) });
  }
  const values = /Valid [Vv]alues: ((?:[A-Za-z0-9._:-]+ \| )+[A-Za-z0-9._:-]+)(?: |$)/.exec(words);
  if (values !== null) {
    rules.push(oneOf(values[1]!.split(" | ")));
  }
  return rules;
}

/** From "a-z, A-Z, 0-9, spaces, and ._-:/()#,@[]+=&;{}!$*". */
function characterRule(said: string): Rule {
  const named = said.replace(/a-z|A-Z|0-9|spaces/g, "").replace(/(?:^[, ]+|, and |\band\b)/g, "");
  const allowed = new Set([...named.replace(/\s/g, ""), ...(said.includes("spaces") ? [" "] : [])]);
  const ranges = new RegExp(`[${["a-z", "A-Z", "0-9"].filter((range) => said.includes(range)).join("")}]`);
  const valid = (character: string): boolean => ranges.test(character) || allowed.has(character);
  return { says: `of ${said}`, allows: (value) => [...String(value)].every(valid) };
}
