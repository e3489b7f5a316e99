import * as pulumi from "@pulumi/pulumi";
import { type GivenConfig, loadSettings } from "./load";
import type { Settings } from "./settings";

/** The settings of the stack that is running. @throws pulumi.RunError that names every mistake at once. */
export function readSettings(): Settings {
  return loadSettings(givenConfig(), pulumi.getStack());
}

/**
 * All configuration of the stack. `pulumi.Config` answers only for keys that one asks for, and so would never show a
 * misspelt one; `allConfig` shows them all. Which of them are secret, the SDK tells by a function that it exports but
 * leaves out of its types.
 */
export function givenConfig(): GivenConfig {
  const values = pulumi.runtime.allConfig();
  const { isConfigSecret } = pulumi.runtime as unknown as { readonly isConfigSecret: (key: string) => boolean };
  return { values, secretKeys: new Set(Object.keys(values).filter((key) => isConfigSecret(key))) };
}
