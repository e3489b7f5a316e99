/** Kinds of a tool's options: their words for people, and how they are read. */
import { existsSync, readdirSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { isDate, isTimeZone } from "../../stacks/calendar/zone";

export interface Kind<Value> {
  /** Stands for the value in usage lines, such as "..." or "off|planned". */
  readonly shape: string;
  /** Completes "expected". */
  readonly expected: string;
  /** The same for documents, where `expected` depends on this checkout. */
  readonly described?: string;
  readonly fix: string;
  /** The value, or undefined when it is none. The text is neither empty nor padded. */
  readonly read: (text: string) => Value | undefined;
}

const root = resolve(__dirname, "../..");

/** Stacks that have a file here. */
export const stackNames = (): readonly string[] =>
  readdirSync(root)
    .flatMap((file) => /^Pulumi\.([^.]+)\.yaml$/.exec(file)?.[1] ?? [])
    .sort();

export const stackName: Kind<string> = {
  shape: "...",
  get expected() {
    return stackNames().join(", ");
  },
  described: "the name of a stack that has a file here, such as Pulumi.prod.yaml",
  fix: "There is a Pulumi.<stack>.yaml for each. For example STACK=prod.",
  read: (text) => (stackNames().includes(text) ? text : undefined),
};

export const anyText = (expected: string, fix: string, shape = "..."): Kind<string> => ({
  shape,
  expected,
  fix,
  read: (text) => text,
});

export const pattern = (matches: RegExp, expected: string, fix: string, shape = "..."): Kind<string> => ({
  shape,
  expected,
  fix,
  read: (text) => (matches.test(text) ? text : undefined),
});

export const oneOf = <Value extends string>(values: readonly Value[], fix = "Choose one."): Kind<Value> => ({
  shape: values.length <= 6 ? values.join("|") : "...",
  expected: values.join(", "),
  fix,
  read: (text) => values.find((value) => value === text),
});

export const wholeNumber = (from: number, to: number): Kind<number> => ({
  shape: "...",
  expected: `a whole number from ${from} to ${to}`,
  fix: "Write digits alone.",
  read: (text) => (/^\d+$/.test(text) && Number(text) >= from && Number(text) <= to ? Number(text) : undefined),
});

export const number = (from: number, to: number): Kind<number> => ({
  shape: "...",
  expected: `a number from ${from} to ${to}`,
  fix: "Write it like 0.5.",
  read: (text) => (/^\d+(\.\d+)?$/.test(text) && Number(text) >= from && Number(text) <= to ? Number(text) : undefined),
});

export const timeZone: Kind<string> = {
  shape: "...",
  expected: "a name of the IANA time zones",
  fix: "Write it like Europe/London.",
  read: (text) => (isTimeZone(text) ? text : undefined),
};

export const day: Kind<string> = {
  shape: "...",
  expected: "a day such as 2027-07-31",
  fix: "Write year, month and day.",
  read: (text) => (isDate(text) ? text : undefined),
};

/** An instant in ISO 8601 with its offset; seconds may be left out. */
export const instantForm = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?(Z|[+-]\d\d:\d\d)$/;

/** Such an instant, as UTC. */
export const instantText: Kind<string> = {
  shape: "...",
  expected: "a time such as 2026-11-23T06:00Z or 2026-07-01T06:00+01:00",
  fix: "Write the date, T, the time, and Z or the distance from UTC.",
  read: (text) =>
    instantForm.test(text) && !Number.isNaN(Date.parse(text)) ? new Date(text).toISOString() : undefined,
};

export const file = (what: string, fix: string): Kind<string> => ({
  shape: "...",
  expected: `${what} that exists`,
  fix,
  read: (text) => (existsSync(text) && statSync(text).isFile() ? text : undefined),
});

export const folder = (what: string, fix: string): Kind<string> => ({
  shape: "...",
  expected: `${what} that exists`,
  fix,
  read: (text) => (existsSync(text) && statSync(text).isDirectory() ? text : undefined),
});
