import { awsDefaults } from "../lib/awsDefaults";
import { atMost, resourceRule } from "../lib/rule";
import { expect, type Verdict } from "../lib/verdict";

export const capacityProviderHeadroom = resourceRule({
  id: "capacity-provider-headroom",
  group: "compute",
  severity: "medium",
  title: "A capacity provider keeps room for a peak, and drains instances before it ends them.",
  why: "At 100 % every new task first waits minutes for a machine; without draining and termination protection, scaling in kills tasks in the middle of uploads.",
  fix: 'Set managedScaling.targetCapacity below 100 (80 leaves a fifth), managedTerminationProtection and managedDraining "ENABLED" (with protectFromScaleIn on the Auto Scaling group).',
  serves: ["Well-Architected REL11-BP05", "Moodle R21"],
  example: `new aws.ecs.CapacityProvider("cluster", { autoScalingGroupProvider: { autoScalingGroupArn: group.arn, managedDraining: "ENABLED", managedTerminationProtection: "ENABLED", managedScaling: { status: "ENABLED", targetCapacity: 80 } } });`,
  types: ["aws:ecs/capacityProvider:CapacityProvider"],
  limits: { maxTargetCapacity: atMost(95, "The highest share of the instances that ECS may fill, in percent.") },
  check: ({ props }, limits) => {
    if (!props.has("autoScalingGroupProvider")) {
      return undefined;
    }
    const provider = props.object("autoScalingGroupProvider");
    const enabled = (path: string): Verdict =>
      expect(provider.text(path), (value) => value === "ENABLED", `${path} is not ENABLED`);
    return [
      expect(
        provider.number("managedScaling.targetCapacity"),
        (percent) => (percent ?? awsDefaults.targetCapacity.value) <= limits.maxTargetCapacity,
        (percent) =>
          `managedScaling.targetCapacity is ${percent ?? awsDefaults.targetCapacity.value}, above ${limits.maxTargetCapacity}`,
      ),
      enabled("managedScaling.status"),
      enabled("managedTerminationProtection"),
      // ENABLED unless told otherwise: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/managed-instance-draining.html
      expect(provider.text("managedDraining"), (value) => value !== "DISABLED", "managedDraining is DISABLED"),
    ];
  },
});
