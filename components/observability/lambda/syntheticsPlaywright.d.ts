/**
 * The part that we use of the library in the canary's runtime:
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Synthetics_Canaries_Library_Nodejs_Playwright.html
 */
declare module "@aws/synthetics-playwright" {
  import type { Browser, Page } from "playwright-core";

  export const synthetics: {
    launch(): Promise<Browser>;
    newPage(browser: Browser): Promise<Page>;
    executeStep(name: string, work: () => Promise<void>): Promise<void>;
    close(): Promise<void>;
  };
}
