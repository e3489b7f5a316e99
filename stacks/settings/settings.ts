import type { z } from "zod";
import type { Problem } from "../../components/lib/invalid";
import { backup, backupRules } from "./backup";
import { cache, cacheRules } from "./cache";
import { calendar } from "./calendar";
import { cluster, clusterRules } from "./cluster";
import { connectionRules } from "./connectionBudget";
import { database, databaseRules } from "./database";
import { dns, dnsRules } from "./dns";
import { edge, edgeRules } from "./edge";
import type { Groups } from "./fields";
import { image, imageRules } from "./image";
import { iam, landingZoneRules, tags } from "./landingZone";
import type { Defaults } from "./layUnder";
import { limits } from "./limits";
import { loadTest, loadTestRules } from "./loadTest";
import { logRules, logs } from "./logs";
import { mail, mailRules } from "./mail";
import { maintenance, maintenanceRules } from "./maintenance";
import { moodle, moodleRules } from "./moodle";
import { network } from "./network";
import { networkRules } from "./networkRules";
import { observability, observabilityRules } from "./observability";
import { pipeline, pipelineRules } from "./pipeline";
import { recovery, recoveryRules } from "./recovery";
import { type Rules, runRules } from "./rule";
import { type Safety, safety } from "./safety";
import { site, siteRules } from "./site";
import { storage, storageRules } from "./storage";
import { adhoc, cron, taskRules, web } from "./tasks";

/**
 * One schema for each key under `moodle:`, each strict. Parsed apart from one another, so that a mistake in one does not
 * hide the mistakes in the rest.
 */
export const groups = {
  ...site,
  tags,
  iam,
  dns,
  network,
  edge,
  cluster,
  database,
  cache,
  storage,
  backup,
  recovery,
  image,
  moodle,
  web,
  cron,
  adhoc,
  limits,
  calendar,
  maintenance,
  mail,
  logs,
  observability,
  pipeline,
  loadTest,
  safety,
};

/**
 * Everything that a stack file decides, with all defaults applied. `loadSettings` makes it; components never get all of
 * it.
 */
export interface Settings extends Groups<typeof groups> {
  /** The stack's name. For names and tags only: nothing may branch on it. */
  readonly environment: string;
}

type Given = {
  readonly [K in Exclude<keyof typeof groups, keyof typeof site | "safety">]: z.input<(typeof groups)[K]>;
};

/** Settings of an environment where its stack file says nothing. A key that no schema knows does not compile. */
export type Profile = Defaults<Given> & {
  /** The floors, which a stack file never lowers. */
  readonly safety: Safety;
};

/** The keys whose value is text in the stack file; all others are groups. */
export const plainKeys: readonly string[] = Object.keys(site);

const rules: Rules<Settings> = [
  ...siteRules,
  ...networkRules,
  ...mailRules,
  ...edgeRules,
  ...dnsRules,
  ...clusterRules,
  ...taskRules,
  ...databaseRules,
  ...connectionRules,
  ...cacheRules,
  ...storageRules,
  ...backupRules,
  ...recoveryRules,
  ...logRules,
  ...imageRules,
  ...maintenanceRules,
  ...landingZoneRules,
  ...pipelineRules,
  ...observabilityRules,
  ...moodleRules,
  ...loadTestRules,
];

/** Problems across settings that are each right by themselves. */
export function ruleProblems(settings: Settings): Problem[] {
  return runRules(rules, settings);
}
