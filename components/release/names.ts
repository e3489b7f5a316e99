import type { OnError } from "./asl";

/** The state that every failure after the lock leads to. */
export const restoreStart = "Restore";

/** The task that asks for pages: its name is also the error of a release that failed there. */
export const pagesCheck = "Are pages right?";

export const failed: OnError = { next: restoreStart, path: "$.failure" };
