import * as pulumi from "@pulumi/pulumi";
import type { Statement } from "../lib/iam";

export interface DeployLimitsArgs {
  /** Prefix of the names of the pipeline's own roles. */
  readonly name: string;
  /** Prefix of the names of all roles that the stack makes, without the hyphen. */
  readonly environment: string;
  readonly partition: pulumi.Input<string>;
  readonly accountId: pulumi.Input<string>;
  /** GitHub's provider in IAM. */
  readonly providerArn: pulumi.Input<string>;
  /** Boundary of every role of the stack. @default none */
  readonly permissionsBoundaryArn?: string | undefined;
}

/**
 * Denied to the deploy role, even where its managed policies allow it: changing the pipeline's roles, and giving itself
 * or anybody else more rights. The paths to more rights are those of https://pathfinding.cloud.
 *
 * *Limit.* Only a permissions boundary limits a new role that is made for this purpose: without one, anyone who deploys
 * can become administrator.
 */
export function deployLimits(args: DeployLimitsArgs): readonly Statement[] {
  const { name, environment, partition, accountId, providerArn, permissionsBoundaryArn } = args;
  // With and without a path before the name.
  const roles = (beginning: string) =>
    ["", "*/"].map((path) => pulumi.interpolate`arn:${partition}:iam::${accountId}:role/${path}${beginning}-*`);
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
      resources: roles(name),
    },
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
    { sid: "PassOwnRolesAlone", effect: "Deny", actions: ["iam:PassRole"], notResources: roles(environment) },
    ...(permissionsBoundaryArn === undefined ? [] : boundaryStatements(permissionsBoundaryArn)),
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
