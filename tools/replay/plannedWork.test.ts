import assert from "node:assert/strict";
import { canaryAlarms } from "../../components/observability/canaryAlarms";
import type { Metric } from "../../components/observability/definition";
import { watch } from "../../components/outage/lambda/watch";
import type { Change } from "../../components/outage/pages/change";
import { switchPath } from "../../components/outage/pages/files";
import { functionCode } from "../../components/outage/pages/functionCode";
import { firstStatus } from "../../components/outage/pages/status";
import { readSwitch } from "../../components/outage/pages/switchValue";
import { plan } from "../../components/outage/publishing/plan";
import { firstLookSeconds, longestWait } from "../../components/release/asl";
import { stackPlannedWork } from "../../stacks/plannedWork";
import type { Settings } from "../../stacks/settings/settings";
import { run } from "../../testing/cloudfront-functions/harness";
import { v8 } from "../../testing/cloudfront-functions/v8";
import { branding } from "../../testing/outage/example";
import { loadSettings } from "../../stacks/settings/load";
import { settingsSets } from "../../testing/values/sets";
import { stackSettings } from "../lib/stackFile";
import { pages, replay } from "./replay";
import { exampleAlarms } from "./scenario";
import { Series } from "./series";

type Value = number | undefined;
const minutesTo = <T>(end: number, of: (minute: number) => T): readonly T[] =>
  Array.from({ length: end }, (_, minute) => of(minute));

function settingsOf(upgradeMinutes: number, everyMinutes: number): Settings {
  const prod = stackSettings("prod");
  return {
    ...prod,
    maintenance: { ...prod.maintenance, upgradeMinutes },
    observability: { ...prod.observability, canary: { ...prod.observability.canary!, everyMinutes } },
  };
}

/** Alarms that a closed site sets off, in those settings. */
function definitions(settings: Settings) {
  const ids = ["traffic", "cron-age", "planned-page-overdue"];
  return [
    ...canaryAlarms("canary", settings.observability.canary!.everyMinutes, stackPlannedWork(settings)),
    ...exampleAlarms(settings).regional.filter(({ id }) => ids.includes(id)),
  ];
}

interface Course {
  /** Whether users' requests reach Moodle. */
  readonly open: (minute: number) => boolean;
  /** Whether a visit of the synthetic user succeeds. @default open */
  readonly well?: (minute: number) => boolean;
  readonly cron?: (minute: number) => boolean;
  readonly release?: (minute: number) => boolean;
  readonly planned?: readonly Value[];
  readonly overdue?: readonly Value[];
}

/** Minutes at which somebody is paged. */
function paged(settings: Settings, end: number, phase: number, course: Course): readonly number[] {
  const { open, well = open, cron = () => true, release = () => false, planned = [], overdue = [] } = course;
  const { everyMinutes } = settings.observability.canary!;
  const values = {
    events: (minute: number) => (release(minute) ? 1 : undefined),
    planned: (minute: number) => planned[minute],
    overdue: (minute: number) => overdue[minute],
    SuccessPercent: (minute: number) => (minute % everyMinutes !== phase ? undefined : well(minute) ? 100 : 0),
    RequestCount: (minute: number) => (open(minute) ? 900 : undefined),
    HealthyHostCount: () => 4,
    CronAge: (minute: number) => (cron(minute) ? 30 : undefined),
    DiskUsedPercent: () => 14,
  };
  const series = new Map(
    Object.entries(values).map(([name, of]) => [name, Series.of(minutesTo<Value>(end, of))] as const),
  );
  const seriesOf = ({ name }: Metric) => series.get(name)!;
  return pages(replay("prod", definitions(settings), seriesOf, { from: 0, to: end }));
}

describe("The synthetic user and a release with an upgrade", () => {
  /** Minutes from the beginning of the release until the site is open again. */
  const [begin, open, end] = [60, 150, 400] as const;
  const pagesOf = (upgradeMinutes: number, everyMinutes: number, phase: number, wellAgain: number) => {
    const looks = Math.ceil(longestWait(firstLookSeconds, upgradeMinutes) / 60);
    const closed = (minute: number) => minute >= begin && minute < open;
    return paged(settingsOf(upgradeMinutes, everyMinutes), end, phase, {
      open: (minute) => !closed(minute),
      well: (minute) => minute < begin || minute >= wellAgain,
      release: (minute) => minute >= begin && minute <= open && ((minute - begin) % looks === 0 || minute === open),
      // Its page names no end, so it is overdue from the first look on.
      planned: minutesTo(end, () => 0),
      overdue: minutesTo(end, (minute) => (closed(minute) ? 1 : 0)),
    });
  };
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

describe("People who close the site", () => {
  const start = Date.parse("2026-11-23T05:00:00.000Z");
  const instant = (minute: number) => new Date(start + minute * 60_000).toISOString();
  const code = functionCode(branding, []);

  /**
   * What the alarms are told, by all that stands between: the publish, its value in the store, the function at the edge, and the
   * look at it each minute. A text is one word in the console.
   */
  async function told(end: number, changes: Readonly<Record<number, Change | string>>, blind = (_: number) => false) {
    let [status, text] = [firstStatus(branding, instant(0)), "off"];
    const [planned, overdue]: [Value[], Value[]] = [[], []];
    for (let minute = 0; minute < end; minute += 1) {
      const change = changes[minute];
      if (typeof change === "string") {
        text = change;
      } else if (change !== undefined) {
        const present = { id: "", status, switchText: text, switchValue: readSwitch(text), turnedElsewhere: false };
        const { version, problems } = plan(
          { ...present, version: undefined, log: [], tag: "" },
          { request: "k7Qw2mX9rT4v", change, by: "a", now: instant(minute), pass: "k7Qw2mX9rT4vB8nZ" },
        );
        assert.deepEqual(problems, undefined);
        [status, text] = [version!.status, version!.switchText];
      }
      const look = async () => {
        const store = { state: text };
        const { response } = await run(v8, code, store, { uri: switchPath }, start + minute * 60_000);
        return response?.body?.data ?? "<html>";
      };
      const seen = blind(minute) ? {} : await watch({ environment: "prod", look, now: () => start + minute * 60_000 });
      planned.push(seen["planned"] as Value);
      overdue.push(seen["overdue"] as Value);
    }
    return { planned, overdue };
  }

  const [closes, end] = [30, 420] as const;
  const cases: readonly [string, Readonly<Record<number, Change | string>>, readonly [number, number] | undefined][] = [
    [
      "with an end, and open before it",
      { 30: { state: "planned", until: instant(120) }, 110: { state: "off" } },
      undefined,
    ],
    ["without an end, for three hours", { 30: { state: "planned" }, 210: { state: "off" } }, undefined],
    [
      "with an end that is moved",
      {
        30: { state: "planned", until: instant(90) },
        80: { state: "correct", until: instant(200) },
        205: { state: "off" },
      },
      undefined,
    ],
    ["and say it again", { 30: { state: "planned" }, 260: { state: "planned" }, 400: { state: "off" } }, undefined],
    ["and forget it", { 30: { state: "planned", until: instant(120) } }, [135, 145]],
    ["and forget it, without an end", { 30: { state: "planned" } }, [270, 280]],
    ["by an outage", { 30: { state: "outage", until: instant(120) }, 300: { state: "off" } }, [30, 60]],
    ["by an outage in planned work", { 30: { state: "planned" }, 100: { state: "outage" } }, [100, 125]],
    ["by a word in the console", { 30: "planned", 300: "off" }, [30, 45]],
  ];
  for (const [what, changes, page] of cases) {
    for (const everyMinutes of [1, 5, 30]) {
      it(`${what}: ${page === undefined ? "nobody is paged" : `paged once, in minute ${page.join(" to ")} or three visits later`}, a visit every ${everyMinutes}`, async () => {
        const { planned, overdue } = await told(end, changes);
        const turns = Object.entries(changes).map(([minute, change]) => ({
          minute: Number(minute),
          state: typeof change === "string" ? change : change.state,
        }));
        const open = (minute: number) => {
          const last = turns.filter((turn) => turn.minute <= minute && turn.state !== "correct").at(-1);
          return last === undefined || last.state === "off";
        };
        const settings = settingsOf(120, everyMinutes);
        for (const phase of new Set([0, Math.floor(everyMinutes / 2), everyMinutes - 1])) {
          const found = paged(settings, end, phase, { open, planned, overdue });
          if (page === undefined) {
            assert.deepEqual(found, [], `phase ${phase}`);
          } else {
            assert.equal(found.length, 1, `phase ${phase}: ${found}`);
            assert.ok(found[0]! >= page[0] && found[0]! <= page[1] + 3 * everyMinutes, `phase ${phase}: ${found}`);
          }
        }
      });
    }
  }

  it("page when the site is not well after it, and when cron stays away", async () => {
    const { planned, overdue } = await told(end, { [closes]: { state: "planned" }, 120: { state: "off" } });
    const settings = settingsOf(120, 5);
    const open = (minute: number) => minute < closes || minute >= 120;
    const ill = paged(settings, end, 0, { open, well: (minute) => minute < closes, planned, overdue });
    const still = paged(settings, end, 0, { open, cron: (minute) => minute < closes, planned, overdue });
    for (const found of [ill, still]) {
      assert.equal(found.length, 1);
      assert.ok(found[0]! > 120 && found[0]! <= 145, String(found));
    }
  });

  it("page as a failure does when nobody sees the switch, and not for three looks that fail", async () => {
    const changes = { [closes]: { state: "planned" }, 200: { state: "off" } } as const;
    const settings = settingsOf(120, 5);
    const open = (minute: number) => minute < closes || minute >= 200;
    const blind = await told(end, changes, (minute) => minute > 60);
    assert.equal(paged(settings, end, 0, { open, ...blind }).length, 1);
    const short = await told(end, changes, (minute) => minute > 60 && minute < 64);
    assert.deepEqual(paged(settings, end, 0, { open, ...short }), []);
  });

  it("are quiet for a day at most, whatever end they name", async () => {
    const { planned, overdue } = await told(1500, { 30: { state: "planned", until: "2027-11-23T05:00:00.000Z" } });
    assert.equal(planned.lastIndexOf(1), 30 + 1439);
    assert.equal(overdue[1470], 1);
  });
});

/** A stack behind another CDN has no switch and no page: what its objectives' alarms do while its users are locked out on purpose. */
describe("Planned work without a page of ours", () => {
  const settings = loadSettings(settingsSets["another CDN, certificates by hand"]!.config, "prod");
  const alarms = exampleAlarms(settings).regional.filter(({ id }) =>
    /^slo-.*-availability-|^slo-availability-/.test(id),
  );
  const [begin, open, end] = [60, 100, 400] as const;
  const pagesOf = (requests: (minute: number) => Value, failed: (minute: number) => Value) => {
    const seriesOf = ({ name }: Metric) =>
      Series.of(minutesTo<Value>(end, name.endsWith(".failed") ? failed : requests));
    return pages(replay("prod", alarms, seriesOf, { from: 0, to: end }));
  };
  const closed = (minute: number) => minute >= begin && minute < open;

  it("pages nobody when a rule of the load balancer closes the site: no request reaches a task", () => {
    assert.ok(alarms.length >= 3, String(alarms.length));
    const of = (value: number) => (minute: number) => (closed(minute) ? undefined : value);
    assert.deepEqual(pagesOf(of(200), of(0)), []);
  });

  it("pages once when nobody closes the site and Moodle refuses its users: docs/releasing.md says so", () => {
    const found = pagesOf(
      () => 200,
      (minute) => (closed(minute) ? 200 : 0),
    );
    assert.equal(found.length, 1, String(found));
    assert.ok(found[0]! > begin && found[0]! <= open, String(found));
  });
});
