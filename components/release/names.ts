import type { OnError } from "./asl";

/** The state that every failure after the lock leads to. */
export const restoreStart = "Restore";

export const failed: OnError = { next: restoreStart, path: "$.failure" };
