import type * as aws from "@pulumi/aws";
import { contains, parseCidr, size } from "../lib/cidr";
import type { Problem } from "../lib/invalid";
import { everywhere } from "./peerRoutes";

/** What a subnet is for: public load balancers, tasks and instances, or databases, caches and file systems. */
export const tiers = ["public", "application", "data"] as const;
export type Tier = (typeof tiers)[number];

/** What each subnet of a network must fit. */
export interface SubnetNeeds {
  readonly vpcId: string;
  /** Block that holds all the subnets' addresses: the VPC's, or one of them. */
  readonly cidr: string;
  /** Fewest addresses of a subnet of each tier, besides the five that AWS keeps. */
  readonly addresses: Readonly<Record<Tier, number>>;
}

/**
 * Addresses of a subnet that AWS keeps for itself:
 * https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html
 */
const kept = 5;

/** Mount targets, caches and databases are reached by names that the VPC's resolver must answer. */
export function dnsProblems(
  path: string,
  { id, enableDnsSupport, enableDnsHostnames }: aws.ec2.GetVpcResult,
): Problem[] {
  return enableDnsSupport && enableDnsHostnames
    ? []
    : [
        {
          path,
          given: `${id}, with DNS resolution ${enableDnsSupport ? "on" : "off"} and DNS host names ${enableDnsHostnames ? "on" : "off"}`,
          allowed: "a VPC with both on, since file systems are mounted by their names",
          fix: "Ask its owner to turn on enableDnsSupport and enableDnsHostnames.",
        },
      ];
}

/** Where the subnet is, and how large. */
export function placeProblems(
  path: string,
  { vpcId, cidr, addresses }: SubnetNeeds,
  zone: string,
  tier: Tier,
  subnet: aws.ec2.GetSubnetResult,
): readonly Problem[] {
  const [outer, block] = [parseCidr(cidr), parseCidr(subnet.cidrBlock)];
  const room = block === undefined ? 0 : size(block) - kept;
  const problem = (fits: boolean, given: string, allowed: string, fix: string): Problem[] =>
    fits ? [] : [{ path, given: `${subnet.id}, ${given}`, allowed, fix }];
  return [
    ...problem(
      subnet.vpcId === vpcId,
      `of ${subnet.vpcId}`,
      `a subnet of ${vpcId}`,
      "Correct the id, or moodle:network.vpcId.",
    ),
    ...problem(
      subnet.availabilityZone === zone,
      `in ${subnet.availabilityZone}`,
      `a subnet in ${zone}`,
      "Correct the id, or moodle:network.availabilityZones.",
    ),
    ...problem(
      outer !== undefined && block !== undefined && contains(outer, block),
      subnet.cidrBlock,
      `addresses inside ${cidr}`,
      "Set moodle:network.cidr to the block that holds them all.",
    ),
    ...problem(
      room >= addresses[tier],
      `${subnet.cidrBlock}, which has ${room} addresses`,
      `at least ${addresses[tier]} for what this stack may start there`,
      "Ask for a larger subnet, or lower the limits of tasks and instances.",
    ),
    ...problem(
      tier === "public" || !subnet.mapPublicIpOnLaunch,
      "which gives public addresses to what starts in it",
      `a ${tier} subnet without mapPublicIpOnLaunch`,
      "Name a private subnet: what is in this one is on the internet.",
    ),
  ];
}

export type Route = aws.ec2.GetRouteTableResult["routes"][number];
const leadsToInternet = ({ gatewayId }: Route): boolean => gatewayId.startsWith("igw-");
export const leadsToNat = ({ natGatewayId }: Route): boolean => natGatewayId !== "";

/** The routes for everything, of IPv4 or IPv6. */
export function waysOut(routes: readonly Route[]): readonly Route[] {
  return routes.filter(({ cidrBlock, ipv6CidrBlock }) => cidrBlock === everywhere || ipv6CidrBlock === "::/0");
}

/** Which ways out a tier must have, and must not have. */
export function tierProblems(path: string, given: string, tier: Tier, out: readonly Route[]): readonly Problem[] {
  if (tier === "public") {
    return out.some(leadsToInternet)
      ? []
      : [
          {
            path,
            given: `${given} has no route to an internet gateway`,
            allowed: "a public subnet",
            fix: "Name the subnets of public load balancers, or none behind CloudFront.",
          },
        ];
  }
  if (out.some(leadsToInternet)) {
    const fix = "Name a private subnet: what has a public address in this one is on the internet.";
    return [{ path, given: `${given} leads to an internet gateway`, allowed: `a private ${tier} subnet`, fix }];
  }
  if (tier === "data") {
    return out.some((route) => leadsToNat(route) || route.egressOnlyGatewayId !== "")
      ? [
          {
            path,
            given: `${given} leads to the internet by a NAT or egress-only gateway`,
            allowed: "a data subnet without a way to the internet",
            fix: "Ask for subnets without that route: data that cannot leave cannot be taken out.",
          },
        ]
      : [];
  }
  return out.length > 0
    ? []
    : [
        {
          path,
          given: `${given} has no route for ${everywhere}`,
          allowed: "a way to AWS's services: a NAT gateway, a transit gateway or a firewall",
          fix: "Ask the VPC's owner for the route: without it no task starts.",
        },
      ];
}
