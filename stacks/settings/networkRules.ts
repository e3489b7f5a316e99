import { cidrsOverlap, usualNetwork } from "../../components/lib/cidr";
import type { Problem } from "../../components/lib/invalid";
import { outboundProblems } from "../../components/moodle/outbound";
import { endpointProblems } from "../../components/network/interfaceEndpoints";
import { everywhere, leadsOut, peerRouteProblems } from "../../components/network/peerRoutes";
import { cidrProblems, zoneProblems } from "../../components/network/subnetPlan";
import type { edge } from "./edge";
import type { Groups } from "./fields";
import { hasWayOut, type network, outboundRules } from "./network";
import type { Rules } from "./rule";
import { below, type safety } from "./safety";
import type { Site } from "./site";
import type { storage } from "./storage";

type Network = Groups<{ network: typeof network }>["network"];
type Own = Extract<Network, { kind: "own" }>;
type Existing = Extract<Network, { kind: "existing" }>;

export const networkRules: Rules<
  Site & Groups<{ edge: typeof edge; network: typeof network; safety: typeof safety; storage: typeof storage }>
> = [
  ({ network }) =>
    network.kind === "own"
      ? cidrProblems("moodle:network.cidr", network.cidr)
      : usualProblems("moodle:network.cidr", network.cidr),

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

  ({ network }) => (network.kind === "own" ? peerProblems(network) : []),

  ({ network }) => (network.kind === "own" ? peerRouteProblems("moodle:network.routes", network.routes, network) : []),

  ({ network, safety, profile }) =>
    network.kind === "own" && safety.natPerZone && network.natGateways !== "per-zone" && !leadsOut(network.routes)
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
    network.kind === "own"
      ? endpointProblems(network.interfaceEndpoints, hasWayOut({ network })).map((problem) => ({
          ...problem,
          path: `moodle:network.${problem.path}`,
        }))
      : [],

  ({ network, storage, edge }) =>
    network.kind === "existing" ? existingProblems(network, storage.kind, edge.kind) : [],
];

function usualProblems(path: string, given: string): readonly Problem[] {
  const usual = usualNetwork(given);
  if (usual?.family === "IPv4" && usual.text === given) {
    return [];
  }
  const fix = usual === undefined ? "Each number is 0 to 255 without leading zeros." : `Did you mean ${usual.text}?`;
  return [{ path, given, allowed: "an IPv4 block with no bits after the prefix", fix }];
}

function peerProblems({ cidr, peerCidrs, routes }: Own): readonly Problem[] {
  return peerCidrs.flatMap((given, index) => {
    const path = `moodle:network.peerCidrs[${index}]`;
    const unusual = usualProblems(path, given);
    if (unusual.length > 0) {
      return unusual;
    }
    if (routes.some((route) => route.cidr === given)) {
      const allowed = "a range that moodle:network.routes does not have";
      return [{ path, given, allowed, fix: "Remove it here: peerCidrs is for routes that are made elsewhere." }];
    }
    return cidrsOverlap(given, cidr)
      ? [
          {
            path,
            given,
            allowed: `a block that does not overlap moodle:network.cidr, ${cidr}`,
            fix: "Choose another moodle:network.cidr: overlapping networks cannot be routed to each other.",
          },
        ]
      : [];
  });
}

function existingProblems(
  { availabilityZones, subnets, subnetTags }: Existing,
  storage: string,
  edge: string,
): readonly Problem[] {
  const problems: Problem[] = [];
  const named = subnets.map(({ zone }) => zone);
  if ((subnets.length === 0) === (subnetTags === undefined)) {
    problems.push({
      path: "moodle:network.subnets",
      given: named,
      allowed: "one of subnets and subnetTags",
      fix: "Name the subnets of each zone by id, or a tag of each tier.",
    });
  }
  const [wanted, given] = [[...availabilityZones].sort(), [...named].sort()];
  if (subnets.length > 0 && wanted.join() !== given.join()) {
    problems.push({
      path: "moodle:network.subnets",
      given,
      allowed: `one row for each of moodle:network.availabilityZones: ${wanted.join(", ")}`,
      fix: "Add or remove rows, or set availabilityZones to the zones of these subnets.",
    });
  }
  const ids = subnets.flatMap((row) => [row.public, row.application, row.data]).filter((id) => id !== undefined);
  const twice = ids.filter((id, index) => ids.indexOf(id) !== index);
  if (twice.length > 0) {
    problems.push({
      path: "moodle:network.subnets",
      given: twice,
      allowed: "each subnet once",
      fix: "Give each tier subnets of its own: the tiers have different ways to the internet.",
    });
  }
  const isPublic = subnetTags === undefined ? subnets.every((row) => row.public !== undefined) : subnetTags.public;
  if (edge === "external" && !isPublic) {
    problems.push({
      path: subnetTags === undefined ? "moodle:network.subnets" : "moodle:network.subnetTags.public",
      given: undefined,
      allowed: "a public subnet in each zone, where moodle:edge.kind is external",
      fix: "Name them: the load balancer of another CDN is on the internet.",
    });
  }
  if (storage === "openzfs") {
    problems.push({
      path: "moodle:storage.kind",
      given: storage,
      allowed: "efs or nfs in an existing network",
      fix: "FSx for OpenZFS writes its own routes into the network's route tables, which are not this stack's.",
    });
  }
  return problems;
}
