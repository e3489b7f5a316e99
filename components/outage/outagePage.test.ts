import * as assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { build, isUnknown, settled, type BuildOptions } from "../../testing/build";
import { cachePolicies } from "../cdn/managedPolicies";
import { outageCodes, pagesPolicy } from "./behaviours";
import { OutagePage, type OutagePageArgs } from "./outagePage";

const args: OutagePageArgs = {
  folder: "outage",
  journal: "journal",
  pages: [
    { name: "index.html", contentType: "text/html; charset=utf-8", content: "<!doctype html>" },
    { name: "status.json", contentType: "application/json", content: "{}" },
  ],
  functionCode: "async function handler(event) { return event.request; }",
  switchKey: "state",
  switchValue: "off",
  signalsTopicArn: "arn:aws:sns:us-east-1:123456789012:alerts",
};
const storeArn = "arn:aws:cloudfront::123456789012:key-value-store/1a2b";
const outputs: BuildOptions["outputs"] = {
  "aws:s3/bucket:Bucket": (name) => ({
    arn: `arn:aws:s3:::${name}`,
    bucket: name,
    bucketRegionalDomainName: `${name}.s3.us-east-1.amazonaws.com`,
  }),
  "aws:cloudfront/keyValueStore:KeyValueStore": () => ({ arn: storeArn }),
  "aws:cloudwatch/eventRule:EventRule": (name) => ({ name }),
};
const make = (changes: Partial<OutagePageArgs> = {}, options: BuildOptions = {}) =>
  build((opts) => new OutagePage("away", { ...args, ...changes }, opts), { outputs, ...options });
const statements = async (name: string, key: string, changes: Partial<OutagePageArgs> = {}) =>
  JSON.parse((await make(changes)).get(name).inputs[key]).Statement;

const bucketOf = (name: string): string[] => [
  `aws:s3/bucket:Bucket::${name}-bucket`,
  `aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration::${name}-lifecycle`,
  `aws:s3/bucketOwnershipControls:BucketOwnershipControls::${name}-ownership`,
  `aws:s3/bucketPolicy:BucketPolicy::${name}-policy`,
  `aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock::${name}-public-access`,
  `aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration::${name}-encryption`,
  `aws:s3/bucketVersioning:BucketVersioning::${name}-versioning`,
  `moodle:storage:PrivateBucket::${name}`,
];
const expected = [
  ...bucketOf("away-pages"),
  ...bucketOf("away-audit"),
  "aws:cloudfront/function:Function::away-function",
  "aws:cloudfront/keyValueStore:KeyValueStore::away-store",
  "aws:cloudfront/keyvaluestoreKey:KeyvaluestoreKey::away-switch",
  "aws:cloudfront/originAccessControl:OriginAccessControl::away-access",
  "aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy::away-error-headers",
  "aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy::away-headers",
  "aws:cloudtrail/trail:Trail::away-trail",
  "aws:cloudwatch/eventRule:EventRule::away-page-changed",
  "aws:cloudwatch/eventRule:EventRule::away-switch-turned",
  "aws:cloudwatch/eventTarget:EventTarget::away-page-changed-message",
  "aws:cloudwatch/eventTarget:EventTarget::away-switch-turned-message",
  "aws:iam/role:Role::away-editor",
  "aws:iam/rolePolicy:RolePolicy::away-editor-policy",
  "aws:s3/bucketNotification:BucketNotification::away-events",
  "aws:s3/bucketObjectv2:BucketObjectv2::away-index-html",
  "aws:s3/bucketObjectv2:BucketObjectv2::away-status-json",
  "moodle:outage:OutagePage::away",
].sort();

describe("OutagePage", () => {
  it("builds exactly these resources", async () => {
    const built = await make();
    assert.deepEqual(built.identities, expected);
    const own = built.resources.filter(({ name }) => !/^away-(pages|audit)-/.test(name) && name !== "away");
    assert.ok(own.every(({ options }) => options.parent === built.component));
  });

  it("lets the editor read and write the folder and turn the one switch, and nothing else", async () => {
    assert.deepEqual(await statements("away-editor-policy", "policy"), [
      {
        Sid: "EditPages",
        Effect: "Allow",
        Action: ["s3:GetObject", "s3:GetObjectVersion", "s3:PutObject"],
        Resource: ["arn:aws:s3:::away-pages-bucket/outage/*", "arn:aws:s3:::away-pages-bucket/journal/*"],
      },
      {
        Sid: "ListPages",
        Effect: "Allow",
        Action: ["s3:ListBucket", "s3:ListBucketVersions"],
        Resource: ["arn:aws:s3:::away-pages-bucket"],
        Condition: { StringLike: { "s3:prefix": ["outage/", "outage/*", "journal/", "journal/*"] } },
      },
      {
        Sid: "TurnSwitch",
        Effect: "Allow",
        Action: [
          "cloudfront-keyvaluestore:DescribeKeyValueStore",
          "cloudfront-keyvaluestore:GetKey",
          "cloudfront-keyvaluestore:ListKeys",
          "cloudfront-keyvaluestore:PutKey",
          "cloudfront-keyvaluestore:UpdateKeys",
        ],
        Resource: [storeArn],
      },
      {
        Sid: "ShowSwitchInConsole",
        Effect: "Allow",
        Action: ["cloudfront:DescribeKeyValueStore"],
        Resource: [storeArn],
      },
    ]);
  });

  it("trusts the account's own IAM with the editor's role, or the given ones alone", async () => {
    const principal = async (changes: Partial<OutagePageArgs> = {}) =>
      (await statements("away-editor", "assumeRolePolicy", changes))[0].Principal;
    const role = "arn:aws:iam::123456789012:role/moodle-team";
    assert.deepEqual(await principal(), { AWS: ["arn:aws:iam::123456789012:root"] });
    assert.deepEqual(await principal({ editorArns: [role] }), { AWS: [role] });
  });

  it("shows CloudFront the folder and nobody anything", async () => {
    assert.deepEqual((await statements("away-pages-policy", "policy")).slice(2), [
      {
        Sid: "AllowCloudFrontToReadPages",
        Effect: "Allow",
        Principal: { Service: "cloudfront.amazonaws.com" },
        Action: ["s3:GetObject"],
        Resource: ["arn:aws:s3:::away-pages-bucket/outage/*"],
        Condition: {
          StringEquals: { "aws:SourceAccount": "123456789012" },
          ArnLike: { "aws:SourceArn": "arn:aws:cloudfront::123456789012:distribution/*" },
        },
      },
    ]);
    const built = await make();
    assert.deepEqual(built.get("away-pages-versioning").inputs["versioningConfiguration"], { status: "Enabled" });
    const { originAccessControlOriginType, signingBehavior } = built.get("away-access").inputs;
    assert.deepEqual([originAccessControlOriginType, signingBehavior], ["s3", "always"]);
  });

  it("writes the pages and the switch once, and leaves them to their editors from then on", async () => {
    const built = await make();
    const page = built.get("away-index-html");
    assert.deepEqual(page.inputs, {
      bucket: "away-pages-bucket",
      key: "outage/index.html",
      content: "<!doctype html>",
      contentType: "text/html; charset=utf-8",
      cacheControl: "no-cache",
    });
    assert.ok(page.options.ignoreChanges?.includes("content"));
    const managed = await make({ pages: [{ ...args.pages[0]!, managed: true }] });
    assert.deepEqual(managed.get("away-index-html").options.ignoreChanges, []);
    const turned = built.get("away-switch");
    assert.deepEqual(turned.inputs, { keyValueStoreArn: storeArn, key: "state", value: "off" });
    assert.deepEqual(turned.options.ignoreChanges, ["value"]);
  });

  it("publishes the function with its store, for the runtime that has stores", async () => {
    const { inputs } = (await make()).get("away-function");
    assert.deepEqual(
      [inputs["runtime"], inputs["keyValueStoreAssociations"], inputs["publish"], inputs["code"]],
      ["cloudfront-js-2.0", [storeArn], true, args.functionCode],
    );
  });

  it("replaces 502, 503 and 504 and no other code, for a second, always as 503", async () => {
    const { component } = await make();
    assert.deepEqual([...outageCodes], [502, 503, 504]);
    assert.deepEqual(
      component.errorResponses,
      [502, 503, 504].map((errorCode) => ({
        errorCode,
        responseCode: 503,
        responsePagePath: "/outage/index.html",
        errorCachingMinTtl: 1,
      })),
    );
  });

  it("has its own way past Moodle: nothing kept, no Host, read only", async () => {
    const { component } = await make();
    assert.deepEqual(
      component.behaviours.map(({ pathPattern }) => pathPattern),
      ["/outage/index.html", "/outage/*"],
    );
    for (const behaviour of component.behaviours) {
      assert.equal(behaviour.targetOriginId, component.origin.originId);
      assert.equal(behaviour.cachePolicyId, cachePolicies.cachingDisabled);
      assert.deepEqual(behaviour.allowedMethods, ["GET", "HEAD"]);
      assert.equal(behaviour.originRequestPolicyId, undefined);
    }
    const [error, pages] = component.behaviours;
    assert.equal(error?.functionAssociations, undefined, "the page for errors needs nothing");
    const [chooses] = (await settled(pulumi.output(pages?.functionAssociations))) ?? [];
    assert.equal(chooses?.eventType, "viewer-request");
    const built = await make();
    assert.deepEqual(built.get("away-error-headers").inputs["customHeadersConfig"].items, [
      { header: "Retry-After", value: "300", override: true },
      { header: "Cache-Control", value: "no-store", override: true },
    ]);
    assert.equal(built.get("away-headers").inputs["customHeadersConfig"], undefined);
    for (const name of ["away-headers", "away-error-headers"]) {
      const { contentSecurityPolicy } = built.get(name).inputs["securityHeadersConfig"].contentSecurityPolicy;
      assert.match(contentSecurityPolicy, /^default-src 'none'; /);
      assert.doesNotMatch(contentSecurityPolicy, /script-src|\*|https:/);
    }
  });

  it("lets one page be shown by others, kept for a minute, in which nothing runs", async () => {
    const banner = { name: "banner.html", contentType: "text/html; charset=utf-8", content: "" };
    const embedded = { file: "banner.html", origins: ["https://www.example.org"] };
    const built = await make({ pages: [...args.pages, banner], embedded });
    assert.deepEqual(
      built.component.behaviours.map(({ pathPattern, cachePolicyId }) => [pathPattern, cachePolicyId]),
      [
        ["/outage/index.html", cachePolicies.cachingDisabled],
        ["/outage/banner.html", cachePolicies.cachingOptimized],
        ["/outage/*", cachePolicies.cachingDisabled],
      ],
    );
    const { securityHeadersConfig, customHeadersConfig } = built.get("away-embedded-headers").inputs;
    const policy = securityHeadersConfig.contentSecurityPolicy.contentSecurityPolicy;
    assert.match(
      policy,
      /^default-src 'none'; .*; frame-ancestors 'self' https:\/\/www\.example\.org; sandbox allow-top/,
    );
    assert.doesNotMatch(policy, /script|\*|allow-same-origin/);
    assert.equal(securityHeadersConfig.frameOptions, undefined);
    assert.equal(securityHeadersConfig.contentTypeOptions.override, true);
    assert.deepEqual(customHeadersConfig.items, [{ header: "Cache-Control", value: "max-age=60", override: true }]);
    // All others stay closed to everybody.
    const others = built.get("away-headers").inputs["securityHeadersConfig"];
    assert.equal(others.frameOptions.frameOption, "DENY");
    assert.match(others.contentSecurityPolicy.contentSecurityPolicy, /frame-ancestors 'none'/);
  });

  it("lets its pages show named origins, which no other directive loads from", async () => {
    const built = await make({ framedOrigins: ["https://moodle.example.org"] });
    for (const name of ["away-headers", "away-error-headers"]) {
      const { contentSecurityPolicy } = built.get(name).inputs["securityHeadersConfig"].contentSecurityPolicy;
      assert.equal(contentSecurityPolicy, `${pagesPolicy}; frame-src 'self' https://moodle.example.org`);
    }
  });

  it("records who writes to the switch and the pages", async () => {
    const built = await make();
    const { name, advancedEventSelectors, enableLogFileValidation } = built.get("away-trail").inputs;
    assert.deepEqual([name, enableLogFileValidation], ["away-audit", true]);
    const data = { field: "eventCategory", equals: ["Data"] };
    const writes = { field: "readOnly", equals: ["false"] };
    assert.deepEqual(
      advancedEventSelectors.map(({ fieldSelectors }: any) => fieldSelectors),
      [
        [
          data,
          { field: "resources.type", equals: ["AWS::CloudFront::KeyValueStore"] },
          { field: "resources.ARN", equals: [storeArn] },
          writes,
        ],
        [
          data,
          { field: "resources.type", equals: ["AWS::S3::Object"] },
          {
            field: "resources.ARN",
            startsWiths: ["arn:aws:s3:::away-pages-bucket/outage/", "arn:aws:s3:::away-pages-bucket/journal/"],
          },
          writes,
        ],
      ],
    );
    const [, , acl, write] = await statements("away-audit-policy", "policy");
    const trail = "arn:aws:cloudtrail:us-east-1:123456789012:trail/away-audit";
    assert.deepEqual(acl.Condition, { StringEquals: { "aws:SourceArn": trail } });
    assert.deepEqual(write.Resource, ["arn:aws:s3:::away-audit-bucket/AWSLogs/123456789012/*"]);
    assert.equal(write.Condition.StringEquals["aws:SourceArn"], trail);
    assert.deepEqual(built.get("away-audit-lifecycle").inputs["rules"][0].expiration, { days: 365 });
  });

  it("tells the topic of every change of a page or of the switch", async () => {
    const built = await make();
    const pattern = (name: string) => JSON.parse(built.get(name).inputs["eventPattern"]);
    assert.equal(built.get("away-events").inputs["eventbridge"], true);
    assert.deepEqual(pattern("away-page-changed"), {
      source: ["aws.s3"],
      "detail-type": ["Object Created", "Object Deleted"],
      detail: {
        bucket: { name: ["away-pages-bucket"] },
        object: { key: [{ "anything-but": { wildcard: ["outage/v/*", "journal/*"] } }] },
      },
    });
    const derived = await make({ pages: [...args.pages, { ...args.pages[1]!, name: "feed.xml", derived: true }] });
    const { detail } = JSON.parse(derived.get("away-page-changed").inputs["eventPattern"]);
    assert.deepEqual(detail.object, {
      key: [{ "anything-but": { wildcard: ["outage/feed.xml", "outage/v/*", "journal/*"] } }],
    });
    assert.deepEqual(pattern("away-switch-turned").detail, {
      eventSource: ["edgekeyvaluestore.amazonaws.com"],
      readOnly: [false],
      requestParameters: { kvsARN: [storeArn] },
    });
    for (const name of ["away-page-changed", "away-switch-turned"]) {
      const { rule, arn, inputTransformer } = built.get(`${name}-message`).inputs;
      assert.deepEqual([rule, arn], [name, args.signalsTopicArn]);
      const places = (inputTransformer.inputTemplate as string).match(/<[a-z]+>/g)!.map((place) => place.slice(1, -1));
      assert.deepEqual(places.sort(), Object.keys(inputTransformer.inputPaths).sort());
      assert.equal(typeof JSON.parse(inputTransformer.inputTemplate), "string");
    }
  });

  it("plans the same in a preview, where no ARN is known", async () => {
    const built = await make({}, { preview: true });
    assert.deepEqual(built.identities, expected);
    assert.ok(isUnknown(built.get("away-switch").inputs["keyValueStoreArn"]));
    assert.equal(built.get("away-function").inputs["code"], args.functionCode);
    assert.equal(await settled(built.component.functionArn), undefined);
  });

  const refused: readonly [string, Partial<OutagePageArgs>, RegExp][] = [
    ["a folder with slashes", { folder: "/outage/" }, /folder: got "\/outage\/"/],
    ["a journal that visitors can read", { journal: "outage" }, /journal: got "outage"/],
    ["pages without index.html", { pages: [] }, /pages: got \[\], expected files with index.html/],
    ["a large function", { functionCode: "x".repeat(10_241) }, /functionCode: got "10241 bytes"/],
    ["to show what is no page", { embedded: { file: "b.html", origins: [] } }, /embedded\.file: got "b\.html"/],
    [
      "an origin that ends the policy",
      { embedded: { file: "index.html", origins: ["https://a.org; script-src *"] } },
      /embedded\.origins\[0\]: got .*expected https:\/\/ and a host name/,
    ],
    ["every origin in its pages", { framedOrigins: ["*"] }, /framedOrigins\[0\]: got "\*", expected https/],
    ["everybody as editor", { editorArns: ["*"] }, /editorArns\[0\]: got "\*"/],
  ];
  for (const [what, changes, message] of refused) {
    it(`refuses ${what}`, () => assert.rejects(make(changes), message));
  }
});
