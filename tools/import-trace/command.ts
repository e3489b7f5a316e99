import { createReadStream, existsSync } from "node:fs";
import { basename } from "node:path";
import { createInterface } from "node:readline";
import { createGunzip } from "node:zlib";
import { declare, needed, standard, start } from "../lib/command";
import { anyText, type Kind, timeZone } from "../lib/kinds";
import { writeWhole } from "../lib/files";
import { LogImport } from "./importLogs";

const logFiles: Kind<readonly string[]> = {
  shape: '"a.gz b.gz"',
  expected: "paths of access logs of ALB or CloudFront that exist, separated by spaces",
  fix: 'For example LOGS="logs/a.gz logs/b.gz".',
  read: (text) => {
    const paths = text.split(/\s+/);
    return paths.every((path) => existsSync(path)) ? paths : undefined;
  },
};

export const command = declare({
  name: "import-trace",
  summary: "A load trace from access logs of ALB or CloudFront",
  options: {
    LOGS: needed(logFiles, "The logs, packed (.gz) or not"),
    OUT: needed(anyText("the path of the trace to write", "For example OUT=week1.json.", "week1.json"), "The trace"),
    ZONE: standard(timeZone, "The site's zone; logs are in UTC", "UTC"),
  },
  run: async ({ LOGS, OUT, ZONE }, { print, at }) => {
    const logs = new LogImport();
    for (const path of LOGS) {
      at(`reading ${path}`);
      const file = createReadStream(path);
      const lines = createInterface({ input: path.endsWith(".gz") ? file.pipe(createGunzip()) : file });
      for await (const line of lines) {
        logs.line(line);
      }
    }
    const name = basename(OUT, ".json")
      .toLowerCase()
      .replace(/[^a-z0-9-]+/g, "-");
    writeWhole(OUT, `${JSON.stringify(logs.trace(name, LOGS.map((path) => basename(path)).join(", "), ZONE))}\n`);
    const { read, used, skipped, rejected } = logs.counts;
    print(
      `${read} lines read: ${used} used, ${skipped} skipped, ${rejected} rejected. Run it: make capacity STACK=... TRACE=${OUT}`,
    );
    return 0;
  },
});

if (require.main === module) {
  start(command);
}
