import { publicKeyProblems } from "../../../components/cdn/signedFiles";
import type { Problem } from "../../../components/lib/invalid";
import type { Rule } from "./rule";

/** What CloudFront sends to its origins: the secret, and signed requests for files. */
export const originRules: readonly Rule[] = [
  // CloudFront is given the new secret only after the load balancer takes it.
  ({ edge: { acceptedOriginSecrets: accepted } }) =>
    accepted.length <= 2 && new Set(accepted).size === accepted.length
      ? []
      : [
          {
            path: "moodle:edge.acceptedOriginSecrets",
            given: accepted,
            allowed: "one number, or two different ones while the secret is rotated",
            mend: "Finish one rotation before the next: docs/edge.md.",
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
            mend: "Let the load balancer accept it first, in a deployment of its own: docs/edge.md.",
          },
        ],

  ({ edge, domain, dns, region }) => {
    if (edge.kind !== "cloudfront") {
      return [];
    }
    const files = edge.signedFiles;
    const at = (key: string): string => `moodle:edge.signedFiles.${key}`;
    const { publicKeys, privateKeySecretArn, certificateArn } = files;
    const off = publicKeys.length === 0;
    const problems: Problem[] = off ? [] : [...publicKeyProblems(at("publicKeys"), publicKeys)];
    const add = (wrong: boolean, key: string, given: unknown, allowed: string, mend: string): void => {
      if (wrong) {
        problems.push({ path: at(key), given, allowed, mend });
      }
    };
    add(
      !off && privateKeySecretArn === undefined,
      "privateKeySecretArn",
      privateKeySecretArn,
      "the ARN of the secret that holds the private half of the first key",
      "make file-signing-key prints the command that makes it.",
    );
    add(
      privateKeySecretArn !== undefined && privateKeySecretArn.split(":")[3] !== region,
      "privateKeySecretArn",
      privateKeySecretArn,
      `a secret in ${region}`,
      "Tasks read it where they run: make it there.",
    );
    add(
      files.domain === domain,
      "domain",
      files.domain,
      "another host name than moodle:domain",
      "Leave it out to serve files under the site's own name.",
    );
    const needed = !off && files.domain !== undefined && dns.kind === "external";
    add(
      needed && certificateArn?.split(":")[3] !== "us-east-1",
      "certificateArn",
      certificateArn,
      "the ARN of a certificate in us-east-1 for moodle:edge.signedFiles.domain",
      "It cannot be proven from here, as moodle:dns.kind is external.",
    );
    add(
      !needed && certificateArn !== undefined,
      "certificateArn",
      certificateArn,
      "nothing",
      "Remove it: it is for a domain of files alone outside of Route 53.",
    );
    return problems;
  },
];
