import * as policy from "@pulumi/policy";

/**
 * Two parts of @pulumi/policy 1.21.0 that its JavaScript exports and its type definitions leave out (they are marked
 * internal). Everything else in this pack uses the public interface.
 */
interface Internals {
  readonly UnknownValueError: new (...args: never[]) => Error;
  readonly unknownCheckingProxy: (props: Record<string, unknown>) => Record<string, unknown>;
}

const internals = policy as unknown as Internals;

/** Thrown by the SDK when a property whose value is not known yet is read. */
export const UnknownValueError = internals.UnknownValueError;

/** Wraps properties as the SDK does before it calls a policy. Used by the tests. */
export const unknownCheckingProxy = internals.unknownCheckingProxy;
