import type { Problem } from "../../components/lib/invalid";

/**
 * Pulumi ends a physical name with a hyphen and seven hexadecimal digits, so that a replacement can exist beside it.
 */
const randomEnd = 8;

/**
 * Names that leave the least room for the stack's name, with this program's suffixes.
 * - https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html
 * - https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CreateReplicationGroup.html
 */
export const narrowestNames = [
  { of: "a load balancer", limit: 32, appended: "-lb-alb" },
  { of: "a cache", limit: 40, appended: "-sessions-group" },
] as const;

/** Characters of the longest stack name whose names all fit. */
export const longestStackName = Math.min(
  ...narrowestNames.map(({ limit, appended }) => limit - appended.length - randomEnd),
);

/** A cache's and a cluster's identifier: a letter first, no two hyphens in a row, none at the end; a bucket's: lower case. */
const allowedName = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;

/**
 * Prefixes that AWS reserves, for load balancers, security groups and buckets.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
 */
const reserved = ["internal", "sg", "sthree", "amzn-s3-demo"] as const;

export const stackNameWords = `1 to ${longestStackName} small letters, digits and single hyphens, a letter first`;

/** Problems with a stack's name. All physical names begin with it, and AWS limits their length. */
export function stackNameProblems(name: string): Problem[] {
  const problem = (allowed: string, fix: string): Problem[] => [
    { path: "the stack's name", given: name, allowed, fix },
  ];
  if (name.length > longestStackName || !allowedName.test(name)) {
    const [{ of, limit, appended }] = narrowestNames;
    return problem(
      stackNameWords,
      `The name of ${of} has at most ${limit} characters, and is "<stack>${appended}" with ${randomEnd} more. ` +
        "Choose another name: pulumi stack init <name>.",
    );
  }
  const start = reserved.find((word) => name === word || name.startsWith(`${word}-`));
  return start === undefined
    ? []
    : problem(
        `a name that does not begin with "${start}-"`,
        "AWS keeps it for itself. Choose another name: pulumi stack init <name>.",
      );
}
