import * as pulumi from "@pulumi/pulumi";
import { policyDocument, type Statement } from "../lib/iam";
import { dataLimits, rightsLimits, type RightsLimitsArgs, rolesNamed } from "./deployLimits";

/**
 * Services that the stack's roles and its deployment use, by their prefix in IAM. None of them gives rights by itself; where
 * one takes a role along, `PassOwnRolesAlone` decides which.
 */
export const boundaryServices: readonly string[] = (
  "acm apigateway application-autoscaling athena autoscaling backup backup-storage budgets chatbot cloudfront " +
  "cloudfront-keyvaluestore cloudtrail cloudwatch cognito-idp dynamodb ec2 ec2messages ecr ecs elasticache elasticfilesystem " +
  "elasticloadbalancing events fsx glue inspector2 kms lambda logs pi rds rds-data route53 s3 scheduler secretsmanager " +
  "servicequotas ses signer sns sqs ssm ssmmessages states synthetics tag wafv2"
).split(" ");

/** What a deployment does with the stack's roles; the limits say with which boundary. */
const roleActions = (
  "CreateRole DeleteRole UpdateRole UpdateAssumeRolePolicy PutRolePolicy DeleteRolePolicy AttachRolePolicy DetachRolePolicy " +
  "PutRolePermissionsBoundary TagRole UntagRole PassRole"
).split(" ");
const profileActions = (
  "CreateInstanceProfile DeleteInstanceProfile AddRoleToInstanceProfile RemoveRoleFromInstanceProfile TagInstanceProfile " +
  "UntagInstanceProfile"
).split(" ");

export interface BoundaryArgs extends RightsLimitsArgs {
  /** Role of another account that writes the site's DNS records. @default none */
  readonly dnsRoleArn?: string | undefined;
}

/**
 * The permissions boundary of a stack with a pipeline: the most that any of its roles can do, the deploy role and each role that it
 * makes included. It holds its own limits, so a role with it can neither make a role without it, nor change it, nor take a role that is
 * not the stack's. An administrator makes it once: it must be there before the stack, and no role of the stack may change it.
 *
 * *Limit.* What a service of the list does with somebody else's resources is left to the roles' own policies.
 */
export function boundaryDocument(args: BoundaryArgs): pulumi.Output<string> {
  const { environment, partition, accountId, dnsRoleArn } = args;
  const own = rolesNamed(args, environment);
  const iam = (actions: readonly string[]) => actions.map((action) => `iam:${action}`);
  const arn = (rest: string) => pulumi.interpolate`arn:${partition}:iam::${accountId}:${rest}`;
  const allowed: readonly Statement[] = [
    { sid: "UseServices", actions: boundaryServices.map((service) => `${service}:*`), resources: ["*"] },
    { sid: "ReadIam", actions: iam(["Get*", "List*"]), resources: ["*"] },
    { sid: "MakeOwnRoles", actions: iam(roleActions), resources: own },
    {
      sid: "MakeOwnProfiles",
      actions: iam(profileActions),
      resources: ["", "*/"].map((path) => arn(`instance-profile/${path}${environment}-*`)),
    },
    // AWS fixes what such a role may do.
    {
      sid: "LetServicesMakeTheirs",
      actions: iam(["CreateServiceLinkedRole"]),
      resources: [arn("role/aws-service-role/*")],
    },
    {
      sid: "TakeOwnRoles",
      actions: ["sts:AssumeRole"],
      resources: [...own, ...(dnsRoleArn === undefined ? [] : [dnsRoleArn])],
    },
  ];
  return policyDocument([...allowed, ...rightsLimits(args), ...dataLimits]);
}
