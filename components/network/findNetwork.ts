import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { awsSays, type Problem } from "../lib/invalid";
import {
  dnsProblems,
  leadsToNat,
  placeProblems,
  type Route,
  type SubnetNeeds,
  type Tier,
  tierProblems,
  tiers,
  waysOut,
} from "./subnetProblems";

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

export interface FindNetworkArgs extends SubnetNeeds {
  /** Zones by name, in the order in which they are used. */
  readonly availabilityZones: readonly string[];
  /** The subnets by id, one row for each zone, or by tags. */
  readonly subnets: readonly ZoneSubnetIds[] | SubnetTags;
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
  const byTags = "application" in args.subnets;
  const places = args.availabilityZones.flatMap((zone) =>
    tiers.map((tier) => ({
      zone,
      tier,
      path: byTags ? `${path}.subnetTags.${tier}` : `${path}.subnets (${zone}, ${tier})`,
    })),
  );
  const [gateway, ...found] = await Promise.all([
    args.vpcOrigin ? internetGatewayProblems(`${path}.vpcId`, args.vpcId, opts) : [],
    ...places.map((place) => findSubnet(place, args, opts)),
  ]);
  const problems = [
    ...dnsProblems(`${path}.vpcId`, vpc.found),
    ...gateway,
    ...found.flatMap((subnet) => subnet.problems),
  ];
  if (problems.length > 0) {
    return { problems };
  }
  const idOf = (zone: string, tier: Tier) => found.find((one) => one.zone === zone && one.tier === tier)?.id;
  const zones = args.availabilityZones.map((zone) => ({
    zone,
    public: idOf(zone, "public"),
    application: idOf(zone, "application") ?? "",
    data: idOf(zone, "data") ?? "",
  }));
  const addresses = found.map(({ natPublicIp }) => natPublicIp).filter((address) => address !== undefined);
  const natPublicIps = [...new Set(addresses)].filter((address) => address !== "");
  return { problems, network: { vpcId: args.vpcId, cidr: args.cidr, zones, natPublicIps } };
}

interface Place {
  /** Where its setting is, for the problems. */
  readonly path: string;
  readonly zone: string;
  readonly tier: Tier;
}

/** One subnet, as far as it could be read, and what does not fit. */
interface FoundSubnet {
  readonly zone: string;
  readonly tier: Tier;
  readonly id?: string;
  readonly natPublicIp?: string | undefined;
  readonly problems: readonly Problem[];
}

async function findSubnet(place: Place, args: FindNetworkArgs, opts: pulumi.InvokeOptions): Promise<FoundSubnet> {
  const { zone, tier } = place;
  const id = await subnetId(place, args, opts);
  return typeof id === "string"
    ? { zone, tier, id, ...(await judgeSubnet(place, id, args, opts)) }
    : { zone, tier, problems: id === undefined ? [] : [id] };
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
  { path, zone, tier }: Place,
  { vpcId, subnets }: FindNetworkArgs,
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

type Judged = Pick<FoundSubnet, "problems" | "natPublicIp">;

async function judgeSubnet(
  place: Place,
  id: string,
  args: FindNetworkArgs,
  opts: pulumi.InvokeOptions,
): Promise<Judged> {
  const { path, zone, tier } = place;
  const read = await tried(path, id, "a subnet of this account and region", () => aws.ec2.getSubnet({ id }, opts));
  if ("problem" in read) {
    return { problems: [read.problem] };
  }
  const placed = placeProblems(path, args, zone, tier, read.found);
  const associated = { filters: [{ name: "association.subnet-id", values: [id] }] };
  const tables = await tried(path, id, "a subnet whose route table may be read", async () => {
    const { ids } = await aws.ec2.getRouteTables(associated, opts);
    const [routeTableId] = ids;
    return routeTableId === undefined
      ? undefined
      : { routeTableId, routes: (await aws.ec2.getRouteTable({ routeTableId }, opts)).routes };
  });
  if ("problem" in tables) {
    return { problems: [...placed, tables.problem] };
  }
  if (tables.found === undefined) {
    return {
      problems: [
        ...placed,
        {
          path,
          given: id,
          allowed: "a subnet with a route table that is associated with it, not the VPC's main one",
          fix: "Ask the VPC's owner to associate one: a change of the main table would move this subnet silently.",
        },
      ],
    };
  }
  const { routeTableId, routes } = tables.found;
  const out = waysOut(routes);
  const nat = tier === "application" ? await judgeNat(place, id, args, out, opts) : { problems: [] };
  return {
    ...nat,
    problems: [
      ...placed,
      ...tierProblems(path, `${id}, whose route table ${routeTableId}`, tier, out),
      ...nat.problems,
    ],
  };
}

/** Where the tier leaves by a NAT gateway, its address, and whether it is in the subnet's own zone. */
async function judgeNat(
  { path, zone }: Place,
  id: string,
  { natPerZone }: FindNetworkArgs,
  out: readonly Route[],
  opts: pulumi.InvokeOptions,
): Promise<Judged> {
  const route = out.find(leadsToNat);
  if (route === undefined) {
    return { problems: [] };
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
    return { problems: [] };
  }
  const nat = read.found;
  const natPublicIp = nat.publicIp;
  // A regional NAT gateway spans the zones by itself: https://docs.aws.amazon.com/vpc/latest/userguide/nat-gateways-regional.html
  if (!natPerZone || nat.availabilityMode === "regional") {
    return { natPublicIp, problems: [] };
  }
  const home = await aws.ec2.getSubnet({ id: nat.subnetId }, opts);
  if (home.availabilityZone === zone) {
    return { natPublicIp, problems: [] };
  }
  const problem = {
    path,
    given: `${id}, which leaves by ${nat.id} in ${home.availabilityZone}`,
    allowed: `a NAT gateway in ${zone}: the floor "natPerZone"`,
    fix: "Ask for a gateway in each zone: the loss of the other zone cuts this one off.",
  };
  return { natPublicIp, problems: [problem] };
}
