import type { Resource } from "../lib/resource";
import { stackRule, strict } from "../lib/rule";
import { distribution } from "../lib/types";
import { pass, violation } from "../lib/verdict";
import { isUnknown } from "../lib/view";

const webAcl = "aws:wafv2/webAcl:WebAcl";

export const cloudfrontFirewall = stackRule({
  id: "cloudfront-firewall",
  group: "edge",
  severity: "high",
  title: "CloudFront distributions have a web ACL.",
  why: "Guessing of passwords and known exploits are stopped at the edge, before they cost a task; and in an attack there is a place to add a rule.",
  fix: "Make an aws.wafv2.WebAcl of scope CLOUDFRONT in us-east-1, and give its ARN as webAclId.",
  serves: ["Security Hub CloudFront.6", "Well-Architected SEC05-BP03", "Moodle R6", "Moodle R25"],
  example: `new aws.cloudfront.Distribution("site", { webAclId: acl.arn, ... });`,
  types: [distribution],
  limits: { firewall: strict(true, "Whether a web ACL is asked for.") },
  check: (resource, stack, limits) => {
    if (!limits.firewall) {
      return undefined;
    }
    if (!resource.props.has("webAclId")) {
      return violation("it has no webAclId");
    }
    // One of another stack is taken at its word.
    const acls = stack.references(resource, "webAclId", [webAcl]);
    const empty = [...acls.exact, ...acls.possible].filter((acl) => stopsNothing(acl));
    return empty.length > 0 && empty.length === acls.exact.length + acls.possible.length
      ? violation(`its web ACL "${empty[0]!.name}" has no rule that stops anything`)
      : pass;
  },
});

/** A list that allows by default, with no rule but such as count or allow. */
function stopsNothing({ props, ...acl }: Resource): boolean {
  const rules = props.items("rules");
  if (
    isUnknown(rules) ||
    props.has("defaultAction.block") ||
    props.has("ruleJson") ||
    acl.opts.ignoreChanges.includes("rules")
  ) {
    return false;
  }
  return !rules.some(
    (rule) => !rule.has("overrideAction.count") && !rule.has("action.count") && !rule.has("action.allow"),
  );
}
