import { cidrsOverlap, usualNetwork } from "../../../components/lib/cidr";
import { endpointProblems } from "../../../components/network/interfaceEndpoints";
import { cidrProblems, zoneProblems } from "../../../components/network/subnetPlan";
import { outboundProblems } from "../../../components/moodle/outbound";
import { outboundRules } from "../../choices";
import { below, type Rule } from "./rule";

export const networkRules: readonly Rule[] = [
  ({ network }) => cidrProblems("moodle:network.cidr", network.cidr),

  ({ network, region }) => zoneProblems("moodle:network.availabilityZones", region, network.availabilityZones),

  ({ network, safety }, profile) =>
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
        const mend =
          usual === undefined ? "Each number is 0 to 255 without leading zeros." : `Did you mean ${usual.text}?`;
        return [{ path, given: peer, allowed: "an IPv4 block with no bits after the prefix", mend }];
      }
      return cidrsOverlap(peer, network.cidr)
        ? [
            {
              path,
              given: peer,
              allowed: `a block that does not overlap moodle:network.cidr, ${network.cidr}`,
              mend: "Choose another moodle:network.cidr: overlapping networks cannot be routed to each other.",
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
              mend: "Write port: 636 for one TCP port, or ports: 50000-50010 for a range.",
            },
          ],
    ),

  ({ network }) =>
    network.outbound.every(({ port, ports }) => (port === undefined) !== (ports === undefined))
      ? outboundProblems("moodle:network.outbound", outboundRules({ network }), network.cidr)
      : [],

  ({ network, safety }, { name }) =>
    safety.natPerZone && network.natGateways !== "per-zone"
      ? [
          {
            path: "moodle:network.natGateways",
            given: network.natGateways,
            allowed: `per-zone: the floor "natPerZone" of profile ${name}`,
            mend: "Remove the line: with fewer gateways, one lost zone takes the way out from all.",
          },
        ]
      : [],

  ({ network }) =>
    endpointProblems(network.interfaceEndpoints, network.natGateways !== "none").map((problem) => ({
      ...problem,
      path: `moodle:network.${problem.path}`,
    })),
];
