import type * as pulumi from "@pulumi/pulumi";

import type { Cluster } from "../components/cluster/cluster";
import type { Moodle } from "../components/moodle/moodle";
import type { Network } from "../components/network/network";
import type { Settings } from "./settings/settings";

type OneOffRole = "install" | "upgrade";

/**
 * Data for starting a one-off task with another command than its own: `make moodle-cli`, `make moodle-shell`, `make reset-administrator`,
 * `make loadtest-site`. A release does the same in AWS (components/release).
 */
export interface OneOffTaskOutputs {
  readonly region: string;
  readonly clusterName: pulumi.Output<string>;
  readonly capacityProviderName: pulumi.Output<string>;
  readonly subnetIds: readonly pulumi.Output<string>[];
  readonly securityGroupId: pulumi.Output<string>;
  /** The setting moodle.exec: whether `make moodle-shell` finds what a shell needs. */
  readonly exec: boolean;
  /**
   * With the revision. `upgrade` has Moodle's own secrets; `install` also has those of the database's master and the
   * administrator.
   */
  readonly taskDefinitionArns: Readonly<Record<OneOffRole, pulumi.Output<string>>>;
  readonly logGroupNames: Readonly<Record<OneOffRole, pulumi.Output<string>>>;
}

export function oneOffTaskOutputs(
  { region, moodle: { exec } }: Settings,
  network: Network,
  cluster: Cluster,
  moodle: Moodle,
): OneOffTaskOutputs {
  const { install, upgrade } = moodle.taskDefinitionArns;
  return {
    region,
    clusterName: cluster.clusterName,
    capacityProviderName: cluster.capacityProviderName,
    subnetIds: network.applicationSubnetIds,
    securityGroupId: moodle.securityGroupId,
    exec,
    taskDefinitionArns: { install, upgrade },
    logGroupNames: { install: moodle.logGroupNames.install, upgrade: moodle.logGroupNames.upgrade },
  };
}
