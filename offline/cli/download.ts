import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";

export interface DownloadOptions {
  /** First request to the installer's address: without an answer there is no download. */
  readonly probe?: () => Promise<void>;
  readonly start?: (version: string, into: string, temporary: string) => ChildProcess;
  /** Given up after this long without an answer or without one more byte. */
  readonly stallSeconds?: number;
}

/**
 * The official download, by the Automation API's own installer.
 *
 * The installer has no time-out, so it runs as a process that is ended when it stops making progress.
 *
 * @throws Error when the site does not answer, the transfer stalls, or the installer fails.
 */
export async function download(
  version: string,
  into: string,
  say: (line: string) => void,
  { probe = siteAnswers, start = startInstaller, stallSeconds = 20 }: DownloadOptions = {},
): Promise<void> {
  say(`Pulumi CLI: official download of ${version} (about 100 MB, tends to take under a minute).`);
  await probe();
  const temporary = `${into}-download`;
  mkdirSync(temporary, { recursive: true });
  try {
    await untilDone(start(version, into, temporary), [temporary, into], say, stallSeconds);
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

async function siteAnswers(): Promise<void> {
  // fetch knows no proxy, and the installer's curl does.
  if (["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"].some((name) => (process.env[name] ?? "") !== "")) {
    return;
  }
  try {
    const response = await fetch("https://get.pulumi.com/install.sh", { signal: AbortSignal.timeout(10_000) });
    if (!response.ok) {
      throw new Error(`answered ${response.status}`);
    }
  } catch (error) {
    const { name, message, cause } = error as Error & { cause?: { code?: string } };
    const why = name === "TimeoutError" ? "no answer within 10 s" : (cause?.code ?? message);
    throw new Error(`get.pulumi.com cannot be reached (${why})`);
  }
}

function startInstaller(version: string, into: string, temporary: string): ChildProcess {
  const installer = join(__dirname, "installer.ts");
  return spawn(process.execPath, [...process.execArgv, "--import", "tsx", installer, version, into], {
    cwd: __dirname,
    // A separate process group, because the installer starts curl and tar.
    detached: true,
    env: { ...process.env, TMPDIR: temporary },
    stdio: ["ignore", "ignore", "pipe"],
  });
}

function untilDone(
  child: ChildProcess,
  folders: readonly string[],
  say: (line: string) => void,
  stallSeconds: number,
): Promise<void> {
  let complaints = "";
  child.stderr?.on("data", (data: Buffer) => {
    complaints = (complaints + data.toString()).slice(-4000);
  });
  return new Promise<void>((resolve, reject) => {
    let bytes = -1;
    let changed = Date.now();
    let told = Date.now();
    const watch = setInterval(
      () => {
        const now = folders.reduce((sum, folder) => sum + sizeOf(folder), 0);
        if (now !== bytes) {
          [bytes, changed] = [now, Date.now()];
        }
        if (Date.now() - told > 10_000) {
          told = Date.now();
          say(`Pulumi CLI: ${Math.round(bytes / 1e6)} MB so far.`);
        }
        if (Date.now() - changed > stallSeconds * 1000) {
          end(child);
          reject(new Error(`the transfer stalled for ${stallSeconds} s`));
        }
      },
      Math.min(1000, stallSeconds * 250),
    );
    child.on("error", reject);
    child.on("close", (code) => {
      clearInterval(watch);
      const last = complaints.trim().split("\n").at(-1) ?? "";
      if (code === 0) {
        resolve();
      } else {
        reject(new Error(`the installer ended with code ${code}: ${last}`));
      }
    });
  });
}

function end(child: ChildProcess): void {
  try {
    process.kill(-child.pid!, "SIGKILL");
  } catch {
    child.kill("SIGKILL");
  }
}

function sizeOf(path: string): number {
  if (!existsSync(path)) {
    return 0;
  }
  const entry = statSync(path, { throwIfNoEntry: false });
  if (entry?.isDirectory()) {
    return readdirSync(path).reduce((sum, name) => sum + sizeOf(join(path, name)), 0);
  }
  return entry?.size ?? 0;
}
