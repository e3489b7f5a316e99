import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { load } from "js-yaml";

import type { StackFacts } from "./guard";

const root = resolve(__dirname, "../../..");

/** The outputs of a stack that a load test needs. */
export interface StackOutputs {
  readonly siteUrl?: string;
  readonly clusterName?: string;
  readonly serviceNames?: { readonly web?: string };
  readonly oneOffTask?: unknown;
  readonly loadTest?: LoadTestOutputs;
}

/** Resources that components/load-test makes, where `moodle:loadTest` asks for it. */
export interface LoadTestOutputs {
  readonly resultsBucket: string;
  readonly taskRoleName: string;
  readonly securityGroupId: string;
  readonly subnetIds: readonly string[];
}

interface StackFile {
  readonly config?: Readonly<Record<string, unknown>>;
}

/** Facts for the guard. The stack's file must exist here, so a name alone is not enough. */
export function readFacts(
  stack: string,
  outputs: StackOutputs,
  folder = root,
): StackFacts & { readonly region: string } {
  const files = readdirSync(folder).flatMap((file) => {
    const name = /^Pulumi\.([a-z0-9-]+)\.yaml$/.exec(file)?.[1];
    return name === undefined
      ? []
      : [[name, (load(readFileSync(join(folder, file), "utf8")) as StackFile).config ?? {}] as const];
  });
  const own = files.find(([name]) => name === stack)?.[1];
  if (own === undefined) {
    throw new Error(`TARGET: got ${stack}, expected local, ${files.map(([name]) => name).join(", ")}.`);
  }
  const text = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);
  return {
    stack,
    profile: text(own["moodle:profile"]),
    region: text(own["moodle:region"]) ?? "",
    siteUrl: outputs.siteUrl,
    productionDomains: files.flatMap(([, config]) => {
      const domain = text(config["moodle:domain"]);
      return config["moodle:profile"] === "prod" && domain !== undefined ? [domain] : [];
    }),
  };
}
