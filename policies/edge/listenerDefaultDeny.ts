import { stackRule } from "../lib/rule";
import type { Resource } from "../lib/resource";
import type { Stack } from "../lib/stack";
import { distribution, listenerRules, listeners } from "../lib/types";
import { expect, pass, undecided, violation, type Verdict } from "../lib/verdict";
import { isUnknown } from "../lib/view";

export const listenerDefaultDeny = stackRule({
  id: "listener-default-deny",
  group: "edge",
  severity: "high",
  title: "An HTTPS listener answers 403 to requests that no rule has let through.",
  why: "Rules then admit what carries the secret of the CDN; whoever finds the load balancer itself gets nothing, and the firewall can not be walked around.",
  fix: 'Make defaultActions a fixed-response with statusCode "403", and forward in aws.lb.ListenerRule with conditions on host and secret header.',
  serves: ["Well-Architected SEC05-BP02", "Moodle R3"],
  example: `defaultActions: [{ type: "fixed-response", fixedResponse: { contentType: "text/plain", statusCode: "403" } }]`,
  types: [...listeners, ...listenerRules],
  limits: {},
  check: (resource, stack) => {
    const { type, props } = resource;
    if (listenerRules.includes(type)) {
      return ofRule(resource, stack);
    }
    const protocol = props.text("protocol");
    if (isUnknown(protocol)) {
      return undecided(protocol);
    }
    if (protocol !== "HTTPS") {
      return undefined;
    }
    const actions = props.items("defaultActions");
    if (isUnknown(actions)) {
      return undecided(actions);
    }
    return actions.map((action) => {
      const type = action.text("type");
      if (isUnknown(type)) {
        return undecided(type);
      }
      if (type === "fixed-response") {
        const code = action.at("fixedResponse.statusCode");
        return isUnknown(code)
          ? undecided(code)
          : expect(
              String(code),
              (value) => value === "403",
              (value) => `its default action answers ${value ?? ""}`,
            );
      }
      // A login at the listener comes before the action that serves.
      return type?.startsWith("authenticate") === true ? pass : violation(`its default action is ${type ?? "not set"}`);
    });
  },
});

/**
 * A rule that forwards asks for the secret header of the CDN, where the CDN of this stack sends one: without it, whoever finds the
 * load balancer and knows the host name is served past the firewall.
 */
function ofRule(rule: Resource, stack: Stack): Verdict | undefined {
  const [listener] = stack.references(rule, "listenerArn", listeners).exact;
  if (listener?.props.text("protocol") !== "HTTPS" || !stack.ofType(distribution).some(sendsHeader)) {
    return undefined;
  }
  const [actions, conditions] = [rule.props.items("actions"), rule.props.items("conditions")];
  if (isUnknown(actions) || isUnknown(conditions)) {
    return undecided("actions, conditions");
  }
  const types = actions.map((action) => action.text("type"));
  const serves = types.includes("forward") && !types.some((one) => String(one).startsWith("authenticate"));
  const asks = conditions.some((one) => one.has("httpHeader") || one.has("sourceIp"));
  return !serves || asks
    ? pass
    : violation("it forwards without asking for the secret header that CloudFront sends, or for an address");
}

function sendsHeader({ props }: Resource): boolean {
  const origins = props.items("origins");
  return (
    !isUnknown(origins) &&
    origins.some((origin) => {
      const headers = origin.items("customHeaders");
      return isUnknown(headers) || headers.length > 0;
    })
  );
}
