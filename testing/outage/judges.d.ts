// cspell:ignore atproto bsky adaptivecards standardwebhooks
/** What tests use of the packages that judge messages and feeds. Their own types need another kind of module resolution, or have errors. */
declare module "@atproto/api" {
  export namespace AppBskyFeedPost {
    function validateRecord(record: unknown): { readonly success: boolean; readonly error?: unknown };
  }
  export class RichText {
    constructor(record: { readonly text: string; readonly facets?: readonly object[] });
    readonly graphemeLength: number;
    segments(): Iterable<{ readonly text: string; readonly link?: { readonly uri: string }; isLink(): boolean }>;
  }
}

declare module "adaptivecards" {
  interface Event {
    readonly message: string;
  }
  export class SerializationContext {
    readonly eventCount: number;
    getEventAt(index: number): Event;
  }
  export class AdaptiveCard {
    parse(card: unknown, context: SerializationContext): void;
    validateProperties(): { readonly validationEvents: readonly Event[] };
  }
}

declare module "standardwebhooks" {
  export class Webhook {
    constructor(secret: string);
    verify(body: string, headers: Readonly<Record<string, string>>): unknown;
  }
}

declare module "rss-parser" {
  interface Item {
    readonly title?: string;
    readonly content?: string;
    readonly guid?: string;
    readonly link?: string;
    readonly isoDate?: string;
  }
  export default class Parser {
    parseString(text: string): Promise<{ readonly title?: string; readonly items: readonly Item[] }>;
  }
}

declare module "node-ical" {
  const ical: { readonly sync: { parseICS(text: string): Readonly<Record<string, object>> } };
  export default ical;
}
