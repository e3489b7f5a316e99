import { z } from "zod";
import { publicKeyProblems } from "../../components/cdn/signedFiles";
import type { Problem } from "../../components/lib/invalid";
import { arns } from "./arns";
import { type Groups, integer, text } from "./fields";
import type { PartRules } from "./rule";
import type { Site } from "./site";

const pem = /^\s*-----BEGIN PUBLIC KEY-----[A-Za-z0-9+/=\s]+-----END PUBLIC KEY-----\s*$/;
const hostName = /^(?=.{4,64}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/;
const certificateArn = /^arn:aws[a-z-]*:acm:[a-z0-9-]+:\d{12}:certificate\/[0-9a-f-]{36}$/;

/** Files of tool_objectfs through CloudFront. Off while there is no key. */
export const signedFiles = z
  .strictObject({
    publicKeys: z
      .array(text(pem, "a public key as PEM, as make file-signing-key prints it", "A key."))
      .meta({
        description:
          "RSA keys of 2048 bits whose signatures CloudFront accepts; Moodle signs with the first. Empty: Moodle serves its files itself.",
      })
      .default([]),
    privateKeySecretArn: text(
      arns.secret,
      "the ARN of a Secrets Manager secret",
      "Secret with the private half of the first key. Its value never passes through Pulumi.",
    ).optional(),
    formerPrivateKeySecretArn: text(
      arns.secret,
      "the ARN of a Secrets Manager secret",
      "During a rotation: where the private half of the key before is. Tasks of before the release still start with it.",
    ).optional(),
    domain: text(
      hostName,
      "a host name in lower case, without https",
      "A host name for files alone. Default: the site's own.",
    ).optional(),
    certificateArn: text(
      certificateArn,
      "the ARN of a certificate",
      "For that host name in us-east-1, when the domain is not in Route 53.",
    ).optional(),
    minimumKb: integer(0, 1_048_576, "Moodle serves smaller files itself: a redirect would cost more.").default(64),
  })
  .prefault({});

/** dns.ts judges its certificate, with the others that are made outside the program. */
export const signedFilesRules: PartRules<Groups<{ signedFiles: typeof signedFiles }>, Site> = [
  ({ signedFiles: files }, { domain, region }) => {
    const at = (key: string): string => `moodle:edge.signedFiles.${key}`;
    const { publicKeys, privateKeySecretArn, formerPrivateKeySecretArn } = files;
    const off = publicKeys.length === 0;
    const problems: Problem[] = off ? [] : [...publicKeyProblems(at("publicKeys"), publicKeys)];
    const add = (wrong: boolean, key: string, given: unknown, allowed: string, fix: string): void => {
      if (wrong) {
        problems.push({ path: at(key), given, allowed, fix });
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
      formerPrivateKeySecretArn !== undefined && publicKeys.length < 2,
      "formerPrivateKeySecretArn",
      formerPrivateKeySecretArn,
      "nothing, while one key or none is trusted",
      "Take it away together with the key's public half: make rotate WHAT=file-signing-key does.",
    );
    add(
      files.domain === domain,
      "domain",
      files.domain,
      "another host name than moodle:domain",
      "Leave it out to serve files under the site's own name.",
    );
    return problems;
  },
];
