import type { Page } from "playwright-core";

export interface JourneySettings {
  readonly site: string;
  readonly courseId: number;
  readonly fileId: number;
  readonly quizId: number;
  readonly stepSeconds: number;
}

/** The names of the steps, in order: CloudWatch has a metric of each. */
export const steps: readonly string[];
export function journey(
  page: Page,
  settings: JourneySettings,
  account: { readonly username: string; readonly password: string },
  step: (name: string, work: () => Promise<void>) => Promise<void>,
): Promise<void>;
