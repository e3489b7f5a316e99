import { resourceRule } from "../lib/rule";
import { listeners } from "../lib/types";
import { expect, pass, undecided, violation, type Verdict } from "../lib/verdict";
import { isUnknown, type View } from "../lib/view";

/**
 * Policies without TLS 1.0 and 1.1, of the kinds TLS13-1-2, TLS13-1-3, TLS-1-2 and FS-1-2 with all their variants
 * (https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html).
 * TLS13-1-0 and TLS13-1-1 do admit the old versions.
 */
export const modernTls = /^ELBSecurityPolicy-(TLS13-1-[23]|TLS-1-2|FS-1-2)(-|$)/;

export const listenerTls = resourceRule({
  id: "listener-tls",
  group: "edge",
  severity: "high",
  title: "Load balancers speak TLS 1.2 or later, and only redirect plain HTTP.",
  why: "The session cookie is in every request; over plain HTTP, or a broken version of TLS, it is readable on the way.",
  fix: 'Give HTTPS listeners sslPolicy "ELBSecurityPolicy-TLS13-1-2-2021-06" or later, and let an HTTP listener do nothing but redirect to HTTPS.',
  serves: ["Security Hub ELB.1", "Security Hub ELB.17", "Well-Architected SEC09-BP02", "Moodle R1", "Moodle R25"],
  example: `new aws.lb.Listener("http", { port: 80, protocol: "HTTP", defaultActions: [{ type: "redirect", redirect: { protocol: "HTTPS", port: "443", statusCode: "HTTP_301" } }], ... });`,
  types: listeners,
  limits: {},
  check: ({ props }) => {
    const protocol = props.text("protocol");
    if (isUnknown(protocol)) {
      return undecided(protocol);
    }
    if (protocol === "HTTPS" || protocol === "TLS") {
      return expect(
        props.text("sslPolicy"),
        (name) => name !== undefined && modernTls.test(name),
        (name) => `its sslPolicy is ${name ?? "the default, which admits TLS 1.0"}`,
      );
    }
    if (protocol !== "HTTP") {
      return undefined;
    }
    const actions = props.items("defaultActions");
    return isUnknown(actions) ? undecided(actions) : actions.map(redirects);
  },
});

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
