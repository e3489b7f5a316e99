import { awsDefaults } from "../lib/awsDefaults";
import { stackRule } from "../lib/rule";
import { distribution } from "../lib/types";
import { expect, pass, undecided } from "../lib/verdict";
import { isUnknown } from "../lib/view";
import { behavioursOf, cachingOf, isDynamic, nameOf } from "./behaviours";

export const cloudfrontMinTtlZero = stackRule({
  id: "cloudfront-min-ttl-zero",
  group: "edge",
  severity: "high",
  title: "In front of a web server CloudFront has no minimum time to live.",
  why: "With a minimum above 0 it keeps even answers marked private or no-store: a half-built theme, an error, someone's page.",
  fix: "Use an aws.cloudfront.CachePolicy with minTtl: 0 (and defaultTtl: 0); CachingOptimized has a minimum of one second.",
  serves: ["Moodle R5", "Moodle R25"],
  example: `new aws.cloudfront.CachePolicy("revisioned", { minTtl: 0, defaultTtl: 0, maxTtl: 31104000, ... });`,
  types: [distribution],
  limits: {},
  check: (resource, stack) =>
    behavioursOf(resource.props).map((behaviour) => {
      if (isUnknown(behaviour)) {
        return undecided(behaviour);
      }
      const dynamic = isDynamic(stack, resource, behaviour);
      if (dynamic !== true) {
        return isUnknown(dynamic) ? undecided(dynamic) : pass;
      }
      return expect(
        cachingOf(stack, resource, behaviour).minTtl,
        (seconds) => seconds === 0,
        (seconds) => `${nameOf(behaviour)} has a minimum TTL of ${seconds ?? awsDefaults.minTtl.value} s`,
      );
    }),
});
