import { z } from "zod";
import { accessProblems } from "../../components/load-balancer/access";
import { choice, flag, type Groups, integer, kind, text, usually } from "./fields";
import { firewall, firewallRules } from "./firewall";
import { outage, outageRules } from "./outage";
import type { Rule, Rules } from "./rule";
import { signedFiles, signedFilesRules } from "./signedFiles";
import { isApart, type Site } from "./site";

/** The values of the origin secret, by number: docs/edge.md has the three steps of a rotation. */
const acceptedOriginSecrets = z
  .array(integer(1, 999, "A number."))
  .min(1)
  .meta({ description: "Numbers of the origin secrets that the load balancer accepts: one, or two in a rotation." })
  .default([1]);

const sentOriginSecret = integer(1, 999, "Number of the origin secret that CloudFront sends.").default(1);

const networkBlock = /^[0-9a-fA-F.:]+\/\d{1,3}$/;
const networkWords = "a block such as 192.0.2.0/24 or 2001:db8::/32";

export const edge = usually(
  "cloudfront",
  z.discriminatedUnion("kind", [
    z.strictObject({
      kind: kind("cloudfront", "CloudFront with a web ACL, by VPC origin to an internal load balancer."),
      priceClass: choice(
        ["PriceClass_100", "PriceClass_200", "PriceClass_All"],
        "Edge locations used: 100 is Europe and North America only.",
      ),
      firewall,
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
  ]),
);

type EdgeSettings = Site & Groups<{ edge: typeof edge }>;

export const edgeRules: Rules<EdgeSettings> = [
  // CloudFront is given the new secret only after the load balancer takes it.
  ({ edge: { acceptedOriginSecrets: accepted } }) =>
    accepted.length <= 2 && new Set(accepted).size === accepted.length
      ? []
      : [
          {
            path: "moodle:edge.acceptedOriginSecrets",
            given: accepted,
            allowed: "one number, or two different ones while the secret is rotated",
            fix: "Finish one rotation before the next: docs/edge.md.",
          },
        ],

  ({ edge }) =>
    edge.kind !== "cloudfront" || edge.acceptedOriginSecrets.includes(edge.sentOriginSecret)
      ? []
      : [
          {
            path: "moodle:edge.sentOriginSecret",
            given: edge.sentOriginSecret,
            allowed: `one of moodle:edge.acceptedOriginSecrets (${edge.acceptedOriginSecrets.join(", ")})`,
            fix: "Let the load balancer accept it first, in a deployment of its own: docs/edge.md.",
          },
        ],

  ({ edge, region }) =>
    edge.kind === "cloudfront" && isApart(region)
      ? [
          {
            path: "moodle:edge.kind",
            given: edge.kind,
            allowed: `external in ${region}, where there is no CloudFront to share a VPC origin with`,
            fix: "Set moodle:edge.kind to external, or choose another moodle:region.",
          },
        ]
      : [],

  ...[...signedFilesRules, ...firewallRules, ...outageRules].map(
    (rule): Rule<EdgeSettings> =>
      (settings) =>
        settings.edge.kind === "cloudfront" ? rule(settings.edge, settings) : [],
  ),

  ({ edge }) =>
    edge.kind !== "external"
      ? []
      : accessProblems({ kind: "cidrs", cidrs: edge.allowedCidrs }).map((problem) => ({
          ...problem,
          path: problem.path.replace("access.cidrs", "moodle:edge.allowedCidrs"),
        })),
];
