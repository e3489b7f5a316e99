import * as pulumi from "@pulumi/pulumi";

import { type Image } from "../components/image/image";
import { PipelineAccess } from "../components/pipeline-access/pipelineAccess";
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

/** Roles for the pipeline, when the stack file asks for them. */
export function buildPipelineAccess(
  { environment, region, dns, pipeline, iam: { permissionsBoundaryArn } }: Settings,
  image: Pick<Image, "repositoryArn">,
  { lockTableArn }: Pick<ReleaseOutputs, "lockTableArn">,
  kmsKeyArn: pulumi.Input<string>,
  opts: pulumi.ComponentResourceOptions,
): PipelineOutputs | undefined {
  if (pipeline.kind === "none") {
    return undefined;
  }
  const { previewRoleArn, deployRoleArn, imageRoleArn, drillRoleArn, signingProfileArn } = new PipelineAccess(
    `${environment}-pipeline`,
    {
      ...pipeline,
      environment,
      region,
      // The settings refuse a pipeline without one.
      permissionsBoundaryArn: permissionsBoundaryArn!,
      dnsRoleArn: dns.kind === "route53" ? dns.roleArn : undefined,
      repositoryArn: image.repositoryArn,
      lockTableArn,
      kmsKeyArn,
    },
    opts,
  );
  return { previewRoleArn, deployRoleArn, imageRoleArn, drillRoleArn, signingProfileArn };
}
