import { groups, type Line, type Verdict } from "./check";
import type { Found } from "./run";

const words: Readonly<Record<Verdict, string>> = { ok: "ok", advice: "advice", wrong: "WRONG", unchecked: "?" };
const colours: Readonly<Record<Verdict, string>> = { ok: "32", advice: "33", wrong: "31;1", unchecked: "36" };

/** Lines with the same finding and fix become one that names all their subjects. */
export function merged(lines: readonly Line[]): readonly Line[] {
  const same = new Map<string, Line[]>();
  for (const line of lines) {
    const key = JSON.stringify([line.verdict, line.finding, line.fix]);
    same.set(key, [...(same.get(key) ?? []), line]);
  }
  return [...same.values()].map((all) => ({ ...all[0]!, subject: all.map(({ subject }) => subject).join(", ") }));
}

/** For people: one line for each thing, what is wrong before what is not, and the command that fixes it below. */
export function asText(found: readonly Found[], colour: boolean): string {
  const paint = (verdict: Verdict, text: string) => (colour ? `\u001b[${colours[verdict]}m${text}\u001b[0m` : text);
  const width = Math.max(...Object.values(words).map((word) => word.length));
  return groups
    .flatMap((group) => {
      const lines = found.filter((one) => one.group === group).flatMap(({ lines: all }) => all);
      return lines.length === 0
        ? []
        : [
            "",
            group,
            ...merged(lines).flatMap(({ verdict, subject, finding, fix }) => [
              `  ${paint(verdict, words[verdict].padEnd(width))}  ${subject}: ${finding}`,
              ...(fix === undefined ? [] : fix.split("\n").map((line) => `  ${" ".repeat(width)}  fix: ${line}`)),
            ]),
          ];
    })
    .join("\n")
    .trimStart();
}

/** For programs: every line by itself. */
export function asJson(found: readonly Found[]): string {
  const lines = found.flatMap(({ group, lines: all }) => all.map((line) => ({ group, ...line })));
  return JSON.stringify({ ok: !lines.some(({ verdict }) => verdict === "wrong"), lines }, undefined, 2);
}

/** The last line. */
export function summary(found: readonly Found[], stack: string): string {
  const count = (verdict: Verdict) =>
    found.flatMap(({ lines }) => merged(lines)).filter((line) => line.verdict === verdict).length;
  const wrong = count("wrong");
  const rest = `${count("advice")} with advice, ${count("unchecked")} not checked, ${count("ok")} ok`;
  return wrong === 0
    ? `Nothing found that would stop pulumi up of ${stack}: ${rest}.`
    : `pulumi up of ${stack} would fail: ${wrong} wrong, ${rest}.`;
}
