import { declare, standard, start } from "../lib/command";
import { wholeNumber } from "../lib/kinds";
import { table } from "../lib/text";
import { measureRates } from "../loadtest/gate/rates";

export const command = declare({
  name: "loadtest-rates",
  summary:
    "How often the gate of load tests raises false alarms and misses regressions, over many made-up pairs of runs",
  options: { PAIRS: standard(wholeNumber(1, 100_000), "Pairs of runs for each row", "200") },
  run: ({ PAIRS }, { print, at }) => {
    const rows = measureRates(PAIRS, at).map(({ what, flagged, of }) => [
      what,
      String(flagged),
      String(of),
      `${((100 * flagged) / of).toFixed(1)} %`,
    ]);
    print(table([["what changed", "flagged", "of", "share"], ...rows]));
    return 0;
  },
});

if (require.main === module) {
  start(command);
}
