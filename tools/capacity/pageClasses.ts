/** The kinds of requests that the capacity model tells apart. */
export const pageClasses = ["page", "ajax", "file", "login", "quizView", "quizStart", "quizPage", "autosave"] as const;
export type PageClass = (typeof pageClasses)[number];
