/** Draws the dashboards of the documentation, docs/dashboards/*.svg. With --check: says whether they are up to date. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  type DashboardKind,
  engineersBody,
  moodleBody,
  warRoomBody,
} from "../../components/observability/dashboards/bodies";
import { exampleDrawn } from "./example";
import { render } from "./render";

const folder = join(__dirname, "..", "..", "docs", "dashboards");

/** By file name. */
export function pictures(): Readonly<Record<string, string>> {
  const drawn = exampleDrawn();
  const titles: Readonly<Record<DashboardKind, readonly [string, typeof moodleBody]>> = {
    moodle: ["The dashboard of the Moodle team", moodleBody],
    engineers: ["The dashboard of the engineers", engineersBody],
    "war-room": ["The dashboard for an event", warRoomBody],
  };
  return Object.fromEntries(
    Object.entries(titles).map(([kind, [title, body]]) => [`${kind}.svg`, render(title, body(drawn))]),
  );
}

/** The files that are not what the definitions say. */
export function stale(): readonly string[] {
  return Object.entries(pictures()).flatMap(([file, svg]) => {
    const path = join(folder, file);
    return existsSync(path) && readFileSync(path, "utf8") === svg ? [] : [file];
  });
}

if (require.main === module) {
  const files = stale();
  if (!process.argv.includes("--check")) {
    mkdirSync(folder, { recursive: true });
    Object.entries(pictures()).forEach(([file, svg]) => writeFileSync(join(folder, file), svg));
    console.log(`wrote ${Object.keys(pictures()).length} pictures to docs/dashboards`);
  } else if (files.length > 0) {
    console.error(`${files.join(", ")} in docs/dashboards: stale. make dashboards`);
    process.exitCode = 1;
  }
}
