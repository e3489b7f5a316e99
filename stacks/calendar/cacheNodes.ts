import { largerNodeTypes, nodeTypeProblems } from "../../components/cache/engine";
import type { Problem } from "../../components/lib/invalid";
import { type NodeTypeChange, retryMinutes } from "../../components/schedule/action";
import { examWindow } from "./compile";
import { freezeMinutes } from "./freeze";
import type { Sizes } from "./levels";
import type { Calendar } from "./schema";
import { addDays, datesOf, earlier, instantOf, localOf } from "./zone";

/**
 * Minutes before the daily ramp in which the application cache changes over, on the first day of a season and on the day
 * after its last. AWS gives no duration: it grows with the data. The AWS provider waits 40 minutes for one change
 * (github.com/hashicorp/terraform-provider-aws, internal/service/elasticache/replication_group.go); here it has 90, which is
 * chosen, after a call that ElastiCache does not take was tried again.
 */
export const changeMinutes = retryMinutes + 90;

const minute = 60_000;

interface Season {
  readonly path: string;
  readonly name: string;
  readonly from: string;
  readonly to: string;
  readonly nodeType: string;
}

/** The periods that ask for a larger node type. */
function seasonsOf({ enrolment, assessment }: Calendar): readonly Season[] {
  return Object.entries({ enrolment, assessment }).flatMap(([group, periods]) =>
    periods.flatMap(({ name, from, to, cacheNodeType }, i) =>
      cacheNodeType === undefined ? [] : [{ path: `${group}[${i}]`, name, from, to, nodeType: cacheNodeType }],
    ),
  );
}

/** The node type of a day, and of the night after it: the largest that a season asks for. */
export function nodeTypeOf(calendar: Calendar, { cache }: Pick<Sizes, "cache">, date: string): string {
  const standing = cache.application.nodeType;
  const asked = seasonsOf(calendar).filter(({ from, to }) => date >= from && date <= to);
  return (
    [standing, ...largerNodeTypes(standing)].findLast((type) => asked.some((one) => one.nodeType === type)) ?? standing
  );
}

/** The largest node type of the year: what alarms are made for. Undefined when it stays the same. */
export function largestNodeType(calendar: Calendar, { cache }: Pick<Sizes, "cache">): string | undefined {
  const asked = seasonsOf(calendar).map(({ nodeType }) => nodeType);
  return largerNodeTypes(cache.application.nodeType).findLast((type) => asked.includes(type));
}

/**
 * The changes of the application cache's node type that are still to come. Pure.
 *
 * Up in the morning of a season's first day, and back in that of the day after its last: the quietest hours that there are.
 */
export function cacheChanges(calendar: Calendar, sizes: Pick<Sizes, "cache">, now: number): readonly NodeTypeChange[] {
  const seasons = seasonsOf(calendar);
  const dates = [...new Set(seasons.flatMap(({ from, to }) => [from, addDays(to, 1)]))].sort();
  return dates.flatMap((date) => {
    const nodeType = nodeTypeOf(calendar, sizes, date);
    const instant = changeInstant(calendar, date);
    if (nodeType === nodeTypeOf(calendar, sizes, addDays(date, -1)) || instant <= now) {
      return [];
    }
    const begins = seasons.find((one) => one.from === date && one.nodeType === nodeType);
    const ends = seasons.find(({ to }) => addDays(to, 1) === date);
    const name = begins === undefined ? `${ends!.name}-down` : `${begins.name}-up`;
    return [{ name, at: new Date(instant).toISOString().replace(".000Z", "Z"), nodeType }];
  });
}

function changeInstant({ dailyRamp, timeZone }: Calendar, date: string): number {
  return instantOf(date, earlier(dailyRamp.from, changeMinutes), timeZone);
}

/** Part of the calendar's year that the application cache has each node type. */
export function nodeTypeShares(calendar: Calendar, sizes: Pick<Sizes, "cache">): ReadonlyMap<string, number> {
  const dates = datesOf(calendar.year.from, calendar.year.to);
  const shares = new Map<string, number>();
  for (const date of dates) {
    const nodeType = nodeTypeOf(calendar, sizes, date);
    shares.set(nodeType, (shares.get(nodeType) ?? 0) + 1 / dates.length);
  }
  return shares;
}

/** What a season asks of the cache that it cannot do, or must not do then. The dates are right already. */
export function cacheProblems(calendar: Calendar, sizes: Pick<Sizes, "cache">): Problem[] {
  const { nodeType: standing, replicas } = sizes.cache.application;
  const larger = largerNodeTypes(standing);
  const seasons = seasonsOf(calendar);
  const problems = seasons.flatMap(({ path, to, nodeType }): Problem[] => {
    const unknown = nodeTypeProblems(`${path}.cacheNodeType`, nodeType);
    const found: Problem[] = [...unknown];
    if (unknown.length === 0 && !larger.includes(nodeType)) {
      // Another family is another memory and another price, and which of them ElastiCache takes only a running group says:
      // https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_ListAllowedNodeTypeModifications.html
      const allowed = `a larger size of the family of moodle:cache.application.nodeType ${standing}: ${larger.join(", ") || "it is the largest"}`;
      const mend = "Choose one of them, leave it out, or choose another moodle:cache.application.nodeType.";
      found.push({ path: `${path}.cacheNodeType`, given: nodeType, allowed, mend });
    }
    if (replicas === 0) {
      const allowed = "none with moodle:cache.application.replicas 0: nothing takes over during the change";
      const mend = "Leave it out, or set moodle:cache.application.replicas to 1.";
      found.push({ path: `${path}.cacheNodeType`, given: nodeType, allowed, mend });
    }
    if (to >= calendar.year.to) {
      const allowed = `a day before year.to, ${calendar.year.to}, with a cacheNodeType: the change back lies in the year too`;
      found.push({ path: `${path}.to`, given: to, allowed, mend: "End the season a day earlier, or the year later." });
    }
    return found;
  });
  return problems.length > 0 ? problems : examProblems(calendar, sizes, seasons);
}

/** A change of the node type is a failover: none may be on while an exam is protected. */
function examProblems(calendar: Calendar, sizes: Pick<Sizes, "cache">, seasons: readonly Season[]): Problem[] {
  return cacheChanges(calendar, sizes, 0).flatMap(({ name, at }): Problem[] => {
    const from = Date.parse(at);
    const exam = calendar.exams.find((one) => {
      const { start, end } = examWindow(one, calendar.timeZone);
      return (
        from < end + freezeMinutes.after * minute &&
        start - freezeMinutes.before * minute < from + changeMinutes * minute
      );
    });
    const season = seasons.find((one) => name === `${one.name}-up` || name === `${one.name}-down`)!;
    const edge = name.endsWith("-up") ? "from" : "to";
    const { date, time } = localOf(from, calendar.timeZone);
    const allowed = `a day whose change of the cache's node type, ${date} ${time} and ${changeMinutes} minutes on, is not in the freeze of exam ${exam?.name}`;
    const mend = "Begin the season a day earlier, end it a day later, or move the exam.";
    return exam === undefined ? [] : [{ path: `${season.path}.${edge}`, given: season[edge], allowed, mend }];
  });
}
