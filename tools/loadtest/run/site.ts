import { randomBytes } from "node:crypto";
import { resolve } from "node:path";

import type { Site } from "../scenario/plan";

/** Makes the site; the image does not have it. */
export const siteScript = resolve(__dirname, "../../loadtest-site/site.php");

/** Password of all virtual users of one test site: Moodle's policy requires a digit, a capital and another sign. */
export const makePassword = (): string => `Lt-1${randomBytes(12).toString("base64url")}`;

/** Moodle's generator names its users so: admin/tool/generator/classes/course_backend.php. */
export function usersFile(users: number, password: string): string {
  const name = (index: number): string => `tool_generator_${String(index + 1).padStart(6, "0")}`;
  const lines = Array.from({ length: users }, (_, index) => `${name(index)},${password}`);
  return ["username,password", ...lines, ""].join("\n");
}

/** The last line of what the script printed; other lines may come before it. */
export function parseSite(printed: string): Site {
  const line = printed
    .split("\n")
    .reverse()
    .find((one) => one.includes('"course"'));
  if (line === undefined) {
    throw new Error(`the test site was not made: ${printed.trim().slice(-500)}`);
  }
  return JSON.parse(line.slice(line.indexOf("{"))) as Site;
}
