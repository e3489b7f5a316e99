/**
 * Changes of the Pulumi SDK for runs that are thrown away. Nothing here changes what a program registers. All of it reaches into parts
 * that the SDK does not promise to keep: sdk.test.ts fails when they are gone.
 */

const settings = require("@pulumi/pulumi/runtime/settings") as {
  readonly grpcClientOptions: Record<string, unknown>;
  readonly getMonitor: () => object;
};
const debuggable = require("@pulumi/pulumi/runtime/debuggable") as {
  debuggablePromise: (promise: Promise<unknown>, context: unknown) => Promise<unknown>;
};

// The SDK leaves its clients open, and each holds all resources of its run until its idle limit: half an hour by
// default, in which a hundred and fifty previews fill 4 GiB.
settings.grpcClientOptions["grpc.client_idle_timeout_ms"] = 2000;

// The SDK notes where each of its promises was made, for a report of promises that never end. Finding the lines in the
// sources takes a sixth of a preview.
const { debuggablePromise } = debuggable;
debuggable.debuggablePromise = (promise, context) => {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 0;
  try {
    return debuggablePromise(promise, context);
  } finally {
    Error.stackTraceLimit = limit;
  }
};

/** The SDK's mocks say that they take resource hooks and have no call for them: a program with a hook would wait forever. */
export function takeHooks(): void {
  Object.assign(settings.getMonitor(), {
    registerResourceHook: (_: unknown, done: (error: null, answer: object) => void) => done(null, {}),
  });
}
