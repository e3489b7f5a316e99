import { existsSync } from "node:fs";
import type { Context } from "mocha";
import { type Browser, chromium } from "playwright-core";
import { leaveOut } from "./leftOut";

/** Debian's package chromium puts it here. */
const program = process.env["CHROMIUM"] ?? "/usr/bin/chromium";

/** Headless Chromium for the tests of a suite. Without one on this machine they are left out. */
export async function openBrowser(context: Context): Promise<Browser> {
  if (!existsSync(program)) {
    leaveOut(context, `${program} is missing: apt-get install chromium, or set CHROMIUM to one`);
  }
  const quiet = ["--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"];
  return chromium.launch({ executablePath: program, args: ["--no-sandbox", "--disable-gpu", ...quiet] });
}
