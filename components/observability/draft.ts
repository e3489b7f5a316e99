/** What an editor of the status page may want to say, for the form of the status editor. Nothing is published by it. */
export interface Draft {
  readonly state: "trouble" | "planned" | "off";
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

/** Words for what a release does to the site. Its message names one. */
export const releaseDrafts = {
  releaseClosed: { state: "planned", message: "A new version is being installed. It tends to take some minutes." },
  releaseStaysClosed: { state: "planned", message: "The work takes longer than expected. We will say more here." },
} as const satisfies Readonly<Record<string, Draft>>;
export type DraftName = keyof typeof releaseDrafts;
export const isDraftName = (name: string | undefined): name is DraftName =>
  name !== undefined && Object.hasOwn(releaseDrafts, name);
