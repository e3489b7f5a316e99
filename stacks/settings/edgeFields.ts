import { z } from "zod";
import { arns } from "./arns";
import { integer, text } from "./fields";

/** The values of the origin secret, by number: docs/edge.md has the three steps of a rotation. */
export const acceptedOriginSecrets = z
  .array(integer(1, 999, "A number."))
  .min(1)
  .meta({ description: "Numbers of the origin secrets that the load balancer accepts: one, or two in a rotation." })
  .default([1]);

export const sentOriginSecret = integer(1, 999, "Number of the origin secret that CloudFront sends.").default(1);

const pem = /^\s*-----BEGIN PUBLIC KEY-----[A-Za-z0-9+/=\s]+-----END PUBLIC KEY-----\s*$/;
const hostName = /^(?=.{4,64}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/;
const certificateArn = /^arn:aws[a-z-]*:acm:[a-z0-9-]+:\d{12}:certificate\/[0-9a-f-]{36}$/;

/** Files of tool_objectfs by way of CloudFront (R22). Off while there is no key. */
export const signedFiles = z
  .strictObject({
    publicKeys: z
      .array(text(pem, "a public key as PEM, as make file-signing-key prints it", "A key."))
      .meta({
        description:
          "RSA keys of 2048 bits whose signatures CloudFront takes; Moodle signs with the first. None: Moodle serves its files itself.",
      })
      .default([]),
    privateKeySecretArn: text(
      arns.secret,
      "the ARN of a Secrets Manager secret",
      "Where the private half of the first key is. Its value never passes through Pulumi.",
    ).optional(),
    domain: text(
      hostName,
      "a host name in lower case, without https",
      "A host name for files alone. Left out, they are under the site's own.",
    ).optional(),
    certificateArn: text(
      certificateArn,
      "the ARN of a certificate",
      "For that host name in us-east-1, when the domain is not in Route 53.",
    ).optional(),
    minimumKb: integer(0, 1_048_576, "Smaller files are served by Moodle: a redirect costs more than they do.").default(
      64,
    ),
  })
  .prefault({});
