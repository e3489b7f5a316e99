import type { Settings } from "../../stacks/settings/settings";
import type { Values } from "../../tools/capacity/measured";
import { plannedActions } from "../../tools/capacity/schedule";
import type { Platform } from "../../tools/capacity/simulate/platform";
import type { Policy } from "../../tools/capacity/simulate/scaler";
import { stackPlatform } from "../../tools/capacity/stackPlatform";
import type { Trace } from "../../tools/capacity/trace";

/** A way to scale, on our platform otherwise: the same image, floors, instances, database and load balancer. */
export interface Contender {
  readonly name: string;
  readonly source: string;
  readonly platform: (trace: Trace, settings: Settings, values: Values) => Platform;
}

/** Tasks on one instance of the default size: the others scale by machines, which hold two of our tasks. */
const tasksPerMachine = 2;

const step = (
  when: "above" | "below",
  threshold: number,
  datapoints: number,
  periodMinutes: number,
  machines: number,
  cooldown: number,
): Policy => ({
  kind: "step",
  metric: "cpu",
  when,
  threshold,
  datapoints,
  periodMinutes,
  change: machines * tasksPerMachine,
  cooldown,
});

const scaledBy =
  (policies: readonly Policy[]): Contender["platform"] =>
  (_trace, settings) => ({
    ...stackPlatform(settings),
    policies,
  });

export const contenders: readonly Contender[] = [
  {
    name: "ours",
    source: "the stack's own settings, with the calendar",
    platform: (trace, settings) => stackPlatform(settings, plannedActions(trace, settings)),
  },
  {
    name: "ours, no calendar",
    source: "the stack's own settings; what scaling does alone",
    platform: (_trace, settings) => stackPlatform(settings),
  },
  {
    name: "AWS reference, EC2",
    source:
      "aws-samples/aws-refarch-moodle, 04-web.yaml: CPU above 75 % for 3 x 1 minute adds a node, cooldown 300 s; below 25 % takes one (the lower threshold is an assumption)",
    platform: scaledBy([step("above", 75, 3, 1, 1, 300), step("below", 25, 3, 1, -1, 300)]),
  },
  {
    name: "AWS reference, ECS",
    source: "aws-samples/aws-cdk-ecs-refarch-moodle: target tracking on 50 % CPU, default cooldowns of 300 s",
    platform: scaledBy([{ kind: "target", metric: "cpu", target: 50, scaleOutCooldown: 300, scaleInCooldown: 300 }]),
  },
  {
    name: "Azure",
    source:
      "Azure/Moodle, webvmss.json: above 25 % over 5 minutes adds 2 machines, cooldown 30 minutes; below 30 % takes one, cooldown 20 minutes",
    platform: scaledBy([step("above", 25, 1, 5, 2, 1800), step("below", 30, 1, 5, -1, 1200)]),
  },
];
