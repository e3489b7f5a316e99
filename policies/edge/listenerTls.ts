import { awsDefaults } from "../lib/awsDefaults";
import { stackRule } from "../lib/rule";
import type { Resource } from "../lib/resource";
import type { Stack } from "../lib/stack";
import { classicLoadBalancer, listenerRules, listeners, loadBalancers } from "../lib/types";
import { expect, pass, undecided, violation, type Verdict, type Verdicts } from "../lib/verdict";
import { isUnknown, type Read, type View } from "../lib/view";

/**
 * Policies without TLS 1.0 and 1.1, of the kinds TLS13-1-2, TLS13-1-3, TLS-1-2 and FS-1-2 with all their variants
 * (https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html).
 * TLS13-1-0 and TLS13-1-1 do admit the old versions.
 */
export const modernTls = /^ELBSecurityPolicy-(TLS13-1-[23]|TLS-1-2|FS-1-2)(-|$)/;

export const listenerTls = stackRule({
  id: "listener-tls",
  group: "edge",
  severity: "high",
  title: "Load balancers speak TLS 1.2 or later, and only redirect plain HTTP.",
  why: "The session cookie is in every request; over plain HTTP, or a broken version of TLS, it is readable on the way.",
  fix: 'Give HTTPS listeners sslPolicy "ELBSecurityPolicy-TLS13-1-2-2021-06" or later, and let an HTTP listener do nothing but redirect to HTTPS.',
  serves: ["Security Hub ELB.1", "Security Hub ELB.17", "Well-Architected SEC09-BP02", "Moodle R1", "Moodle R25"],
  example: `new aws.lb.Listener("http", { port: 80, protocol: "HTTP", defaultActions: [{ type: "redirect", redirect: { protocol: "HTTPS", port: "443", statusCode: "HTTP_301" } }], ... });`,
  types: [...listeners, ...listenerRules, classicLoadBalancer],
  limits: {},
  check: (resource, stack) => {
    if (resource.type === classicLoadBalancer) {
      return ofClassic(resource.props);
    }
    if (listenerRules.includes(resource.type)) {
      return ofRule(resource, stack);
    }
    const protocol = protocolOf(resource, stack);
    if (isUnknown(protocol)) {
      return undecided(protocol);
    }
    if (protocol === "HTTPS" || protocol === "TLS") {
      return expect(
        resource.props.text("sslPolicy"),
        (name) => name !== undefined && modernTls.test(name),
        (name) => `its sslPolicy is ${name ?? "the default, which admits TLS 1.0"}`,
      );
    }
    return protocol === "HTTP" ? actionsOf(resource.props, "defaultActions") : undefined;
  },
});

/** An application load balancer's listener is HTTP when it does not say; one of another kind always says, but for a gateway's. */
function protocolOf(listener: Resource, stack: Stack): Read<string> {
  const protocol = listener.props.text("protocol");
  if (protocol !== undefined) {
    return protocol;
  }
  const [balancer] = stack.references(listener, "loadBalancerArn", loadBalancers).exact;
  const kind = balancer?.props.text("loadBalancerType") ?? awsDefaults.loadBalancerType.value;
  // A port of 443 says HTTPS to the provider as little as to AWS.
  return isUnknown(kind) ? kind : kind === "application" ? awsDefaults.listenerProtocol.value : undefined;
}

/** A rule serves, whatever the default action of its listener is. */
function ofRule(rule: Resource, stack: Stack): Verdicts | undefined {
  const found = stack.references(rule, "listenerArn", listeners);
  const [listener] = found.exact;
  if (listener === undefined) {
    return undefined;
  }
  const protocol = protocolOf(listener, stack);
  return isUnknown(protocol) ? undecided(protocol) : protocol === "HTTP" ? actionsOf(rule.props, "actions") : undefined;
}

function actionsOf(props: View, path: string): Verdicts {
  const actions = props.items(path);
  return isUnknown(actions) ? undecided(actions) : actions.map(redirects);
}

function ofClassic(props: View): Verdicts {
  const list = props.items("listeners");
  return isUnknown(list)
    ? undecided(list)
    : list.map((one) =>
        expect(
          one.text("lbProtocol"),
          (protocol) => /^(https|ssl)$/i.test(protocol ?? ""),
          (protocol) => `it serves plain ${protocol?.toUpperCase() ?? "text"}`,
          "Replace it by an application load balancer with an HTTPS listener.",
        ),
      );
}

function redirects(action: View): Verdict {
  const type = action.text("type");
  if (isUnknown(type)) {
    return undecided(type);
  }
  if (type === "fixed-response") {
    return pass;
  }
  return type === "redirect"
    ? expect(action.text("redirect.protocol"), (to) => to === "HTTPS", "it redirects, but not to HTTPS")
    : violation("it serves plain HTTP");
}
