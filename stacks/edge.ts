import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";

import { Cdn } from "../components/cdn/cdn";
import { WebAcl } from "../components/cdn/webAcl";
import { Certificate } from "../components/certificate/certificate";
import { LoadBalancer } from "../components/load-balancer/loadBalancer";
import { EncryptionKey } from "../components/encryption/encryptionKey";
import { type LimitChain } from "../components/moodle/limits";
import { type Network } from "../components/network/network";
import { type PrivateBucket } from "../components/storage/bucket";
import { type Providers } from "./providers";
import { type Settings } from "./settings/settings";

export interface EdgeParts {
  readonly network: Network;
  readonly logs: PrivateBucket;
  readonly chain: LimitChain;
}

export interface Edge {
  readonly loadBalancer: LoadBalancer;
  /** Undefined when another content delivery network is in front. */
  readonly distributionId: pulumi.Output<string> | undefined;
  /** What the domain must point to. */
  readonly domainTarget: pulumi.Output<string>;
}

/** Everything between the viewer and the tasks: certificates, load balancer and, unless another one is used, CloudFront. */
export function buildEdge(settings: Settings, providers: Providers, parts: EdgeParts): Edge {
  const { environment, domain, edge, dns, safety } = settings;
  const named = (role: string) => `${environment}-${role}`;
  const regional = { provider: providers.regional };
  const global = { provider: providers.edge };
  const { network, logs, chain } = parts;

  const originSecret = new random.RandomPassword(named("origin-secret"), { length: 48, special: false });
  const zone = dns.kind === "route53" ? { domain, hostedZoneId: dns.hostedZoneId } : undefined;
  const certificate = zone && new Certificate(named("certificate"), zone, regional);

  const loadBalancer = new LoadBalancer(
    named("lb"),
    {
      network,
      access: edge.kind === "cloudfront" ? { kind: "cloudfront" } : { kind: "cidrs", cidrs: edge.allowedCidrs },
      domain,
      certificateArn: certificate?.arn ?? handmade(dns, "loadBalancerCertificateArn"),
      originSecrets: edge.kind === "cloudfront" || edge.originSecret ? [originSecret.result] : [],
      idleTimeoutSeconds: chain.albIdleSeconds,
      deregistrationDelaySeconds: chain.deregistrationDelaySeconds,
      accessLogsBucket: logs.bucketName,
      deletionProtection: safety.deletionProtection,
    },
    // The bucket's policy must stand before AWS tries to write into it.
    { ...regional, dependsOn: logs },
  );
  if (edge.kind === "external") {
    return { loadBalancer, distributionId: undefined, domainTarget: loadBalancer.dnsName };
  }

  const viewerCertificate =
    zone && new Certificate(named("viewer-certificate"), { ...zone, validation: certificate }, global);
  // The environment's other key: a key serves one region only, and the firewall logs in us-east-1.
  const { arn: kmsKeyArn } = new EncryptionKey(named("edge-key"), {}, { ...global, protect: safety.protect });
  const webAcl = new WebAcl(named("firewall"), { logRetentionDays: settings.logs.retentionDays, kmsKeyArn }, global);
  const cdn = new Cdn(
    named("cdn"),
    {
      domain,
      hostedZoneId: zone?.hostedZoneId,
      certificateArn: viewerCertificate?.arn ?? handmade(dns, "viewerCertificateArn"),
      webAclArn: webAcl.arn,
      loadBalancer,
      originSecret: originSecret.result,
      originReadTimeoutSeconds: chain.cloudfrontOriginReadSeconds,
      originKeepaliveTimeoutSeconds: chain.cloudfrontKeepaliveSeconds,
      priceClass: edge.priceClass,
      accessLogsBucketArn: logs.arn,
    },
    // The VPC origin needs the network's internet gateway, which no output of it shows.
    { ...global, dependsOn: [network, logs] },
  );
  return { loadBalancer, distributionId: cdn.distributionId, domainTarget: cdn.distributionDomainName };
}

/** The ARN of a certificate made by hand; the settings have seen to it that it is there. */
function handmade(dns: Settings["dns"], key: "loadBalancerCertificateArn" | "viewerCertificateArn"): string {
  const arn = dns.kind === "external" ? dns[key] : undefined;
  if (arn === undefined) {
    throw new pulumi.RunError(`moodle:dns.${key} is needed, because the domain is not in Route 53 (kind: external).`);
  }
  return arn;
}
