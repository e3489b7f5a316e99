import { aligned, contains, formatCidr, parseCidr } from "../lib/cidr";
import type { Problem } from "../lib/invalid";

/**
 * Destinations that Moodle's tasks may reach besides the platform's own: a directory, an enrolment database, a proxy.
 */
export interface OutboundRule {
  /** One TCP port, or the first and last of a range as `from-to`. */
  readonly ports: number | string;
  /** IPv4 ranges that the rule allows; each becomes a rule of the security group. */
  readonly cidrs: readonly string[];
  /** The destination, shown beside the rule in the console. AWS takes up to 255 characters, from a limited set. */
  readonly description: string;
}

export interface PortRange {
  readonly from: number;
  readonly to: number;
}

/**
 * Rules that a security group may have in one direction, less those of the platform itself: HTTPS, mail, database, two
 * caches, shared files. https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html: 60 without a request.
 */
export const mostOutboundRules = 60 - 6;

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_IpRange.html */
export const ruleDescription = /^[A-Za-z0-9 ._\-:/()#,@[\]+=&;{}!$*]{1,255}$/;

/** Ports of databases, caches, directories of files and remote shells, which nobody offers to the whole internet. */
const dataPorts: Readonly<Record<number, string>> = {
  22: "SSH",
  111: "NFS",
  139: "SMB",
  445: "SMB",
  1433: "SQL Server",
  1521: "Oracle",
  2049: "NFS",
  3306: "MySQL",
  3389: "remote desktop",
  5432: "PostgreSQL",
  5984: "CouchDB",
  6379: "Redis",
  6380: "Redis",
  9042: "Cassandra",
  9200: "Elasticsearch",
  11211: "Memcached",
  27017: "MongoDB",
  50000: "Db2",
};

/** A wider range does not belong to one network: RFC 1918 has nothing wider than 10.0.0.0/8. */
const widestOfOneNetwork = 8;

/** The ports of a rule, or undefined for invalid ones. */
export function portRange(ports: number | string): PortRange | undefined {
  const match = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(String(ports));
  const from = Number(match?.[1]);
  const to = Number(match?.[2] ?? from);
  return from >= 1 && to <= 65535 && from <= to ? { from, to } : undefined;
}

/**
 * Problems with outbound rules: invalid ports or ranges, the whole internet on a port of data, a duplicate, a rule into
 * the platform's own network, more rules than a security group may have.
 *
 * @param path Path of the list, for the message.
 * @param networkCidr CIDR of the VPC, whose own paths are opened between security groups and not by address.
 */
export function outboundProblems(path: string, rules: readonly OutboundRule[], networkCidr: string): Problem[] {
  const problems: Problem[] = [];
  // HTTPS is open to everybody: components/moodle/taskNetwork.ts.
  const seen = new Set(["443-443 0.0.0.0/0"]);
  rules.forEach(({ ports, cidrs, description }, index) => {
    const at = `${path}[${index}]`;
    const range = portRange(ports);
    if (range === undefined) {
      problems.push({
        path: `${at}.ports`,
        given: ports,
        allowed: "a TCP port from 1 to 65535, or two of them such as 50000-50010",
        fix: "Write the lower one first.",
      });
    }
    if (!ruleDescription.test(description)) {
      problems.push({
        path: `${at}.description`,
        given: description,
        allowed: "1 to 255 letters a to z, digits, spaces and . _ - : / ( ) # , @ [ ] + = & ; { } ! $ *",
        fix: "AWS takes no others beside a rule.",
      });
    }
    cidrs.forEach((cidr, number) => {
      const place = { path: `${at}.cidrs[${number}]`, given: cidr };
      const wrong = rangeProblem(cidr, networkCidr) ?? (range && exposureProblem(cidr, range));
      const key = `${range?.from}-${range?.to} ${cidr}`;
      if (wrong !== undefined) {
        problems.push({ ...place, ...wrong });
      } else if (range !== undefined && seen.has(key)) {
        problems.push({ ...place, allowed: "each port and range once", fix: "Remove it: this way is open already." });
      }
      seen.add(key);
    });
  });
  const count = rules.reduce((sum, { cidrs }) => sum + cidrs.length, 0);
  if (count > mostOutboundRules) {
    problems.push({
      path,
      given: `${count} ranges`,
      allowed: `at most ${mostOutboundRules}, as a security group has 60 rules and the platform needs 6`,
      fix: "Give wider ranges, or port ranges in place of single ports.",
    });
  }
  return problems;
}

function rangeProblem(cidr: string, networkCidr: string): Pick<Problem, "allowed" | "fix"> | undefined {
  const block = parseCidr(cidr);
  if (block === undefined) {
    return cidr.includes(":")
      ? { allowed: "an IPv4 block", fix: "The network has no IPv6: give the IPv4 addresses of the same service." }
      : { allowed: "an IPv4 block such as 10.9.0.0/16", fix: "For one address write /32 behind it." };
  }
  if (formatCidr(aligned(block)) !== cidr) {
    return {
      allowed: `${formatCidr(aligned(block))}, which starts where the block does`,
      fix: "AWS would change it to that, and each preview would show a difference.",
    };
  }
  const own = parseCidr(networkCidr);
  return own !== undefined && contains(aligned(own), block)
    ? {
        allowed: `a block outside moodle:network.cidr, ${networkCidr}`,
        fix: "Inside it the paths are opened between security groups by the program.",
      }
    : undefined;
}

function exposureProblem(cidr: string, { from, to }: PortRange): Pick<Problem, "allowed" | "fix"> | undefined {
  const prefix = parseCidr(cidr)?.prefix ?? 0;
  const reached = Object.entries(dataPorts).filter(([port]) => Number(port) >= from && Number(port) <= to);
  return prefix >= widestOfOneNetwork || reached.length === 0
    ? undefined
    : {
        allowed: `a block of /${widestOfOneNetwork} or smaller on ${reached.map(([port, what]) => `${port} (${what})`).join(", ")}`,
        fix: "Give the addresses of the server: data would have a way to anybody on the internet.",
      };
}
