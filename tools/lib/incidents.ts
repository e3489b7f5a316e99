// cspell:ignore FAILSAFE
/** Records of incidents: Markdown files whose front matter says what is still to be done, by whom and until when. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { dump, type EventType, FAILSAFE_SCHEMA, load, type State, YAMLException } from "js-yaml";
import { z } from "zod";
import { day, fixedIn, issue } from "../../moodle-image/patches/list";
import { Refused } from "./command";
import { writeWhole } from "./files";
import { anyText, instantForm } from "./kinds";

const root = resolve(__dirname, "../..");
/** Where the records are, from the root of the repository. */
export const incidentsFolder = "docs/incidents";

export const incidentsKind = anyText("a folder with records of incidents", `Leave it out for ${incidentsFolder}.`);

const words = z.string().min(1);
const instant = z.string().regex(instantForm);
const states = ["open", "done", "dropped"] as const;

const action = z.strictObject({
  action: words,
  owner: words,
  due: day,
  state: z.enum(states),
  upstream: issue.optional(),
  fixedIn: fixedIn.optional(),
});
const incident = z.strictObject({
  title: words,
  start: instant,
  /** Empty while it is going on. */
  end: z.union([z.literal(""), instant]).optional(),
  services: z.array(words).min(1),
  actions: z.array(action),
});
export type Action = z.infer<typeof action>;
export type Incident = z.infer<typeof incident>;
export interface Recorded extends Incident {
  /** From the root of the repository. */
  readonly file: string;
}

/** What each field is, for the words of an error. */
const expected: Readonly<Record<string, string>> = {
  title: "a text",
  start: "a time such as 2026-11-23T09:30Z",
  end: "a time such as 2026-11-23T09:30Z, or nothing while it goes on",
  services: "a list of services, such as [Moodle]",
  actions: "a list of actions, each with action, owner, due and state; [] for none",
  action: "what is to be done",
  owner: "who does it",
  due: "a day such as 2026-12-15",
  state: states.join(", "),
  upstream: "an issue of Moodle's tracker, such as MDL-12345",
  fixedIn: "releases of Moodle, such as [5.0.6, 5.1.3]",
};

/**
 * The front matter of a record.
 *
 * @param file Its name in an error.
 * @throws Error with file and line of the first thing that is wrong.
 */
export function parseIncident(text: string, file: string): Incident {
  const fail = (line: number, message: string): never => {
    throw new Error(`${file}:${line}: ${message}`);
  };
  const lines = text.replaceAll("\r\n", "\n").split("\n");
  const end = lines.indexOf("---", 1);
  if (lines[0] !== "---" || end === -1) {
    return fail(
      1,
      `got ${JSON.stringify(lines[0])}, expected a front matter between two lines "---". make incident begins a file with one.`,
    );
  }
  // The mark is kept, so that a line of YAML has its number in the file.
  const yaml = lines.slice(0, end).join("\n");
  const places = new Map<object, number>();
  let value: unknown;
  try {
    // Every scalar is a text: 5.10 is no number, and 2026-12-15 no instant.
    value = load(yaml, { schema: FAILSAFE_SCHEMA, listener: remember(places) });
  } catch (error) {
    const { reason, mark } = error as YAMLException;
    return fail((mark?.line ?? 0) + 1, `it is not YAML: ${reason}. Correct the line.`);
  }
  const result = incident.safeParse(value);
  if (result.success) {
    return result.data;
  }
  const [{ path, code, ...issue } = { path: [], code: "" }] = result.error.issues;
  const unknown = code === "unrecognized_keys" ? (issue as { readonly keys: readonly string[] }).keys[0] : undefined;
  const full = unknown === undefined ? path : [...path, unknown];
  const given = full.reduce<unknown>((at, key) => (at as Record<PropertyKey, unknown> | undefined)?.[key], value);
  const name = full.findLast((key) => typeof key === "string") ?? "front matter";
  const what = full
    .map((key, index) => (typeof key === "number" ? `[${key}]` : `${index === 0 ? "" : "."}${String(key)}`))
    .join("");
  const allowed =
    unknown === undefined ? (expected[String(name)] ?? "title, start, services and actions") : "no such field";
  const shown = given === undefined || given === null ? "nothing" : JSON.stringify(given);
  return fail(
    lineOf(lines, value, full, places),
    `${what === "" ? "front matter" : what}: got ${shown}, expected ${allowed}. Correct the line.`,
  );
}

/** Remembers on which line, from 1, each mapping and list of a document begins. */
function remember(places: Map<object, number>): (event: EventType, state: State) => void {
  const opened: number[] = [];
  return (event, state) => {
    if (event === "open") {
      opened.push(state.line + 1);
      return;
    }
    const line = opened.pop() ?? 1;
    const { result } = state as unknown as { readonly result: unknown };
    if (typeof result === "object" && result !== null) {
      places.set(result, line);
    }
  };
}

/** The line of a field: that of its key in the mapping that has it, or the mapping's own when the key is missing. */
function lineOf(
  lines: readonly string[],
  value: unknown,
  path: readonly PropertyKey[],
  places: Map<object, number>,
): number {
  let line = 2;
  let at = value;
  for (const key of path) {
    const mapping = typeof at === "object" && at !== null ? places.get(at) : undefined;
    line = mapping === undefined ? line : Math.max(line, mapping);
    if (typeof key === "string") {
      const found = lines.findIndex(
        (text, index) => index >= line - 1 && new RegExp(`^\\s*(- )*\\s*${key}:`).test(text),
      );
      const missing = (at as Record<string, unknown> | undefined)?.[key] === undefined;
      line = found === -1 || missing ? line : found + 1;
    }
    at = (at as Record<PropertyKey, unknown> | undefined)?.[key];
  }
  return line;
}

/** All records of a folder, by their names. @throws Error with file and line when one is broken. */
export function readIncidents(path: string): readonly Recorded[] {
  if (!existsSync(path)) {
    const fix = `Leave it out for ${incidentsFolder}.`;
    throw new Refused([{ path: "FOLDER", given: path, allowed: "a folder that exists", fix }]);
  }
  return readdirSync(path)
    .filter((name) => name.endsWith(".md") && name !== "README.md")
    .sort()
    .map((name) => {
      const file = relative(root, resolve(path, name));
      return { file, ...parseIncident(readFileSync(join(path, name), "utf8"), file) };
    });
}

/** A time as records have it: to the minute, in UTC. */
export const timeText = (time: Date): string => time.toISOString().replace(/:\d\d\.\d+Z$/, "Z");

/** What a record has beside its front matter, until people write it. */
const body = `## What people noticed

## Timeline

## Cause

## What helped, and what did not
`;

/**
 * Begins the record of an incident.
 *
 * @param found What is known of it already, as Markdown; left out, the headings of a record.
 * @returns The file, from the root of the repository.
 * @throws Error when there is such a file.
 */
export function beginIncident(path: string, given: Incident, found = body): string {
  const slug = given.title
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .slice(0, 60)
    .replace(/^-|-$/g, "");
  const file = join(path, `${given.start.slice(0, 10)}-${slug || "incident"}.md`);
  const shown = relative(root, resolve(file));
  if (existsSync(file)) {
    throw new Error(`${shown} is there already. Fix: edit it, or give another TITLE.`);
  }
  const front = dump(given, { schema: FAILSAFE_SCHEMA, lineWidth: -1 });
  const text = `---\n${front}---\n\n# ${given.title}\n\n${found}`;
  // What is written can be read: a title has whatever people write.
  parseIncident(text, shown);
  writeWhole(file, text);
  return shown;
}
