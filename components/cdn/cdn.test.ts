import * as assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { build, BuildOptions, isUnknown, settled } from "../../testing/build";
import { logFields } from "./accessLogs";
import { cachedPaths } from "./cacheBehaviours";
import { Cdn, CdnArgs, siteOriginId } from "./cdn";
import { viewerAddressHeader } from "../lib/viewerAddress";
import { cachePolicies, originRequestPolicies, priceClasses, viewerTlsPolicy } from "./managedPolicies";

const secret = "s".repeat(40);
const functionArn = "arn:aws:cloudfront::123456789012:function/switch";
const functionAssociations = [{ eventType: "viewer-request", functionArn }];
const albArn = "arn:aws:elasticloadbalancing:eu-west-2:123456789012:loadbalancer/app/edge-alb/50dc6c495c0c9188";

const args: CdnArgs = {
  domain: "moodle.example.ac.uk",
  hostedZoneId: "Z1",
  certificateArn: "arn:aws:acm:us-east-1:123456789012:certificate/c",
  webAclArn: "arn:aws:wafv2:us-east-1:123456789012:global/webacl/w/1",
  loadBalancer: { arn: pulumi.output(albArn), dnsName: pulumi.output("internal-edge.elb.amazonaws.com") },
  originSecret: pulumi.secret(secret),
  originReadTimeoutSeconds: 90,
  originKeepaliveTimeoutSeconds: 30,
  accessLogsBucketArn: "arn:aws:s3:::logs",
  viewerRequestFunctionArn: functionArn,
};

const outputs: BuildOptions["outputs"] = {
  "aws:cloudfront/distribution:Distribution": () => ({
    domainName: "d111111abcdef8.cloudfront.net",
    hostedZoneId: "Z2FDTNDATAQYW2",
  }),
};

const make = (changes: Partial<CdnArgs> = {}, preview = false) =>
  build((opts) => new Cdn("edge", { ...args, ...changes }, opts), { outputs, preview });

const without = { hostedZoneId: undefined };

const base = [
  "aws:cloudfront/cachePolicy:CachePolicy::edge-revisioned",
  "aws:cloudfront/distribution:Distribution::edge-distribution",
  "aws:cloudfront/originRequestPolicy:OriginRequestPolicy::edge-cached-requests",
  "aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy::edge-cached-headers",
  "aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy::edge-headers",
  "aws:cloudfront/vpcOrigin:VpcOrigin::edge-vpc-origin",
  "aws:cloudwatch/logDelivery:LogDelivery::edge-log-delivery",
  "aws:cloudwatch/logDeliveryDestination:LogDeliveryDestination::edge-log-destination",
  "aws:cloudwatch/logDeliverySource:LogDeliverySource::edge-log-source",
  "moodle:cdn:Cdn::edge",
];

describe("Cdn", () => {
  it("builds exactly these resources", async () => {
    const records = ["aws:route53/record:Record::edge-a", "aws:route53/record:Record::edge-aaaa"];
    const built = await make();
    assert.deepEqual(built.identities, [...base, ...records].sort());
    assert.deepEqual((await make(without)).identities, base);
    assert.ok(built.resources.slice(1).every(({ options }) => options.parent === built.component));
  });

  it("reaches the load balancer privately, by HTTPS, and is replaced rather than changed", async () => {
    const { inputs, options } = (await make()).get("edge-vpc-origin");
    assert.deepEqual(inputs["vpcOriginEndpointConfig"], {
      name: "edge-50dc6c495c0c9188",
      arn: albArn,
      originProtocolPolicy: "https-only",
      httpsPort: 443,
      httpPort: 80,
      originSslProtocols: { items: ["TLSv1.2"], quantity: 1 },
    });
    assert.deepEqual(options.replaceOnChanges, ["vpcOriginEndpointConfig"]);
  });

  it("sends the secret to the site, and keeps it secret", async () => {
    // One secret value makes the whole list one: the mocks show it wrapped.
    const { value } = (await make()).get("edge-distribution").inputs["origins"];
    assert.deepEqual(value, [
      {
        originId: siteOriginId,
        domainName: "internal-edge.elb.amazonaws.com",
        vpcOriginConfig: { vpcOriginId: "edge-vpc-origin-id", originReadTimeout: 90, originKeepaliveTimeout: 30 },
        customHeaders: [{ name: "X-Origin-Verify", value: secret }],
      },
    ]);
  });

  it("keeps nothing and passes everything by default", async () => {
    const { defaultCacheBehavior } = (await make()).get("edge-distribution").inputs;
    assert.deepEqual(defaultCacheBehavior, {
      targetOriginId: siteOriginId,
      viewerProtocolPolicy: "redirect-to-https",
      allowedMethods: ["GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE"],
      cachedMethods: ["GET", "HEAD"],
      cachePolicyId: cachePolicies.cachingDisabled,
      originRequestPolicyId: originRequestPolicies.allViewer,
      responseHeadersPolicyId: "edge-headers-id",
      compress: true,
      functionAssociations,
    });
  });

  it("keeps the paths of the table, without cookies, and as long as Moodle says", async () => {
    const built = await make();
    const behaviours: Record<string, any>[] = built.get("edge-distribution").inputs["orderedCacheBehaviors"];
    assert.deepEqual(
      behaviours.map(({ pathPattern }) => pathPattern),
      cachedPaths.map(({ pattern }) => pattern),
    );
    for (const { pathPattern, allowedMethods, ...rest } of behaviours) {
      const post = pathPattern === "/lib/ajax/service-nologin.php";
      assert.equal(allowedMethods.length, post ? 7 : 3, pathPattern);
      assert.deepEqual(rest, {
        targetOriginId: siteOriginId,
        viewerProtocolPolicy: "redirect-to-https",
        cachedMethods: ["GET", "HEAD"],
        cachePolicyId: "edge-revisioned-id",
        originRequestPolicyId: "edge-cached-requests-id",
        responseHeadersPolicyId: "edge-cached-headers-id",
        compress: true,
        functionAssociations,
      });
    }
    const { comment: _comment, ...policy } = built.get("edge-revisioned").inputs;
    assert.deepEqual(policy, {
      minTtl: 0,
      defaultTtl: 0,
      maxTtl: 31_104_000,
      parametersInCacheKeyAndForwardedToOrigin: {
        cookiesConfig: { cookieBehavior: "none" },
        headersConfig: { headerBehavior: "whitelist", headers: { items: ["Host"] } },
        queryStringsConfig: { queryStringBehavior: "all" },
        enableAcceptEncodingGzip: true,
        enableAcceptEncodingBrotli: true,
      },
    });
  });

  it("takes sessions out of what is kept", async () => {
    const { removeHeadersConfig, securityHeadersConfig } = (await make()).get("edge-cached-headers").inputs;
    assert.deepEqual(removeHeadersConfig, { items: [{ header: "Set-Cookie" }] });
    assert.ok(securityHeadersConfig.strictTransportSecurity.override);
  });

  it("keeps no error, and leaves each as Moodle wrote it", async () => {
    const { customErrorResponses } = (await make()).get("edge-distribution").inputs;
    assert.deepEqual(
      customErrorResponses,
      [404, 405, 414, 500, 501, 502, 503, 504].map((errorCode) => ({ errorCode, errorCachingMinTtl: 0 })),
    );
  });

  it("runs the function on every behaviour that goes to Moodle, and on no other", async () => {
    const further = ["site", "pages"].map((targetOriginId) => ({
      pathPattern: `/${targetOriginId}/*`,
      targetOriginId,
      viewerProtocolPolicy: "redirect-to-https",
      allowedMethods: ["GET", "HEAD"],
      cachedMethods: ["GET", "HEAD"],
    }));
    const { inputs } = (await make({ orderedCacheBehaviors: further })).get("edge-distribution");
    for (const behaviour of [inputs["defaultCacheBehavior"], ...inputs["orderedCacheBehaviors"]]) {
      const expected = behaviour.targetOriginId === siteOriginId ? functionAssociations : undefined;
      assert.deepEqual(behaviour.functionAssociations, expected, behaviour.pathPattern);
    }
  });

  it("sends the viewer's address with kept files too, and does not keep them by it", async () => {
    const built = await make();
    const { comment: _comment, ...policy } = built.get("edge-cached-requests").inputs;
    assert.deepEqual(policy, {
      cookiesConfig: { cookieBehavior: "none" },
      headersConfig: { headerBehavior: "whitelist", headers: { items: [viewerAddressHeader] } },
      queryStringsConfig: { queryStringBehavior: "none" },
    });
    assert.ok(!JSON.stringify(built.get("edge-revisioned").inputs).includes(viewerAddressHeader));
  });

  it("serves the domain with its certificate, HTTP/3, IPv6 and the web ACL", async () => {
    const { inputs } = (await make()).get("edge-distribution");
    assert.deepEqual(
      [inputs["aliases"], inputs["httpVersion"], inputs["isIpv6Enabled"], inputs["priceClass"], inputs["webAclId"]],
      [["moodle.example.ac.uk"], "http2and3", true, "PriceClass_100", args.webAclArn],
    );
    assert.deepEqual(inputs["viewerCertificate"], {
      acmCertificateArn: args.certificateArn,
      sslSupportMethod: "sni-only",
      minimumProtocolVersion: "TLSv1.2_2021",
    });
  });

  it("adds security headers and leaves framing to Moodle", async () => {
    const { securityHeadersConfig } = (await make()).get("edge-headers").inputs;
    assert.deepEqual(Object.keys(securityHeadersConfig).sort(), [
      "contentTypeOptions",
      "referrerPolicy",
      "strictTransportSecurity",
    ]);
    assert.equal(securityHeadersConfig.strictTransportSecurity.accessControlMaxAgeSec, 31_536_000);
  });

  it("delivers access logs to the bucket, without cookies", async () => {
    const built = await make();
    const distributionArn = await settled(built.component.distributionArn);
    assert.deepEqual(built.get("edge-log-source").inputs, { logType: "ACCESS_LOGS", resourceArn: distributionArn });
    assert.deepEqual(built.get("edge-log-destination").inputs, {
      outputFormat: "json",
      deliveryDestinationConfiguration: { destinationResourceArn: "arn:aws:s3:::logs" },
    });
    const { recordFields, s3DeliveryConfigurations } = built.get("edge-log-delivery").inputs;
    assert.deepEqual(recordFields, logFields);
    assert.ok(!logFields.includes("cs(Cookie)"));
    assert.equal(new Set(logFields).size, logFields.length);
    assert.equal(s3DeliveryConfigurations[0].suffixPath, "{DistributionId}/{yyyy}/{MM}/{dd}/{HH}");
  });

  it("points the domain at itself, by IPv4 and IPv6", async () => {
    const built = await make();
    for (const type of ["A", "AAAA"]) {
      assert.deepEqual(built.get(`edge-${type.toLowerCase()}`).inputs, {
        zoneId: "Z1",
        name: "moodle.example.ac.uk",
        type,
        aliases: [{ name: "d111111abcdef8.cloudfront.net", zoneId: "Z2FDTNDATAQYW2", evaluateTargetHealth: false }],
      });
    }
    assert.equal(await settled(built.component.distributionDomainName), "d111111abcdef8.cloudfront.net");
  });

  it("takes further behaviours, origins and error pages", async () => {
    const behaviour = {
      pathPattern: "/theme/*",
      targetOriginId: siteOriginId,
      viewerProtocolPolicy: "redirect-to-https",
      allowedMethods: ["GET", "HEAD"],
      cachedMethods: ["GET", "HEAD"],
    };
    const error = { errorCode: 503, responseCode: 503, responsePagePath: "/outage.html", errorCachingMinTtl: 5 };
    const origin = { originId: "outage", domainName: "outage.s3.eu-west-2.amazonaws.com" };
    const { inputs } = (
      await make({
        orderedCacheBehaviors: [behaviour],
        customErrorResponses: [error],
        furtherOrigins: [origin],
      })
    ).get("edge-distribution");
    assert.deepEqual(inputs["orderedCacheBehaviors"][0], { ...behaviour, functionAssociations });
    assert.equal(inputs["orderedCacheBehaviors"].length, 1 + cachedPaths.length);
    assert.deepEqual(inputs["customErrorResponses"][0], error);
    assert.equal(inputs["customErrorResponses"].filter(({ errorCode }: any) => errorCode === 503).length, 1);
    assert.deepEqual(inputs["origins"].value[1], origin);
  });

  it("plans the same in a preview, where nothing but settings is known", async () => {
    const built = await make({}, true);
    assert.deepEqual(built.identities, (await make()).identities);
    const { inputs } = built.get("edge-distribution");
    assert.equal(inputs["viewerCertificate"].minimumProtocolVersion, viewerTlsPolicy);
    assert.equal(inputs["defaultCacheBehavior"].cachePolicyId, cachePolicies.cachingDisabled);
    assert.ok(isUnknown(inputs["defaultCacheBehavior"].responseHeadersPolicyId));
    assert.equal(await settled(built.component.distributionId), undefined);
  });

  const refused: readonly [string, Partial<CdnArgs>, RegExp][] = [
    ["a read timeout of 121", { originReadTimeoutSeconds: 121 }, /originReadTimeoutSeconds: got 121, .* from 1 to 120/],
    ["a keep-alive of 0", { originKeepaliveTimeoutSeconds: 0 }, /originKeepaliveTimeoutSeconds: got 0/],
    ["an unknown price class", { priceClass: "PriceClass_9" as "PriceClass_100" }, /priceClass: got "PriceClass_9"/],
    [
      "a page for 404",
      { customErrorResponses: [{ errorCode: 404, errorCachingMinTtl: 0 }] },
      /customErrorResponses\[0\]\.errorCode: got 404/,
    ],
    [
      "a page that is kept too long",
      { customErrorResponses: [{ errorCode: 503, errorCachingMinTtl: 60 }] },
      /errorCachingMinTtl: got 60, .* 0 to 10/,
    ],
    ["a short secret", { originSecret: "short" }, /originSecret: got "a secret of 5 characters"/],
  ];
  for (const [what, changes, expected] of refused) {
    it(`refuses ${what}`, () => assert.rejects(make(changes), expected));
  }
});

describe("managed policies", () => {
  it("are those that AWS lists", () => {
    assert.deepEqual(cachePolicies, {
      cachingDisabled: "4135ea2d-6df8-44a3-9df3-4b5a84be39ad",
      cachingOptimized: "658327ea-f89d-4fab-a63d-7e88639e58f6",
    });
    assert.deepEqual(originRequestPolicies, { allViewer: "216adef6-5c7f-47e4-b989-5492eafa07d3" });
    assert.equal(viewerTlsPolicy, "TLSv1.2_2021");
    assert.deepEqual(priceClasses, ["PriceClass_100", "PriceClass_200", "PriceClass_All"]);
  });
});
