import * as pulumi from "@pulumi/pulumi";
import type { Statement } from "../lib/iam";

export interface RightsLimitsArgs {
  /** Prefix of the names of the pipeline's own roles. */
  readonly name: string;
  /** Prefix of the names of all roles that the stack makes, without the hyphen. */
  readonly environment: string;
  readonly partition: pulumi.Input<string>;
  readonly accountId: pulumi.Input<string>;
  /** Boundary of every role of the stack. */
  readonly permissionsBoundaryArn: string;
}

/** Roles whose names begin so, with and without a path before the name. */
export const rolesNamed = (
  { partition, accountId }: Pick<RightsLimitsArgs, "partition" | "accountId">,
  beginning: string,
): readonly pulumi.Output<string>[] =>
  ["", "*/"].map((path) => pulumi.interpolate`arn:${partition}:iam::${accountId}:role/${path}${beginning}-*`);

/**
 * Denied to whoever deploys, even where a managed policy allows it: changing the pipeline's roles, and giving itself or
 * anybody else more rights than the boundary. The paths to more rights are those of https://pathfinding.cloud.
 */
export function rightsLimits(args: RightsLimitsArgs): readonly Statement[] {
  const { name, environment, permissionsBoundaryArn } = args;
  return [
    {
      sid: "KeepTheseRolesAsTheyAre",
      effect: "Deny",
      actions: [
        "iam:UpdateAssumeRolePolicy",
        "iam:UpdateRole",
        "iam:PutRolePolicy",
        "iam:DeleteRolePolicy",
        "iam:AttachRolePolicy",
        "iam:DetachRolePolicy",
        "iam:DeleteRole",
        "iam:PutRolePermissionsBoundary",
        "iam:DeleteRolePermissionsBoundary",
      ],
      resources: rolesNamed(args, name),
    },
    {
      // The stack has no managed policies: existing ones allow or limit what this role may do.
      sid: "KeepManagedPoliciesAsTheyAre",
      effect: "Deny",
      actions: [
        "iam:CreatePolicyVersion",
        "iam:SetDefaultPolicyVersion",
        "iam:DeletePolicyVersion",
        "iam:DeletePolicy",
      ],
      resources: ["*"],
    },
    {
      // The stack has no users and no groups.
      sid: "LeavePeopleAlone",
      effect: "Deny",
      actions: [
        "iam:CreateUser",
        "iam:CreateAccessKey",
        "iam:CreateLoginProfile",
        "iam:UpdateLoginProfile",
        "iam:AddUserToGroup",
        "iam:AttachUserPolicy",
        "iam:AttachGroupPolicy",
        "iam:PutUserPolicy",
        "iam:PutGroupPolicy",
      ],
      resources: ["*"],
    },
    {
      sid: "PassOwnRolesAlone",
      effect: "Deny",
      actions: ["iam:PassRole"],
      notResources: rolesNamed(args, environment),
    },
    ...boundaryStatements(permissionsBoundaryArn),
  ];
}

/** Denied to every role of the stack: what only a person does who destroys a stack. */
export const dataLimits: readonly Statement[] = [
  {
    // A deployment deletes no backup and takes off no lock. A person does, who destroys a stack: docs/backups.md.
    sid: "KeepBackups",
    effect: "Deny",
    actions: [
      "backup:DeleteRecoveryPoint",
      "backup:DisassociateRecoveryPoint",
      "backup:UpdateRecoveryPointLifecycle",
      "backup:DeleteBackupVault",
      "backup:DeleteBackupVaultLockConfiguration",
      "backup:DeleteBackupVaultAccessPolicy",
    ],
    resources: ["*"],
  },
  {
    // Without their keys the backups cannot be read. A person deletes a key, after a destroy.
    sid: "KeepKeys",
    effect: "Deny",
    actions: ["kms:ScheduleKeyDeletion", "kms:DisableKey"],
    resources: ["*"],
  },
];

/**
 * Denied to the deploy role: {@link rightsLimits}, {@link dataLimits} and any change of GitHub's provider.
 *
 * @param providerArn GitHub's provider in IAM.
 */
export function deployLimits(args: RightsLimitsArgs, providerArn: pulumi.Input<string>): readonly Statement[] {
  return [
    ...rightsLimits(args),
    {
      sid: "KeepTheProviderAsItIs",
      effect: "Deny",
      actions: [
        "iam:AddClientIDToOpenIDConnectProvider",
        "iam:RemoveClientIDFromOpenIDConnectProvider",
        "iam:UpdateOpenIDConnectProviderThumbprint",
        "iam:DeleteOpenIDConnectProvider",
      ],
      resources: [providerArn],
    },
    ...dataLimits,
  ];
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html#access_policies_boundaries-delegate */
function boundaryStatements(permissionsBoundaryArn: string): readonly Statement[] {
  return [
    {
      // A role without the boundary lacks this key, which is not equal either.
      sid: "TouchNoRoleWithoutTheBoundary",
      effect: "Deny",
      actions: [
        "iam:CreateRole",
        "iam:PutRolePolicy",
        "iam:AttachRolePolicy",
        "iam:UpdateAssumeRolePolicy",
        "iam:PutRolePermissionsBoundary",
      ],
      resources: ["*"],
      conditions: { StringNotEquals: { "iam:PermissionsBoundary": permissionsBoundaryArn } },
    },
    { sid: "KeepTheBoundary", effect: "Deny", actions: ["iam:DeleteRolePermissionsBoundary"], resources: ["*"] },
  ];
}
