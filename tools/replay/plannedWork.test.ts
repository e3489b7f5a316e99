import assert from "node:assert/strict";
import { canaryAlarms } from "../../components/observability/canaryAlarms";
import { firstLookSeconds, longestWait } from "../../components/release/asl";
import { stackReleaseWorks } from "../../stacks/releaseWorks";
import { stackSettings } from "../lib/stackFile";
import { pages, replay } from "./replay";
import { Series } from "./series";

/** Minutes from the beginning of the release until the site is open again. */
const [begin, open, end] = [60, 150, 400] as const;

function pagesOf(upgradeMinutes: number, everyMinutes: number, phase: number, wellAgain: number): readonly number[] {
  const prod = stackSettings("prod");
  const settings = {
    ...prod,
    maintenance: { ...prod.maintenance, upgradeMinutes },
    observability: { ...prod.observability, canary: { ...prod.observability.canary!, everyMinutes } },
  };
  const definitions = canaryAlarms("canary", everyMinutes, stackReleaseWorks(settings));
  const looks = Math.ceil(longestWait(firstLookSeconds, upgradeMinutes) / 60);
  const minutes = Array.from({ length: end }, (_, minute) => minute);
  const release = Series.of(
    minutes.map((minute) =>
      minute >= begin && minute <= open && ((minute - begin) % looks === 0 || minute === open) ? 1 : undefined,
    ),
  );
  const visits = Series.of(
    minutes.map((minute) =>
      minute % everyMinutes !== phase ? undefined : minute >= begin && minute < wellAgain ? 0 : 100,
    ),
  );
  const seriesOf = ({ namespace }: { readonly namespace: string }) =>
    namespace.startsWith("Moodle/Release") ? release : visits;
  return pages(replay("prod", definitions, seriesOf, { from: 0, to: end }));
}

describe("The synthetic user and a release with an upgrade", () => {
  for (const upgradeMinutes of [30, 120, 720]) {
    for (const everyMinutes of [1, 5, 10, 30]) {
      it(`page nobody, ${upgradeMinutes} minutes allowed and a visit every ${everyMinutes}, whenever visits fall`, () => {
        for (let phase = 0; phase < everyMinutes; phase += 1) {
          assert.deepEqual(pagesOf(upgradeMinutes, everyMinutes, phase, open), [], `phase ${phase}`);
        }
      });
    }
  }

  it("page once when the site is not well after it", () => {
    const found = pagesOf(120, 5, 0, 300);
    assert.equal(found.length, 1);
    assert.ok(found[0]! > open && found[0]! <= open + 20, String(found));
  });
});
