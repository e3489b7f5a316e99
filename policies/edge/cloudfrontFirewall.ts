import { resourceRule, strict } from "../lib/rule";
import { distribution } from "../lib/types";
import { pass, violation } from "../lib/verdict";

export const cloudfrontFirewall = resourceRule({
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
  // Whether one is given is known even where its ARN is not.
  check: ({ props }, limits) =>
    limits.firewall ? (props.has("webAclId") ? pass : violation("it has no webAclId")) : undefined,
});
