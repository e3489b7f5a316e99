import * as assert from "node:assert/strict";
import { defaultEngineVersions, engines, nodeTypeProblems, nodeTypes, parameterGroupFamily } from "./engine";

describe("ElastiCache engines and node types", () => {
  it("has a family for every version, which carries the major version", () => {
    for (const [engine, versions] of Object.entries(engines)) {
      for (const [version, family] of Object.entries(versions)) {
        assert.equal(family, `${engine}${version.split(".")[0]}`);
      }
    }
  });

  it("defaults to a listed version of each engine", () => {
    assert.equal(parameterGroupFamily("valkey", defaultEngineVersions.valkey), "valkey8");
    assert.equal(parameterGroupFamily("redis", defaultEngineVersions.redis), "redis7");
    assert.equal(parameterGroupFamily("redis", "8.2"), undefined);
  });

  it("says every family and its smallest and largest size to whoever wrote another", () => {
    assert.equal(
      nodeTypeProblems("n", "cache.x1.large")[0]?.allowed,
      "micro to medium of cache.t4g; large to 16xlarge of cache.m6g, cache.m7g, cache.r6g, cache.r7g",
    );
  });

  it("lists Graviton node types only", () => {
    assert.equal(nodeTypes.length, 31);
    assert.deepEqual(nodeTypeProblems("n", "cache.t4g.micro"), []);
    for (const other of ["cache.t3.micro", "cache.t4g.large", "cache.r6gd.xlarge", "db.r7g.large"]) {
      assert.equal(nodeTypeProblems("n", other).length, 1, other);
    }
  });
});
