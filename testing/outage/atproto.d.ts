// cspell:ignore atproto bsky
/** Types of what tests use of the package, whose own need another kind of module resolution. */
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
