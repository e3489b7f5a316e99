import * as pulumi from "@pulumi/pulumi";
import { refuse } from "./invalid";

/** The header by which the CDN proves to the load balancer that a request is its own. */
export const originSecretHeader = "X-Origin-Verify";

/**
 * A secret as the header may carry it. Letters, digits, "-" and "_" only: a load balancer reads "*" and "?" in a
 * condition as wildcards, so such a secret would admit everybody. The longest that a listener rule takes is 128
 * (https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-condition-types.html#http-header-conditions).
 *
 * To rotate without a refused request (make rotate WHAT=origin-secret), let the load balancer accept the old and the
 * new value (first deployment), then send the new one (second), then remove the old one (third).
 *
 * @returns the same value, checked once it is known, and always marked as secret.
 */
export function checkedOriginSecret(
  component: pulumi.Resource,
  path: string,
  value: pulumi.Input<string>,
): pulumi.Output<string> {
  const checked = pulumi.output(value).apply((known) => {
    if (!/^[A-Za-z0-9_-]{32,128}$/.test(known)) {
      refuse(component, [
        {
          path,
          given: `a secret of ${known.length} characters`,
          allowed: "32 to 128 letters, digits, - and _",
          fix: "Make one with random.RandomPassword and special: false.",
        },
      ]);
    }
    return known;
  });
  return pulumi.secret(checked);
}
