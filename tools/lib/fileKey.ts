import { generateKeyPairSync } from "node:crypto";
import { keyFingerprint } from "../../components/cdn/signedFiles";

/** Name of the Secrets Manager secret that holds the private half of a key of files. */
export const fileKeySecretName = (publicKey: string): string => `moodle-file-signing-${keyFingerprint(publicKey)}`;

/**
 * A key pair for signed addresses of files, as PEM. It has the RSA length that CloudFront takes; OpenSSL and CloudFront
 * read PKCS #8 and SPKI.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-trusted-signers.html
 */
export const generateFileKey = (): { readonly publicKey: string; readonly privateKey: string } =>
  generateKeyPairSync("rsa", {
    modulusLength: 2048,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });
