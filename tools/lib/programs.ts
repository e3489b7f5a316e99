import { execFileSync, spawnSync } from "node:child_process";

/** Runs a program and gives what it printed. @throws Error that says what was run and what it answered. */
export type Run = (program: string, args: readonly string[], input?: string) => string;

export const runProgram: Run = (program, args, input) => {
  try {
    return execFileSync(program, args, {
      encoding: "utf8",
      input,
      stdio: ["pipe", "pipe", "pipe"],
      maxBuffer: 1 << 28,
    });
  } catch (error) {
    const { code, stderr } = error as { readonly code?: string; readonly stderr?: string };
    const why = code === "ENOENT" ? "it is not installed, or not on the PATH" : (stderr ?? String(error)).trim();
    throw new Error(`${program} ${args.slice(0, 2).join(" ")} failed: ${why}`);
  }
};

/** Runs a program whose output is for people: it goes to stderr as it comes. @throws Error when it fails */
export const followProgram = (program: string, args: readonly string[]): void => {
  const { error, status } = spawnSync(program, args, { stdio: ["ignore", 2, 2] });
  if (error !== undefined || status !== 0) {
    throw new Error(`${program} ${args.slice(0, 2).join(" ")} failed: ${error?.message ?? "see above"}`);
  }
};
