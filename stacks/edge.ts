import * as pulumi from "@pulumi/pulumi";

import { AccessLogTable } from "../components/cdn/accessLogTable";
import { Cdn } from "../components/cdn/cdn";
import { campusLoginLimit, strangerLoginLimit } from "../components/cdn/firewallLogin";
import { WebAcl } from "../components/cdn/webAcl";
import { Certificate } from "../components/certificate/certificate";
import { LoadBalancer } from "../components/load-balancer/loadBalancer";
import { LoadBalancerLogTable } from "../components/load-balancer/logTable";
import { EncryptionKey } from "../components/encryption/encryptionKey";
import { type LimitChain } from "../components/moodle/limits";
import { type Network } from "../components/network/network";
import type { Protected } from "../components/observability/protection";
import { folder, switchPath } from "../components/outage/pages/files";
import { SwitchWatch } from "../components/outage/switchWatch";
import { type PrivateBucket } from "../components/storage/bucket";
import { type MoodleArgs } from "../components/moodle/arguments";
import type { WatchedEdge } from "./alarmDefinitions";
import { handmade } from "./handmade";
import { buildOutage, type OutageOutputs } from "./outage";
import { originSecrets, publishOriginSecrets } from "./originSecrets";
import { type Providers } from "./providers";
import { buildRedirects } from "./redirects";
import { type Settings } from "./settings/settings";
import { makeFilesCdn, makeSignedFiles, moodleSignedFiles } from "./signedFiles";

export interface EdgeParts {
  readonly network: Network;
  readonly logs: PrivateBucket;
  /** Files of tool_objectfs. */
  readonly objects: PrivateBucket;
  readonly chain: LimitChain;
  /** Key of the region where Moodle runs. */
  readonly kmsKeyArn: pulumi.Input<string>;
}

export interface Edge {
  readonly loadBalancer: LoadBalancer;
  /** Undefined when an external CDN is in front. */
  readonly distributionId: pulumi.Output<string> | undefined;
  /** Target that the domain must point to. */
  readonly domainTarget: pulumi.Output<string>;
  /**
   * Target that the old host names must point to; undefined when there are none, or they point to the load balancer.
   */
  readonly redirectTarget?: pulumi.Output<string> | undefined;
  /** Secret with the values of the header, for the operator of the external CDN. */
  readonly originSecretsArn?: pulumi.Output<string>;
  /** The outage pages and their switch; undefined when an external CDN is in front. */
  readonly outage?: OutageOutputs;
  /** Data that Moodle needs to sign addresses of files; undefined when it serves them itself. */
  readonly signedFiles?: MoodleArgs["signedFiles"];
  /** The load balancer's certificate; undefined for one made outside the program. */
  readonly certificateArn: pulumi.Output<string> | undefined;
  /** Resources with metrics in us-east-1, and the topics there. Undefined when an external CDN is in front. */
  readonly watched?: WatchedEdge & {
    /** What the look at the switch says. */
    readonly switchWatchLogGroupName: pulumi.Output<string>;
    /** What the status editor says. Undefined without one. */
    readonly statusEditorLogGroupName: pulumi.Output<string> | undefined;
    /** What tells Slack, Teams and others. Undefined without webhooks. */
    readonly failedWebhooksQueueName: pulumi.Output<string> | undefined;
    readonly failedWebhooksQueueArn: pulumi.Output<string> | undefined;
    readonly statusWebhooksLogGroupName: pulumi.Output<string> | undefined;
    readonly webAclArn: pulumi.Output<string>;
    /** Read by the channel of that region alone. */
    readonly signalsTopicArn: pulumi.Output<string>;
    /** Topic that people subscribe to. */
    readonly mailTopicArn: pulumi.Output<string>;
    readonly kmsKeyArn: pulumi.Output<string>;
    readonly protected: Protected;
  };
  /** The distribution that reads the files of the objects bucket. */
  readonly filesReaderArn?: pulumi.Output<string>;
}

/**
 * Warning about a default in production: while the campus's addresses are unknown, the rate that locks no exam out
 * holds for the whole internet. Undefined where there is nothing to warn of.
 */
export function signInRateWarning({ profile, edge }: Pick<Settings, "profile" | "edge">): string | undefined {
  if (profile !== "prod" || edge.kind !== "cloudfront") {
    return undefined;
  }
  const { allowedCidrs, loginRequestLimit } = edge.firewall;
  return allowedCidrs.length > 0 || loginRequestLimit !== undefined
    ? undefined
    : `moodle:edge.firewall.allowedCidrs is empty: any address may ask for sign-in pages ${campusLoginLimit} times in five ` +
        `minutes, as a campus behind one address does. Name the campus's addresses, and all others have ${strangerLoginLimit}: ` +
        "docs/waf.md#the-sign-in-rate.";
}

/** Everything between the viewer and the tasks: certificates, load balancer and, unless another one is used, CloudFront. */
export function buildEdge(settings: Settings, providers: Providers, parts: EdgeParts): Edge {
  const { environment, domain, edge, dns, safety } = settings;
  const named = (role: string) => `${environment}-${role}`;
  const regional = { provider: providers.regional };
  const { network, logs, chain } = parts;

  const secrets = originSecrets(settings);
  const zone = dns.kind === "route53" ? { domain, hostedZoneId: dns.hostedZoneId } : undefined;
  // Old host names have their own CloudFront distribution; elsewhere they reach the load balancer.
  const redirectHosts = edge.kind === "external" ? dns.redirectHosts : [];
  const certificate =
    zone && new Certificate(named("certificate"), { ...zone, furtherDomains: redirectHosts }, regional);

  const loadBalancer = new LoadBalancer(
    named("lb"),
    {
      network,
      access: edge.kind === "cloudfront" ? { kind: "cloudfront" } : { kind: "cidrs", cidrs: edge.allowedCidrs },
      domain,
      certificateArn: certificate?.arn ?? handmade(dns, "loadBalancerCertificateArn"),
      originSecrets: secrets.accepted,
      redirectHosts,
      idleTimeoutSeconds: chain.albIdleSeconds,
      deregistrationDelaySeconds: chain.deregistrationDelaySeconds,
      accessLogsBucket: logs.bucketName,
      // CloudFront has the switch of components/outage.
      closable: edge.kind === "external",
      deletionProtection: safety.deletionProtection,
    },
    // The bucket's policy must exist before AWS tries to write into it.
    { ...regional, dependsOn: logs },
  );
  const retentionDays = settings.logs.retentionDays;
  new LoadBalancerLogTable(named("load-balancer"), { bucketName: logs.bucketName, retentionDays }, regional);
  if (edge.kind === "external") {
    const originSecretsArn =
      secrets.accepted.length > 0
        ? publishOriginSecrets(settings, secrets.accepted, parts.kmsKeyArn, regional)
        : undefined;
    return {
      loadBalancer,
      certificateArn: certificate?.arn,
      distributionId: undefined,
      domainTarget: loadBalancer.dnsName,
      originSecretsArn,
    };
  }
  return {
    loadBalancer,
    certificateArn: certificate?.arn,
    // The settings refuse a sent value that the load balancer does not accept.
    ...buildCloudFront(settings, edge, providers, { ...parts, loadBalancer, certificate, originSecret: secrets.sent! }),
  };
}

/** The second half with CloudFront in front: the parts in us-east-1, and the parts that only CloudFront needs. */
function buildCloudFront(
  settings: Settings,
  edge: Extract<Settings["edge"], { readonly kind: "cloudfront" }>,
  providers: Providers,
  parts: EdgeParts & {
    readonly loadBalancer: LoadBalancer;
    /** Validates the domain for the viewer's certificate too. */
    readonly certificate: Certificate | undefined;
    readonly originSecret: pulumi.Output<string>;
  },
): Omit<Edge, "loadBalancer" | "certificateArn"> {
  const {
    environment,
    domain,
    dns,
    safety,
    logs: { retentionDays },
  } = settings;
  const named = (role: string) => `${environment}-${role}`;
  const regional = { provider: providers.regional };
  const { network, logs, chain } = parts;
  const zone = dns.kind === "route53" ? { domain, hostedZoneId: dns.hostedZoneId } : undefined;
  const global = { provider: providers.edge };
  const viewerCertificate =
    zone && new Certificate(named("viewer-certificate"), { ...zone, validation: parts.certificate }, global);
  // The environment's other key: a key serves one region only, and the firewall logs in us-east-1.
  const { arn: kmsKeyArn } = new EncryptionKey(
    named("edge-key"),
    // It encrypts nothing that outlives the stack.
    { keep: false },
    { ...global, protect: safety.protect },
  );
  const warning = signInRateWarning(settings);
  if (warning !== undefined) {
    void pulumi.log.warn(warning);
  }
  const webAcl = new WebAcl(
    named("firewall"),
    { ...edge.firewall, logRetentionDays: retentionDays, kmsKeyArn },
    global,
  );
  const files = makeSignedFiles(settings, providers, parts.objects);
  const filesCdn = files && makeFilesCdn(settings, providers, files, { ...parts, webAclArn: webAcl.arn });
  const filesHere = files !== undefined && filesCdn === undefined;
  const outage = buildOutage(settings, edge.outage, providers, kmsKeyArn);
  const switchWatch = new SwitchWatch(
    named("switch-watch"),
    {
      environment,
      address: `https://${domain}${switchPath}`,
      statusAddress: `https://${domain}/${folder}/status.json`,
      bucket: { bucketName: outage.page.bucketName, arn: outage.page.bucketArn },
      published: outage.page.published,
      keyValueStoreArn: outage.page.keyValueStoreArn,
      kmsKeyArn: parts.kmsKeyArn,
      logRetentionDays: retentionDays,
    },
    regional,
  );
  const cdn = new Cdn(
    named("cdn"),
    {
      domain,
      hostedZoneId: zone?.hostedZoneId,
      certificateArn: viewerCertificate?.arn ?? handmade(dns, "viewerCertificateArn"),
      webAclArn: webAcl.arn,
      loadBalancer: parts.loadBalancer,
      originSecret: parts.originSecret,
      originReadTimeoutSeconds: chain.cloudfrontOriginReadSeconds,
      originKeepaliveTimeoutSeconds: chain.cloudfrontKeepaliveSeconds,
      priceClass: edge.priceClass,
      accessLogsBucketArn: logs.arn,
      furtherOrigins: [outage.page.origin, ...(filesHere ? [files.origin] : [])],
      orderedCacheBehaviors: [...outage.page.behaviours, ...(filesHere ? [files.behavior] : [])],
      customErrorResponses: outage.page.errorResponses,
      viewerRequestFunctionArn: outage.page.functionArn,
    },
    // The VPC origin needs the network's internet gateway, which is not visible in the network's outputs.
    { ...global, dependsOn: [network, logs] },
  );
  const redirectTarget = buildRedirects(settings, { ...parts, webAclArn: webAcl.arn }, global);
  new AccessLogTable(
    named("edge"),
    { bucketName: logs.bucketName, distributionId: cdn.distributionId, retentionDays },
    regional,
  );
  return {
    distributionId: cdn.distributionId,
    domainTarget: cdn.distributionDomainName,
    redirectTarget,
    outage: outage.outputs,
    watched: {
      distributionId: cdn.distributionId,
      webAclName: webAcl.metricName,
      webAclArn: webAcl.arn,
      certificateArn: viewerCertificate?.arn,
      switchWatchName: switchWatch.functionName,
      switchWatchLogGroupName: switchWatch.logGroupName,
      statusEditorApiId: outage.editor?.apiId,
      statusEditorLogGroupName: outage.editor?.logGroupName,
      failedWebhooksQueueName: outage.webhooks?.failedQueueName,
      failedWebhooksQueueArn: outage.webhooks?.failedQueueArn,
      statusWebhooksLogGroupName: outage.webhooks?.logGroupName,
      signalsTopicArn: outage.signalsTopicArn,
      mailTopicArn: outage.outputs.mailTopicArn,
      kmsKeyArn,
      protected: { keyArns: [kmsKeyArn], bucketNames: [outage.page.bucketName, outage.page.auditBucketName] },
    },
    ...(files && {
      signedFiles: moodleSignedFiles(settings, files),
      filesReaderArn: filesCdn?.distributionArn ?? cdn.distributionArn,
    }),
  };
}
