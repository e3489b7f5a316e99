import type { Resource } from "../lib/resource";
import type { Stack } from "../lib/stack";

export interface BucketSettings {
  /** The settings resources that certainly belong to the bucket. */
  readonly own: readonly Resource[];
  /** True when there are some that may belong to it, and that is not known. */
  readonly open: boolean;
}

/** In aws 7 each setting of a bucket is a resource of its own, which names the bucket. */
export function settingsOf(stack: Stack, bucket: Resource, types: readonly string[]): BucketSettings {
  const found = types.map((type) => stack.referring(type, "bucket", bucket));
  return { own: found.flatMap((one) => one.exact), open: found.some((one) => one.possible.length > 0) };
}
