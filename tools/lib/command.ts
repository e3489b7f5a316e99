/**
 * The one way to declare and run a tool. An option has one name: a variable, as make's command line and the environment give it
 * (`STACK=prod`), and the same in small letters as a flag (`--stack prod`). A flag wins over a variable; an empty text counts as not given.
 *
 * Exit status of every tool: 0 done, 1 failed, 2 wrong usage, and then nothing was done. Results go to stdout, all else to stderr.
 */
import { Command as Program, CommanderError, Option as Flag } from "commander";
import { describeProblem, type Problem } from "../../components/lib/invalid";
import type { Kind } from "./kinds";
import { showProgress } from "./progress";

export type Given = Readonly<Record<string, string | undefined>>;

export interface Option<Value> {
  readonly kind: Kind<unknown>;
  readonly meaning: string;
  /** Fix when it is missing or wrong; default: the kind's. */
  readonly fix?: string;
  /** Value when the option is not given; without this, the option is required. */
  readonly absent?: { readonly value: Value; readonly shown: string };
}
// No tool's options are of one type.
type Options = Readonly<Record<string, Option<unknown>>>;
export type Values<Given extends Options> = {
  readonly [Name in keyof Given]: Given[Name] extends Option<infer Value> ? Value : never;
};

export interface Command<Given extends Options = Options> {
  /** The make target. */
  readonly name: string;
  /** Its purpose, as `make help` prints it: no full stop. */
  readonly summary: string;
  readonly options: Given;
  /** Meaning of exit status 1, when that is more than "failed". */
  readonly failure?: string;
  /** Rules between options. Options that are wrong by themselves are undefined here. */
  check?(values: Partial<Values<Given>>): readonly Problem[];
  /** @returns the exit status: 0 or 1. An Error is a failure, a Refused is wrong usage. */
  run(values: Values<Given>, where: Where): Promise<number> | number;
}

/** Output channels of a tool. */
export interface Where {
  /** A result, on stdout. */
  print(line: string): void;
  /** A failure or a warning, on stderr. */
  complain(line: string): void;
  /** The current step, shown on stderr once it takes longer than five seconds. */
  at(step: string): void;
}

/** Wrong usage: everything that is wrong with what was given. */
export class Refused extends Error {
  constructor(readonly problems: readonly Problem[]) {
    super(problems.map(describeProblem).join("\n"));
  }
}

export const needed = <Value>(kind: Kind<Value>, meaning: string, fix?: string): Option<Value> => ({
  kind,
  meaning,
  fix,
});

export const optional = <Value>(kind: Kind<Value>, meaning: string, fix?: string): Option<Value | undefined> => ({
  kind,
  meaning,
  fix,
  absent: { value: undefined, shown: "" },
});

/** @throws Error when the standard is none of the kind. */
export function standard<Value>(kind: Kind<Value>, meaning: string, text: string, fix?: string): Option<Value> {
  const value = kind.read(text);
  if (value === undefined) {
    throw new Error(`${text} is not ${kind.expected}`);
  }
  return { kind, meaning, fix, absent: { value, shown: text } };
}

const yes: Kind<boolean> = {
  shape: "1",
  expected: "1, or nothing",
  fix: "Write =1, or leave it out.",
  read: (text) => (text === "1" ? true : undefined),
};
export const flag = (meaning: string): Option<boolean> => ({
  kind: yes,
  meaning,
  absent: { value: false, shown: "" },
});

/** Infers the types of the options' values. */
export const declare = <Given extends Options>(command: Command<Given>): Command<Given> => command;

/**
 * The values of a command's options.
 *
 * @throws Refused with everything that is wrong, at once.
 */
export function valuesOf<Given extends Options>(
  { options, check }: Pick<Command<Given>, "options" | "check">,
  given: Readonly<Record<string, string | undefined>>,
  further: readonly Problem[] = [],
): Values<Given> {
  const problems = [...further];
  const values: Record<string, unknown> = {};
  for (const [path, { kind, fix, absent }] of Object.entries(options)) {
    const text = given[path]?.trim() ?? "";
    const value = text === "" ? absent?.value : kind.read(text);
    values[path] = value;
    if (value === undefined && (text !== "" || absent === undefined)) {
      problems.push({ path, given: text || undefined, allowed: kind.expected, fix: fix ?? kind.fix });
    }
  }
  problems.push(...(check?.(values as Partial<Values<Given>>) ?? []));
  if (problems.length > 0) {
    throw new Refused(problems);
  }
  return values as Values<Given>;
}

export const flagOf = (variable: string): string => variable.toLowerCase().replaceAll("_", "-");

/** Its call with make, as `make help` shows it. More than four optional options are left to --help. */
export function usage({ name, options }: Pick<Command, "name" | "options">): string {
  const all = Object.entries(options).map(([variable, { kind, absent }]) => {
    const text = `${variable}=${kind.shape}`;
    return absent === undefined ? text : `[${text}]`;
  });
  const extra = all.filter((text) => text.startsWith("["));
  return extra.length <= 4
    ? all.join(" ")
    : [...all.filter((text) => !text.startsWith("[")), `[more: tools/run ${name} --help]`].join(" ");
}

/** The line of `make help`. */
export const helpLine = (command: Pick<Command, "name" | "options" | "summary">): string =>
  `${command.summary}${/^[^[]/.test(usage(command)) ? ":" : ""} ${usage(command)}`.trimEnd();

/** Meaning, allowed values and default of an option: one sentence for --help and docs/commands.md. */
export function explained({ kind, meaning, absent }: Option<unknown>): string {
  const without = absent === undefined ? "Needed." : absent.shown === "" ? "" : `Default: ${absent.shown}.`;
  return `${meaning}${kind === yes ? "" : `: ${kind.described ?? kind.expected}`}. ${without}`.trimEnd();
}

export const exitStatus = ({ failure = "failed" }: Pick<Command, "failure">): string =>
  `0 done; 1 ${failure}; 2 wrong usage, nothing was done`;

/** The declaration as commander's, which reads the flags and writes --help. */
function program(command: Command, print: (text: string) => void): Program {
  const made = new Program(`tools/run ${command.name}`)
    .description(`${command.summary}.`)
    .exitOverride()
    .configureOutput({ writeOut: print, writeErr: () => undefined })
    .configureHelp({ helpWidth: process.stdout.columns ?? 120 })
    .allowUnknownOption()
    .allowExcessArguments()
    // Set by the Makefile: the names of the variables that its command line gave.
    .addOption(new Flag("--variables <names>").hideHelp());
  for (const [variable, option] of Object.entries(command.options)) {
    const value = option.kind === yes ? "" : ` <${flagOf(variable)}>`;
    made.addOption(new Flag(`--${flagOf(variable)}${value}`, explained(option)));
  }
  return made.addHelpText(
    "after",
    `\nWith make, and in the environment, an option is a variable: make ${command.name} ${usage(command)}\n` +
      `Exit status: ${exitStatus(command)}. make itself turns every failure into 2.`,
  );
}

/** Reads the flags and the environment. @throws Refused, and CommanderError for --help. */
function read(command: Command, args: readonly string[], environment: Given, print: (text: string) => void): unknown {
  const variables = Object.keys(command.options);
  const parsed = program(command, print).parse([...args], { from: "user" });
  const flags = parsed.opts<Readonly<Record<string, string | boolean | undefined>>>();
  const given: Record<string, string | undefined> = {};
  for (const variable of variables) {
    const name = flagOf(variable).replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
    const value = flags[name];
    given[variable] = value === undefined ? environment[variable] : value === true ? "1" : String(value);
  }
  // Variables that programs below read may be given to make too: AWS_PROFILE, PULUMI_HOME, MOODLE_NOW.
  const others = /^(AWS|PULUMI|MOODLE|NODE|XDG)_|_PROXY$/i;
  const flagsAllowed = variables.map((variable) => `--${flagOf(variable)}`).join(", ") || "none";
  const unknown = [
    ...parsed.args.map((given) => ({ path: "option", given, allowed: flagsAllowed })),
    ...String(flags["variables"] ?? "")
      .split(" ")
      .filter((name) => name !== "" && !variables.includes(name) && !others.test(name))
      .map((given) => ({ path: "variable", given, allowed: variables.join(", ") || "none" })),
  ];
  const fix = `tools/run ${command.name} --help says what there is.`;
  return valuesOf(
    command,
    given,
    unknown.map((problem) => ({ ...problem, fix })),
  );
}

/**
 * Runs a command with its words. Everything that is wrong is a line on `where.complain`.
 *
 * @returns the exit status
 */
export async function answer(
  command: Command,
  args: readonly string[],
  environment: Given,
  where: Where,
): Promise<number> {
  try {
    return await command.run(read(command, args, environment, where.print) as Values<Options>, where);
  } catch (error) {
    if (error instanceof CommanderError) {
      if (error.exitCode !== 0) {
        where.complain(error.message);
      }
      return error.exitCode === 0 ? 0 : 2;
    }
    const message = error instanceof Error ? error.message : String(error);
    const refused = error instanceof Refused;
    where.complain(refused ? message.replace(/^/gm, "error: ") : `error: ${message}`);
    return refused ? 2 : 1;
  }
}

/** The last line of a command's file. Calls whose result is no longer needed do not keep the process. */
export function start(command: Command): void {
  const progress = showProgress(command.name);
  const where: Where = {
    print: (line) => {
      progress.clear();
      console.log(line.replace(/\n$/, ""));
    },
    complain: (line) => {
      progress.clear();
      console.error(line);
    },
    at: progress.at,
  };
  void answer(command, process.argv.slice(2), process.env, where).then((code) => {
    progress.end();
    process.exit(code);
  });
}
