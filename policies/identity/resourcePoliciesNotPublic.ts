import { letsAnyoneIn, restricts } from "../lib/anyone";
import { statementsOf } from "../lib/document";
import { resourcePolicies } from "../lib/resourcePolicies";
import type { Resource } from "../lib/resource";
import { resourceRule } from "../lib/rule";
import { allOf, anyOf, expect, pass, undecided, violation, type Tri, type Verdict } from "../lib/verdict";
import { isUnknown, type Unknown, type View } from "../lib/view";

const lambdaPermission = "aws:lambda/permission:Permission";
const layerPermission = "aws:lambda/layerVersionPermission:LayerVersionPermission";
const functionUrl = "aws:lambda/functionUrl:FunctionUrl";
const eventPermission = "aws:cloudwatch/eventPermission:EventPermission";

export const resourcePoliciesNotPublic = resourceRule({
  id: "resource-policies-not-public",
  group: "identity",
  severity: "critical",
  title: "No resource policy lets everyone in.",
  why: 'A policy for principal "*" is public unless a condition says who may come: TLS, a header or a mount target are what anybody brings along.',
  fix: "Name the account, role or service in Principal, or add a condition on aws:SourceAccount, aws:SourceArn, aws:PrincipalOrgID, aws:SourceVpce or the few addresses that need it, with fixed values.",
  serves: ["Security Hub S3.2", "Security Hub SNS.4", "Security Hub SQS.3", "Well-Architected SEC03-BP07"],
  example: `{ Effect: "Allow", Principal: { Service: "cloudwatch.amazonaws.com" }, Action: "sns:Publish", Resource: topic.arn, Condition: { StringEquals: { "aws:SourceAccount": accountId } } }`,
  types: [...Object.keys(resourcePolicies), lambdaPermission, layerPermission, functionUrl, eventPermission],
  limits: {},
  check: (resource) => {
    const { type, props } = resource;
    switch (type) {
      case lambdaPermission:
        return [
          ofPermission(props, "everyone may call the function", {
            "aws:SourceAccount": "sourceAccount",
            "aws:SourceArn": "sourceArn",
            "aws:PrincipalOrgID": "principalOrgId",
          }),
          ofService(props),
        ];
      case layerPermission:
        return ofPermission(props, "everyone may use the layer", { "aws:PrincipalOrgID": "organizationId" });
      case eventPermission:
        return ofPermission(props, "everyone may send events", { "aws:PrincipalOrgID": "condition.value" });
      case functionUrl:
        // The provider adds the permission for everyone by itself: https://www.pulumi.com/registry/packages/aws/api-docs/lambda/functionurl/
        return expect(
          props.text("authorizationType"),
          (value) => value !== "NONE",
          "authorizationType is NONE, so that everyone may call the function by its address",
          'Set authorizationType: "AWS_IAM", and let CloudFront call it with origin access control.',
        );
      default:
        return ofDocument(resource, resourcePolicies[type]!);
    }
  },
});

/**
 * A service calls on behalf of whoever set it up, in any account, unless the permission says of which:
 * https://docs.aws.amazon.com/lambda/latest/api/API_AddPermission.html
 */
function ofService(props: View): Verdict {
  const principal = props.text("principal");
  const named = ["sourceAccount", "sourceArn", "principalOrgId", "eventSourceToken"].some((path) => props.has(path));
  if (named || isUnknown(principal)) {
    return named ? pass : undecided(principal as Unknown);
  }
  return /\.amazonaws\.com(\.cn)?$/.test(principal ?? "")
    ? violation(
        `${principal} may call the function for every account (no sourceArn, no sourceAccount)`,
        "Set sourceArn to the bucket, topic, rule or API that calls it; for a bucket sourceAccount too.",
      )
    : pass;
}

function ofDocument({ props }: Resource, path: string): Verdict | undefined {
  if (!props.has(path)) {
    return undefined;
  }
  const statements = statementsOf(props, path);
  const open = isUnknown(statements) ? statements : letsAnyoneIn(statements);
  return isUnknown(open)
    ? undecided(open)
    : open
      ? violation("a statement lets everyone in, and none of its conditions says who may come")
      : pass;
}

/** A policy that the provider writes from single properties. @param conditions Each property by the key that it sets. */
function ofPermission(props: View, found: string, conditions: Readonly<Record<string, string>>): Verdict {
  const principal = props.text("principal");
  const everyone: Tri = isUnknown(principal) ? principal : principal === "*";
  const restricted = anyOf(
    Object.entries(conditions).map(([key, path]) => {
      const value = props.text(path);
      const values = value === undefined || value === "" ? [] : [value];
      return restricts({ operator: "ArnLike", set: "", ifExists: false, key: key.toLowerCase(), values });
    }),
  );
  const open = allOf([everyone, isUnknown(restricted) ? restricted : !restricted]);
  return isUnknown(open) ? undecided(open) : open ? violation(found) : pass;
}
