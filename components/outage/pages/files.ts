import { banner } from "./banner";
import { calendarFeed } from "./calendarFeed";
import { jsonFeed, rssFeed } from "./feeds";
import { outagePage, statusPage } from "./pages";
import { type Branding, firstStatus, type Status } from "./status";

/** Folder of the pages on the site. Moodle does not have it. */
export const folder = "outage";
export const statusPath = `/${folder}/status.html`;
/** How the switch stands, as JSON: the function answers, and no file has this name. */
export const switchPath = `/${folder}/switch.json`;
/** Shown instead of 502, 503 and 504. */
export const errorPagePath = `/${folder}/index.html`;
/** The state in one line, for an iframe of other pages. */
export const bannerFile = "banner.html";
/** Key of the switch in the key value store. */
export const switchKey = "state";
/**
 * Key beside it: which version of the pages visitors get. Both keys change in one call, so a publish reaches the switch,
 * the status page and the feeds at one moment, or none of them.
 */
export const pagesKey = "pages";

/** One file below the folder, with the headers that a browser needs. */
export interface PageFile {
  readonly name: string;
  readonly contentType: string;
  readonly content: string;
  /** Written by each publish: nobody edits it. */
  readonly derived?: boolean;
}

/** status.json first, then all files made from it: the names are `publishedNames`. */
export function statusFiles(status: Status, now: string): readonly PageFile[] {
  const address = `${status.address.replace(/\/$/, "")}${statusPath}`;
  const files: readonly PageFile[] = [
    { name: "status.json", contentType: "application/json", content: `${JSON.stringify(status, undefined, 2)}\n` },
    { name: "status.html", contentType: "text/html; charset=utf-8", content: statusPage(status, now) },
    { name: "feed.xml", contentType: "application/rss+xml; charset=utf-8", content: rssFeed(status, address) },
    { name: "feed.json", contentType: "application/feed+json", content: jsonFeed(status, address) },
    { name: "calendar.ics", contentType: "text/calendar; charset=utf-8", content: calendarFeed(status, address) },
    { name: bannerFile, contentType: "text/html; charset=utf-8", content: banner(status, address, now) },
  ];
  return files.map((file) => ({ ...file, derived: true }));
}

/** Names of the files that a publish writes, and the function serves by version. */
export const publishedNames = [
  "status.json",
  "status.html",
  "feed.xml",
  "feed.json",
  "calendar.ics",
  bannerFile,
] as const;

/** Where a version of a file is, below the folder. */
export const versionPath = (id: string, name: string): string => `v/${id}/${name}`;

/** Files that a new bucket starts with. */
export function firstFiles(branding: Branding): readonly PageFile[] {
  // A fixed time: the same program must plan the same files every day.
  const start = "2026-01-01T00:00:00.000Z";
  const index = outagePage(branding, statusPath);
  return [
    { name: "index.html", contentType: "text/html; charset=utf-8", content: index },
    ...statusFiles(firstStatus(branding, start), start),
  ];
}
