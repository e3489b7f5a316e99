import type * as pulumi from "@pulumi/pulumi";

import { keyFingerprint } from "../components/cdn/signedFiles";
import type { Cache } from "../components/cache/cache";
import type { Data } from "./data";
import type { Settings } from "./settings/settings";

/** Where a secret is that the caches' nodes check too. */
interface CacheRotation {
  /** JSON `{token}`. */
  readonly secretArn: pulumi.Output<string>;
  readonly replicationGroupId: pulumi.Output<string>;
}

/** Things outside the program that `make rotate` changes: docs/runbooks/secrets.md. No value is in it. */
export interface RotationOutputs {
  readonly region: string;
  /** JSON `{username, password}` of Moodle's database user. */
  readonly databaseSecretArn: pulumi.Output<string>;
  /** Whose master password RDS makes. */
  readonly databaseClusterIdentifier: pulumi.Output<string>;
  readonly sessions: CacheRotation;
  readonly cache: CacheRotation;
  /** Numbers of the origin secrets as they are deployed. */
  readonly originSecrets: { readonly accepted: readonly number[]; readonly sent: number | undefined };
  /** Names of the public keys of files as they are deployed: the first is the one that Moodle signs with. */
  readonly fileKeys: readonly string[];
}

export function rotationOutputs({ region, edge }: Settings, { database, sessions, cache }: Data): RotationOutputs {
  const of = ({ authSecretArn, replicationGroupId }: Cache): CacheRotation => ({
    secretArn: authSecretArn,
    replicationGroupId,
  });
  return {
    region,
    databaseSecretArn: database.applicationSecretArn,
    databaseClusterIdentifier: database.clusterIdentifier,
    sessions: of(sessions),
    cache: of(cache),
    originSecrets: {
      accepted: edge.acceptedOriginSecrets,
      sent: edge.kind === "cloudfront" ? edge.sentOriginSecret : undefined,
    },
    fileKeys: edge.kind === "cloudfront" ? edge.signedFiles.publicKeys.map(keyFingerprint) : [],
  };
}
