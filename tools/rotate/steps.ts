import type { Settings } from "../../stacks/settings/settings";

/**
 * Values of the stack file by their path, as `pulumi config set --path` takes it. Undefined takes one away, an entry of a list with its
 * place. After each the file is a right one, since whoever runs it may be stopped there; those that are set are set together.
 */
export type Changes = Readonly<Record<string, string | undefined>>;

export interface Step {
  /** For people: what is true once it is deployed. */
  readonly what: string;
  readonly changes: Changes;
}

const edgePath = "moodle:edge";

/**
 * The next deployment of a rotation of the origin secret. Whichever part AWS changes first in one of them, what is sent is accepted:
 * docs/edge.md. A number is never used again.
 *
 * @returns undefined when one secret is accepted and sent: no rotation is under way
 */
export function originStep({ edge }: Pick<Settings, "edge">, begin: boolean): Step | undefined {
  const accepted = edge.acceptedOriginSecrets;
  const at = (index: number): string => `${edgePath}.acceptedOriginSecrets[${index}]`;
  const [first, second] = [accepted[0]!, accepted[1]];
  if (second === undefined) {
    const next = first + 1;
    return begin
      ? { what: "old and new origin secret are accepted", changes: { [at(0)]: `${first}`, [at(1)]: `${next}` } }
      : undefined;
  }
  const newest = Math.max(first, second);
  if (edge.kind === "cloudfront" && edge.sentOriginSecret !== newest) {
    return { what: "the new origin secret is sent", changes: { [`${edgePath}.sentOriginSecret`]: `${newest}` } };
  }
  return { what: "the old origin secret is refused", changes: { [at(newest === first ? 1 : 0)]: undefined } };
}

/** A pair that is not in use yet. */
export interface NewKey {
  readonly publicKey: string;
  readonly secretArn: string;
}

/** The deployment in which CloudFront takes a second key of files. */
export function trustKey({ publicKey }: NewKey): Step {
  return { what: "both keys of files are trusted", changes: { [`${edgePath}.signedFiles.publicKeys[1]`]: publicKey } };
}

/** The deployment in which Moodle signs with the second key. The one before stays readable for tasks of the old task definition. */
export function signWithKey({ edge }: Pick<Settings, "edge">, { publicKey, secretArn }: NewKey): Step {
  if (edge.kind !== "cloudfront") {
    throw new Error("There is no CloudFront: files have no key.");
  }
  const { publicKeys, privateKeySecretArn } = edge.signedFiles;
  const path = `${edgePath}.signedFiles`;
  return {
    what: "Moodle signs with the new key",
    changes: {
      [`${path}.publicKeys[0]`]: publicKey,
      [`${path}.publicKeys[1]`]: publicKeys[0],
      [`${path}.privateKeySecretArn`]: secretArn,
      [`${path}.formerPrivateKeySecretArn`]: privateKeySecretArn,
    },
  };
}

/** The deployment after which the old key opens nothing. */
export const forgetKey: Step = {
  what: "the old key of files is refused",
  changes: {
    [`${edgePath}.signedFiles.formerPrivateKeySecretArn`]: undefined,
    [`${edgePath}.signedFiles.publicKeys[1]`]: undefined,
  },
};
