import * as pulumi from "@pulumi/pulumi";

import { type Image } from "../components/image/image";
import { type OwnObjects, PipelineAccess, sessionHours } from "../components/pipeline-access/pipelineAccess";
import { type ReleaseOutputs } from "./release";
import { type Settings } from "./settings/settings";

/** Outputs for a pipeline's settings: docs/pipelines.md. */
export interface PipelineOutputs {
  readonly previewRoleArn: pulumi.Output<string>;
  readonly deployRoleArn: pulumi.Output<string>;
  readonly imageRoleArn: pulumi.Output<string>;
  readonly drillRoleArn: pulumi.Output<string>;
  readonly signingProfileArn: pulumi.Output<string>;
}

/** Minutes of a deployment beside the upgrade: the update of the stack and the release's other steps (chosen). */
export const minutesBesideUpgrade = 120;

/** Warning about an upgrade that may outlast the job that follows it. Undefined where there is nothing to warn of. */
export function longUpgradeWarning({
  pipeline,
  maintenance,
}: Pick<Settings, "pipeline" | "maintenance">): string | undefined {
  const { upgradeMinutes } = maintenance;
  const most = sessionHours.deploy * 60 - minutesBesideUpgrade;
  return pipeline.kind === "none" || upgradeMinutes <= most
    ? undefined
    : `moodle:maintenance.upgradeMinutes is ${upgradeMinutes}, and a job on GitHub ends after ${sessionHours.deploy} hours: an upgrade of more ` +
        `than ${most} minutes turns the job red and goes on. Mail reports its end: docs/pipelines.md#a-long-upgrade.`;
}

/** Roles for the pipeline, when the stack file asks for them. */
export function buildPipelineAccess(
  settings: Settings,
  image: Pick<Image, "repositoryArn">,
  { lockTableArn }: Pick<ReleaseOutputs, "lockTableArn">,
  kmsKeyArn: pulumi.Input<string>,
  ownObjects: readonly OwnObjects[],
  opts: pulumi.ComponentResourceOptions,
): PipelineOutputs | undefined {
  const { environment, region, dns, pipeline, iam } = settings;
  if (pipeline.kind === "none") {
    return undefined;
  }
  const warning = longUpgradeWarning(settings);
  if (warning !== undefined) {
    void pulumi.log.warn(warning);
  }
  const { previewRoleArn, deployRoleArn, imageRoleArn, drillRoleArn, signingProfileArn } = new PipelineAccess(
    `${environment}-pipeline`,
    {
      ...pipeline,
      environment,
      region,
      // The settings refuse a pipeline without one.
      permissionsBoundaryArn: iam.permissionsBoundaryArn!,
      dnsRoleArn: dns.kind === "route53" ? dns.roleArn : undefined,
      repositoryArn: image.repositoryArn,
      lockTableArn,
      kmsKeyArn,
      ownObjects,
    },
    opts,
  );
  return { previewRoleArn, deployRoleArn, imageRoleArn, drillRoleArn, signingProfileArn };
}
