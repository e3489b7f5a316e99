import { readFileSync } from "node:fs";
import { join } from "node:path";
import { load } from "js-yaml";

/** Comparison of a resource type with the published models: a row of conversions.yaml. */
export interface Conversion {
  /** Operations of AWS's API that the provider calls with the inputs: `ec2 CreateSecurityGroup`. */
  readonly api?: readonly string[];
  /** The type in CloudFormation's registry. */
  readonly cfn?: string;
  /** Members of the model that hold the resource's own properties. */
  readonly inside?: readonly string[];
  /** Properties whose own properties the model has beside the others: `healthCheck.interval`. */
  readonly flat?: readonly string[];
  /** Properties that are JSON texts of what the model has as structures. */
  readonly json?: readonly string[];
  /** The model's names of properties that are not found by rule: `volumes.hostPath: Host.SourcePath`. Several: the first that it has. */
  readonly names?: Readonly<Record<string, string | readonly string[]>>;
  /** Required members that the provider itself gives. */
  readonly given?: readonly string[];
  /** Properties that never reach AWS, with the reason. */
  readonly skip?: Readonly<Record<string, string>>;
}

let table: Readonly<Record<string, Conversion>> | undefined;

/** @returns undefined for a type without a row. */
export function conversionOf(type: string): Conversion | undefined {
  table ??= load(readFileSync(join(__dirname, "conversions.yaml"), "utf8")) as Record<string, Conversion>;
  return table[type];
}
