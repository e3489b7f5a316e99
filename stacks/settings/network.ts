import { z } from "zod";
import { cidrsOverlap, usualNetwork } from "../../components/lib/cidr";
import { logRetentionDays } from "../../components/lib/logRetention";
import { type OutboundRule, outboundProblems, ruleDescription } from "../../components/moodle/outbound";
import {
  endpointProblems,
  type InterfaceEndpointService,
  interfaceEndpointServices,
} from "../../components/network/interfaceEndpoints";
import {
  everywhere,
  gatewayId,
  gatewayIdWords,
  leadsOut,
  peerRouteProblems,
} from "../../components/network/peerRoutes";
import { cidrProblems, zoneProblems } from "../../components/network/subnetPlan";
import { choice, derived, type Groups, integer, step, text } from "./fields";
import type { Rules } from "./rule";
import { below, type safety } from "./safety";
import type { Site } from "./site";

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

export const network = z.strictObject({
  cidr: text(cidr, cidrWords, "Addresses of the VPC. Cannot change later without replacing everything."),
  peerCidrs: z
    .array(text(cidr, cidrWords, "A block."))
    .meta({
      description: "Ranges whose routes are made elsewhere (campus, VPN, other VPCs). Only checked for overlap.",
    })
    .default([]),
  routes: z
    .array(route)
    .meta({ description: "Routes of Moodle's tasks to other networks: docs/network.md." })
    .default([]),
  resolverRuleIds: z
    .array(text(/^rslvr-rr-[0-9a-z]{1,64}$/, "the id of a Route 53 Resolver rule (rslvr-rr-)", "A rule."))
    .meta({ description: "Rules by which the campus's names are resolved, of this account or shared with it." })
    .default([]),
  outbound: z
    .array(outbound)
    .meta({ description: "Destinations of Moodle's tasks besides HTTPS anywhere: docs/network.md." })
    .default([]),
  availabilityZones: derived(
    "the first of the region, as many as the floor",
    z
      .array(text(/^[a-z]{2,4}(-[a-z]+)+-\d[a-z]$/, "a zone such as eu-west-2a", "A zone."))
      .meta({ description: "Zones that everything is spread over." }),
  ),
  natGateways: choice(
    ["per-zone", "single", "none"],
    "Gateways to the internet. A single one costs a third, but the loss of its zone cuts off all zones.",
  ),
  interfaceEndpoints: z.array(choice(endpointNames, "A service.")).meta({
    description: "AWS services reached without the NAT gateways. Each costs by the hour in each zone.",
  }),
  flowLogRetentionDays: step(logRetentionDays, "Days that VPC flow logs are kept."),
});

/** Whether tasks reach the internet, so that AWS's services need no interface endpoints. */
export function hasWayOut({ network: { natGateways, routes } }: Groups<{ network: typeof network }>): boolean {
  return natGateways !== "none" || leadsOut(routes);
}

/** The outbound rules of Moodle's tasks, as the component's arguments. A rule refuses one without ports. */
export function outboundRules({ network: { outbound } }: Groups<{ network: typeof network }>): readonly OutboundRule[] {
  return outbound.map(({ port, ports, ...rest }) => ({ ...rest, ports: port ?? ports ?? "" }));
}

export const networkRules: Rules<Site & Groups<{ network: typeof network; safety: typeof safety }>> = [
  ({ network }) => cidrProblems("moodle:network.cidr", network.cidr),

  ({ network, region }) => zoneProblems("moodle:network.availabilityZones", region, network.availabilityZones),

  ({ network, safety, profile }) =>
    below(
      "moodle:network.availabilityZones",
      network.availabilityZones.length,
      safety.availabilityZones,
      "how many zones everything is spread over",
      profile,
    ),

  ({ network }) =>
    network.peerCidrs.flatMap((peer, index) => {
      const path = `moodle:network.peerCidrs[${index}]`;
      const usual = usualNetwork(peer);
      if (usual?.family !== "IPv4" || usual.text !== peer) {
        const fix =
          usual === undefined ? "Each number is 0 to 255 without leading zeros." : `Did you mean ${usual.text}?`;
        return [{ path, given: peer, allowed: "an IPv4 block with no bits after the prefix", fix }];
      }
      return cidrsOverlap(peer, network.cidr)
        ? [
            {
              path,
              given: peer,
              allowed: `a block that does not overlap moodle:network.cidr, ${network.cidr}`,
              fix: "Choose another moodle:network.cidr: overlapping networks cannot be routed to each other.",
            },
          ]
        : [];
    }),

  ({ network }) =>
    network.outbound.flatMap(({ port, ports }, index) =>
      (port === undefined) !== (ports === undefined)
        ? []
        : [
            {
              path: `moodle:network.outbound[${index}].port`,
              given: port,
              allowed: "one of port and ports",
              fix: "Write port: 636 for one TCP port, or ports: 50000-50010 for a range.",
            },
          ],
    ),

  ({ network }) =>
    network.outbound.every(({ port, ports }) => (port === undefined) !== (ports === undefined))
      ? outboundProblems("moodle:network.outbound", outboundRules({ network }), network.cidr)
      : [],

  ({ network }) => peerRouteProblems("moodle:network.routes", network.routes, network),

  ({ network: { peerCidrs, routes } }) =>
    peerCidrs.flatMap((given, index) =>
      routes.some(({ cidr }) => cidr === given)
        ? [
            {
              path: `moodle:network.peerCidrs[${index}]`,
              given,
              allowed: "a range that moodle:network.routes does not have",
              fix: "Remove it here: peerCidrs is for routes that are made elsewhere.",
            },
          ]
        : [],
    ),

  ({ network, safety, profile }) =>
    safety.natPerZone && network.natGateways !== "per-zone" && !leadsOut(network.routes)
      ? [
          {
            path: "moodle:network.natGateways",
            given: network.natGateways,
            allowed: `per-zone: the floor "natPerZone" of profile ${profile}`,
            fix: `Remove the line: with fewer gateways, one lost zone takes the way out from all. "none" fits a route for ${everywhere} through another network.`,
          },
        ]
      : [],

  ({ network }) =>
    endpointProblems(network.interfaceEndpoints, hasWayOut({ network })).map((problem) => ({
      ...problem,
      path: `moodle:network.${problem.path}`,
    })),
];
