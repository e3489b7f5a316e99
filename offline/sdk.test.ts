import * as assert from "node:assert/strict";
import "./sdk";

describe("Changes of the SDK for runs that are thrown away", () => {
  it("reach the parts that the SDK itself uses", async () => {
    const { grpcClientOptions } = require("@pulumi/pulumi/runtime/settings");
    const { debuggablePromise } = require("@pulumi/pulumi/runtime/debuggable");
    assert.equal(grpcClientOptions["grpc.client_idle_timeout_ms"], 2000);
    const promise = Promise.resolve("value");
    assert.equal(await debuggablePromise(promise, "context"), "value");
    const { _debugCtx, _debugStackTrace } = promise as unknown as Record<string, string>;
    assert.deepEqual([_debugCtx, _debugStackTrace], ["context", "Error"]);
    assert.match(new Error("elsewhere").stack ?? "", /sdk\.test\.ts/);
  });
});
