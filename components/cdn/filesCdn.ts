import * as pulumi from "@pulumi/pulumi";
import { createDistribution, type DistributionArgs } from "./distribution";
import type { PriceClass } from "./managedPolicies";
import type { SignedFiles } from "./signedFiles";

/** `domain` is a host name for files alone: under the site's, requests would carry its cookies. */
export interface FilesCdnArgs extends DistributionArgs {
  readonly files: Pick<SignedFiles, "origin" | "behavior">;
  /** Edge locations that serve the files, by price. */
  readonly priceClass: PriceClass;
}

/**
 * The files of tool_objectfs under their own host name: an uploaded file that runs at all then runs outside the site's
 * origin, without its cookies. The name has its own distribution, so it serves nothing else, and the site's certificate
 * stays as it is. Every path requires a signature.
 *
 * *Cost*: a distribution costs nothing, and requests cost the same as on the site's.
 */
export class FilesCdn extends pulumi.ComponentResource {
  readonly distributionArn: pulumi.Output<string>;
  /** For a CNAME where DNS is elsewhere. */
  readonly distributionDomainName: pulumi.Output<string>;

  constructor(name: string, args: FilesCdnArgs, opts: pulumi.ComponentResourceOptions = {}) {
    super("moodle:cdn:FilesCdn", name, {}, opts);
    const { pathPattern: _pathPattern, ...defaultCacheBehavior } = args.files.behavior;
    const distribution = createDistribution(
      name,
      args,
      { origins: [args.files.origin], defaultCacheBehavior, priceClass: args.priceClass },
      { parent: this },
    );

    this.distributionArn = distribution.arn;
    this.distributionDomainName = distribution.domainName;
    this.registerOutputs({
      distributionArn: this.distributionArn,
      distributionDomainName: this.distributionDomainName,
    });
  }
}
