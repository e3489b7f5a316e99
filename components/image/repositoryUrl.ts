/** An ECR repository's address, as a stack's output `repositoryUrl` has it. */
export const repositoryUrlPattern =
  /^(\d{12})\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?\/((?:[a-z0-9]+[._/-])*[a-z0-9]+)$/;

/** The parts of an image's address. */
export interface ImageUri {
  /** The AWS account that has the repository. */
  readonly registryId: string;
  readonly region: string;
  /** The repository's name. */
  readonly name: string;
  /** `sha256:...`, or empty for a repository's address. */
  readonly digest: string;
}

/**
 * The parts of `<repository>@<digest>`, or of a repository's address alone. Pure.
 *
 * @throws Error for an address that is not ECR's.
 */
export function parseImageUri(uri: string): ImageUri {
  const [url, digest = ""] = uri.split("@") as [string, string?];
  const [, registryId, region, name] = repositoryUrlPattern.exec(url) ?? [];
  if (registryId === undefined || region === undefined || name === undefined) {
    throw new Error(`${uri} is not in ECR: expected <account>.dkr.ecr.<region>.amazonaws.com/<name>.`);
  }
  return { registryId, region, name, digest };
}
