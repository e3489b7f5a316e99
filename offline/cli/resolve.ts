import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { PulumiCommand } from "@pulumi/pulumi/automation";
import { build } from "./build";
import { download } from "./download";
import { deleteLeftovers } from "./leftovers";

/**
 * The CLI that is put here, and the oldest that is taken from elsewhere: this is the one that everything was measured
 * with, and its module, its download and its npm wrapper all exist. Keep in step with go.mod.
 */
export const cliVersion = "3.250.0";

/** One way to come by a Pulumi CLI. */
export interface Way {
  /** Completes "Pulumi CLI: ...". */
  readonly name: string;
  /** How to fix it when nothing works. */
  readonly fix: string;
  /** Looking is quick and prints only a final failure; the others take time and report it. */
  readonly looksOnly: boolean;
  find(say: (line: string) => void): Promise<PulumiCommand>;
}

/**
 * Tries the ways in order; each failure falls to the next with one line.
 *
 * @throws Error that lists what was tried and how to fix it, when all of them fail.
 */
export async function firstThatWorks(ways: readonly Way[], say: (line: string) => void): Promise<PulumiCommand> {
  const failures: string[] = [];
  let told = 0;
  for (const way of ways) {
    if (!way.looksOnly) {
      failures.slice(told).forEach(say);
      told = failures.length;
    }
    try {
      return await way.find(say);
    } catch (error) {
      failures.push(`Pulumi CLI: ${way.name}: ${oneLine(error)}`);
    }
  }
  const fixes = ways.map((way, index) => `  ${index + 1}. ${failures[index]}\n     ${way.fix}`);
  throw new Error(`No Pulumi CLI. Tried, with what would fix each:\n${fixes.join("\n")}`);
}

function oneLine(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const lines = message.split("\n").map((line) => line.trim());
  return lines.find((line) => line !== "") ?? "failed";
}

let resolved: Promise<PulumiCommand> | undefined;

/** The Pulumi CLI for this process, found or made. */
export function resolveCli(): Promise<PulumiCommand> {
  const versions = join(process.env["PULUMI_HOME"] ?? join(homedir(), ".pulumi"), "versions");
  deleteLeftovers(versions);
  resolved ??= firstThatWorks(
    ways(versions),
    // stdout is for results.
    (line) => console.error(line),
  );
  return resolved;
}

export function ways(versions: string): Way[] {
  const folder = join(versions, cliVersion);
  return [
    {
      name: "on PATH",
      fix: `Put pulumi ${cliVersion} or newer on PATH: https://www.pulumi.com/docs/install/`,
      looksOnly: true,
      find: () => usable(),
    },
    {
      name: folder,
      fix: `Unpack pulumi ${cliVersion} there, so that bin/pulumi is in it.`,
      looksOnly: true,
      find: () => usable(folder),
    },
    {
      name: "official download",
      fix: "Allow HTTPS to get.pulumi.com, or download it elsewhere and copy it to the folder above.",
      looksOnly: false,
      find: (say) => install(folder, (into) => download(cliVersion, into, say)),
    },
    {
      name: "Go build",
      fix: "Install Go 1.25 or newer (https://go.dev/dl/) and allow access to a Go module proxy.",
      looksOnly: false,
      find: (say) => install(folder, (into) => build(cliVersion, into, say)),
    },
  ];
}

/** @throws Error when there is none, or when it is too old. */
async function usable(folder?: string): Promise<PulumiCommand> {
  if (folder !== undefined && !existsSync(join(folder, "bin", "pulumi"))) {
    throw new Error("not there");
  }
  try {
    const version = (await PulumiCommand.get(folder === undefined ? undefined : { root: folder })).version;
    if (version !== undefined && version !== null && version.compare(cliVersion) < 0) {
      throw new Error(`version ${version.toString()} is older than ${cliVersion}`);
    }
  } catch (error) {
    const message = (error as Error).message;
    throw new Error(message.includes("ENOENT") ? "none" : message);
  }
  return PulumiCommand.get(folder === undefined ? undefined : { root: folder });
}

/** Fills a folder beside the final one and renames it: a broken attempt is never taken for an installation. */
export async function install(
  folder: string,
  fill: (into: string) => Promise<void>,
  check: (folder: string) => Promise<PulumiCommand> = usable,
): Promise<PulumiCommand> {
  const temporary = `${folder}.${process.pid}.tmp`;
  rmSync(temporary, { recursive: true, force: true });
  mkdirSync(join(temporary, "bin"), { recursive: true });
  try {
    await fill(temporary);
    await check(temporary);
    rmSync(folder, { recursive: true, force: true });
    renameSync(temporary, folder);
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
  return check(folder);
}
