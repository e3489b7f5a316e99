import { declare, start } from "../lib/command";
import { stackSettings } from "../lib/stackFile";
import { table } from "../lib/text";
import { quietWeekCount, rows, verdict } from "./report";
import { quietWeeks, replayAll } from "./results";

export const command = declare({
  name: "replay",
  summary: "Run past incidents and four quiet weeks through the alarms of prod",
  failure: "failed, or an incident is missed, late or paged twice, or a quiet week pages",
  options: {},
  run: (_, { print, at }) => {
    const settings = stackSettings("prod");
    at("incidents");
    const results = replayAll(settings);
    at(`${quietWeekCount} quiet weeks`);
    const quiet = quietWeeks(settings, quietWeekCount);
    print(table(rows(results)));
    print(`\n${quietWeekCount} quiet weeks: ${quiet.filter(({ id }) => id === "page").length} pages.`);
    const failed = results.filter((result) => verdict(result) !== "ok");
    return failed.length > 0 || quiet.some(({ id }) => id === "page") ? 1 : 0;
  },
});

if (require.main === module) {
  start(command);
}
