import type { OnError } from "./asl";

/** The state that every failure after the lock leads to. */
export const restoreStart = "Restore";

/** State that tells a person that a release, or its clean-up, could not finish. */
export const personStart = "A person is needed";

/** The task that asks for pages: its name is also the error of a release that failed there. */
export const pagesCheck = "Are pages right?";

export const failed: OnError = { next: restoreStart, path: "$.failure" };

/** The state that a release ends with once it is in operation. */
export const finishStart = "Finish";

/** Error of a release that has left the site closed. */
export const siteClosed = "SiteStaysClosed";
