import { Problem } from "../lib/invalid";
import { Block, aligned, contains, formatCidr, overlaps, parseCidr, size } from "../lib/cidr";

/** The three subnets of one availability zone. */
export interface ZoneSubnets {
  /** The zone, e.g. "eu-west-2a". */
  readonly zone: string;
  /** Its letter, which names the resources: "a". */
  readonly letter: string;
  /** NAT gateway, and the load balancer when it faces the internet. */
  readonly public: string;
  /** Tasks, container instances, the internal load balancer, interface endpoints. */
  readonly application: string;
  /** Database, caches, file systems. No route to the internet. */
  readonly data: string;
}

/** Room is reserved for this many zones, so that a zone can be added without moving anything. */
const zoneSlots = 4;

/**
 * A VPC may have /16 to /28 (https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html). Ours stops at /21:
 * an application subnet is then a /24. Every task has a network interface and an address of its own (awsvpc), a rolling
 * deployment doubles the tasks for a while, and load balancer nodes and interface endpoints live there too.
 */
const largestVpc = 16;
const smallestVpc = 21;

/**
 * The first four addresses and the last of every subnet:
 * https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html.
 */
const reservedPerSubnet = 5;

/** RFC 1918, and RFC 6598 which AWS allows as well. Anything else would hide part of the real internet from the VPC. */
const privateRanges = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10"];

/**
 * Docker's default bridge (https://docs.docker.com/engine/network/drivers/bridge/) takes this block on every container
 * instance, whose own traffic, such as NFS mounts, could then not reach VPC addresses inside it.
 */
const dockerBridge = "172.17.0.0/16";

/**
 * Splits a VPC for its zones. Half of each zone's quarter is the application subnet, an eighth is data, a sixteenth is
 * public, and the last sixteenth is kept free for a future tier.
 *
 * | VPC | application | data | public | application addresses per zone |
 * |---|---|---|---|---|
 * | /16 | /19 | /20 | /21 | 8187 |
 * | /18 | /21 | /22 | /23 | 2043 |
 * | /20 | /23 | /24 | /25 | 507 |
 * | /21 | /24 | /25 | /26 | 251 |
 *
 * A zone's place depends on its letter alone (a and e share the first quarter, b and f the second, ...). So adding,
 * removing or reordering zones never moves a subnet of another zone, which would mean replacing everything in it.
 *
 * The arguments must have no {@link cidrProblems} and no {@link zoneProblems}.
 */
export function planSubnets(cidr: string, zones: readonly string[]): readonly ZoneSubnets[] {
  const vpc = read(cidr);
  return zones.map((zone) => {
    const quarter = { base: vpc.base + slotOf(zone) * (size(vpc) / zoneSlots), prefix: vpc.prefix + 2 };
    const application = { base: quarter.base, prefix: quarter.prefix + 1 };
    const data = { base: application.base + size(application), prefix: quarter.prefix + 2 };
    const open = { base: data.base + size(data), prefix: quarter.prefix + 3 };
    return {
      zone,
      letter: zone.slice(-1),
      public: formatCidr(open),
      application: formatCidr(application),
      data: formatCidr(data),
    };
  });
}

/** Addresses of a subnet that AWS leaves to us. */
export function usableAddresses(subnetCidr: string): number {
  return size(read(subnetCidr)) - reservedPerSubnet;
}

/** Problems with a VPC's CIDR; empty when it is valid. */
export function cidrProblems(path: string, cidr: string): readonly Problem[] {
  const allowed = `a private IPv4 block of /${largestVpc} to /${smallestVpc}, such as 10.20.0.0/16`;
  const problem = (fix: string): readonly Problem[] => [{ path, given: cidr, allowed, fix }];

  const block = parseCidr(cidr);
  if (block === undefined) {
    return problem("Write four decimal numbers without leading zeros, and a prefix length.");
  }
  const start = aligned(block);
  if (start.base !== block.base) {
    return problem(`The address has bits after the prefix: did you mean ${formatCidr(start)}?`);
  }
  if (block.prefix < largestVpc) {
    return problem(`AWS takes no VPC larger than /${largestVpc}.`);
  }
  if (block.prefix > smallestVpc) {
    return problem(
      `Too small for ${zoneSlots} zones: a /${smallestVpc} gives 251 task addresses per zone, this far fewer.`,
    );
  }
  if (!privateRanges.some((range) => contains(read(range), block))) {
    return problem(`It is not inside a private range. Use ${privateRanges.join(", ")}.`);
  }
  if (overlaps(read(dockerBridge), block)) {
    return problem(`It touches ${dockerBridge}, which Docker uses inside container instances. Choose another block.`);
  }
  return [];
}

/** Problems with a list of availability zones; empty when it is valid. */
export function zoneProblems(path: string, region: string, zones: readonly string[]): readonly Problem[] {
  const problems: Problem[] = [];
  if (zones.length < 2 || zones.length > zoneSlots) {
    problems.push({
      path,
      given: zones,
      allowed: `2 to ${zoneSlots} zones`,
      fix: "Load balancers and database subnet groups need two; address space is kept for four.",
    });
  }
  zones.forEach((zone, index) => {
    const problem = (allowed: string, fix: string): void => {
      problems.push({ path: `${path}[${index}]`, given: zone, allowed, fix });
    };
    if (!/^[a-z]$/.test(zone.slice(region.length)) || !zone.startsWith(region)) {
      problem(`a zone of ${region}, such as ${region}a`, "Local and Wavelength Zones cannot hold this platform.");
      return;
    }
    const before = zones.slice(0, index);
    if (before.includes(zone)) {
      problem("each zone once", "Remove the second mention.");
    } else {
      const rival = before.find((other) => slotOf(other) === slotOf(zone));
      if (rival !== undefined) {
        problem(
          `a zone that does not share address space with ${rival}`,
          "Letters four apart share a quarter of the VPC: use one.",
        );
      }
    }
  });
  return problems;
}

/** Quarter of the VPC that a zone has: a=0, b=1, c=2, d=3, e=0, ... */
function slotOf(zone: string): number {
  return (zone.charCodeAt(zone.length - 1) - "a".charCodeAt(0)) % zoneSlots;
}

function read(cidr: string): Block {
  const block = parseCidr(cidr);
  if (block === undefined) {
    throw new Error(`Not an IPv4 block: ${cidr}`);
  }
  return block;
}
