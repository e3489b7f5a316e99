import * as pulumi from "@pulumi/pulumi";

import { FilesCdn } from "../components/cdn/filesCdn";
import { filesPrefix, SignedFiles } from "../components/cdn/signedFiles";
import { Certificate } from "../components/certificate/certificate";
import { describeProblem } from "../components/lib/invalid";
import { type MoodleArgs } from "../components/moodle/arguments";
import { type PrivateBucket } from "../components/storage/bucket";
import lock from "../moodle-image/plugins.lock.json";
import { type Providers } from "./providers";
import { type Settings } from "./settings/settings";

export interface SignedFilesParts {
  readonly objects: PrivateBucket;
  readonly logs: PrivateBucket;
  readonly webAclArn: pulumi.Output<string>;
}

const plugin = "tool_objectfs";

/**
 * The keys and the behaviour of files; undefined when the settings have no key.
 *
 * @throws pulumi.RunError when the image that is built here lacks the plugin: config.php would name a class that is not
 *  there, and every page would fail while the health check, which requests no page, stays green.
 */
export function makeSignedFiles(settings: Settings, providers: Providers, objects: PrivateBucket) {
  const { edge, environment, domain, image } = settings;
  if (!signsFiles(settings) || edge.kind !== "cloudfront") {
    return undefined;
  }
  needPlugin(image, "moodle:edge.signedFiles.publicKeys", `${edge.signedFiles.publicKeys.length} keys`, "none");
  return new SignedFiles(
    `${environment}-signed-files`,
    { bucket: objects, siteDomain: domain, publicKeys: edge.signedFiles.publicKeys },
    { provider: providers.edge },
  );
}

/**
 * Where tool_objectfs keeps files that Moodle serves itself; undefined when the setting is off.
 *
 * @throws pulumi.RunError when the image that is built here lacks the plugin.
 */
export function moodleObjectFiles({ moodle, image, region }: Settings): MoodleArgs["objectFiles"] {
  if (!moodle.objectFiles) {
    return undefined;
  }
  needPlugin(image, "moodle:moodle.objectFiles", "true", "false");
  return { keyPrefix: `${filesPrefix}/`, region };
}

function needPlugin(image: Settings["image"], path: string, given: string, allowed: string): void {
  const names = (lock.plugins as readonly { readonly name: string }[]).map(({ name }) => name);
  if (image.kind === "build" && !names.includes(plugin)) {
    throw new pulumi.RunError(
      describeProblem({
        path,
        given,
        allowed: `${allowed}, while moodle-image/plugins.lock.json has no ${plugin}`,
        fix: "Add the plugin to the image, or give an image that has it by digest.",
      }),
    );
  }
}

export function signsFiles({ edge }: Pick<Settings, "edge">): boolean {
  return edge.kind === "cloudfront" && edge.signedFiles.publicKeys.length > 0;
}

/** The distribution for files alone; undefined when they are under the site's own name. */
export function makeFilesCdn(
  settings: Settings,
  providers: Providers,
  files: SignedFiles,
  parts: SignedFilesParts,
): FilesCdn | undefined {
  const { environment, edge, dns } = settings;
  if (edge.kind !== "cloudfront" || edge.signedFiles.domain === undefined) {
    return undefined;
  }
  const { domain, certificateArn } = edge.signedFiles;
  const global = { provider: providers.edge };
  const zone = dns.kind === "route53" ? { domain, hostedZoneId: dns.hostedZoneId } : undefined;
  return new FilesCdn(
    `${environment}-files-cdn`,
    {
      domain,
      hostedZoneId: zone?.hostedZoneId,
      // The settings refuse a stack that has neither.
      certificateArn: zone
        ? new Certificate(`${environment}-files-certificate`, zone, global).arn
        : (certificateArn ?? ""),
      webAclArn: parts.webAclArn,
      files,
      priceClass: edge.priceClass,
      accessLogsBucketArn: parts.logs.arn,
    },
    { ...global, dependsOn: parts.logs },
  );
}

/** Data that Moodle needs to sign. */
export function moodleSignedFiles(settings: Settings, files: SignedFiles): MoodleArgs["signedFiles"] {
  const { edge, domain, region } = settings;
  if (edge.kind !== "cloudfront" || edge.signedFiles.privateKeySecretArn === undefined) {
    return undefined;
  }
  return {
    address: `https://${edge.signedFiles.domain ?? domain}/${filesPrefix}`,
    keyPrefix: `${filesPrefix}/`,
    otherOrigin: edge.signedFiles.domain !== undefined,
    region,
    minimumKb: edge.signedFiles.minimumKb,
    keyPairId: files.keyPairId,
    privateKeySecretArn: edge.signedFiles.privateKeySecretArn,
    formerPrivateKeySecretArn: edge.signedFiles.formerPrivateKeySecretArn,
  };
}
