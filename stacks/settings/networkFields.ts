import { z } from "zod";
import { logRetentionDays } from "../../components/lib/logRetention";
import { ruleDescription } from "../../components/moodle/outbound";
import { type InterfaceEndpointService, interfaceEndpointServices } from "../../components/network/interfaceEndpoints";
import type { Profile } from "../profiles";
import { acceptedOriginSecrets, sentOriginSecret, signedFiles } from "./edgeFields";
import { choice, flag, integer, kind, step, text } from "./fields";
import { firewall } from "./firewallFields";
import { outage } from "./outageFields";

const endpointNames = Object.keys(interfaceEndpointServices) as InterfaceEndpointService[];

const cidr = /^\d{1,3}(\.\d{1,3}){3}\/\d{1,2}$/;
const cidrWords = "an IPv4 block such as 10.40.0.0/16";

/** Zone letters of the regions in which a, b and c are not what an account gets (not checked for each account). */
const unusualLetters: Readonly<Record<string, string>> = { "ap-northeast-1": "acd", "ca-central-1": "abd" };

/** The zones that a stack gets when its file names none. */
export function defaultZones(region: string, count: number): string[] {
  return [...(unusualLetters[region] ?? "abcd")].slice(0, count).map((letter) => `${region}${letter}`);
}

const networkBlock = /^[0-9a-fA-F.:]+\/\d{1,3}$/;
const networkWords = "a block such as 192.0.2.0/24 or 2001:db8::/32";
/** One way out of Moodle's tasks. The ranges are text here: a rule reads them, and says more than a pattern can. */
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

export function network({ sizes }: Profile, zones: readonly string[]) {
  return z.strictObject({
    cidr: text(cidr, cidrWords, "Addresses of the VPC. Cannot change later without replacing everything.").default(
      sizes.network.cidr,
    ),
    peerCidrs: z
      .array(text(cidr, cidrWords, "A block."))
      .meta({
        description: "Ranges this network will be routed to (campus, VPN, other VPCs). Only checked for overlap.",
      })
      .default([]),
    outbound: z
      .array(outbound)
      .meta({ description: "What Moodle's tasks may reach besides HTTPS anywhere: docs/network.md." })
      .default([]),
    availabilityZones: z
      .array(text(/^[a-z]{2,4}(-[a-z]+)+-\d[a-z]$/, "a zone such as eu-west-2a", "A zone."))
      .meta({ description: "Zones that everything is spread over." })
      .default([...zones]),
    natGateways: choice(
      ["per-zone", "single", "none"],
      "Way out to the internet. One serves all zones at a third of the cost and takes all down with its own.",
    ).default(sizes.network.natGateways),
    interfaceEndpoints: z
      .array(choice(endpointNames, "A service."))
      .meta({
        description: "AWS services reached without the NAT gateways. Each costs by the hour in each zone.",
      })
      .default([...sizes.network.interfaceEndpoints]),
    flowLogRetentionDays: step(logRetentionDays, "How long VPC flow logs are kept.").default(
      sizes.network.flowLogRetentionDays,
    ),
  });
}

export function edge(profile: Profile) {
  const { sizes } = profile;
  return z.discriminatedUnion("kind", [
    z.strictObject({
      kind: kind("cloudfront", "CloudFront with a web ACL, by VPC origin to an internal load balancer."),
      priceClass: choice(
        ["PriceClass_100", "PriceClass_200", "PriceClass_All"],
        "Edge locations used: 100 is Europe and North America only.",
      ).default(sizes.edge.priceClass),
      firewall: firewall(profile),
      acceptedOriginSecrets,
      sentOriginSecret,
      signedFiles,
      outage,
    }),
    z.strictObject({
      kind: kind("external", "Another CDN in front; the load balancer faces the internet for its ranges only."),
      allowedCidrs: z
        .array(text(networkBlock, networkWords, "A block."))
        .min(1)
        .meta({ description: "Ranges of that CDN, IPv4 and IPv6: at most 30 of each." }),
      originSecret: flag("Refuse requests without the secret header that the CDN must add.").default(true),
      acceptedOriginSecrets,
    }),
  ]);
}
