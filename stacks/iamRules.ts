import * as pulumi from "@pulumi/pulumi";
import { defaultPath, type IamSettings } from "./settings/landingZone";

/**
 * IAM types that take a path, and whether they take a permissions boundary too. Roles that AWS's services make for
 * themselves (service-linked) have a fixed path and take neither.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
 */
export const iamTypes: Readonly<Record<string, { readonly boundary: boolean }>> = {
  "aws:iam/role:Role": { boundary: true },
  "aws:iam/user:User": { boundary: true },
  "aws:iam/group:Group": { boundary: false },
  "aws:iam/policy:Policy": { boundary: false },
  "aws:iam/instanceProfile:InstanceProfile": { boundary: false },
  "aws:iam/serverCertificate:ServerCertificate": { boundary: false },
  "aws:iam/virtualMfaDevice:VirtualMfaDevice": { boundary: false },
};

/**
 * Gives each role of the stack the permissions boundary and the path that the account asks for. It uses a transform of
 * the whole stack, so no component can forget it; roles that components of packages make are included.
 *
 * Call it before any resource is made.
 */
export function applyIamRules({ permissionsBoundaryArn, path }: IamSettings): void {
  if (permissionsBoundaryArn === undefined && path === defaultPath) {
    return;
  }
  pulumi.runtime.registerResourceTransform(({ type, props, opts }) => {
    const takes = iamTypes[type];
    if (takes === undefined) {
      return undefined;
    }
    const boundary = takes.boundary && permissionsBoundaryArn !== undefined;
    return {
      props: {
        ...props,
        ...(path !== defaultPath && { path }),
        ...(boundary && { permissionsBoundary: permissionsBoundaryArn }),
      },
      opts,
    };
  });
}
