import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { Problem } from "../lib/invalid";
import { usualNetwork } from "../lib/cidr";

/** Clients that may open a connection to the load balancer. */
export type Access =
  /** CloudFront, by a VPC origin. The load balancer is internal. */
  | { readonly kind: "cloudfront" }
  /** The given networks, IPv4 or IPv6: an external CDN. The load balancer faces the internet. */
  | { readonly kind: "cidrs"; readonly cidrs: readonly string[] };

/** The addresses from which CloudFront reaches origins, kept up to date by AWS. */
export const cloudFrontPrefixList = "com.amazonaws.global.cloudfront.origin-facing";

/**
 * A security group holds 60 inbound rules of each family by default
 * (https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html). A CIDR takes two here, for 80 and 443.
 */
const mostCidrs = 30;

/** Shortest prefixes: a larger network does not belong to one CDN (docs/edge.md). */
const shortestPrefix = { IPv4: 8, IPv6: 16 } as const;

export function accessProblems(access: Access): readonly Problem[] {
  if (access.kind === "cloudfront") {
    return [];
  }
  const { cidrs } = access;
  const problems: Problem[] = cidrs.flatMap((cidr, index) => {
    const path = `access.cidrs[${index}]`;
    if (cidrs.indexOf(cidr) !== index) {
      return [{ path, given: cidr, allowed: "each network once", fix: "Remove the second mention." }];
    }
    const usual = usualNetwork(cidr);
    const fits = usual !== undefined && usual.prefix >= shortestPrefix[usual.family];
    return fits && usual.text === cidr
      ? []
      : [
          {
            path,
            given: cidr,
            allowed: `an IPv4 network of /${shortestPrefix.IPv4} or smaller or an IPv6 network of /${shortestPrefix.IPv6} or smaller, with no bits after the prefix`,
            fix: fits
              ? `Did you mean ${usual.text}?`
              : "List the CDN's own ranges: other clients would reach the load balancer directly, past the CDN.",
          },
        ];
  });
  for (const family of ["IPv4", "IPv6"] as const) {
    const count = cidrs.filter((cidr) => cidr.includes(":") === (family === "IPv6")).length;
    if (count > mostCidrs) {
      problems.push({
        path: "access.cidrs",
        given: `${count} ${family} networks`,
        allowed: `at most ${mostCidrs} of each family, since a security group takes 60 rules of each and a network takes two`,
        fix: "Merge networks that touch, or have the account's quota raised and raise mostCidrs with it.",
      });
    }
  }
  if (cidrs.length === 0) {
    problems.push({
      path: "access.cidrs",
      given: "0 networks",
      allowed: "at least 1",
      fix: "Give the published ranges of the CDN.",
    });
  }
  return problems;
}

/**
 * Opens the load balancer's security group.
 *
 * For CloudFront, the prefix list rather than the group CloudFront-VPCOrigins-Service-SG: that one appears only after
 * the first VPC origin of the VPC has been made, which needs this load balancer. AWS documents either
 * (https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-vpc-origins.html). The list
 * counts as 55 of the 60 rules that a group may have
 * (https://docs.aws.amazon.com/vpc/latest/userguide/working-with-aws-managed-prefix-lists.html#aws-managed-prefix-list-weights),
 * so there is no room for a second port: 443 alone is open, and viewers are redirected to HTTPS by CloudFront.
 */
export function openAccess(
  name: string,
  securityGroupId: pulumi.Input<string>,
  access: Access,
  child: pulumi.CustomResourceOptions,
): void {
  const open = (role: string, port: number, from: object, who: string): void => {
    new aws.vpc.SecurityGroupIngressRule(
      `${name}-${role}`,
      { securityGroupId, ipProtocol: "tcp", fromPort: port, toPort: port, description: `${who} on ${port}`, ...from },
      child,
    );
  };
  if (access.kind === "cloudfront") {
    const list = aws.ec2.getManagedPrefixListOutput({ name: cloudFrontPrefixList }, { parent: child.parent });
    open("https-cloudfront", 443, { prefixListId: list.id }, "CloudFront");
    return;
  }
  for (const cidr of access.cidrs) {
    const from = cidr.includes(":") ? { cidrIpv6: cidr } : { cidrIpv4: cidr };
    // Named after the network, not its place in the list: reordering changes nothing.
    const suffix = cidr.replace(/[^0-9a-f]+/g, "-");
    open(`https-${suffix}`, 443, from, "The CDN");
    open(`http-${suffix}`, 80, from, "The CDN, to be redirected,");
  }
}
