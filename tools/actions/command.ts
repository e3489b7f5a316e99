import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { readPatches } from "../../moodle-image/patches/list";
import { declare, flag, standard, start } from "../lib/command";
import { incidentsFolder, incidentsKind, readIncidents } from "../lib/incidents";
import { listing, rowsOf } from "./listing";
import { askTracker } from "./upstream";

const image = resolve(__dirname, "../../moodle-image");

/** Replacements for the outside world in a test. */
export interface World {
  readonly now?: () => Date;
  readonly patches?: string;
  readonly ask?: typeof askTracker;
}

export const actions = ({ now = () => new Date(), patches: folder, ask = askTracker }: World = {}) =>
  declare({
    name: "actions",
    summary: "What is open after incidents, what is overdue, and what waits for a release of Moodle",
    options: {
      FOLDER: standard(incidentsKind, "The records", incidentsFolder),
      FOLLOW: flag("Ask Moodle's tracker which releases have the fixes that are waited for"),
    },
    failure: "an action is overdue, or the build refuses a patch, or a record is broken",
    run: async ({ FOLDER, FOLLOW }, { print, at }) => {
      const incidents = readIncidents(FOLDER);
      const patches = readPatches(folder);
      const { moodle } = JSON.parse(readFileSync(resolve(image, "moodle.lock.json"), "utf8")) as {
        readonly moodle: { readonly version: string };
      };
      const open = incidents.flatMap((one) => one.actions).filter(({ state }) => state === "open");
      const issues = new Set([...open.flatMap(({ upstream }) => upstream ?? []), ...patches.map(({ issue }) => issue)]);
      const asked = new Map<string, readonly string[]>();
      for (const issue of FOLLOW ? issues : []) {
        at(`asking Moodle's tracker for ${issue}`);
        asked.set(issue, await ask(issue));
      }
      const today = now().toISOString().slice(0, 10);
      const rows = rowsOf({ incidents, patches, asked, release: moodle.version, today });
      print(listing(rows));
      return rows.some(({ late }) => late) ? 1 : 0;
    },
  });

export const command = actions();

if (require.main === module) {
  start(command);
}
