import { awsDefaults } from "../lib/awsDefaults";
import type { Resource } from "../lib/resource";
import type { Stack } from "../lib/stack";
import { type Tri } from "../lib/verdict";
import { isUnknown, Unknown, type View } from "../lib/view";

/** What may be behind origin access control and makes an answer for each request. */
const servesPages = ["aws:lambda/functionUrl:FunctionUrl", "aws:mediastore/container:Container"];
const cachePolicy = "aws:cloudfront/cachePolicy:CachePolicy";

/**
 * Managed cache policies that matter here, with their minimum TTL.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-cache-policies.html
 */
const managed: Readonly<Record<string, { readonly caches: boolean; readonly minTtl: number }>> = {
  "4135ea2d-6df8-44a3-9df3-4b5a84be39ad": { caches: false, minTtl: 0 }, // CachingDisabled
  "658327ea-f89d-4fab-a63d-7e88639e58f6": { caches: true, minTtl: 1 }, // CachingOptimized
  "b2884449-e4de-46a7-ac36-70bc7f1ddd6d": { caches: true, minTtl: 1 }, // CachingOptimizedForUncompressedObjects
  "83da9c7e-98b4-4e11-a168-04f0df8e2c65": { caches: true, minTtl: 0 }, // UseOriginCacheControlHeaders
  "4cc15a8a-d715-48a4-82b8-cc0b614638fe": { caches: true, minTtl: 0 }, // UseOriginCacheControlHeaders-QueryStrings
  "2e54312d-136d-493c-8eb9-b001f22f67d2": { caches: true, minTtl: 2 }, // Amplify
};

/** The default behaviour and the ordered ones; an unknown list of them stands as one unknown. */
export function behavioursOf(props: View): readonly (View | Unknown)[] {
  const ordered = props.items("orderedCacheBehaviors");
  const first = props.has("defaultCacheBehavior") ? [props.object("defaultCacheBehavior")] : [];
  return isUnknown(ordered) ? [...first, ordered] : [...first, ...ordered];
}

export function nameOf(behaviour: View): string {
  const pattern = behaviour.text("pathPattern");
  return typeof pattern === "string" ? `the behaviour ${pattern}` : "the default behaviour";
}

/** Whether a behaviour caches, and its shortest time, whatever the origin says. */
export function cachingOf(
  stack: Stack,
  distribution: Resource,
  behaviour: View,
): { readonly caches: Tri; readonly minTtl: number | Unknown } {
  if (!behaviour.has("cachePolicyId")) {
    // The old way, without a policy: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/Expiration.html
    const [minTtl, maxTtl] = [behaviour.number("minTtl"), behaviour.number("maxTtl")];
    const caches = isUnknown(maxTtl) ? maxTtl : (maxTtl ?? awsDefaults.maxTtl.value) > 0;
    return { caches, minTtl: isUnknown(minTtl) ? minTtl : (minTtl ?? awsDefaults.minTtl.value) };
  }
  const id = behaviour.text("cachePolicyId");
  if (typeof id === "string" && managed[id] !== undefined) {
    return managed[id];
  }
  const property = behaviour.path.split(".")[0] ?? "";
  const candidates = stack
    .ofType(cachePolicy)
    .filter((policy) =>
      typeof id === "string" && typeof policy.props.text("id") === "string"
        ? policy.props.text("id") === id
        : stack.dependencies(distribution, property, [cachePolicy]).includes(policy),
    );
  const verdicts = candidates.map((policy) => {
    const [minTtl, maxTtl] = [policy.props.number("minTtl"), policy.props.number("maxTtl")];
    return {
      caches: isUnknown(maxTtl) ? maxTtl : (maxTtl ?? awsDefaults.maxTtl.value) > 0,
      minTtl: isUnknown(minTtl) ? minTtl : (minTtl ?? awsDefaults.minTtl.value),
    };
  });
  const [first] = verdicts;
  const unknown = new Unknown(`${behaviour.path}.cachePolicyId`);
  if (first === undefined) {
    return { caches: unknown, minTtl: unknown };
  }
  // In a preview the behaviours of one distribution share their dependencies: exact only where the candidates agree.
  return {
    caches: verdicts.every((one) => one.caches === first.caches) ? first.caches : unknown,
    minTtl: verdicts.every((one) => one.minTtl === first.minTtl) ? first.minTtl : unknown,
  };
}

/**
 * Whether a behaviour leads to a web server or a function, rather than to files in S3, which are the same for everyone.
 *
 * Origin access control alone does not say so: functions and media servers have it too.
 */
export function isDynamic(stack: Stack, distribution: Resource, behaviour: View): Tri {
  const origins = distribution.props.items("origins");
  const id = behaviour.text("targetOriginId");
  if (isUnknown(origins) || typeof id !== "string") {
    return true;
  }
  const origin = origins.find((one) => one.text("originId") === id);
  if (origin === undefined || origin.has("customOriginConfig") || origin.has("vpcOriginConfig")) {
    return true;
  }
  const domain = origin.text("domainName");
  if (typeof domain === "string") {
    return !/\.s3[.-]/.test(domain);
  }
  // Not known yet: the origins come from buckets only, or from functions too.
  const others = stack.dependencies(distribution, "origins", servesPages);
  return others.length === 0 ? false : new Unknown(`domainName of origin ${id}`);
}
