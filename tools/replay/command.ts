/** `make replay`: past incidents through the alarms of prod. Prints the table and writes docs/incidents.md. */
import { writeFileSync } from "node:fs";
import { run, table } from "../lib/text";
import { stackSettings } from "../lib/stackFile";
import { report, reportPath, rows, verdict } from "./report";
import { quietWeeks, replayAll } from "./results";

const weeks = 4;

run(() => {
  const settings = stackSettings("prod");
  const results = replayAll(settings);
  const quiet = quietWeeks(settings, weeks);
  console.log(table(rows(results)));
  console.log(`\n${weeks} quiet weeks: ${quiet.filter(({ id }) => id === "page").length} pages.`);
  writeFileSync(reportPath, report(results, quiet, weeks));
  const failed = results.filter((result) => verdict(result) !== "ok");
  return failed.length > 0 || quiet.some(({ id }) => id === "page") ? 1 : 0;
});
