import * as assert from "node:assert/strict";
import { mostOutboundRules, type OutboundRule, outboundProblems, portRange } from "./outbound";

const rule = (ports: number | string, cidrs: readonly string[], description = "Directory"): OutboundRule => ({
  ports,
  cidrs,
  description,
});
const problems = (...rules: readonly OutboundRule[]) =>
  outboundProblems("outbound", rules, "10.40.0.0/16").map(({ path, allowed, fix }) => `${path}: ${allowed}. ${fix}`);

describe("ways out", () => {
  it("lead to a campus, to several ranges, to a range of ports, and to a service of the internet", () => {
    assert.deepEqual(
      problems(
        rule(636, ["10.9.0.0/16"]),
        rule(3306, ["10.9.7.20/32", "192.0.2.17/32"]),
        rule("50000-50010", ["10.9.8.0/24"]),
        rule(8443, ["0.0.0.0/0"]),
        rule(1433, ["10.0.0.0/8"]),
        // The same service elsewhere, and another service there.
        rule(636, ["10.10.0.0/16"]),
        rule(389, ["10.9.0.0/16"]),
      ),
      [],
    );
  });

  const refused: readonly [string, OutboundRule, RegExp][] = [
    ...[22, 1433, 2049, 3306, 3389, 5432, 6379, 11211, 27017].map((port): [string, OutboundRule, RegExp] => [
      `the whole internet on ${port}`,
      rule(port, ["0.0.0.0/0"]),
      new RegExp(`cidrs\\[0\\]: a block of /8 or smaller on ${port} `),
    ]),
    ["half of the internet on a port of data", rule(3306, ["10.9.0.0/16", "128.0.0.0/1"]), /cidrs\[1\]: .*3306/],
    ["a range of ports with one of data", rule("1-65535", ["0.0.0.0/0"]), /3306 \(MySQL\).*6379 \(Redis\)/],
    ["IPv6", rule(636, ["2001:db8::/32"]), /The network has no IPv6/],
    ["IPv6 everywhere on a port of data", rule(3306, ["::/0"]), /The network has no IPv6/],
    ["an address without a prefix", rule(636, ["10.9.0.1"]), /write \/32 behind it/],
    ["a number above 255", rule(636, ["10.9.0.256/32"]), /IPv4 block/],
    ["bits after the prefix", rule(636, ["10.9.1.0/16"]), /10\.9\.0\.0\/16, which starts where/],
    ["leading zeros", rule(636, ["010.009.000.000/16"]), /10\.9\.0\.0\/16/],
    ["the platform's own subnets", rule(3306, ["10.40.16.0/20"]), /outside moodle:network.cidr, 10\.40\.0\.0\/16/],
    ["HTTPS to everybody once more", rule(443, ["0.0.0.0/0"]), /open already/],
    ["the same twice", rule(636, ["10.9.0.0/16", "10.9.0.0/16"]), /cidrs\[1\]: each port and range once/],
    ["port 0", rule(0, ["10.9.0.0/16"]), /ports: a TCP port/],
    ["a range backwards", rule("90-80", ["10.9.0.0/16"]), /lower one first/],
    ["a description that AWS does not take", rule(636, ["10.9.0.0/16"], "Übung"), /description: 1 to 255/],
  ];
  for (const [what, given, expected] of refused) {
    it(`refuse ${what}`, () => {
      const [problem, ...others] = problems(given);
      assert.match(problem ?? "", expected);
      assert.deepEqual(others, []);
    });
  }

  it("find the same way in two rules", () => {
    assert.match(problems(rule(636, ["10.9.0.0/16"]), rule("636-636", ["10.9.0.0/16"])).join(), /outbound\[1\].*once/);
  });

  it("are as many as the group has room for", () => {
    const ranges = (count: number) => Array.from({ length: count }, (_, index) => `10.9.${index}.0/24`);
    assert.deepEqual(problems(rule(636, ranges(mostOutboundRules))), []);
    assert.match(problems(rule(636, ranges(mostOutboundRules + 1))).join(), /^outbound: at most 54/);
  });

  it("have ports as a number or as two", () => {
    assert.deepEqual(portRange(636), { from: 636, to: 636 });
    assert.deepEqual(portRange("1-65535"), { from: 1, to: 65535 });
    for (const none of [0, 65536, 1.5, "", "a", "1-", "1-2-3", "-1"]) {
      assert.equal(portRange(none), undefined, String(none));
    }
  });
});
