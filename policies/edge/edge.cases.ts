import { forEach, type RuleCases } from "../testing/cases";
import { id, thing, through, unknown, type Thing } from "../testing/harness";
import { cloudfrontCachedPaths } from "./cloudfrontCachedPaths";
import { cloudfrontFirewall } from "./cloudfrontFirewall";
import { cloudfrontMinTtlZero } from "./cloudfrontMinTtlZero";
import { cloudfrontTls } from "./cloudfrontTls";
import { endpointsTls } from "./endpointsTls";
import { healthCheckLocal } from "./healthCheckLocal";
import { listenerDefaultDeny } from "./listenerDefaultDeny";
import { listenerTls } from "./listenerTls";
import { loadBalancerHardened } from "./loadBalancerHardened";
import { targetGroupDrains } from "./targetGroupDrains";

const listener = (props: Thing["props"]) => thing("aws:lb/listener:Listener", "web", props);
const balancer = (props: Thing["props"]) => thing("aws:lb/loadBalancer:LoadBalancer", "web", props);
const targets = (healthCheck: unknown, props: Thing["props"] = {}) =>
  thing("aws:lb/targetGroup:TargetGroup", "web", { protocol: "HTTP", healthCheck, ...props });
const goodCheck = { path: "/healthz", matcher: "200", interval: 10, unhealthyThreshold: 2 };
const bucket = thing("aws:s3/bucket:Bucket", "bucket");

const disabled = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad";
const optimized = "658327ea-f89d-4fab-a63d-7e88639e58f6";
const cachePolicy = (name: string, minTtl: unknown, maxTtl: unknown = 100) =>
  thing("aws:cloudfront/cachePolicy:CachePolicy", name, { minTtl, maxTtl });
const zero = cachePolicy("zero", 0);
const one = cachePolicy("one", 1);
const behaviour = (props: object = {}) => ({
  targetOriginId: "lb",
  viewerProtocolPolicy: "redirect-to-https",
  cachePolicyId: disabled,
  ...props,
});
const origins = [
  { originId: "lb", domainName: "lb.example.org", vpcOriginConfig: { vpcOriginId: "v" } },
  { originId: "files", domainName: "files.s3.eu-west-2.amazonaws.com", originAccessControlId: "oac" },
];
const site = (props: Thing["props"] = {}) =>
  thing("aws:cloudfront/distribution:Distribution", "site", {
    origins,
    defaultCacheBehavior: behaviour(),
    viewerCertificate: { minimumProtocolVersion: "TLSv1.2_2021" },
    ...props,
  });
const ordered = (...list: readonly object[]) => site({ orderedCacheBehaviors: list.map((item) => behaviour(item)) });

const searchTls = (type: string, tlsSecurityPolicy: unknown) =>
  thing(type, "search", { domainEndpointOptions: { tlsSecurityPolicy } });
const migration = (props: Thing["props"]) => thing("aws:dms/endpoint:Endpoint", "e", props);
const backend = (props: Thing["props"]) => thing("aws:apigatewayv2/integration:Integration", "i", props);
const searches = ["aws:opensearch/domain:Domain", "aws:elasticsearch/domain:Domain"];

const cachedDefault = (props: object) => site({ defaultCacheBehavior: behaviour(props) });
/** A site that keeps what one origin gives. */
const from = (origin: object) =>
  site({
    origins: [
      { originId: "other", domainName: "x" },
      { originId: "one", ...origin },
    ],
    defaultCacheBehavior: behaviour({ targetOriginId: "one", cachePolicyId: optimized }),
  });
const firewall = (props: Thing["props"]) =>
  thing("aws:wafv2/webAcl:WebAcl", "w", { defaultAction: { allow: {} }, ...props });
const guarded = (props: Thing["props"]) => [firewall(props), site({ webAclId: id(firewall({})) })];
const guards: Readonly<Record<string, Thing["props"]>> = {
  "one that lets nobody in by itself": { defaultAction: { block: {} } },
  "one with rules in JSON": { ruleJson: "[]" },
  "one whose rules are not known": { rules: unknown },
  "one that blocks": { rules: [{ action: { count: {} } }, { action: { block: {} } }] },
  "one with a managed group": { rules: [{ overrideAction: { none: {} } }] },
};
const idle: Readonly<Record<string, Thing["props"]>> = {
  "one without rules": {},
  "one that counts": { rules: [{ action: { count: {} } }] },
  "one that lets through": { rules: [{ action: { allow: {} } }] },
  "one whose group counts": { rules: [{ overrideAction: { count: {} } }] },
};

const denying = listener({
  protocol: "HTTPS",
  defaultActions: [{ type: "fixed-response", fixedResponse: { statusCode: "403" } }],
});
/** A listener that refuses what no rule lets through, and a CDN that sends a secret header to it. */
const behindCdn = [denying, site({ origins: [{ originId: "lb", customHeaders: [{ name: "X-Origin", value: "s" }] }] })];
const served = (props: Thing["props"]) =>
  thing("aws:lb/listenerRule:ListenerRule", "rule", {
    ...{ listenerArn: id(denying), actions: [{ type: "forward" }], conditions: [{ hostHeader: {} }] },
    ...props,
  });

export const edgeCases: readonly RuleCases[] = [
  {
    rule: listenerTls,
    pass: {
      HTTPS: [listener({ protocol: "HTTPS", sslPolicy: "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09" })],
      "a redirect": [
        listener({
          protocol: "HTTP",
          defaultActions: [{ type: "redirect", redirect: { protocol: "HTTPS", statusCode: "HTTP_301" } }],
        }),
      ],
      "a refusal": [listener({ protocol: "HTTP", defaultActions: [{ type: "fixed-response" }] })],
    },
    fail: {
      "plain HTTP": [listener({ protocol: "HTTP", defaultActions: [{ type: "forward" }] })],
      "a redirect to HTTP": [
        listener({ protocol: "HTTP", defaultActions: [{ type: "redirect", redirect: { protocol: "HTTP" } }] }),
      ],
      "TLS 1.0": [listener({ protocol: "HTTPS", sslPolicy: "ELBSecurityPolicy-TLS13-1-0-2021-06" })],
      "the default policy": [listener({ protocol: "HTTPS" })],
    },
    unknown: {
      "a policy that is not known": [listener({ protocol: "HTTPS", sslPolicy: unknown })],
      "actions that are not known": [listener({ protocol: "HTTP", defaultActions: unknown })],
      "a protocol that is not known": [listener({ protocol: unknown })],
    },
    notApplicable: { TCP: [listener({ protocol: "TCP" })] },
  },
  {
    rule: listenerDefaultDeny,
    pass: {
      "a 403": [
        listener({
          protocol: "HTTPS",
          defaultActions: [{ type: "fixed-response", fixedResponse: { statusCode: "403" } }],
        }),
      ],
    },
    fail: {
      "a forward": [listener({ protocol: "HTTPS", defaultActions: [{ type: "forward" }] })],
      "a 200": [
        listener({
          protocol: "HTTPS",
          defaultActions: [{ type: "fixed-response", fixedResponse: { statusCode: 200 } }],
        }),
      ],
    },
    unknown: {
      "actions that are not known": [listener({ protocol: "HTTPS", defaultActions: unknown })],
      "a protocol that is not known": [listener({ protocol: unknown, defaultActions: [{ type: "forward" }] })],
      "a kind of action that is not known": [listener({ protocol: "HTTPS", defaultActions: [{ type: unknown }] })],
      "an answer that is not known": [
        listener({
          protocol: "HTTPS",
          defaultActions: [{ type: "fixed-response", fixedResponse: { statusCode: unknown } }],
        }),
      ],
    },
    notApplicable: { "plain HTTP, which has its own rule": [listener({ protocol: "HTTP" })] },
  },
  {
    rule: listenerDefaultDeny,
    pass: {
      "a sign-in": [
        listener({
          protocol: "HTTPS",
          defaultActions: [
            { type: "authenticate-oidc" },
            { type: "fixed-response", fixedResponse: { statusCode: "403" } },
          ],
        }),
      ],
      "a rule for the CDN's header": [...behindCdn, served({ conditions: [{ hostHeader: {} }, { httpHeader: {} }] })],
      "a rule for some addresses": [...behindCdn, served({ conditions: [{ sourceIp: {} }] })],
      "a rule with a sign-in": [
        ...behindCdn,
        served({ actions: [{ type: "authenticate-oidc" }, { type: "forward" }] }),
      ],
      "a rule that redirects": [...behindCdn, served({ actions: [{ type: "redirect" }] })],
    },
    fail: {
      "an action of no kind": [listener({ protocol: "HTTPS", defaultActions: [{}] })],
      "a rule for a host": [...behindCdn, served({})],
      "a rule for a host, behind a CDN whose headers are not known": [
        ...[denying, served({})],
        site({ origins: [{ originId: "lb", customHeaders: unknown }] }),
      ],
    },
    unknown: {
      "a rule whose actions are not known": [...behindCdn, served({ actions: unknown })],
      "a rule whose conditions are not known": [...behindCdn, served({ conditions: unknown })],
    },
    notApplicable: {
      "a rule of plain HTTP": [listener({ protocol: "HTTP" }), behindCdn[1]!, served({})],
    },
  },
  {
    rule: loadBalancerHardened,
    pass: {
      both: [balancer({ dropInvalidHeaderFields: true, enableDeletionProtection: true })],
      "a network load balancer": [balancer({ loadBalancerType: "network", enableDeletionProtection: true })],
    },
    fail: {
      "invalid headers": [balancer({ enableDeletionProtection: true })],
      "no protection": [balancer({ dropInvalidHeaderFields: true })],
    },
    unknown: {
      "a choice that is not known": [balancer({ dropInvalidHeaderFields: unknown, enableDeletionProtection: true })],
    },
    notApplicable: { "a bucket": [bucket] },
  },
  {
    rule: healthCheckLocal,
    pass: { "a local check": [targets(goodCheck)] },
    fail: {
      "the defaults": [targets(undefined)],
      "a page": [targets({ ...goodCheck, path: "/login/index.php" })],
      redirects: [targets({ ...goodCheck, matcher: "200,303" })],
      "half a minute each": [targets({ ...goodCheck, interval: 30 })],
      "a port only": [targets({ ...goodCheck, protocol: "TCP" })],
    },
    unknown: { "a path that is not known": [targets({ ...goodCheck, path: unknown })] },
    notApplicable: { TCP: [targets(goodCheck, { protocol: "TCP" })] },
  },
  {
    rule: targetGroupDrains,
    pass: {
      "a minute": [targets(goodCheck, { deregistrationDelay: 60 })],
      "what AWS waits when nothing is said": [targets(goodCheck)],
    },
    fail: {
      "five seconds": [targets(goodCheck, { deregistrationDelay: 5 })],
      "no wait, as a text": [targets(goodCheck, { deregistrationDelay: "0" })],
    },
    unknown: { "a delay that is not known": [targets(goodCheck, { deregistrationDelay: unknown })] },
    notApplicable: { TCP: [targets(goodCheck, { protocol: "TCP", deregistrationDelay: 0 })] },
  },
  {
    rule: cloudfrontTls,
    pass: {
      modern: [site()],
      "CloudFront's own name": [site({ viewerCertificate: { cloudfrontDefaultCertificate: true } })],
    },
    fail: {
      ...forEach(["SSLv3", "TLSv1", "TLSv1.1"], (protocol) => [
        site({
          origins: [
            {
              ...{ originId: "lb", domainName: "lb.example.org" },
              customOriginConfig: { originProtocolPolicy: "https-only", originSslProtocols: [protocol, "TLSv1.2"] },
            },
          ],
        }),
      ]),
      "an old version to a VPC origin": [
        thing("aws:cloudfront/vpcOrigin:VpcOrigin", "lb", {
          vpcOriginEndpointConfig: { originProtocolPolicy: "https-only", originSslProtocols: { items: ["TLSv1"] } },
        }),
      ],
      "TLS 1.1": [site({ viewerCertificate: { minimumProtocolVersion: "TLSv1.1_2016" } })],
      "no certificate": [site({ viewerCertificate: undefined })],
      "plain viewers": [site({ defaultCacheBehavior: behaviour({ viewerProtocolPolicy: "allow-all" }) })],
      "plain viewers of one path": [ordered({ pathPattern: "/x", viewerProtocolPolicy: "allow-all" })],
      "a plain origin": [
        site({ origins: [{ originId: "lb", customOriginConfig: { originProtocolPolicy: "http-only" } }] }),
      ],
    },
    unknown: { "behaviours that are not known": [site({ orderedCacheBehaviors: unknown })] },
    notApplicable: { "a bucket": [bucket] },
  },
  {
    rule: cloudfrontFirewall,
    pass: {
      "a web ACL": [site({ webAclId: unknown })],
      "one of another stack": [site({ webAclId: "arn:aws:wafv2:us-east-1:111122223333:global/webacl/w/1" })],
      ...forEach(Object.keys(guards), (what) => guarded(guards[what]!)),
      "one whose rules others write": [
        thing("aws:wafv2/webAcl:WebAcl", "w", { defaultAction: { allow: {} } }, { ignoreChanges: ["rules"] }),
        site({ webAclId: id(firewall({})) }),
      ],
      "one of two, of which one stops something": [
        ...[firewall({}), thing("aws:wafv2/webAcl:WebAcl", "v", { defaultAction: { block: {} } })],
        site({ webAclId: through([firewall({}), thing("aws:wafv2/webAcl:WebAcl", "v")], "webacl-v") }),
      ],
    },
    fail: {
      none: [site()],
      "an empty one": [site({ webAclId: "" })],
      ...forEach(Object.keys(idle), (what) => guarded(idle[what]!)),
    },
    unknown: "whether a web ACL is given is known even when its ARN is not",
    notApplicable: { "a bucket": [bucket] },
  },
  {
    rule: cloudfrontCachedPaths,
    pass: {
      "nothing cached": [site()],
      ...forEach(
        [
          ...["styles", "image", "font", "javascript"].map((name) => `/theme/${name}.php/*`),
          ...["/lib/javascript.php/*", "/lib/requirejs.php/*", "/theme/yui_combo.php*", "/theme/yui_image.php*"],
          ...["/lib/editor/tiny/loader.php/*", "/lib/editor/tiny/lang.php/*"],
          ...["/lib/ajax/service-nologin.php", "/lib/ajax/service-nologin.php*"],
          ...["/pluginfile.php/1/core_admin/*", "/pluginfile.php/1/theme_*/*"],
        ],
        (pathPattern) => [zero, ordered({ pathPattern, cachePolicyId: id(zero) })],
      ),
      "files from S3": [ordered({ pathPattern: "/files/*", targetOriginId: "files", cachePolicyId: optimized })],
      "the old way, for no time": [cachedDefault({ cachePolicyId: undefined, maxTtl: 0 })],
      "two policies that keep nothing": [
        ...[cachePolicy("off", 0, 0), cachePolicy("none", 0, 0)],
        cachedDefault({
          cachePolicyId: through([cachePolicy("off", 0, 0), cachePolicy("none", 0, 0)], "cachepolicy-off"),
        }),
      ],
      ...forEach(["files.s3.eu-west-2.amazonaws.com", "files.s3-eu-west-2.amazonaws.com"], (domainName) => [
        from({ domainName }),
      ]),
      "a bucket of this stack": [bucket, from({ domainName: through([bucket], "bucket.s3.amazonaws.com") })],
      "a policy that keeps nothing": [
        cachePolicy("off", 0, 0),
        ordered({ pathPattern: "/x", cachePolicyId: id(cachePolicy("off", 0, 0)) }),
      ],
    },
    fail: {
      "a cached default": [site({ defaultCacheBehavior: behaviour({ cachePolicyId: optimized }) })],
      "files of users": [zero, ordered({ pathPattern: "/pluginfile.php/*", cachePolicyId: id(zero) })],
      "the old way": [site({ defaultCacheBehavior: behaviour({ cachePolicyId: undefined, maxTtl: 60 }) })],
      "the old way, as long as AWS does": [cachedDefault({ cachePolicyId: undefined })],
      "a policy as long as AWS does": [
        cachePolicy("long", 0, undefined),
        cachedDefault({ cachePolicyId: id(cachePolicy("long", 0, undefined)) }),
      ],
      ...forEach(
        [
          ...["658327ea-f89d-4fab-a63d-7e88639e58f6", "b2884449-e4de-46a7-ac36-70bc7f1ddd6d"],
          ...["83da9c7e-98b4-4e11-a168-04f0df8e2c65", "4cc15a8a-d715-48a4-82b8-cc0b614638fe"],
          "2e54312d-136d-493c-8eb9-b001f22f67d2",
        ],
        (cachePolicyId) => [cachedDefault({ cachePolicyId })],
      ),
      "two policies that both cache": [
        zero,
        one,
        cachedDefault({ cachePolicyId: through([zero, one], "cachepolicy-zero") }),
      ],
      "a server beside a bucket": [from({ domainName: "lb.example.org" })],
      "an origin by its own settings": [from({ domainName: "x.s3.amazonaws.com", customOriginConfig: {} })],
      "an origin in the network": [from({ domainName: "x.s3.amazonaws.com", vpcOriginConfig: { vpcOriginId: "v" } })],
      "an origin that is not there": [cachedDefault({ cachePolicyId: optimized, targetOriginId: "gone" })],
      "origins that are not known": [
        site({ origins: unknown, defaultCacheBehavior: behaviour({ cachePolicyId: optimized }) }),
      ],
    },
    unknown: {
      "a function that makes the files": [
        thing("aws:lambda/functionUrl:FunctionUrl", "f"),
        from({ domainName: through([thing("aws:lambda/functionUrl:FunctionUrl", "f")], "f.lambda-url.on.aws") }),
      ],
      "the old way, for a time that is not known": [cachedDefault({ cachePolicyId: undefined, maxTtl: unknown })],
      "a policy for a time that is not known": [
        cachePolicy("dark", 0, unknown),
        cachedDefault({ cachePolicyId: id(cachePolicy("dark", 0, unknown)) }),
      ],
      "two policies of which one caches": [
        ...[zero, cachePolicy("off", 0, 0)],
        cachedDefault({ cachePolicyId: through([zero, cachePolicy("off", 0, 0)], "zero") }),
      ],
      "a policy of another stack": [zero, cachedDefault({ cachePolicyId: "11111111-2222-3333-4444-555555555555" })],
      "a policy that is not known": [ordered({ pathPattern: "/x", cachePolicyId: unknown })],
      "behaviours that are not known": [site({ orderedCacheBehaviors: unknown })],
    },
    notApplicable: { "a bucket": [bucket] },
  },
  {
    rule: cloudfrontMinTtlZero,
    pass: {
      "nothing cached": [site()],
      "no minimum": [zero, ordered({ pathPattern: "/theme/styles.php/*", cachePolicyId: id(zero) })],
      "files from S3": [ordered({ pathPattern: "/files/*", targetOriginId: "files", cachePolicyId: optimized })],
    },
    fail: {
      "a second": [one, ordered({ pathPattern: "/theme/styles.php/*", cachePolicyId: id(one) })],
      CachingOptimized: [ordered({ pathPattern: "/theme/styles.php/*", cachePolicyId: optimized })],
      "the old way": [site({ defaultCacheBehavior: behaviour({ cachePolicyId: undefined, minTtl: 60 }) })],
      "two policies of a second": [
        ...[one, cachePolicy("another", 1)],
        cachedDefault({ cachePolicyId: through([one, cachePolicy("another", 1)], "cachepolicy-one") }),
      ],
    },
    unknown: {
      "the old way, for a time that is not known": [cachedDefault({ cachePolicyId: undefined, minTtl: unknown })],
      "one of two policies": [zero, one, ordered({ pathPattern: "/x", cachePolicyId: through([zero, one], "z") })],
      "a minimum that is not known": [
        cachePolicy("dark", unknown),
        ordered({ pathPattern: "/x", cachePolicyId: id(cachePolicy("dark", unknown)) }),
      ],
    },
    notApplicable: { "a bucket": [bucket] },
  },
  {
    rule: endpointsTls,
    pass: {
      "an API": [thing("aws:apigateway/domainName:DomainName", "d", { securityPolicy: "TLS_1_2" })],
      "an API with AWS's default": [thing("aws:apigateway/domainName:DomainName", "d", {})],
      ...forEach(searches, (type) => [searchTls(type, "Policy-Min-TLS-1-2-2019-07")]),
      "a load balancer of Lightsail": [thing("aws:lightsail/lb:Lb", "l", { tlsPolicyName: "TLS-FS-Res-1-2-2019-08" })],
      "a server of SFTP": [thing("aws:transfer/server:Server", "s", { protocols: ["SFTP"] })],
      "a webhook": [thing("aws:sns/topicSubscription:TopicSubscription", "s", { protocol: "https" })],
      "a migration over TLS": [migration({ engineName: "postgres", sslMode: "require" })],
      "a backend over TLS": [backend({ integrationType: "HTTP_PROXY", integrationUri: "https://b.example.org" })],
    },
    fail: {
      "an API": [thing("aws:apigateway/domainName:DomainName", "d", { securityPolicy: "TLS_1_0" })],
      ...forEach(searches, (type) => [searchTls(type, "Policy-Min-TLS-1-0-2019-07")]),
      "a load balancer of Lightsail": [thing("aws:lightsail/lb:Lb", "l", { tlsPolicyName: "TLS-2016-08" })],
      "a server of FTP": [thing("aws:transfer/server:Server", "s", { protocols: ["SFTP", "FTP"] })],
      "a webhook": [thing("aws:sns/topicSubscription:TopicSubscription", "s", { protocol: "http" })],
      "a migration that says nothing": [migration({ engineName: "postgres" })],
      "a migration in plain text": [migration({ engineName: "mysql", sslMode: "none" })],
      "a migration of an engine that is not known": [migration({ engineName: unknown, sslMode: "none" })],
      "a backend": [backend({ integrationType: "HTTP_PROXY", integrationUri: "http://b.example.org" })],
      "a backend of a REST API": [
        thing("aws:apigateway/integration:Integration", "i", { type: "HTTP", uri: "HTTP://b.example.org" }),
      ],
    },
    unknown: {
      "protocols that are not known": [thing("aws:transfer/server:Server", "s", { protocols: unknown })],
      "a policy that is not known": [searchTls(searches[0]!, unknown)],
    },
    notApplicable: {
      "a migration to a bucket": [migration({ engineName: "s3" })],
      "a backend behind a VPC link": [
        backend({ integrationType: "HTTP_PROXY", connectionType: "VPC_LINK", integrationUri: "http://b.internal" }),
      ],
      "a function": [backend({ integrationType: "AWS_PROXY", integrationUri: unknown })],
    },
  },
];
