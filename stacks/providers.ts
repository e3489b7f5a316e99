import * as aws from "@pulumi/aws";

import { applyDnsRole } from "./dnsRole";
import { applyIamRules } from "./iamRules";
import { type Settings } from "./settings/settings";
import { ownTags, spareObjects } from "./tags";

/** The regions of a stack. */
export interface Providers {
  /** Where Moodle runs. */
  readonly regional: aws.Provider;
  /**
   * us-east-1, where CloudFront looks for its certificate, firewall and log delivery. Created on first use: credentials
   * of other partitions, where there is no CloudFront, are refused in us-east-1.
   */
  readonly edge: aws.Provider;
  /** Region of the copies of backups. Undefined where `moodle:backup` names none. */
  readonly copies: aws.Provider | undefined;
  /** Account of the hosted zone, where `moodle:dns.roleArn` leads to another one. Records go there by themselves. */
  readonly dns: aws.Provider | undefined;
  /**
   * Tags that all providers put on every resource. Auto Scaling groups and launch templates must be given them again.
   */
  readonly tags: Readonly<Record<string, string>>;
}

/**
 * Explicit providers, so that no resource lands in an ambient region or misses the tags. They carry everything that the
 * stack's resources have in common: call this before anything else is made.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cnames-and-https-requirements.html
 */
export function makeProviders(settings: Settings): Providers {
  const own = ownTags(settings);
  const tags = { ...settings.tags, ...own };
  spareObjects(own, settings.tags);
  applyIamRules(settings.iam);
  const provider = (name: string, region: string) => new aws.Provider(name, { region, defaultTags: { tags } });
  const { backup } = settings;
  const dns = applyDnsRole(settings, { region: settings.region, defaultTags: { tags } });
  let edge: aws.Provider | undefined;
  return {
    dns,
    regional: provider("regional", settings.region),
    get edge() {
      return (edge ??= provider("edge", "us-east-1"));
    },
    copies:
      backup.kind === "vault" && backup.copyRegion !== undefined ? provider("copies", backup.copyRegion) : undefined,
    tags,
  };
}
