/** The steps of the synthetic user, in order. CloudWatch has metrics of each by its name. */
export const steps = ["load-page", "log-in", "open-course", "view-file", "start-quiz"] as const;
export type Step = (typeof steps)[number];
