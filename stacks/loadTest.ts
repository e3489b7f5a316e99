import type * as pulumi from "@pulumi/pulumi";

import { LoadTest } from "../components/load-test/loadTest";
import type { Network } from "../components/network/network";
import type { Settings } from "./settings/settings";

/** Outputs for `make loadtest TARGET=<stack>`. */
export interface LoadTestOutputs {
  readonly resultsBucket: pulumi.Output<string>;
  readonly taskRoleName: pulumi.Output<string>;
  readonly securityGroupId: pulumi.Output<string>;
  readonly subnetIds: readonly pulumi.Output<string>[];
}

/** Only where a setting asks for it, and never in production: the schema refuses that. */
export function buildLoadTest(
  settings: Settings,
  network: Network,
  kmsKeyArn: pulumi.Input<string>,
  opts: pulumi.ComponentResourceOptions,
): LoadTestOutputs | undefined {
  if (!settings.loadTest.enabled) {
    return undefined;
  }
  const { resultsBucket, taskRoleName, securityGroupId, subnetIds } = new LoadTest(
    `${settings.environment}-load-test`,
    { network, region: settings.region, kmsKeyArn, forceDestroy: !settings.safety.deletionProtection },
    opts,
  );
  return { resultsBucket, taskRoleName, securityGroupId, subnetIds };
}
