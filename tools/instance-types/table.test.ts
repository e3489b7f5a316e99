import * as assert from "node:assert/strict";
import { type Described, instanceTable } from "./table";

const info = (vcpus: number, memory: number, interfaces: number, architecture: string): Described => ({
  VCpuInfo: { DefaultVCpus: vcpus },
  MemoryInfo: { SizeInMiB: memory },
  NetworkInfo: { MaximumNetworkInterfaces: interfaces },
  ProcessorInfo: { SupportedArchitectures: [architecture] },
});
const limit = (type: string, interfaces: number, trunking: boolean, branches: number) =>
  `\t"${type}": {\n\t\tInterface: ${interfaces},\n\t\tIsTrunkingCompatible: ${trunking},\n\t\tBranchInterface: ${branches},\n\t},\n`;
const many = Array.from({ length: 60 }, (_, index) => [`m${10 + index}g.large`, `m${10 + index}i.large`]).flat();
const described = {
  ...Object.fromEntries(many.map((type) => [type, info(2, 8192, 3, "arm64")])),
  "m7g.4xlarge": info(16, 65536, 8, "arm64"),
  "t3.large": info(2, 8192, 3, "x86_64"),
  "m7i-flex.large": info(2, 8192, 3, "x86_64"),
  "m7g.metal": info(64, 262144, 15, "arm64"),
  "m5.large": info(2, 8192, 3, "x86_64"),
};
const controller = [
  ...many.map((type) => limit(type, 3, true, 9)),
  limit("m7g.4xlarge", 8, true, 54),
  limit("t3.large", 3, false, 0),
  limit("m7i-flex.large", 3, true, 9),
  limit("m7g.metal", 15, true, 107),
  limit("m5.large", 3, true, 9),
].join("");

describe("make instance-types", () => {
  it("makes a row of what both sources say, for the families that fit", () => {
    const table = instanceTable(described, controller);
    assert.deepEqual(table["m7g.4xlarge"], ["arm64", 16, 65536, 7, 60]);
    assert.deepEqual(table["m10g.large"], ["arm64", 2, 8192, 2, 10]);
    assert.deepEqual(table["t3.large"], ["x86_64", 2, 8192, 2, null]);
    assert.equal(Object.keys(table).length, many.length + 2);
  });

  it("writes nothing when the sources differ, or have another form", () => {
    const other = { ...described, "m7g.4xlarge": info(16, 65536, 4, "arm64") };
    assert.throws(() => instanceTable(other, controller), /m7g\.4xlarge: got 8 interfaces in one source and 4/);
    assert.throws(
      () => instanceTable(described, controller.replaceAll("{", "(")),
      /got 0 types, expected more than 100/,
    );
  });
});
