import { isOpenCidr } from "./cidr";
import type { Resource } from "./resource";
import type { Stack } from "./stack";
import { egressOnlyGateway, internetGateway, natGateway } from "./types";
import { anyOf } from "./verdict";
import { isUnknown, Unknown, type View } from "./view";

/**
 * Where one route leads. `none` is a route that does not lead to the internet by itself (peering, VPN, and what leads to
 * other networks only).
 */
export type RouteTarget =
  | {
      readonly kind: "internet-gateway" | "nat" | "egress-only";
      readonly name: string;
      /** The NAT gateway, where it is certain which one. */
      readonly nat?: Resource;
    }
  | { readonly kind: "none" }
  /** No internet gateway, but what is behind it may have a way out. */
  | { readonly kind: "elsewhere"; readonly why: Unknown }
  | { readonly kind: "unknown"; readonly why: Unknown };

const gateways = [
  internetGateway,
  "aws:ec2/vpnGateway:VpnGateway",
  "aws:ec2/vpcEndpoint:VpcEndpoint",
  "aws:ec2/internetGatewayAttachment:InternetGatewayAttachment",
  "aws:ec2/vpnGatewayAttachment:VpnGatewayAttachment",
];
const reachesInternet = [internetGateway, "aws:ec2/internetGatewayAttachment:InternetGatewayAttachment"];

/**
 * Reads the target of one route, written as a resource (`aws.ec2.Route`) or inline in a route table.
 *
 * A preview knows which key of the route is given, even when it does not know the id under it: `natGatewayId` leads to
 * a NAT gateway, `egressOnlyGatewayId` to an egress-only one. `gatewayId` may be an internet gateway or a VPN gateway,
 * so an unknown id is traced to the resources that the property depends on.
 *
 * @param owner The resource that has the property. @param property Its top-level property for a key of the route.
 */
export function targetOf(stack: Stack, owner: Resource, route: View, property: (key: string) => string): RouteTarget {
  if (isUnknown(route.at("gatewayId")) && isUnknown(route.at("natGatewayId")) && isUnknown(route.at("cidrBlock"))) {
    return { kind: "unknown", why: new Unknown(`${owner.name}.${route.path === "" ? "routes" : route.path}`) };
  }
  const gateway = route.at("gatewayId");
  // Only an unknown value that something was traced to is a target: after creation the provider lists every key.
  if (isUnknown(gateway)) {
    const traced = stack.dependencies(owner, property("gatewayId"), gateways);
    const internet = traced.filter((one) => reachesInternet.includes(one.type));
    if (traced.length > 0 && internet.length === traced.length) {
      return { kind: "internet-gateway", name: `internet gateway ${internet[0]!.name}` };
    }
    if (traced.length === 0 || internet.length > 0) {
      return { kind: "unknown", why: new Unknown(`${owner.name}.${gateway.path}`) };
    }
  } else if (typeof gateway === "string" && (gateway.startsWith("igw-") || inStack(stack, gateway))) {
    return { kind: "internet-gateway", name: `internet gateway ${gateway}` };
  }
  if (route.has("carrierGatewayId")) {
    return { kind: "internet-gateway", name: "carrier gateway" };
  }
  if (route.has("natGatewayId")) {
    const nat = natOf(stack, owner, route, property("natGatewayId"));
    return {
      kind: "nat",
      name: `NAT gateway ${nat?.name ?? String(route.text("natGatewayId"))}`,
      ...(nat === undefined ? {} : { nat }),
    };
  }
  if (route.has("egressOnlyGatewayId")) {
    const [gatewayOut] = stack.dependencies(owner, property("egressOnlyGatewayId"), [egressOnlyGateway]);
    return { kind: "egress-only", name: `egress-only internet gateway ${gatewayOut?.name ?? ""}`.trim() };
  }
  return otherTarget(owner, route);
}

/** By its id, or before that by where the id comes from, when that is one gateway only. */
function natOf(stack: Stack, owner: Resource, route: View, property: string): Resource | undefined {
  const id = route.text("natGatewayId");
  const known = stack
    .ofType(natGateway)
    .find((one) => typeof id === "string" && id !== "" && one.props.text("id") === id);
  const traced = stack.dependencies(owner, property, [natGateway]);
  return known ?? (traced.length === 1 && isUnknown(id) ? traced[0] : undefined);
}

const destinations = ["cidrBlock", "destinationCidrBlock", "ipv6CidrBlock", "destinationIpv6CidrBlock"];
/** Routes into another stack or a device: a firewall, an egress VPC, an office. */
const elsewhere = ["transitGatewayId", "coreNetworkArn", "vpcEndpointId", "localGatewayId"];

/** A route for everything to a network interface is a NAT instance's; to what lies elsewhere it cannot be followed. */
function otherTarget(owner: Resource, route: View): RouteTarget {
  const key = ["networkInterfaceId", ...elsewhere].find((one) => route.has(one));
  const everything = anyOf(
    destinations.map((one) => {
      const destination = route.at(one);
      return isUnknown(destination) ? destination : isOpenCidr(destination);
    }),
  );
  if (key === undefined || everything === false) {
    return { kind: "none" };
  }
  if (isUnknown(everything)) {
    return { kind: "elsewhere", why: everything };
  }
  return key === "networkInterfaceId"
    ? { kind: "nat", name: "a network interface, as of a NAT instance" }
    : { kind: "elsewhere", why: new Unknown(`where the ${key} of ${owner.name} leads`) };
}

function inStack(stack: Stack, id: string): boolean {
  return stack.ofType(internetGateway).some((one) => one.props.text("id") === id);
}
