import type { Resource } from "../lib/resource";
import { atLeast, stackRule } from "../lib/rule";
import type { Stack } from "../lib/stack";
import { autoScalingGroup, ecsService, targetGroups } from "../lib/types";
import { expect, undecided, violation, type Verdicts } from "../lib/verdict";
import { isUnknown } from "../lib/view";

const nodeGroup = "aws:eks/nodeGroup:NodeGroup";
const attachment = "aws:autoscaling/attachment:Attachment";
const targetAttachments = [
  "aws:lb/targetGroupAttachment:TargetGroupAttachment",
  "aws:alb/targetGroupAttachment:TargetGroupAttachment",
];
const instance = "aws:ec2/instance:Instance";
const environment = "aws:elasticbeanstalk/environment:Environment";

export const groupMinInstances = stackRule({
  id: "group-min-instances",
  group: "compute",
  severity: "high",
  title: "What serves requests has more than one machine.",
  why: "A load balancer in three zones before one machine is an outage at the first failure, and at every replacement.",
  fix: "Raise minSize, over subnets of several zones, with maxSize above it; put single instances into an Auto Scaling group.",
  serves: ["Well-Architected REL10-BP01", "Security Hub AutoScaling.2", "Moodle R20"],
  example: `new aws.autoscaling.Group("web", { minSize: 2, maxSize: 6, targetGroupArns: [group.arn], vpcZoneIdentifiers });`,
  types: [autoScalingGroup, nodeGroup, environment, ...targetGroups],
  limits: { minInstances: atLeast(2, "The fewest machines of a group that serves requests.") },
  check: (resource, stack, limits) => {
    switch (resource.type) {
      case autoScalingGroup:
        return serves(resource, stack) ? ofSize(resource, "minSize", limits.minInstances) : undefined;
      case nodeGroup:
        return ofSize(resource, "scalingConfig.minSize", limits.minInstances);
      case environment:
        return ofEnvironment(resource, limits.minInstances);
      default:
        return ofTargets(resource, stack, limits.minInstances);
    }
  },
});

/** Whether a group of machines is behind a load balancer. A bastion or a worker is not. */
function serves(group: Resource, stack: Stack): boolean {
  return (
    ["targetGroupArns", "loadBalancers", "trafficSources"].some((path) => {
      const list = group.props.list(path);
      return isUnknown(list) || list.length > 0;
    }) || stack.referring(attachment, "autoscalingGroupName", group).exact.length > 0
  );
}

function ofSize({ props }: Resource, path: string, min: number): Verdicts {
  return expect(
    props.number(path),
    (size) => (size ?? 0) >= min,
    (size) => `its ${path} is ${size ?? 0}, not ${min}`,
  );
}

/** https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/command-options-general.html */
function ofEnvironment({ props }: Resource, min: number): Verdicts | undefined {
  const settings = props.items("settings");
  if (isUnknown(settings)) {
    return undecided(settings);
  }
  const named = (name: string) => settings.find((one) => one.text("name") === name);
  return [
    expect(
      named("EnvironmentType")?.text("value"),
      (type) => min < 2 || type !== "SingleInstance",
      "its EnvironmentType is SingleInstance",
      "Set EnvironmentType: LoadBalanced with MinSize 2.",
    ),
    // One, unless it says more.
    expect(
      named("MinSize")?.number("value"),
      (size) => size === undefined || size >= min,
      (size) => `its MinSize is ${size}, not ${min}`,
    ),
  ];
}

/** A group of targets that is given machines one by one. */
function ofTargets(group: Resource, stack: Stack, min: number): Verdicts | undefined {
  const attached = targetAttachments.flatMap((type) => stack.referring(type, "targetGroupArn", group).exact);
  const machines = new Set(attached.flatMap((one) => stack.references(one, "targetId", [instance]).exact));
  const others =
    attached.length > machines.size ||
    stack.referring(autoScalingGroup, "targetGroupArns", group).exact.length > 0 ||
    stack.referring(attachment, "lbTargetGroupArn", group).exact.length > 0 ||
    stack.referring(ecsService, "loadBalancers.*.targetGroupArn", group).exact.length > 0;
  return machines.size === 0 || others
    ? undefined
    : machines.size >= min
      ? { kind: "pass" }
      : violation(`its only target is ${[...machines].map(({ name }) => `instance "${name}"`).join(", ")}`);
}
