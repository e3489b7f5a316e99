import { answer, type Command, type Given } from "../../tools/lib/command";

export interface Answer {
  readonly code: number;
  /** Output on stdout. */
  readonly printed: string;
  /** Output on stderr, except progress. */
  readonly complained: string;
  /** Both, in their order. */
  readonly said: string;
}

/** Runs a tool with exactly these variables, as a process would. */
export async function ask(command: Command, given: Given, args: readonly string[] = []): Promise<Answer> {
  const [printed, complained, said]: string[][] = [[], [], []];
  const to = (lines: string[]) => (line: string) => void (lines.push(line), said!.push(line));
  const where = { print: to(printed!), complain: to(complained!), at: () => undefined };
  const code = await answer(command, args, given, where);
  const text = (lines: string[] | undefined) => lines!.join("\n");
  return { code, printed: text(printed), complained: text(complained), said: text(said) };
}
