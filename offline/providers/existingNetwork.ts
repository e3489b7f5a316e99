import { existsSync, rmSync, writeFileSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Place } from "./outputs";
import type { Properties } from "./values";

/** A network that exists offline, as a stack's settings name it: the group `moodle:network`. */
export interface OfflineNetwork {
  readonly vpcId: string;
  readonly cidr: string;
  readonly subnets?: readonly (Readonly<Partial<Record<Tier, string>>> & { readonly zone: string })[];
  readonly subnetTags?: Readonly<Partial<Record<Tier, string>>>;
}

const tiers = ["public", "application", "data"] as const;
type Tier = (typeof tiers)[number];

interface OfflineSubnet {
  readonly id: string;
  readonly tier: Tier;
  readonly zone: string;
}

// The stand-ins run in a process of their own, for all stacks that this one runs: they read it again each time.
const variable = "OFFLINE_NETWORK";
process.env[variable] ??= join(tmpdir(), `offline-network-${process.pid}.json`);

/**
 * Says which network exists from now on: what a stack's settings name fits them, since offline nothing can be looked up.
 *
 * @param settings The group `moodle:network` of the stack, as an object or as JSON.
 */
export function describeNetwork(settings: unknown): void {
  const network = (typeof settings === "string" ? readJson(settings) : settings) as Partial<OfflineNetwork> | undefined;
  const file = process.env[variable]!;
  if (typeof network?.vpcId === "string" && typeof network.cidr === "string") {
    writeFileSync(file, JSON.stringify(network));
  } else {
    rmSync(file, { force: true });
  }
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The program says what is wrong with it.
    return undefined;
  }
}

function described(): OfflineNetwork {
  const file = process.env[variable]!;
  if (!existsSync(file)) {
    throw new Error("knows a network only where moodle:network.kind is existing");
  }
  return JSON.parse(readFileSync(file, "utf8")) as OfflineNetwork;
}

function subnetsOf({ subnets = [], subnetTags = {} }: OfflineNetwork, place: Place): readonly OfflineSubnet[] {
  const byId = subnets.flatMap((row) =>
    tiers.flatMap((tier) => (row[tier] === undefined ? [] : [{ id: row[tier], tier, zone: row.zone }])),
  );
  const byTags = tiers
    .filter((tier) => subnetTags[tier] !== undefined)
    .flatMap((tier, index) =>
      // A zone's letter is a hexadecimal digit, so that it can end an id.
      [..."abcdef"].map((letter) => ({
        id: `subnet-0123456789abcde${index}${letter}`,
        tier,
        zone: place.region + letter,
      })),
    );
  return [...byId, ...byTags];
}

function find(suffix: string, place: Place): OfflineSubnet {
  const network = described();
  const found = subnetsOf(network, place).find(({ id }) => id.endsWith(suffix));
  if (suffix === "" || found === undefined) {
    throw new Error(`knows the subnets of ${network.vpcId} in the settings only, not "${suffix}"`);
  }
  return found;
}

// Each subnet has a route table, an association and, in the application tier, a NAT gateway with the same digits.
const digits = (id: unknown): string => String(id).replace(/^[a-z]+/, "");
const twin = (prefix: string, { id }: OfflineSubnet): string => `${prefix}${digits(id)}`;

const filter = (args: Properties, name: string): string | undefined =>
  ((args["filters"] ?? []) as { readonly name: string; readonly values: readonly string[] }[]).find(
    (one) => one.name === name,
  )?.values[0];

/** A route for everything, to nowhere yet. */
export const routeForAll = {
  cidrBlock: "0.0.0.0/0",
  ipv6CidrBlock: "",
  gatewayId: "",
  natGatewayId: "",
  egressOnlyGatewayId: "",
};

function routesOf(subnet: OfflineSubnet): readonly Properties[] {
  switch (subnet.tier) {
    case "public":
      return [{ ...routeForAll, gatewayId: "igw-0123456789abcdef0" }];
    case "application":
      return [{ ...routeForAll, natGatewayId: twin("nat", subnet) }];
    case "data":
      return [];
  }
}

/** Provider functions about the network that exists. */
export const networkInvokes: Readonly<Record<string, (args: Properties, place: Place) => Properties>> = {
  "aws:ec2/getVpc:getVpc": ({ id }) => {
    const { vpcId, cidr } = described();
    if (id !== vpcId) {
      throw new Error(`knows the network ${vpcId} only, not "${String(id)}"`);
    }
    return { id: vpcId, cidrBlock: cidr, enableDnsSupport: true, enableDnsHostnames: true };
  },
  "aws:ec2/getInternetGateway:getInternetGateway": () => ({ id: "igw-0123456789abcdef0" }),
  "aws:ec2/getSubnets:getSubnets": (args, place) => {
    const network = described();
    const tagged = (tier: Tier): boolean => {
      const [key, ...value] = network.subnetTags?.[tier]?.split("=") ?? [];
      return filter(args, `tag:${key}`) === value.join("=");
    };
    const zone = filter(args, "availability-zone");
    const found = subnetsOf(network, place).filter((subnet) => subnet.zone === zone && tagged(subnet.tier));
    return { id: place.region, ids: found.map(({ id }) => id) };
  },
  "aws:ec2/getSubnet:getSubnet": ({ id }, place) => {
    const { vpcId, cidr } = described();
    // Each has all addresses: how a network divides them is not in the settings.
    const { zone } = find(digits(id), place);
    return { id, vpcId, availabilityZone: zone, cidrBlock: cidr, mapPublicIpOnLaunch: false };
  },
  "aws:ec2/getRouteTables:getRouteTables": (args, place) => ({
    id: place.region,
    ids: [twin("rtb", find(digits(filter(args, "association.subnet-id")), place))],
  }),
  "aws:ec2/getRouteTable:getRouteTable": ({ routeTableId }, place) => ({
    id: routeTableId,
    routeTableId,
    routes: routesOf(find(digits(routeTableId), place)),
  }),
  "aws:ec2/getNatGateway:getNatGateway": ({ id }, place) => {
    const subnet = find(digits(id), place);
    const letter = subnet.zone.charCodeAt(subnet.zone.length - 1);
    return { id, subnetId: subnet.id, availabilityMode: "zonal", publicIp: `198.51.100.${letter}` };
  },
};
