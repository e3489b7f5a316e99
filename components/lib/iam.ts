import * as pulumi from "@pulumi/pulumi";

/** One statement of an IAM policy document. `sid` is required: reviewers and CloudTrail name the statement by it. */
export interface Statement {
  readonly sid: string;
  readonly effect?: "Allow" | "Deny";
  readonly actions: readonly string[];
  readonly resources?: readonly pulumi.Input<string>[];
  /** All but these, in a statement that denies. */
  readonly notResources?: readonly pulumi.Input<string>[];
  readonly principals?: Readonly<Record<string, pulumi.Input<string> | readonly pulumi.Input<string>[]>> | "*";
  readonly conditions?: Readonly<
    Record<string, Readonly<Record<string, pulumi.Input<string> | pulumi.Input<string>[]>>>
  >;
}

/** Renders an IAM policy document as JSON. Effect is Allow unless a statement says otherwise. */
export function policyDocument(statements: readonly Statement[]): pulumi.Output<string> {
  return pulumi.jsonStringify({
    Version: "2012-10-17",
    Statement: statements.map(({ sid, effect, actions, resources, notResources, principals, conditions }) => ({
      Sid: sid,
      Effect: effect ?? "Allow",
      ...(principals && { Principal: principals }),
      Action: actions,
      ...(resources && { Resource: resources }),
      ...(notResources && { NotResource: notResources }),
      ...(conditions && { Condition: conditions }),
    })),
  });
}

/**
 * The trust policy of a role that an AWS service assumes. With an account, only requests made for that account's own
 * resources may assume it (https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html).
 */
export function serviceTrust(service: string, account?: pulumi.Input<string>): pulumi.Output<string> {
  return policyDocument([
    {
      sid: "AllowServiceToAssumeRole",
      actions: ["sts:AssumeRole"],
      principals: { Service: service },
      ...(account !== undefined && { conditions: { StringEquals: { "aws:SourceAccount": account } } }),
    },
  ]);
}
