import type { Problem } from "../../components/lib/invalid";
import type { Profile } from "../profiles";
import type { Readable } from "./readable";
import { alertRules } from "./rules/alerts";
import { computeRules } from "./rules/compute";
import { dataRules } from "./rules/data";
import { edgeRules } from "./rules/edge";
import { imageRules } from "./rules/image";
import { landingZoneRules } from "./rules/landingZone";
import { maintenanceRules } from "./rules/maintenance";
import { mailRules } from "./rules/mail";
import { moodleRules } from "./rules/moodleRules";
import { networkRules } from "./rules/network";
import { outageRules } from "./rules/outageRules";
import { runRules } from "./rules/rule";

export { floorProblems } from "./rules/floors";

/** What is wrong across settings that are each right by themselves. */
export function ruleProblems(settings: Readable, profile: Profile): Problem[] {
  return runRules(
    [
      ...networkRules,
      ...mailRules,
      ...edgeRules,
      ...outageRules,
      ...computeRules,
      ...dataRules,
      ...imageRules,
      ...maintenanceRules,
      ...landingZoneRules,
      ...alertRules,
      ...moodleRules,
    ],
    settings,
    profile,
  );
}
