import { z } from "zod";
import { logRetentionDays } from "../../components/lib/logRetention";
import { type OutboundRule, ruleDescription } from "../../components/moodle/outbound";
import { type InterfaceEndpointService, interfaceEndpointServices } from "../../components/network/interfaceEndpoints";
import { everywhere, gatewayId, gatewayIdWords, leadsOut } from "../../components/network/peerRoutes";
import { choice, derived, type Groups, integer, kind, step, text, usually } from "./fields";

const endpointNames = Object.keys(interfaceEndpointServices) as InterfaceEndpointService[];

const cidr = /^\d{1,3}(\.\d{1,3}){3}\/\d{1,2}$/;
const cidrWords = "an IPv4 block such as 10.40.0.0/16";

/** Zone letters of regions where an account does not get a, b and c (not checked for each account). */
const unusualLetters: Readonly<Record<string, string>> = { "ap-northeast-1": "acd", "ca-central-1": "abd" };

/** The zones that a stack gets when its file names none. */
export function defaultZones(region: string, count: number): string[] {
  return [...(unusualLetters[region] ?? "abcd")].slice(0, count).map((letter) => `${region}${letter}`);
}

/**
 * One outbound path of Moodle's tasks. The ranges are text here: a rule reads them, and can explain more than a
 * pattern.
 */
const outbound = z.strictObject({
  port: integer(1, 65535, "A TCP port.").optional(),
  ports: text(/^\d{1,5}-\d{1,5}$/, "two ports such as 50000-50010", "TCP ports, in place of port.").optional(),
  cidrs: z
    .array(z.string().meta({ description: "A block.", allowed: cidrWords }))
    .min(1)
    .meta({ description: "IPv4 ranges that are reached there." }),
  description: text(
    ruleDescription,
    "1 to 255 letters a to z, digits, spaces and . _ - : / ( ) # , @ [ ] + = & ; { } ! $ *",
    "What is there. AWS shows it beside the rule.",
  ),
});

/** One way to another network. The range is text here, as above. */
const route = z.strictObject({
  cidr: z
    .string()
    .meta({ description: `Range that is reached there. ${everywhere} leads everything out.`, allowed: cidrWords }),
  through: text(gatewayId, gatewayIdWords, "Gateway that the network is joined to, or the peering connection."),
});

const peerCidrs = z
  .array(text(cidr, cidrWords, "A block."))
  .meta({ description: "Ranges whose routes are made elsewhere (campus, VPN, other VPCs). Only checked for overlap." })
  .default([]);

const outboundPaths = z
  .array(outbound)
  .meta({ description: "Destinations of Moodle's tasks besides HTTPS anywhere: docs/network.md." })
  .default([]);

const availabilityZones = derived(
  "the first of the region, as many as the floor",
  z
    .array(text(/^[a-z]{2,4}(-[a-z]+)+-\d[a-z]$/, "a zone such as eu-west-2a", "A zone."))
    .meta({ description: "Zones that everything is spread over." }),
);

const subnetId = (description: string) =>
  text(/^subnet-([0-9a-f]{8}|[0-9a-f]{17})$/, "the id of a subnet (subnet-)", description);
const subnetTag = (description: string) => text(/^[^=]{1,128}=.{0,256}$/, "a tag as key=value", description);
const ofPublicTier = "For a load balancer that the internet reaches: moodle:edge.kind external.";
const ofApplicationTier = "For tasks, instances and the load balancer behind CloudFront.";
const ofDataTier = "For the database, the caches and the shared files. No way to the internet.";

const ownNetwork = z.strictObject({
  kind: kind("own", "A VPC that this stack makes, with three tiers of subnets."),
  cidr: text(cidr, cidrWords, "Addresses of the VPC. Cannot change later without replacing everything."),
  peerCidrs,
  routes: z
    .array(route)
    .meta({ description: "Routes of Moodle's tasks to other networks: docs/network.md." })
    .default([]),
  resolverRuleIds: z
    .array(text(/^rslvr-rr-[0-9a-z]{1,64}$/, "the id of a Route 53 Resolver rule (rslvr-rr-)", "A rule."))
    .meta({ description: "Rules by which the campus's names are resolved, of this account or shared with it." })
    .default([]),
  outbound: outboundPaths,
  availabilityZones,
  natGateways: choice(
    ["per-zone", "single", "none"],
    "Gateways to the internet. A single one costs a third, but the loss of its zone cuts off all zones.",
  ),
  interfaceEndpoints: z.array(choice(endpointNames, "A service.")).meta({
    description: "AWS services reached without the NAT gateways. Each costs by the hour in each zone.",
  }),
  flowLogRetentionDays: step(logRetentionDays, "Days that VPC flow logs are kept."),
});

const existingNetwork = z.strictObject({
  kind: kind("existing", "A VPC that somebody else keeps. Nothing is changed in it."),
  vpcId: text(/^vpc-([0-9a-f]{8}|[0-9a-f]{17})$/, "the id of a VPC (vpc-)", "The VPC."),
  cidr: text(cidr, cidrWords, "Block of the VPC that holds the addresses of all these subnets."),
  outbound: outboundPaths,
  availabilityZones,
  subnets: z
    .array(
      z.strictObject({
        zone: text(/^[a-z]{2,4}(-[a-z]+)+-\d[a-z]$/, "a zone such as eu-west-2a", "The zone."),
        public: subnetId(ofPublicTier).optional(),
        application: subnetId(ofApplicationTier),
        data: subnetId(ofDataTier),
      }),
    )
    .meta({ description: "Subnets by id, one row for each zone." })
    .default([]),
  subnetTags: z
    .strictObject({
      public: subnetTag(ofPublicTier).optional(),
      application: subnetTag(ofApplicationTier),
      data: subnetTag(ofDataTier),
    })
    .meta({ description: "Subnets by a tag of each tier, in place of subnets. One subnet of each zone has it." })
    .optional(),
});

export const network = usually("own", z.discriminatedUnion("kind", [ownNetwork, existingNetwork]));

/** Whether tasks reach the internet, by which way ever, so that AWS's services need no interface endpoints. */
export function hasWayOut(settings: Groups<{ network: typeof network }>): boolean {
  const { network } = settings;
  return network.kind === "existing" || network.natGateways !== "none" || leadsOut(network.routes);
}

/** The outbound rules of Moodle's tasks, as the component's arguments. A rule refuses one without ports. */
export function outboundRules({ network: { outbound } }: Groups<{ network: typeof network }>): readonly OutboundRule[] {
  return outbound.map(({ port, ports, ...rest }) => ({ ...rest, ports: port ?? ports ?? "" }));
}
