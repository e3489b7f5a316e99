import * as assert from "node:assert/strict";
import { build } from "../../testing/build";
import { run, type Viewer } from "../../testing/cloudfront-functions/harness";
import { njs } from "../../testing/cloudfront-functions/njs";
import { unsupported } from "../../testing/cloudfront-functions/runtime";
import { skipWithout } from "../../testing/outage/switchCases";
import { v8 } from "../../testing/cloudfront-functions/v8";
import { RedirectCdn, redirectCode } from "./redirectCdn";

describe("old addresses", () => {
  it("use only what CloudFront's runtime has", () => {
    assert.deepEqual(unsupported(redirectCode("moodle.example.org")), []);
  });

  for (const [name, engine] of [
    ["njs", njs],
    ["V8", v8],
  ] as const) {
    describe(`in ${name}`, () => {
      before(function () {
        skipWithout(engine, this);
      });
      /** The values of the query come not decoded. */
      const answer = async (uri: string, query: Viewer["query"] = {}, method = "GET") => {
        const { response } = await run(engine, redirectCode("moodle.example.org"), {}, { uri, query, method });
        return { status: response?.statusCode, location: response?.headers?.["location"]?.value };
      };

      it("lead to the same path and query under the site's name", async () => {
        assert.deepEqual(await answer("/mod/quiz/view.php", { id: "7", tag: ["a%20b", "c%26d"], redirect: "" }), {
          status: 301,
          location: "https://moodle.example.org/mod/quiz/view.php?id=7&tag=a%20b&tag=c%26d&redirect",
        });
        assert.equal((await answer("/")).location, "https://moodle.example.org/");
        assert.equal((await answer("/a%20b/ü")).location, "https://moodle.example.org/a%20b/ü");
      });

      it("keep what is posted", async () => {
        assert.equal((await answer("/webservice/rest/server.php", {}, "POST")).status, 308);
        assert.equal((await answer("/", {}, "HEAD")).status, 301);
      });
    });
  }

  it("have a distribution that answers by itself, for all their names", async () => {
    const { identities, get } = await build(
      (opts) =>
        new RedirectCdn(
          "redirect",
          {
            domain: "old.example.org",
            furtherDomains: ["alias.example.org"],
            hostedZoneId: "Z1",
            target: "moodle.example.org",
            certificateArn: "arn:aws:acm:us-east-1:123456789012:certificate/c",
            webAclArn: "arn:aws:wafv2:us-east-1:123456789012:global/webacl/a/b",
            priceClass: "PriceClass_All",
            accessLogsBucketArn: "arn:aws:s3:::logs",
          },
          opts,
        ),
    );
    assert.deepEqual(
      identities.filter((one) => one.includes("Record") || one.includes("unction")),
      [
        "aws:cloudfront/function:Function::redirect-function",
        "aws:route53/record:Record::redirect-a",
        "aws:route53/record:Record::redirect-aaaa",
        "aws:route53/record:Record::redirect-alias.example.org-a",
        "aws:route53/record:Record::redirect-alias.example.org-aaaa",
      ],
    );
    const { aliases, defaultCacheBehavior, webAclId, orderedCacheBehaviors } = get("redirect-distribution").inputs;
    assert.deepEqual(aliases, ["old.example.org", "alias.example.org"]);
    assert.equal(defaultCacheBehavior.functionAssociations[0].eventType, "viewer-request");
    // A redirect that the edge kept could be given to somebody else: Managed-CachingDisabled, and nothing about headers.
    assert.equal(defaultCacheBehavior.cachePolicyId, "4135ea2d-6df8-44a3-9df3-4b5a84be39ad");
    assert.equal(defaultCacheBehavior.originRequestPolicyId, undefined);
    // The function would not answer a path with its own behaviour.
    assert.equal(orderedCacheBehaviors, undefined);
    assert.ok(webAclId);
  });
});
