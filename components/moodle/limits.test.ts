import * as assert from "node:assert/strict";
import * as fc from "fast-check";
import {
  childMemoryMib,
  childrenProblems,
  childrenThatFit,
  diskNeedMib,
  diskProblems,
  type TaskDisk,
  limitChain,
  limitProblems,
  requestTimeoutRange,
  sharedMemoryMib,
  uploadRange,
} from "./limits";

const limits = fc.record({
  requestTimeoutSeconds: fc.integer({ min: requestTimeoutRange.from, max: requestTimeoutRange.to }),
  uploadMaxMb: fc.integer({ min: uploadRange.from, max: uploadRange.to }),
});

describe("limitChain", () => {
  it("orders every time-out on a request's way, whatever the settings", () => {
    fc.assert(
      fc.property(limits, (given) => {
        const chain = limitChain(given);
        assert.ok(chain.phpMaxExecutionSeconds < chain.nginxFastcgiReadSeconds, "PHP < nginx");
        assert.ok(chain.nginxFastcgiReadSeconds < chain.phpTerminateSeconds, "nginx says 504 before PHP is ended");
        assert.ok(chain.phpTerminateSeconds < chain.deregistrationDelaySeconds, "a stopped task's requests have ended");
        assert.ok(chain.nginxFastcgiReadSeconds < chain.albIdleSeconds, "nginx < load balancer");
        assert.ok(chain.albIdleSeconds <= chain.cloudfrontOriginReadSeconds, "load balancer <= CloudFront");
        assert.ok(chain.cloudfrontOriginReadSeconds <= 120, "CloudFront without a quota request");
        assert.ok(chain.nginxKeepaliveSeconds > chain.albIdleSeconds, "nginx keeps connections longer");
        assert.ok(chain.cloudfrontKeepaliveSeconds < chain.albIdleSeconds, "CloudFront keeps them shorter");
        assert.ok(chain.cloudfrontKeepaliveSeconds >= 1 && chain.cloudfrontKeepaliveSeconds <= 120);
        assert.ok(chain.deregistrationDelaySeconds > chain.albIdleSeconds, "a stopped task finishes its requests");
      }),
    );
  });

  it("orders every size limit, with room for Moodle's own error", () => {
    fc.assert(
      fc.property(limits, (given) => {
        const chain = limitChain(given);
        assert.equal(chain.uploadMaxFilesizeMb, given.uploadMaxMb);
        assert.ok(chain.uploadMaxFilesizeMb < chain.postMaxSizeMb);
        assert.ok(chain.postMaxSizeMb < chain.clientMaxBodyMb);
      }),
    );
  });

  it("lets a home finish the largest file before a leaving task is cut off, within what a target group takes", () => {
    fc.assert(
      fc.property(limits, (given) => {
        const { deregistrationDelaySeconds } = limitChain(given);
        assert.ok((deregistrationDelaySeconds * 18.4e6) / 8 >= given.uploadMaxMb * 2 ** 20);
        assert.ok(Number.isInteger(deregistrationDelaySeconds) && deregistrationDelaySeconds <= 3600);
      }),
    );
    assert.equal(limitChain({ requestTimeoutSeconds: 90, uploadMaxMb: 512 }).deregistrationDelaySeconds, 234);
  });

  it("is this for 60 s and 100 MB", () => {
    assert.deepEqual(limitChain({ requestTimeoutSeconds: 60, uploadMaxMb: 100 }), {
      phpMaxExecutionSeconds: 60,
      phpTerminateSeconds: 66,
      phpMaxInputSeconds: 60,
      nginxFastcgiReadSeconds: 65,
      albIdleSeconds: 70,
      cloudfrontOriginReadSeconds: 75,
      cloudfrontKeepaliveSeconds: 30,
      nginxKeepaliveSeconds: 135,
      nginxClientBodySeconds: 75,
      deregistrationDelaySeconds: 75,
      uploadMaxFilesizeMb: 100,
      postMaxSizeMb: 116,
      clientMaxBodyMb: 164,
    });
  });
});

describe("limitProblems", () => {
  it("accepts the whole range", () => {
    fc.assert(fc.property(limits, (given) => assert.deepEqual(limitProblems("limits", given), [])));
  });

  for (const [given, paths] of [
    [{ requestTimeoutSeconds: 106, uploadMaxMb: 100 }, ["limits.requestTimeoutSeconds"]],
    [{ requestTimeoutSeconds: 14, uploadMaxMb: 100 }, ["limits.requestTimeoutSeconds"]],
    [{ requestTimeoutSeconds: 60.5, uploadMaxMb: 0 }, ["limits.requestTimeoutSeconds", "limits.uploadMaxMb"]],
    [{ requestTimeoutSeconds: 60, uploadMaxMb: 2001 }, ["limits.uploadMaxMb"]],
  ] as const) {
    it(`refuses ${JSON.stringify(given)}`, () => {
      assert.deepEqual(
        limitProblems("limits", given).map(({ path }) => path),
        paths,
      );
    });
  }
});

describe("childrenThatFit", () => {
  it("never promises more memory than the task has, nor less than it could", () => {
    fc.assert(
      fc.property(fc.integer({ min: 512, max: 65536 }), (memory) => {
        const children = childrenThatFit(memory);
        assert.ok(children * childMemoryMib + sharedMemoryMib <= memory);
        assert.ok((children + 1) * childMemoryMib + sharedMemoryMib > memory);
        assert.deepEqual(childrenProblems("web.phpMaxChildren", children, memory), []);
        assert.equal(childrenProblems("web.phpMaxChildren", children + 1, memory).length, 1);
      }),
    );
  });

  it("is 58 for 4 GiB", () => assert.equal(childrenThatFit(4096), 58));
});

describe("diskProblems", () => {
  const refused = (uploadMaxMb: number, disk: TaskDisk) => diskProblems("limits.uploadMaxMb", 40, uploadMaxMb, disk);

  it("is room for uploads of a quarter of all processes, twice each, and for two archives", () => {
    assert.equal(diskNeedMib(40, 100), 10 * 2 * 164 + 2048);
  });

  for (const [disk, fix] of [
    [{ kind: "fargate" }, /use instances/],
    [{ kind: "ec2", gib: 60, tasks: 2 }, /Raise moodle:cluster\.rootVolumeGib/],
  ] as const) {
    it(`takes on ${disk.kind} what it says is the most, and nothing more`, () => {
      const [problem] = refused(2000, disk);
      assert.match(problem!.fix, fix);
      const most = Number(/^(\d+) at most/.exec(problem!.allowed)![1]);
      assert.ok(most > 100 && most < 2000, problem!.allowed);
      assert.deepEqual(refused(most, disk), []);
      assert.equal(refused(most + 1, disk).length, 1);
    });
  }

  it("gives tasks on one instance a share of its disk each", () => {
    assert.deepEqual(refused(400, { kind: "ec2", gib: 60, tasks: 1 }), []);
    assert.equal(refused(400, { kind: "ec2", gib: 60, tasks: 4 }).length, 1);
  });
});
