import { awsDefaults } from "../lib/awsDefaults";
import { atLeast, resourceRule } from "../lib/rule";
import { targetGroups } from "../lib/types";
import { expect } from "../lib/verdict";
import { ofHttp } from "./targets";

export const targetGroupDrains = resourceRule({
  id: "target-group-drains",
  group: "edge",
  severity: "medium",
  title: "A load balancer lets the requests of a leaving target end before it cuts them off.",
  why: "Every deployment and every scaling in makes targets leave. With the 5 seconds that tuning guides advise, each of them breaks the uploads of that moment, and students upload most in the last minutes before a deadline.",
  fix: "Set deregistrationDelay to the longest upload that is normal on your site, in seconds, or leave it out (AWS waits 300).",
  serves: ["Moodle R21"],
  example: `new aws.lb.TargetGroup("web", { deregistrationDelay: 240, ... });`,
  types: targetGroups,
  limits: { minSeconds: atLeast(60, "The shortest wait for the requests of a leaving target, in seconds.") },
  check: ({ props }, limits) =>
    ofHttp(props, () =>
      expect(
        props.number("deregistrationDelay"),
        (seconds) => (seconds ?? awsDefaults.drainSeconds.value) >= limits.minSeconds,
        (seconds) => `deregistrationDelay is ${seconds}, below ${limits.minSeconds}`,
      ),
    ),
});
