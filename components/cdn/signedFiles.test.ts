import * as assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import { build, isUnknown, settled } from "../../testing/build";
import { FilesCdn } from "./filesCdn";
import { filesReadStatements, keyFingerprint, publicKeyFault, SignedFiles, type SignedFilesArgs } from "./signedFiles";

const rsa = (modulusLength = 2048) =>
  generateKeyPairSync("rsa", {
    modulusLength,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });
const [first, second] = [rsa().publicKey, rsa().publicKey];
const nameOf = (pem: string) => `files-key-${keyFingerprint(pem)}`;

const args: SignedFilesArgs = {
  bucket: { bucketRegionalDomainName: pulumi.output("objects.s3.eu-west-2.amazonaws.com") },
  siteDomain: "moodle.example.org",
  publicKeys: [first],
};
const make = (publicKeys: readonly string[] = [first], preview = false) =>
  build((opts) => new SignedFiles("files", { ...args, publicKeys }, opts), { preview });

describe("SignedFiles", () => {
  it("builds exactly these resources, the same in a preview", async () => {
    const expected = [
      "aws:cloudfront/cachePolicy:CachePolicy::files-cache",
      "aws:cloudfront/keyGroup:KeyGroup::files-keys",
      "aws:cloudfront/originAccessControl:OriginAccessControl::files-access",
      "aws:cloudfront/originRequestPolicy:OriginRequestPolicy::files-origin-request",
      `aws:cloudfront/publicKey:PublicKey::${nameOf(first)}`,
      "aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy::files-headers",
      "moodle:cdn:SignedFiles::files",
    ];
    const built = await make();
    assert.deepEqual(built.identities, expected);
    assert.ok(built.resources.slice(1).every(({ options }) => options.parent === built.component));
    const planned = await make([first], true);
    assert.deepEqual(planned.identities, expected);
    assert.ok(isUnknown(planned.get("files-keys").inputs["items"][0]));
  });

  it("asks for a signature on its path, and signs its own requests to the bucket", async () => {
    const built = await make();
    const { origin, behavior } = built.component;
    assert.equal(behavior.pathPattern, "/objectfs/*");
    assert.deepEqual(await settled(pulumi.output(behavior.trustedKeyGroups)), ["files-keys-id"]);
    assert.deepEqual(behavior.allowedMethods, ["GET", "HEAD", "OPTIONS"]);
    assert.equal(await settled(pulumi.output(origin.originAccessControlId)), "files-access-id");
    const access = built.get("files-access").inputs;
    assert.deepEqual(
      [access["originAccessControlOriginType"], access["signingBehavior"], access["signingProtocol"]],
      ["s3", "always", "sigv4"],
    );
  });

  it("keeps files by content, name and type, never by cookie", async () => {
    const { parametersInCacheKeyAndForwardedToOrigin: key } = (await make()).get("files-cache").inputs;
    assert.equal(key.cookiesConfig.cookieBehavior, "none");
    assert.deepEqual(key.queryStringsConfig.queryStrings.items, [
      "response-content-disposition",
      "response-content-type",
    ]);
  });

  it("lets the site's pages read, and frames show, the files", async () => {
    const { corsConfig, securityHeadersConfig } = (await make()).get("files-headers").inputs;
    assert.deepEqual(corsConfig.accessControlAllowOrigins.items, ["https://moodle.example.org"]);
    assert.equal(corsConfig.originOverride, true);
    assert.equal(securityHeadersConfig.frameOptions, undefined);
  });

  it("rotates its keys without replacing any: by what they are, not by their place", async () => {
    const [one, both, swapped] = [await make(), await make([first, second]), await make([second, first])];
    assert.equal(await settled(one.component.keyPairId), `${nameOf(first)}-id`);
    assert.equal(await settled(both.component.keyPairId), `${nameOf(first)}-id`);
    assert.equal(await settled(swapped.component.keyPairId), `${nameOf(second)}-id`);
    assert.deepEqual(both.identities, swapped.identities);
    assert.deepEqual(both.get("files-keys").inputs["items"], [`${nameOf(first)}-id`, `${nameOf(second)}-id`]);
    const oneLine = `${first.trim().replace(/\n(?=[A-Za-z0-9+/])/g, "\n ")}\n\n`;
    assert.equal(keyFingerprint(oneLine), keyFingerprint(first));
  });

  it("lets one distribution read the files, and nothing else of the bucket", async () => {
    const [statement] = filesReadStatements("arn:aws:s3:::objects", "arn:aws:cloudfront::1:distribution/E1");
    assert.deepEqual(statement?.actions, ["s3:GetObject"]);
    assert.deepEqual(statement?.conditions, {
      StringEquals: { "aws:SourceArn": "arn:aws:cloudfront::1:distribution/E1" },
    });
    assert.equal(await settled(pulumi.output(statement?.resources?.[0])), "arn:aws:s3:::objects/objectfs/*");
  });

  const ec = generateKeyPairSync("ec", { namedCurve: "P-256" }).publicKey.export({ type: "spki", format: "pem" });
  const refused: readonly [string, readonly string[], RegExp][] = [
    ["no key", [], /0 keys.*1 or 2/],
    ["three keys", [first, second, rsa().publicKey], /3 keys/],
    ["one key twice", [first, first], /the same key twice/],
    ["a key of another kind", [ec.toString()], /a key of type ec/],
    ["a longer key", [rsa(3072).publicKey], /type rsa with 3072 bits/],
    ["a private key", [rsa().privateKey], /a private key, which must never be/],
    ["something else", ["K1"], /something else than a public key/],
  ];
  for (const [what, keys, expected] of refused) {
    it(`refuses ${what}`, () => assert.rejects(make(keys), expected));
  }

  it("never shows a key in an error", () => assert.ok(!(publicKeyFault(rsa().privateKey) ?? "").includes("-----")));
});

describe("FilesCdn", () => {
  const files = { origin: { originId: "files", domainName: "o" }, behavior: { pathPattern: "/objectfs/*" } };
  const makeCdn = (hostedZoneId?: string) =>
    build(
      (opts) =>
        new FilesCdn(
          "cdn",
          {
            domain: "files.example.org",
            hostedZoneId,
            certificateArn: "arn:aws:acm:us-east-1:1:certificate/c",
            files: {
              ...files,
              behavior: { ...files.behavior, targetOriginId: "files", trustedKeyGroups: ["g"] },
            } as any,
            priceClass: "PriceClass_100",
            accessLogsBucketArn: "arn:aws:s3:::logs",
          },
          opts,
        ),
      {
        outputs: {
          "aws:cloudfront/distribution:Distribution": () => ({ domainName: "d1.cloudfront.net", hostedZoneId: "Z2" }),
        },
      },
    );

  it("asks for a signature on every path", async () => {
    const { inputs } = (await makeCdn()).get("cdn-distribution");
    assert.deepEqual(inputs["defaultCacheBehavior"], { targetOriginId: "files", trustedKeyGroups: ["g"] });
    assert.equal(inputs["orderedCacheBehaviors"], undefined);
    assert.deepEqual(inputs["aliases"], ["files.example.org"]);
  });

  it("is logged, and has an address only where the zone is ours", async () => {
    const plain = [
      "aws:cloudfront/distribution:Distribution::cdn-distribution",
      "aws:cloudwatch/logDelivery:LogDelivery::cdn-log-delivery",
      "aws:cloudwatch/logDeliveryDestination:LogDeliveryDestination::cdn-log-destination",
      "aws:cloudwatch/logDeliverySource:LogDeliverySource::cdn-log-source",
      "moodle:cdn:FilesCdn::cdn",
    ];
    assert.deepEqual((await makeCdn()).identities, plain);
    const records = ["aws:route53/record:Record::cdn-a", "aws:route53/record:Record::cdn-aaaa"];
    assert.deepEqual((await makeCdn("Z1")).identities, [...plain, ...records].sort());
  });
});
