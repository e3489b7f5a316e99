/** What an editor of the status page may want to say, for the form of the status editor. Nothing is published by it. */
export interface Draft {
  readonly state: "trouble" | "off";
  /** Plain words for the public: nothing of an alarm's own. @default the standing text of the state */
  readonly message?: string;
}

/** Address of the status editor with a draft in its fragment, which browsers send to no server. */
export function draftLink(editor: string, draft: Draft): string {
  return `${editor}#draft=${Buffer.from(JSON.stringify(draft)).toString("base64url")}`;
}

/** Words for a page, whose cause nobody knows yet. */
export const firstWords: Draft = {
  state: "trouble",
  message: "Some pages are slow or fail. We are looking into it.",
};
export const overWords: Draft = { state: "off" };
