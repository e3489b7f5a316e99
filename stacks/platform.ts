import type { FoundNetwork } from "../components/network/findNetwork";
import { now } from "./calendar/clock";
import { holdDuringExams } from "./calendar/freeze";
import { readCalendar } from "./calendar/read";
import type { Calendar } from "./calendar/schema";
import { buildData } from "./data";
import { buildFoundation } from "./foundation";
import { buildOperations } from "./operations";
import { type PlatformOutputs, platformOutputs } from "./outputs";
import type { Providers } from "./providers";
import type { Settings } from "./settings/settings";
import { buildSite } from "./site";

/**
 * Puts the components together for one environment. Every decision here is a setting's or the profile's.
 *
 * @param network What `lookUpNetwork` found.
 * @param calendar Undefined where capacity follows the load alone.
 */
export function buildPlatform(
  settings: Settings,
  providers: Providers,
  network: FoundNetwork | undefined,
  calendar: Calendar | undefined = readCalendar(settings),
): PlatformOutputs {
  holdDuringExams(calendar, settings, now());
  const foundation = buildFoundation(settings, providers, network);
  const data = buildData(settings, providers, foundation);
  const site = buildSite(settings, providers, calendar, { ...foundation, ...data });
  const operations = buildOperations(settings, providers, calendar, { ...foundation, ...data, ...site });
  return platformOutputs(settings, { ...foundation, ...data, ...site, ...operations });
}
