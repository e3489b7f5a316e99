import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { needPython } from "../leftOut";

const python = join(__dirname, "..", "..", ".offline", "values", "bin", "python");

/** For `before`: installs the program, or leaves the tests out with the reason. */
export function needMatcher(context: Mocha.Context): void {
  execFileSync(join(__dirname, "..", "values", "setup"), { stdio: "inherit" });
  needPython(context, "values");
}

/** A pattern of EventBridge and an event that it may match. */
export type Pair = readonly [pattern: object, event: object];

/**
 * Whether each event matches its pattern, by LocalStack's implementation of EventBridge's rules.
 *
 * @throws Error when a pattern is not valid.
 */
export function matches(pairs: readonly Pair[]): readonly boolean[] {
  const answer = execFileSync(python, [join(__dirname, "match.py")], {
    input: JSON.stringify(pairs),
    encoding: "utf8",
    // Python's message about a mistake is part of the error.
    stdio: "pipe",
    maxBuffer: 1 << 26,
  });
  return JSON.parse(answer) as boolean[];
}
