import { build, settled } from "../../testing/build";
import { WebAcl, type WebAclArgs } from "../../components/cdn/webAcl";
import type { Acl } from "./evaluator";

/** The ACL that the component makes of these arguments: the very inputs that AWS would receive. */
export async function aclOf(args: WebAclArgs = {}): Promise<Acl> {
  const built = await build((opts) => new WebAcl("waf", args, opts));
  await settled(built.component.arn);
  const { inputs } = built.get("waf-acl");
  const limit = inputs["associationConfig"].requestBodies[0].cloudfront.defaultSizeInspectionLimit as string;
  const sets = built
    .ofType("aws:wafv2/ipSet:IpSet")
    .map((set) => [`arn:aws:test:eu-west-2:123456789012:${set.name}`, set.inputs["addresses"]] as const);
  return {
    rules: inputs["rules"],
    defaultAction: inputs["defaultAction"].allow === undefined ? "block" : "allow",
    bodyLimit: Number(limit.replace("KB_", "")) * 1024,
    ipSets: new Map(sets),
  };
}
