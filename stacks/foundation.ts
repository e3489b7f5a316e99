import * as pulumi from "@pulumi/pulumi";

import { EncryptionKey } from "../components/encryption/encryptionKey";
import { ExistingNetwork } from "../components/network/existingNetwork";
import type { FoundNetwork } from "../components/network/findNetwork";
import { Network } from "../components/network/network";
import { Notifications } from "../components/notifications/notifications";
import { routeTableTags } from "../components/storage/openZfs";
import { type Buckets, buildBuckets } from "./buckets";
import { type Providers } from "./providers";
import { copiesToAccount } from "./settings/backup";
import { keepsData } from "./settings/safety";
import { type Settings } from "./settings/settings";
import { signsFiles } from "./signedFiles";

/** Resources that everything else needs. */
export interface Foundation {
  /** Encrypts all data in Moodle's region. */
  readonly kmsKeyArn: pulumi.Output<string>;
  /** Topic for messages that can wait. Only the channel reads it and writes to people: stacks/channel.ts. */
  readonly signalsTopicArn: pulumi.Output<string>;
  readonly network: Network;
  readonly buckets: Buckets;
  /**
   * Sets the distribution that reads Moodle's files, where addresses are signed. It is created later, from the bucket.
   */
  readonly setFilesReaderArn: (arn: pulumi.Output<string>) => void;
}

/**
 * Key, topic, network and buckets.
 *
 * @param existing The network of `moodle:network.kind` existing, which was looked up before.
 */
export function buildFoundation(
  settings: Settings,
  providers: Providers,
  existing: FoundNetwork | undefined,
): Foundation {
  const { environment, safety } = settings;
  const named = (role: string) => `${environment}-${role}`;
  const regional = { provider: providers.regional };
  // For resources that cannot be recreated. Children inherit the protection.
  const stateful = { ...regional, protect: safety.protect };
  const signs = signsFiles(settings);

  const { arn: kmsKeyArn } = new EncryptionKey(
    named("key"),
    { cloudFrontReads: signs, keep: keepsData(safety), copiesToAccount: copiesToAccount(settings) },
    stateful,
  );
  const signals = new Notifications(
    named("signals"),
    { kmsKeyArn },
    { ...regional, aliases: [{ name: named("alerts") }] },
  );
  const network = buildNetwork(settings, kmsKeyArn, existing, regional);
  const [filesReaderArn, setFilesReaderArn] = pulumi.deferredOutput<string>();
  const buckets = buildBuckets(settings, kmsKeyArn, stateful, signs ? filesReaderArn : undefined);
  return { kmsKeyArn, signalsTopicArn: signals.topicArn, network, buckets, setFilesReaderArn };
}

function buildNetwork(
  { environment, network, region, storage }: Settings,
  kmsKeyArn: pulumi.Output<string>,
  existing: FoundNetwork | undefined,
  opts: pulumi.ComponentResourceOptions,
): Network {
  const name = `${environment}-network`;
  if (network.kind === "existing") {
    if (existing === undefined) {
      throw new Error("moodle:network.kind is existing, and nobody looked the network up: see stacks/network.ts.");
    }
    return new ExistingNetwork(name, existing, opts);
  }
  return new Network(
    name,
    {
      ...network,
      region,
      kmsKeyArn,
      // FSx adds these tags to the route tables by itself.
      applicationRouteTableTags: storage.kind === "openzfs" ? routeTableTags : {},
    },
    opts,
  );
}
