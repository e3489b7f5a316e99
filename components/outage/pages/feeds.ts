import { escaped, plainText } from "./html";
import type { Status } from "./status";

interface Entry {
  readonly id: string;
  readonly title: string;
  readonly text: string;
  readonly at: string;
  readonly corrected?: string | undefined;
}

/**
 * Each update is an entry, newest first: a reader hears of every change, not only of the first. A corrected entry keeps its
 * id. What was withdrawn has one new entry that says so, as many readers keep what they have read.
 */
function entries(status: Status): readonly Entry[] {
  return status.events
    .flatMap((event) =>
      event.updates.map(({ at, text, corrected }) => ({
        id: plainText(`${event.id}/${at}`),
        title: plainText(event.withdrawn === undefined ? event.title : `Withdrawn: ${event.title}`),
        text: plainText(text),
        at,
        corrected,
      })),
    )
    .sort((a, b) => Date.parse(b.at) - Date.parse(a.at))
    .slice(0, 50);
}

/** RSS 2.0: https://www.rssboard.org/rss-specification */
export function rssFeed(status: Status, pageAddress: string): string {
  const items = entries(status).map(
    ({ id, title, text, at }) =>
      `<item><title>${escaped(title)}</title><description>${escaped(text)}</description>` +
      `<pubDate>${new Date(at).toUTCString()}</pubDate><link>${escaped(pageAddress)}</link>` +
      `<guid isPermaLink="false">${escaped(id)}</guid></item>`,
  );
  return (
    `<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0"><channel>` +
    `<title>${escaped(`${status.service} status, ${status.organisation}`)}</title><link>${escaped(pageAddress)}</link>` +
    `<description>Planned work and outages of ${escaped(status.service)}</description><language>en</language>` +
    `<lastBuildDate>${new Date(status.changed).toUTCString()}</lastBuildDate>${items.join("")}</channel></rss>\n`
  );
}

/** JSON Feed 1.1: https://www.jsonfeed.org/version/1.1/ */
export function jsonFeed(status: Status, pageAddress: string): string {
  const feed = {
    version: "https://jsonfeed.org/version/1.1",
    title: `${status.service} status, ${status.organisation}`,
    home_page_url: pageAddress,
    feed_url: pageAddress.replace(/[^/]*$/, "feed.json"),
    language: "en",
    items: entries(status).map(({ id, title, text, at, corrected }) => ({
      id,
      url: pageAddress,
      title,
      content_text: text,
      date_published: new Date(at).toISOString(),
      date_modified: corrected,
    })),
  };
  return `${JSON.stringify(feed, undefined, 2)}\n`;
}
