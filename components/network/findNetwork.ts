import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { contains, parseCidr, size } from "../lib/cidr";
import { awsSays, type Problem } from "../lib/invalid";

/** What a subnet is for: public load balancers, tasks and instances, or databases, caches and file systems. */
export const tiers = ["public", "application", "data"] as const;
export type Tier = (typeof tiers)[number];

/** The subnets of one zone, by id. */
export interface ZoneSubnetIds {
  /** Name of the zone, e.g. "eu-west-2a". */
  readonly zone: string;
  /** Only needed by a load balancer that the internet reaches. */
  readonly public?: string | undefined;
  readonly application: string;
  readonly data: string;
}

/** A tag of the subnets of each tier, as "key=value". Together with a zone it belongs to exactly one subnet. */
export interface SubnetTags {
  readonly public?: string | undefined;
  readonly application: string;
  readonly data: string;
}

export interface FindNetworkArgs {
  readonly vpcId: string;
  /** Block that holds all the subnets' addresses: the VPC's, or one of them. */
  readonly cidr: string;
  /** Zones by name, in the order in which they are used. */
  readonly availabilityZones: readonly string[];
  /** The subnets by id, one row for each zone, or by tags. */
  readonly subnets: readonly ZoneSubnetIds[] | SubnetTags;
  /** Fewest addresses of a subnet of each tier, besides the five that AWS keeps. */
  readonly addresses: Readonly<Record<Tier, number>>;
  /** Whether each zone must leave by a NAT gateway of its own, where it leaves by NAT gateways at all. */
  readonly natPerZone: boolean;
  /** Whether CloudFront reaches the load balancer as a VPC origin. */
  readonly vpcOrigin: boolean;
}

/** A network that exists, and fits. */
export interface FoundNetwork {
  readonly vpcId: string;
  readonly cidr: string;
  readonly zones: readonly ZoneSubnetIds[];
  /** Public addresses of the NAT gateways by which the application tier leaves. */
  readonly natPublicIps: readonly string[];
}

/**
 * Addresses of a subnet that AWS keeps for itself:
 * https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html
 */
const kept = 5;

/**
 * Reads a network that exists, and compares it with what the components need: what the policies ask of a network of our
 * own, which they cannot see of this one.
 *
 * Reads with `ec2:DescribeVpcs`, `ec2:DescribeVpcAttribute`, `ec2:DescribeSubnets`, `ec2:DescribeRouteTables`,
 * `ec2:DescribeNatGateways` and `ec2:DescribeInternetGateways`.
 *
 * @param path Where the settings are, for the problems: "moodle:network".
 * @returns The network, or all that does not fit.
 */
export async function findNetwork(
  path: string,
  args: FindNetworkArgs,
  opts: pulumi.InvokeOptions,
): Promise<{ readonly network?: FoundNetwork; readonly problems: readonly Problem[] }> {
  const vpc = await tried(`${path}.vpcId`, args.vpcId, "a VPC of this account and region", () =>
    aws.ec2.getVpc({ id: args.vpcId }, opts),
  );
  if ("problem" in vpc) {
    return { problems: [vpc.problem] };
  }
  const problems = dnsProblems(`${path}.vpcId`, vpc.found);
  if (args.vpcOrigin) {
    problems.push(...(await internetGatewayProblems(`${path}.vpcId`, args.vpcId, opts)));
  }
  const nats = new Map<string, string>();
  const byTags = "application" in args.subnets;
  const zones: ZoneSubnetIds[] = [];
  for (const zone of args.availabilityZones) {
    const ids: Partial<Record<Tier, string>> = {};
    for (const tier of tiers) {
      const at = byTags ? `${path}.subnetTags.${tier}` : `${path}.subnets (${zone}, ${tier})`;
      const id = await subnetId(at, args, zone, tier, opts);
      if (typeof id === "string") {
        ids[tier] = id;
        problems.push(...(await judgeSubnet(at, id, args, zone, tier, nats, opts)));
      } else if (id !== undefined) {
        problems.push(id);
      }
    }
    zones.push({ zone, public: ids.public, application: ids.application ?? "", data: ids.data ?? "" });
  }
  const natPublicIps = [...nats.values()].filter((address) => address !== "");
  return problems.length > 0
    ? { problems }
    : { problems, network: { vpcId: args.vpcId, cidr: args.cidr, zones, natPublicIps } };
}

/** What AWS answers, or its refusal as a problem. */
async function tried<T>(
  path: string,
  given: string,
  allowed: string,
  read: () => Promise<T>,
): Promise<{ readonly found: T } | { readonly problem: Problem }> {
  try {
    return { found: await read() };
  } catch (error) {
    return { problem: { path, given, allowed, fix: awsSays(error) } };
  }
}

/** Mount targets, caches and databases are reached by names that the VPC's resolver must answer. */
function dnsProblems(path: string, { id, enableDnsSupport, enableDnsHostnames }: aws.ec2.GetVpcResult): Problem[] {
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

/** A CloudFront VPC origin needs one, though its traffic does not use it. */
async function internetGatewayProblems(path: string, vpcId: string, opts: pulumi.InvokeOptions): Promise<Problem[]> {
  const filters = [{ name: "attachment.vpc-id", values: [vpcId] }];
  const found = await tried(path, vpcId, "a VPC with an internet gateway, which CloudFront's VPC origins ask for", () =>
    aws.ec2.getInternetGateway({ filters }, opts),
  );
  return "problem" in found ? [found.problem] : [];
}

/** The id of a tier's subnet in a zone: undefined where the tier is not used. */
async function subnetId(
  path: string,
  { vpcId, subnets }: FindNetworkArgs,
  zone: string,
  tier: Tier,
  opts: pulumi.InvokeOptions,
): Promise<string | Problem | undefined> {
  if (!("application" in subnets)) {
    const id = subnets.find((row) => row.zone === zone)?.[tier];
    return id === undefined && tier !== "public"
      ? {
          path,
          given: undefined,
          allowed: `a subnet of tier ${tier} in ${zone}, which moodle:network.availabilityZones names`,
          fix: "Add the zone's row, or leave the zone out there.",
        }
      : id;
  }
  const tag = subnets[tier];
  if (tag === undefined) {
    return undefined;
  }
  const [key = "", ...value] = tag.split("=");
  const filters = [
    { name: "vpc-id", values: [vpcId] },
    { name: "availability-zone", values: [zone] },
    { name: `tag:${key}`, values: [value.join("=")] },
  ];
  const read = await tried(path, tag, `subnets of ${vpcId} that may be listed`, () =>
    aws.ec2.getSubnets({ filters }, opts),
  );
  if ("problem" in read) {
    return read.problem;
  }
  const { ids } = read.found;
  const [id] = ids;
  return ids.length === 1 && id !== undefined
    ? id
    : {
        path,
        given: tag,
        allowed: `a tag of exactly one subnet of ${vpcId} in ${zone}; ${ids.length === 0 ? "none has" : `${ids.join(", ")} have`} it`,
        fix: "Choose another tag, or name the subnets by id in moodle:network.subnets: those that AWS RAM shares show no tags.",
      };
}

async function judgeSubnet(
  path: string,
  id: string,
  args: FindNetworkArgs,
  zone: string,
  tier: Tier,
  nats: Map<string, string>,
  opts: pulumi.InvokeOptions,
): Promise<readonly Problem[]> {
  const read = await tried(path, id, "a subnet of this account and region", () => aws.ec2.getSubnet({ id }, opts));
  if ("problem" in read) {
    return [read.problem];
  }
  const subnet = read.found;
  const placed = placeProblems(path, args, zone, tier, subnet);
  const associated = { filters: [{ name: "association.subnet-id", values: [id] }] };
  const tables = await tried(path, id, "a subnet whose route table may be read", async () => {
    const { ids } = await aws.ec2.getRouteTables(associated, opts);
    const [routeTableId] = ids;
    return routeTableId === undefined
      ? undefined
      : { routeTableId, routes: (await aws.ec2.getRouteTable({ routeTableId }, opts)).routes };
  });
  if ("problem" in tables) {
    return [...placed, tables.problem];
  }
  const table = tables.found;
  if (table === undefined) {
    return [
      ...placed,
      {
        path,
        given: id,
        allowed: "a subnet with a route table that is associated with it, not the VPC's main one",
        fix: "Ask the VPC's owner to associate one: a change of the main table would move this subnet silently.",
      },
    ];
  }
  const { routeTableId, routes } = table;
  const out = routes.filter(({ cidrBlock, ipv6CidrBlock }) => cidrBlock === "0.0.0.0/0" || ipv6CidrBlock === "::/0");
  return [
    ...placed,
    ...tierProblems(path, `${id}, whose route table ${routeTableId}`, tier, out),
    ...(tier === "application" ? await natProblems(path, id, args, zone, out, nats, opts) : []),
  ];
}

/** Where the subnet is, and how large. */
function placeProblems(
  path: string,
  { vpcId, cidr, addresses }: FindNetworkArgs,
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

type Route = aws.ec2.GetRouteTableResult["routes"][number];
const leadsToInternet = ({ gatewayId }: Route): boolean => gatewayId.startsWith("igw-");
const leadsToNat = ({ natGatewayId }: Route): boolean => natGatewayId !== "";

/** Which ways out a tier must have, and must not have. */
function tierProblems(path: string, given: string, tier: Tier, out: readonly Route[]): readonly Problem[] {
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
          given: `${given} has no route for 0.0.0.0/0`,
          allowed: "a way to AWS's services: a NAT gateway, a transit gateway or a firewall",
          fix: "Ask the VPC's owner for the route: without it no task starts.",
        },
      ];
}

/** Where the tier leaves by NAT gateways, notes them, and asks for one in the subnet's own zone. */
async function natProblems(
  path: string,
  id: string,
  { natPerZone }: FindNetworkArgs,
  zone: string,
  out: readonly Route[],
  nats: Map<string, string>,
  opts: pulumi.InvokeOptions,
): Promise<readonly Problem[]> {
  const route = out.find(leadsToNat);
  if (route === undefined) {
    return [];
  }
  const read = await tried(path, id, "a NAT gateway that may be read", () =>
    aws.ec2.getNatGateway({ id: route.natGatewayId }, opts),
  );
  if ("problem" in read) {
    // Those of a VPC that AWS RAM shares are its owner's alone to see:
    // https://docs.aws.amazon.com/vpc/latest/userguide/vpc-share-limitations.html
    void pulumi.log.warn(
      `${path}: ${route.natGatewayId} cannot be read, so nobody checks that it is in ${zone}. ${read.problem.fix}`,
    );
    return [];
  }
  const nat = read.found;
  nats.set(nat.id, nat.publicIp);
  // A regional NAT gateway spans the zones by itself: https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateways-regional.html
  if (!natPerZone || nat.availabilityMode === "regional") {
    return [];
  }
  const home = await aws.ec2.getSubnet({ id: nat.subnetId }, opts);
  return home.availabilityZone === zone
    ? []
    : [
        {
          path,
          given: `${id}, which leaves by ${nat.id} in ${home.availabilityZone}`,
          allowed: `a NAT gateway in ${zone}: the floor "natPerZone"`,
          fix: "Ask for a gateway in each zone: the loss of the other zone cuts this one off.",
        },
      ];
}
