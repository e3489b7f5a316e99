import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

const home = join(__dirname, "../../.offline/linters/bin");

/** Path of a program from testing/linters/setup or from PATH; undefined without one. */
export function find(program: string): string | undefined {
  // Debian has nginx where only root's PATH goes.
  const folders = [home, ...(process.env["PATH"] ?? "").split(delimiter), "/usr/sbin"];
  return folders.map((folder) => join(folder, program)).find((path) => existsSync(path));
}

/**
 * Runs a program that judges files.
 *
 * @returns what it said when its status is not 0, which for all these programs means that it found something; else an empty text.
 * @throws Error when it cannot be started, or was killed.
 */
export function judge(program: string, args: readonly string[], cwd: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const path = find(program) ?? program;
    // mago built without optimisation tells what it does.
    const env = { ...process.env, MAGO_LOG: "error" };
    execFile(path, [...args], { cwd, env, encoding: "utf8", maxBuffer: 2 ** 26 }, (error, stdout, stderr) => {
      if (error !== null && typeof error.code !== "number") {
        reject(error);
      } else {
        resolve(error === null ? "" : `${stdout}${stderr}`.trim() || `${program}: status ${error.code}, no words`);
      }
    });
  });
}
