import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { contains, parseCidr, usualNetwork } from "../lib/cidr";
import type { Problem } from "../lib/invalid";

/** A way from the application tier to a network outside the VPC. */
export interface PeerRoute {
  /**
   * IPv4 block that is reached, e.g. "10.9.0.0/16". It may contain the VPC's own block, which stays local. "0.0.0.0/0"
   * leads everything out through the other network, in place of NAT gateways.
   */
  readonly cidr: string;
  /**
   * Id of a transit gateway (tgw-), a virtual private gateway (vgw-) or a VPC peering connection (pcx-). The VPC is
   * attached to the first two; a peering connection exists already and is accepted.
   */
  readonly through: string;
}

export const everywhere = "0.0.0.0/0";

/** Ids have 8 hexadecimal digits, or 17: https://docs.aws.amazon.com/ec2/latest/userguide/resource-ids.html */
export const gatewayId = /^(tgw|vgw|pcx)-([0-9a-f]{8}|[0-9a-f]{17})$/;
export const gatewayIdWords =
  "the id of a transit gateway (tgw-), virtual private gateway (vgw-) or peering connection (pcx-)";

/** Whether everything that leaves the network goes through another one: a central firewall, a proxy, an egress VPC. */
export function leadsOut(routes: readonly PeerRoute[]): boolean {
  return routes.some(({ cidr }) => cidr === everywhere);
}

/** Problems with routes of a network, each at `path[index]`. */
export function peerRouteProblems(
  path: string,
  routes: readonly PeerRoute[],
  network: { readonly cidr: string; readonly natGateways: "per-zone" | "single" | "none" },
): readonly Problem[] {
  const own = parseCidr(network.cidr);
  const seen = new Set<string>();
  const problems = routes.flatMap(({ cidr, through }, index): Problem[] => {
    const at = `${path}[${index}]`;
    const usual = usualNetwork(cidr);
    if (usual?.family !== "IPv4" || usual.text !== cidr) {
      const fix =
        usual === undefined ? "Each number is 0 to 255 without leading zeros." : `Did you mean ${usual.text}?`;
      return [{ path: `${at}.cidr`, given: cidr, allowed: "an IPv4 block with no bits after the prefix", fix }];
    }
    if (!gatewayId.test(through)) {
      return [
        { path: `${at}.through`, given: through, allowed: gatewayIdWords, fix: "Copy the id from the VPC console." },
      ];
    }
    if (seen.has(cidr)) {
      return [
        { path: `${at}.cidr`, given: cidr, allowed: "each block once", fix: "Remove one: a route has one target." },
      ];
    }
    seen.add(cidr);
    const block = parseCidr(cidr);
    if (own !== undefined && block !== undefined && contains(own, block)) {
      return [
        {
          path: `${at}.cidr`,
          given: cidr,
          allowed: `a block that is not inside ${network.cidr}, the VPC's own`,
          fix: "AWS keeps traffic inside the VPC local. Choose another moodle:network.cidr, or another range.",
        },
      ];
    }
    // https://docs.aws.amazon.com/vpc/latest/peering/vpc-peering-basics.html: no way on to the internet.
    return cidr === everywhere && through.startsWith("pcx-")
      ? [
          {
            path: `${at}.through`,
            given: through,
            allowed: "a transit gateway or a virtual private gateway for 0.0.0.0/0",
            fix: "A peering connection leads to the other VPC's addresses only.",
          },
        ]
      : [];
  });
  const privateGateways = new Set(routes.map(({ through }) => through).filter((id) => id.startsWith("vgw-")));
  if (privateGateways.size > 1) {
    problems.push({
      path,
      given: [...privateGateways],
      allowed: "one virtual private gateway: a VPC can have no second one",
      fix: "Bring the VPNs together in a transit gateway.",
    });
  }
  if (leadsOut(routes) && network.natGateways !== "none") {
    problems.push({
      path,
      given: everywhere,
      allowed: `no route for ${everywhere} where natGateways is ${network.natGateways}`,
      fix: "Set natGateways to none: a route table has one route for everything.",
    });
  }
  return problems;
}

export interface PeerRoutesArgs {
  readonly vpcId: pulumi.Input<string>;
  readonly routes: readonly PeerRoute[];
  /** One in each zone: a transit gateway reaches the zones where it has an interface. */
  readonly subnetIds: readonly pulumi.Input<string>[];
  /** Route tables that get the routes, by the letter of their zone. */
  readonly tables: ReadonlyMap<string, aws.ec2.RouteTable>;
}

/**
 * Attaches the VPC to the gateways and adds the routes.
 *
 * A transit gateway of another account must be shared with this one by AWS RAM. Where it does not accept attachments by
 * itself, the first `pulumi up` stops at the routes; after the owner's approval the next one goes on.
 */
export function createPeerRoutes(name: string, args: PeerRoutesArgs, opts: pulumi.CustomResourceOptions): void {
  const attachments = new Map(
    [...new Set(args.routes.map(({ through }) => through))].flatMap((id) => {
      const attachment = attach(`${name}-${id}`, id, args, opts);
      return attachment === undefined ? [] : [[id, attachment] as const];
    }),
  );
  for (const { cidr, through } of args.routes) {
    const attachment = attachments.get(through);
    for (const [letter, table] of args.tables) {
      new aws.ec2.Route(
        // The way out keeps its name whichever way it is: AWS refuses a second route for the same range.
        cidr === everywhere
          ? `${name}-application-${letter}-internet`
          : `${name}-application-${letter}-to-${cidr.replace("/", "-")}`,
        { routeTableId: table.id, destinationCidrBlock: cidr, ...targetOf(through) },
        { ...opts, ...(attachment !== undefined && { dependsOn: attachment }) },
      );
    }
  }
}

function attach(
  name: string,
  id: string,
  { vpcId, subnetIds }: PeerRoutesArgs,
  opts: pulumi.CustomResourceOptions,
): pulumi.Resource | undefined {
  if (id.startsWith("tgw-")) {
    return new aws.ec2transitgateway.VpcAttachment(
      name,
      { transitGatewayId: id, vpcId, subnetIds: [...subnetIds], tags: { Name: name } },
      opts,
    );
  }
  return id.startsWith("vgw-") ? new aws.ec2.VpnGatewayAttachment(name, { vpnGatewayId: id, vpcId }, opts) : undefined;
}

function targetOf(id: string): Pick<aws.ec2.RouteArgs, "transitGatewayId" | "gatewayId" | "vpcPeeringConnectionId"> {
  return id.startsWith("tgw-")
    ? { transitGatewayId: id }
    : id.startsWith("vgw-")
      ? { gatewayId: id }
      : { vpcPeeringConnectionId: id };
}
