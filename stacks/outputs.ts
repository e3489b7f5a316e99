import type * as pulumi from "@pulumi/pulumi";

import type { Closing } from "../components/load-balancer/closing";
import type { DashboardOutputs } from "./channel";
import type { Data } from "./data";
import type { Foundation } from "./foundation";
import type { LoadTestOutputs } from "./loadTest";
import type { MailOutputs } from "./mail";
import { type OneOffTaskOutputs, oneOffTaskOutputs } from "./oneOffTask";
import type { Operations } from "./operations";
import type { OutageOutputs } from "./outage";
import type { PipelineOutputs } from "./pipeline";
import type { ReleaseOutputs } from "./release";
import { type RotationOutputs, rotationOutputs } from "./rotation";
import { type RunbookNames, runbookNames } from "./runbook";
import type { Settings } from "./settings/settings";
import { type SignInOutputs, signInOutputs } from "./signIn";
import type { Site } from "./site";

/** Outputs of a stack for its owner and the pipeline. None is secret. */
export interface PlatformOutputs {
  /** The one address of the site. */
  readonly siteUrl: string;
  /** Undefined when an external CDN is in front. */
  readonly distributionId: pulumi.Output<string> | undefined;
  /** Target that the domain must point to. With Route 53 and CloudFront, the record exists already. */
  readonly domainTarget: pulumi.Output<string>;
  /** Target that the old host names of `moodle:dns.redirectHosts` must point to. Undefined when there are none. */
  readonly redirectTarget: pulumi.Output<string> | undefined;
  /** For the editors of the outage pages and `make outage`. Undefined when an external CDN is in front. */
  readonly outage: OutageOutputs | undefined;
  /** For `make outage` behind another CDN: rules of the load balancer. Undefined with CloudFront. */
  readonly closing: (Closing & { readonly site: string }) | undefined;
  readonly clusterName: pulumi.Output<string>;
  readonly serviceNames: { readonly [role in "web" | "cron" | "adhoc"]: pulumi.Output<string> };
  /**
   * Repository from which the stack's image is pulled, and to which it is pushed: its own, or that of the stack which
   * `moodle:image` names.
   */
  readonly repositoryUrl: pulumi.Output<string>;
  readonly imageUri: pulumi.Output<string>;
  readonly databaseEndpoint: pulumi.Output<string>;
  /** Put php.ini, nginx.conf or config.php below its `overrides/` folder, then roll the services. */
  readonly configurationBucket: pulumi.Output<string>;
  readonly objectsBucket: pulumi.Output<string>;
  /** Topic for messages that can wait, and for events of AWS. */
  readonly signalsTopicArn: pulumi.Output<string>;
  /** Topic of messages that wake people. */
  readonly pageTopicArn: pulumi.Output<string>;
  readonly dashboards: DashboardOutputs;
  /**
   * Name and password of the synthetic user, for the person who creates its account in Moodle. Undefined without one.
   */
  readonly syntheticUserSecretArn: pulumi.Output<string> | undefined;
  /** With an external CDN in front: the secret with the value that it must send as X-Origin-Verify. */
  readonly originSecretsArn: pulumi.Output<string> | undefined;
  /** Source addresses of Moodle's own requests: for the allow lists of other systems. */
  readonly natPublicIps: readonly pulumi.Output<string>[];
  /** Undefined unless moodle:pipeline asks for it. */
  readonly pipeline: PipelineOutputs | undefined;
  /** The way mail leaves, and remaining manual steps: docs/mail.md. */
  readonly mail: MailOutputs;
  /** For `make release`. */
  readonly release: ReleaseOutputs;
  /** For the first administrator of a new site. */
  readonly signIn: SignInOutputs;
  /** For `make rotate`. */
  readonly rotation: RotationOutputs;
  /** For `make moodle-cli`, `make reset-administrator`, `make rotate` and `make loadtest-site`. */
  readonly oneOffTask: OneOffTaskOutputs;
  /** Storage for load test results, and network for generators. Undefined unless `moodle:loadTest` asks for it. */
  readonly loadTest: LoadTestOutputs | undefined;
  /** For `make runbook`. */
  readonly runbook: RunbookNames;
}

export function platformOutputs(settings: Settings, parts: Foundation & Data & Site & Operations): PlatformOutputs {
  const { buckets, canary, cluster, database, edge, image, mail, moodle, network } = parts;
  return {
    siteUrl: `https://${settings.domain}`,
    distributionId: edge.distributionId,
    domainTarget: edge.domainTarget,
    redirectTarget: edge.redirectTarget,
    outage: edge.outage,
    closing: edge.loadBalancer.closing && { ...edge.loadBalancer.closing, site: `https://${settings.domain}` },
    clusterName: cluster.clusterName,
    serviceNames: { web: moodle.webServiceName, cron: moodle.cronServiceName, adhoc: moodle.adhocServiceName },
    repositoryUrl: image.sourceUrl,
    imageUri: image.imageUri,
    databaseEndpoint: database.endpoint,
    configurationBucket: buckets.configuration.bucketName,
    objectsBucket: buckets.objects.bucketName,
    signalsTopicArn: parts.signalsTopicArn,
    pageTopicArn: parts.observability.pageTopicArn,
    dashboards: parts.channel.dashboards,
    syntheticUserSecretArn: canary?.accountSecretArn,
    originSecretsArn: edge.originSecretsArn,
    natPublicIps: network.natPublicIps,
    mail: mail.outputs,
    pipeline: parts.pipeline,
    release: parts.release,
    signIn: signInOutputs(settings, moodle),
    rotation: rotationOutputs(settings, parts),
    oneOffTask: oneOffTaskOutputs(settings, network, cluster, moodle),
    loadTest: parts.loadTest,
    runbook: runbookNames(settings, { ...parts, canaryName: canary?.canaryName }),
  };
}
