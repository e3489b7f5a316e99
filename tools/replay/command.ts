/** `make replay`: past incidents through the alarms of prod, as a table. Exit 1 when one is missed, late or paged twice. */
import { stackSettings } from "../lib/stackFile";
import { run, table } from "../lib/text";
import { quietWeekCount, rows, verdict } from "./report";
import { quietWeeks, replayAll } from "./results";

run(() => {
  const settings = stackSettings("prod");
  const results = replayAll(settings);
  const quiet = quietWeeks(settings, quietWeekCount);
  console.log(table(rows(results)));
  console.log(`\n${quietWeekCount} quiet weeks: ${quiet.filter(({ id }) => id === "page").length} pages.`);
  const failed = results.filter((result) => verdict(result) !== "ok");
  return failed.length > 0 || quiet.some(({ id }) => id === "page") ? 1 : 0;
});
