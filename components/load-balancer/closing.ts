import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { originSecretHeader } from "../lib/originSecret";

/** The two rules that close the site, and where they lead while it is open: `make outage` turns them. */
export interface Closing {
  /** Requests with the testers' cookie. */
  readonly testersRuleArn: pulumi.Output<string>;
  /** All requests. */
  readonly closedRuleArn: pulumi.Output<string>;
  /** The web tasks. */
  readonly targetGroupArn: pulumi.Output<string>;
}

/** Cookie of testers, with the value that the rule has. */
export const testersCookie = "outage_pass";

/**
 * Rules before the site's own, which lead to the web tasks like it. To close the site, `make outage` gives them a fixed response; a
 * deployment leaves what it has set. Health checks go to the targets and meet no rule.
 *
 * *Limit*: a fixed response has 1,024 bytes and no header of its own
 * (https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-action-types.html).
 */
export function createClosing(
  name: string,
  { domain, secrets }: { readonly domain: string; readonly secrets: readonly pulumi.Input<string>[] },
  { listener, targets }: { readonly listener: aws.lb.Listener; readonly targets: aws.lb.TargetGroup },
  child: pulumi.CustomResourceOptions,
): Closing {
  // Letters and digits alone: it stands in a cookie, an address and a pattern.
  const pass = new random.RandomPassword(
    `${name}-testers-pass`,
    { length: 24, special: false },
    { parent: child.parent },
  );
  const rule = (role: string, priority: number, conditions: aws.types.input.lb.ListenerRuleCondition[]) =>
    new aws.lb.ListenerRule(
      `${name}-${role}`,
      {
        listenerArn: listener.arn,
        priority,
        conditions: [
          { hostHeader: { values: [domain] } },
          ...(secrets.length > 0 ? [{ httpHeader: { httpHeaderName: originSecretHeader, values: [...secrets] } }] : []),
          ...conditions,
        ],
        actions: [{ type: "forward", targetGroupArn: targets.arn }],
      },
      // A deployment while the site is closed must not open it.
      { ...child, ignoreChanges: ["actions"] },
    );
  const testers = rule("testers", 10, [
    { httpHeader: { httpHeaderName: "Cookie", values: [pulumi.interpolate`*${testersCookie}=${pass.result}*`] } },
  ]);
  const closed = rule("closed", 20, []);
  return { testersRuleArn: testers.arn, closedRuleArn: closed.arn, targetGroupArn: targets.arn };
}
