import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";

/** `<version>.<process>.tmp`, and the folder of its download. */
const unfinished = /\.(\d+)\.tmp(-download)?$/;

/**
 * Deletes leftovers of interrupted builds and downloads: folders named after a process that is gone. A running one
 * keeps its own.
 */
export function deleteLeftovers(versions: string): void {
  for (const name of existsSync(versions) ? readdirSync(versions) : []) {
    const owner = unfinished.exec(name)?.[1];
    if (owner !== undefined && !isAlive(Number(owner))) {
      rmSync(join(versions, name), { recursive: true, force: true });
    }
  }
}

function isAlive(id: number): boolean {
  try {
    process.kill(id, 0);
    return true;
  } catch (error) {
    // A process of another user cannot be signalled, but is alive.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
