/** `make import-trace LOGS="a.log.gz b.log" OUT=week1.json [ZONE=Europe/London]`: a trace from access logs of ALB or CloudFront. */
import { createReadStream, writeFileSync } from "node:fs";
import { basename } from "node:path";
import { createInterface } from "node:readline";
import { createGunzip } from "node:zlib";
import { LogImport } from "./importLogs";
import { run } from "../lib/text";

run(async () => {
  const { LOGS, OUT, ZONE } = process.env;
  const paths = (LOGS ?? "").split(/\s+/).filter((path) => path !== "");
  if (paths.length === 0 || OUT === undefined || OUT === "") {
    throw new Error(
      'LOGS and OUT are needed, for example: make import-trace LOGS="logs/a.gz logs/b.gz" OUT=week1.json',
    );
  }
  const logs = new LogImport();
  for (const path of paths) {
    const file = createReadStream(path);
    const lines = createInterface({ input: path.endsWith(".gz") ? file.pipe(createGunzip()) : file });
    for await (const line of lines) {
      logs.line(line);
    }
  }
  const name = basename(OUT, ".json")
    .toLowerCase()
    .replace(/[^a-z0-9-]+/g, "-");
  writeFileSync(
    OUT,
    `${JSON.stringify(logs.trace(name, paths.map((path) => basename(path)).join(", "), ZONE || undefined))}\n`,
  );
  const { read, used, skipped, rejected } = logs.counts;
  console.log(
    `${read} lines read: ${used} used, ${skipped} skipped, ${rejected} rejected. Run it: make capacity STACK=... TRACE=${OUT}`,
  );
  return 0;
});
