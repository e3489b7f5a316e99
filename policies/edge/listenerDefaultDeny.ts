import { resourceRule } from "../lib/rule";
import { listeners } from "../lib/types";
import { expect, pass, undecided, violation } from "../lib/verdict";
import { isUnknown } from "../lib/view";

export const listenerDefaultDeny = resourceRule({
  id: "listener-default-deny",
  group: "edge",
  severity: "high",
  title: "An HTTPS listener answers 403 to requests that no rule has let through.",
  why: "Rules then admit what carries the secret of the CDN; whoever finds the load balancer itself gets nothing, and the firewall can not be walked around.",
  fix: 'Make defaultActions a fixed-response with statusCode "403", and forward in aws.lb.ListenerRule with conditions on host and secret header.',
  serves: ["Well-Architected SEC05-BP02", "Moodle R3"],
  example: `defaultActions: [{ type: "fixed-response", fixedResponse: { contentType: "text/plain", statusCode: "403" } }]`,
  types: listeners,
  limits: {},
  check: ({ props }) => {
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
