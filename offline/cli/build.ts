import { spawn } from "node:child_process";
import { join } from "node:path";

// On 2 cores, from an empty Go cache: 3 minutes 25 seconds. Some machines are slower.
const usualMinutes = "3 to 5";

export interface BuildOptions {
  readonly go?: string;
  /** Seconds between two lines of progress. */
  readonly progressSeconds?: number;
}

/**
 * Builds the CLI from its Go module, pinned by go.mod and go.sum in this folder.
 *
 * @throws Error with Go's own last words.
 */
export function build(
  version: string,
  into: string,
  say: (line: string) => void,
  { go = "go", progressSeconds = 15 }: BuildOptions = {},
): Promise<void> {
  say(`Pulumi CLI: building ${version} with Go. Once only; it tends to take ${usualMinutes} minutes.`);
  const flags = `-s -w -X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=${version}`;
  const target = join(into, "bin", "pulumi");
  const args = ["build", "-ldflags", flags, "-o", target, "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"];
  const start = Date.now();
  const progress = setInterval(() => {
    say(
      `Pulumi CLI: still building after ${Math.round((Date.now() - start) / 1000)} s (240 s is usual on 2 idle cores).`,
    );
  }, progressSeconds * 1000);
  return new Promise<void>((resolve, reject) => {
    const child = spawn(go, args, { cwd: __dirname, stdio: ["ignore", "ignore", "pipe"] });
    let words = "";
    child.stderr.on("data", (data: Buffer) => {
      words = (words + data.toString()).slice(-4000);
    });
    child.on("error", (error: NodeJS.ErrnoException) => {
      reject(new Error(error.code === "ENOENT" ? "there is no Go on PATH" : error.message));
    });
    child.on("close", (code) => {
      if (code === 0) {
        say(`Pulumi CLI: built in ${Math.round((Date.now() - start) / 1000)} s.`);
        resolve();
      } else {
        const last = words.trim().split("\n").at(-1) ?? "";
        reject(new Error(`go build ended with code ${code}: ${last}`));
      }
    });
  }).finally(() => clearInterval(progress));
}
