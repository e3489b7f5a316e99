import * as assert from "node:assert/strict";
import { build } from "../../testing/build";
import { RedirectCdn, redirectCode } from "./redirectCdn";

type Answer = { statusCode: number; headers: { location: { value: string } } };
const handler = new Function(`${redirectCode("moodle.example.org")} return handler;`)() as (event: object) => Answer;

/** A request as CloudFront hands it over, with the values of the query not decoded. */
const answer = (uri: string, querystring: object = {}, method = "GET") =>
  handler({ request: { method, uri, querystring, headers: { host: { value: "old.example.org" } } } });

describe("old addresses", () => {
  it("lead to the same path and query under the site's name", () => {
    const query = {
      id: { value: "7" },
      tag: { value: "a%20b", multiValue: [{ value: "a%20b" }, { value: "c%26d" }] },
      redirect: { value: "" },
    };
    const { statusCode, headers } = answer("/mod/quiz/view.php", query);
    assert.equal(statusCode, 301);
    assert.equal(
      headers.location.value,
      "https://moodle.example.org/mod/quiz/view.php?id=7&tag=a%20b&tag=c%26d&redirect",
    );
    assert.equal(answer("/").headers.location.value, "https://moodle.example.org/");
    assert.equal(answer("/a%20b/ü").headers.location.value, "https://moodle.example.org/a%20b/ü");
  });

  it("keep what is posted", () => {
    assert.equal(answer("/webservice/rest/server.php", {}, "POST").statusCode, 308);
    assert.equal(answer("/", {}, "HEAD").statusCode, 301);
  });

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
    // A path of its own would be one that the function does not answer.
    assert.equal(orderedCacheBehaviors, undefined);
    assert.ok(webAclId);
  });
});
