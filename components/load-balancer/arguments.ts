import * as pulumi from "@pulumi/pulumi";
import { type Network } from "../network/network";
import { type Access } from "./access";

export interface LoadBalancerArgs {
  readonly network: Pick<Network, "vpcId" | "publicSubnetIds" | "applicationSubnetIds">;
  readonly access: Access;
  /** The site's host name. Requests for any other get 403. */
  readonly domain: string;
  /** Certificate for that host name, in this region, and issued. */
  readonly certificateArn: pulumi.Input<string>;
  /**
   * The values accepted in X-Origin-Verify: one, or two while it is rotated. An empty list is possible only with `kind:
   * "cidrs"`; then every customer of that CDN can bypass its checks.
   */
  readonly originSecrets: readonly pulumi.Input<string>[];
  /** 1 to 4000. Longer than PHP and nginx may take, and not longer than CloudFront waits. */
  readonly idleTimeoutSeconds: number;
  /** 0 to 3600. Time for a stopping task to finish its requests: the longest usual upload. */
  readonly deregistrationDelaySeconds: number;
  /** Name of a bucket whose policy already allows log delivery under {@link accessLogsPrefix}; SSE-S3 only. */
  readonly accessLogsBucket: pulumi.Input<string>;
  /** @default 8080 */
  readonly targetPort?: number;
  /**
   * Old host names, in the certificate too, whose visitors are redirected to `domain` with path and query. @default
   * none
   */
  readonly redirectHosts?: readonly string[];
  /** Answered by nginx and php-fpm alone: no database, no shared files, any Host. @default "/healthz" */
  readonly healthCheckPath?: string;
  /** Make the rules that close the site: for a CDN without a switch of ours. @default false */
  readonly closable?: boolean;
  readonly deletionProtection: boolean;
}
