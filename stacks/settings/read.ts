import { existsSync, readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import { loadAll } from "js-yaml";
import { type GivenConfig, loadSettings } from "./load";
import type { Settings } from "./settings";

/** The settings of the stack that is running. @throws pulumi.RunError that names every mistake at once. */
export function readSettings(): Settings {
  const file = `Pulumi.${pulumi.getStack()}.yaml`;
  if (existsSync(file)) {
    refuseFurtherDocuments(file, readFileSync(file, "utf8"));
  }
  return loadSettings(givenConfig(), pulumi.getStack());
}

/**
 * The Pulumi CLI reads the first YAML document of a stack file and silently ignores the rest.
 *
 * @throws pulumi.RunError when there is a second one.
 */
export function refuseFurtherDocuments(file: string, content: string): void {
  const count = loadAll(content).length;
  if (count > 1) {
    throw new pulumi.RunError(
      `${file}: got ${count} YAML documents, expected one. Remove the line "---" between them: Pulumi reads ` +
        "the first document alone, so no setting after it has an effect.",
    );
  }
}

/**
 * All configuration of the stack. `pulumi.Config` answers only for keys that one asks for, and so would never show a
 * misspelt one; `allConfig` shows them all. A function that the SDK exports, but leaves out of its types, says which of
 * them are secret.
 */
export function givenConfig(): GivenConfig {
  const values = pulumi.runtime.allConfig();
  const { isConfigSecret } = pulumi.runtime as unknown as { readonly isConfigSecret: (key: string) => boolean };
  return { values, secretKeys: new Set(Object.keys(values).filter((key) => isConfigSecret(key))) };
}
