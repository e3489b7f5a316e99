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
    const said = nodeTypeProblems("n", "cache.x1.large")[0]?.allowed ?? "";
    const lists = said.split("; ").map((list) => /^(\w+) to (\w+) of (.+)$/.exec(list)?.slice(1) ?? []);
    const families = lists.flatMap(([, , names]) => names?.split(", ") ?? []);
    const stem = (nodeType: string) => nodeType.slice(0, nodeType.lastIndexOf("."));
    assert.deepEqual(families.sort(), [...new Set(nodeTypes.map(stem))].sort());
    for (const [smallest, largest, names] of lists) {
      for (const family of names!.split(", ")) {
        const sizes = nodeTypes.filter((nodeType) => stem(nodeType) === family);
        assert.deepEqual([sizes[0], sizes.at(-1)], [`${family}.${smallest}`, `${family}.${largest}`]);
      }
    }
  });

  it("lists Graviton node types only", () => {
    for (const nodeType of nodeTypes) {
      assert.match(nodeType, /^cache\.(t4|[mr]\d+)g\.(micro|small|medium|(\d*x)?large)$/);
      assert.deepEqual(nodeTypeProblems("n", nodeType), []);
    }
    assert.equal(new Set(nodeTypes).size, nodeTypes.length);
    for (const other of ["cache.t3.micro", "cache.t4g.large", "cache.r6gd.xlarge", "db.r7g.large"]) {
      assert.equal(nodeTypeProblems("n", other).length, 1, other);
    }
  });
});
