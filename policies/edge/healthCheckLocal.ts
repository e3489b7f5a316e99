import { awsDefaults } from "../lib/awsDefaults";
import { allowed, atMost, resourceRule } from "../lib/rule";
import { targetGroups } from "../lib/types";
import { expect, pass, undecided, violation, type Verdict } from "../lib/verdict";
import { isUnknown } from "../lib/view";
import { ofHttp } from "./targets";

export const healthCheckLocal = resourceRule({
  id: "health-check-local",
  group: "edge",
  severity: "high",
  title: "A load balancer's health check is quick, exact and asks a path of its own.",
  why: "A check on a page of the application follows its redirects, its maintenance mode and its database: one slow query then takes every target out at once. A check that accepts 303 passes on a broken node.",
  fix: 'Answer a path such as /healthz from the web server and PHP alone, accept only 200 (matcher "200"), and check every 10 s with 3 failures at most.',
  serves: ["Well-Architected REL11-BP01", "Moodle R9"],
  example: `healthCheck: { path: "/healthz", matcher: "200", interval: 10, unhealthyThreshold: 2, timeout: 5 }`,
  types: targetGroups,
  limits: {
    maxSeconds: atMost(30, "The longest time until a dead target gets no more requests: interval times failures."),
    matchers: allowed(["200"], "Answers that count as healthy."),
  },
  check: ({ props }, limits) =>
    ofHttp(props, () => {
      const check = props.object("healthCheck");
      if (check.flag("enabled") === false || check.text("protocol") === "TCP") {
        return violation("its health check does not ask for a page");
      }
      const interval = check.number("interval");
      const failures = check.number("unhealthyThreshold");
      const slow = (seconds: number): Verdict =>
        seconds <= limits.maxSeconds ? pass : violation(`a dead target gets requests for ${seconds} seconds`);
      return [
        isUnknown(interval) || isUnknown(failures)
          ? undecided("healthCheck.interval, healthCheck.unhealthyThreshold")
          : slow(
              (interval ?? awsDefaults.healthCheckSeconds.value) * (failures ?? awsDefaults.healthCheckFailures.value),
            ),
        expect(
          check.text("matcher"),
          (matcher) => limits.matchers.includes(matcher ?? awsDefaults.healthCheckMatcher.value),
          (matcher) => `it accepts ${matcher ?? awsDefaults.healthCheckMatcher.value}`,
        ),
        expect(
          check.text("path"),
          (path) => path !== undefined && path !== "/" && !/^\/(login|index|my|admin)\b/.test(path),
          (path) => `it asks for ${path ?? awsDefaults.healthCheckPath.value}, a page of the application`,
        ),
      ];
    }),
});
