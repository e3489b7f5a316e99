import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";

import type { Block } from "../gate/result";
import type { Site } from "../scenario/plan";
import { taskVcpus, withCloudCpu } from "./cloudCpu";
import type { Used } from "./cpu";
import { allowedTarget } from "./guard";
import { type Run, runProgram } from "../../lib/programs";
import { stackOutputs } from "../../lib/stackOutputs";
import type { Request } from "./request";
import { type LoadTestOutputs, readFacts, type StackOutputs } from "./stack";
import type { Bucket } from "./store";

/** The site under load: this machine's or a stack's. */
export interface Target {
  readonly target: string;
  readonly site: Site;
  readonly users: string;
  readonly machine: string;
  /** Processor time so far, where it can be seen while the run goes on. */
  readonly used?: () => Used;
  /** Adds it afterwards, where it cannot. */
  readonly cloudCpu?: (blocks: readonly Block[]) => Promise<readonly Block[]>;
  readonly fargate?: { readonly region: string; readonly outputs: LoadTestOutputs };
  readonly bucket?: Bucket;
  readonly stop?: () => Promise<void>;
}

/** The test site of a stack, as `make loadtest-site` left it. */
export const siteFolder = (stack: string): string => resolve(__dirname, "../../../.offline/loadtests", `site-${stack}`);

/** A stack that may be put under load. Throws when it may not, or has no test site. */
export async function readTarget(
  { target: stack, workers, host }: Pick<Request, "target" | "workers" | "host">,
  run: Run = runProgram,
): Promise<Target> {
  // Checked first with data of this machine, before any call to AWS, and again with the stack's own outputs.
  allowedTarget(readFacts(stack, { siteUrl: "https://not-asked-yet.invalid" }));
  const outputs = stackOutputs<StackOutputs>(stack, run);
  const facts = readFacts(stack, outputs);
  const target = allowedTarget(facts, host);
  const { region } = facts;
  const folder = siteFolder(stack);
  if (!existsSync(join(folder, "site.json"))) {
    throw new Error(`TARGET=${stack} has no test site yet: make loadtest-site TARGET=${stack} USERS=...`);
  }
  const { loadTest, clusterName, serviceNames } = outputs;
  if (workers > 1 && loadTest === undefined) {
    throw new Error(
      `WORKERS=${workers}: ${stack} has no role for load generators; set moodle:loadTest.enabled and deploy it.`,
    );
  }
  const place = { region, cluster: clusterName ?? "", service: serviceNames?.web ?? "" };
  const vcpus = await taskVcpus(place);
  return {
    target,
    site: JSON.parse(readFileSync(join(folder, "site.json"), "utf8")) as Site,
    users: readFileSync(join(folder, "users.csv"), "utf8"),
    machine: `web tasks of ${vcpus} vCPU`,
    cloudCpu: (blocks) => withCloudCpu(blocks, place, vcpus),
    ...(loadTest === undefined
      ? {}
      : { fargate: { region, outputs: loadTest }, bucket: { name: loadTest.resultsBucket, region } }),
  };
}
