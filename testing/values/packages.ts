import { readdirSync } from "node:fs";
import { join } from "node:path";

const lib = join(__dirname, "../../.offline/values/lib");

/** The folder of a Python package in the environment of the judges. */
export function packageFolder(name: string): string {
  const python = readdirSync(lib).find((folder) => folder.startsWith("python"));
  return join(lib, python ?? "python3", "site-packages", name);
}
