import { stackRule } from "../lib/rule";
import { ecsService } from "../lib/types";
import { pass, violation } from "../lib/verdict";
import { targetsOf } from "./scaling";

export const serviceCountLeftToScaling = stackRule({
  id: "service-count-left-to-scaling",
  group: "compute",
  severity: "medium",
  title: "A service that scales by itself does not have its task count reset by deployments.",
  why: "Otherwise every `pulumi up` sets the count back to the program's number, at the worst in the middle of a peak.",
  fix: 'Add the resource option ignoreChanges: ["desiredCount"].',
  serves: ["Moodle R21"],
  example: `new aws.ecs.Service("web", { desiredCount: 3, ... }, { ignoreChanges: ["desiredCount"] });`,
  types: [ecsService],
  limits: {},
  check: (service, stack) => {
    if (targetsOf(stack, service).length === 0) {
      return undefined;
    }
    return service.opts.ignoreChanges.some((path) => path === "desiredCount" || path === "*")
      ? pass
      : violation("it scales by itself, and desiredCount is not in ignoreChanges");
  },
});
