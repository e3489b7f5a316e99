import type { Resource } from "../lib/resource";
import { allowed, stackRule } from "../lib/rule";
import type { Stack } from "../lib/stack";
import { loadBalancers, securityGroups } from "../lib/types";
import { allOf, anyOf, pass, undecided, violation, type Tri, type Verdict } from "../lib/verdict";
import { isUnknown, type Read, type View } from "../lib/view";
import { isOpenCidr } from "../lib/cidr";

const inlineGroups: readonly string[] = securityGroups;
const looseRule = "aws:ec2/securityGroupRule:SecurityGroupRule";
const ingressRule = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";
const instancePorts = "aws:lightsail/instancePublicPorts:InstancePublicPorts";
const nodeGroup = "aws:eks/nodeGroup:NodeGroup";
const networkAcl = ["aws:ec2/networkAcl:NetworkAcl", "aws:ec2/defaultNetworkAcl:DefaultNetworkAcl"];
const networkAclRule = "aws:ec2/networkAclRule:NetworkAclRule";
const prefixList = "aws:ec2/managedPrefixList:ManagedPrefixList";
const prefixListEntry = "aws:ec2/managedPrefixListEntry:ManagedPrefixListEntry";

export const noOpenIngress = stackRule({
  id: "no-open-ingress",
  group: "network",
  severity: "critical",
  title: "No security group lets the whole internet in, in whichever way it is written.",
  why: "A rule for 0.0.0.0/0 or ::/0 makes every address on the internet a neighbour; scanners find an open port within the hour.",
  fix: "Name the source: another security group (referencedSecurityGroupId), a prefix list such as CloudFront's origin-facing one, or the few CIDR blocks that need it.",
  serves: ["CIS AWS 3.0 5.2", "CIS AWS 3.0 5.3", "Security Hub EC2.18", "Moodle R3"],
  example: `new aws.vpc.SecurityGroupIngressRule("web-from-lb", { securityGroupId: web.id, referencedSecurityGroupId: lb.id, ipProtocol: "tcp", fromPort: 8080, toPort: 8080 });`,
  types: [...inlineGroups, looseRule, ingressRule, instancePorts, nodeGroup, ...networkAcl, networkAclRule],
  limits: {
    publicPorts: allowed([], "Ports that the security group of a load balancer may open to everyone, such as 443."),
  },
  check: (resource, stack, limits) => {
    if (inlineGroups.includes(resource.type)) {
      const rules = resource.props.items("ingress");
      return isUnknown(rules)
        ? undecided(rules)
        : rules.map((rule) => judge(stack, resource, rule, "ingress", resource, limits.publicPorts));
    }
    if (resource.type === nodeGroup) {
      return ofNodes(resource.props);
    }
    if (networkAcl.includes(resource.type)) {
      const rules = resource.props.items("ingress");
      return isUnknown(rules) ? undecided(rules) : rules.map((rule) => ofAcl(rule, rule.text("action")) ?? pass);
    }
    if (resource.type === networkAclRule) {
      return resource.props.flag("egress") === true
        ? undefined
        : ofAcl(resource.props, resource.props.text("ruleAction"));
    }
    if (resource.type === instancePorts) {
      const rules = resource.props.items("portInfos");
      return isUnknown(rules) ? undecided(rules) : rules.map(ofInstancePorts);
    }
    if (resource.type === looseRule) {
      const direction = resource.props.text("type");
      if (direction === "egress") {
        return undefined;
      }
      const group = stack.references(resource, "securityGroupId", securityGroups).exact[0];
      return judge(stack, resource, resource.props, undefined, group, limits.publicPorts);
    }
    const group = stack.references(resource, "securityGroupId", securityGroups).exact[0];
    return judge(stack, resource, resource.props, undefined, group, limits.publicPorts);
  },
});

/** @param property The top-level property that the rule is written in, when it is inline. */
function judge(
  stack: Stack,
  owner: Resource,
  rule: View,
  property: string | undefined,
  group: Resource | undefined,
  publicPorts: readonly string[],
): Verdict {
  const sources = [
    ...cidrs(rule, "cidrBlocks"),
    ...cidrs(rule, "ipv6CidrBlocks"),
    ...cidrs(rule, "cidrIpv4"),
    ...cidrs(rule, "cidrIpv6"),
    ...listed(stack, owner, rule, "prefixListIds", property),
    ...listed(stack, owner, rule, "prefixListId", property),
  ];
  const open = anyOf(sources);
  if (open === false) {
    return pass;
  }
  const excused = allOf([isPublicPort(rule, publicPorts), group !== undefined && isOfLoadBalancer(stack, group)]);
  if (excused === true) {
    return pass;
  }
  if (isUnknown(open)) {
    return undecided(open);
  }
  return isUnknown(excused) ? undecided(excused) : violation(`it lets the whole internet in on ${ports(rule)}`);
}

/** With a key and no group named, SSH is open to the internet: https://docs.aws.amazon.com/eks/latest/APIReference/API_RemoteAccessConfig.html */
function ofNodes(props: View): Verdict | undefined {
  return props.has("remoteAccess.ec2SshKey")
    ? props.has("remoteAccess.sourceSecurityGroupIds")
      ? pass
      : violation(
          "it lets the whole internet in on port 22 (remoteAccess without sourceSecurityGroupIds)",
          "Name the groups in remoteAccess.sourceSecurityGroupIds, or leave remoteAccess out and use Session Manager.",
        )
    : undefined;
}

/**
 * A network ACL lets everything through unless it is told otherwise, and the answers of connections need wide ranges. So only what is
 * opened by name counts: the ports of SSH and of remote desktops (Security Hub EC2.21).
 */
function ofAcl(rule: View, action: Read<string>): Verdict | undefined {
  const [from, to] = [rule.number("fromPort"), rule.number("toPort")];
  const isAdmin = from === to && (from === 22 || from === 3389);
  const open = anyOf(["cidrBlock", "ipv6CidrBlock"].flatMap((path) => cidrs(rule, path)));
  return action === "allow" && isAdmin
    ? isUnknown(open)
      ? undecided(open)
      : open
        ? violation(`it lets the whole internet in on port ${from as number}`, "Name the few CIDR blocks that need it.")
        : pass
    : undefined;
}

/** A machine of Lightsail has no group. Ports without a source are open to all: https://docs.aws.amazon.com/lightsail/2016-11-28/api-reference/API_PortInfo.html */
function ofInstancePorts(rule: View): Verdict {
  const given = ["cidrs", "ipv6Cidrs", "cidrListAliases"].some((path) => rule.has(path));
  const open = anyOf([!given, ...cidrs(rule, "cidrs"), ...cidrs(rule, "ipv6Cidrs")]);
  return isUnknown(open)
    ? undecided(open)
    : open
      ? violation(`it lets the whole internet in on ${ports(rule)}`, "Name the few CIDR blocks that need it in cidrs.")
      : pass;
}

function cidrs(rule: View, property: string): readonly Tri[] {
  const list = rule.list(property);
  return isUnknown(list) ? [list] : list.map((one) => (isUnknown(one) ? one : isOpenCidr(one)));
}

/** Prefix lists of this stack are read; those of AWS and of other stacks are taken at their word. */
function listed(stack: Stack, owner: Resource, rule: View, path: string, inline: string | undefined): readonly Tri[] {
  if (!rule.has(path)) {
    return [];
  }
  const lists = stack.dependencies(owner, inline ?? path, [prefixList]);
  return lists.flatMap((list) => {
    const entries = list.props.items("entries");
    const separate = stack.referring(prefixListEntry, "prefixListId", list);
    return [
      ...(isUnknown(entries) ? [entries] : entries.flatMap((entry) => cidrs(entry, "cidr"))),
      ...[...separate.exact, ...separate.possible].flatMap((entry) => cidrs(entry.props, "cidr")),
    ];
  });
}

function isPublicPort(rule: View, publicPorts: readonly string[]): Tri {
  const from = rule.number("fromPort");
  const to = rule.number("toPort");
  if (publicPorts.length === 0) {
    return false;
  }
  if (isUnknown(from)) {
    return from;
  }
  return isUnknown(to) ? to : from === to && publicPorts.includes(String(from));
}

function isOfLoadBalancer(stack: Stack, group: Resource): boolean {
  return loadBalancers.some((type) => stack.referring(type, "securityGroups", group).exact.length > 0);
}

function ports(rule: View): string {
  const text = (value: Read<number>): string => (isUnknown(value) ? "?" : String(value ?? "any"));
  const [from, to] = [text(rule.number("fromPort")), text(rule.number("toPort"))];
  return rule.text("ipProtocol") === "-1" || rule.text("protocol") === "-1" || from === "any"
    ? "every port"
    : from === to
      ? `port ${from}`
      : `ports ${from} to ${to}`;
}
