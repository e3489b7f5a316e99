import * as assert from "node:assert/strict";
import * as fc from "fast-check";
import { describeProblem } from "../lib/invalid";
import { aligned, contains, formatCidr, overlaps, parseCidr } from "../lib/cidr";
import { cidrProblems, planSubnets, usableAddresses, zoneProblems } from "./subnetPlan";

const region = "eu-west-2";

/** Any VPC that is accepted. */
const vpc = fc
  .record({ offset: fc.integer({ min: 0, max: 2 ** 24 - 1 }), prefix: fc.integer({ min: 16, max: 21 }) })
  .map(({ offset, prefix }) => formatCidr(aligned({ base: 10 * 2 ** 24 + offset, prefix })));

/** Any list of zones that is accepted, in any order: one letter for each quarter that is used. */
const zones = fc
  .tuple(fc.shuffledSubarray([0, 1, 2, 3], { minLength: 2 }), fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }))
  .map(([slots, later]) => slots.map((slot) => `${region}${"abcdefgh"[slot + (later[slot] ? 4 : 0)]}`));

const blocksOf = (cidr: string, names: readonly string[]) =>
  planSubnets(cidr, names).flatMap((zone) =>
    [zone.public, zone.application, zone.data].map((text) => parseCidr(text)!),
  );

describe("planSubnets", () => {
  it("gives each zone a fixed place", () => {
    assert.deepEqual(planSubnets("10.20.0.0/16", [`${region}a`, `${region}c`]), [
      {
        zone: "eu-west-2a",
        letter: "a",
        application: "10.20.0.0/19",
        data: "10.20.32.0/20",
        public: "10.20.48.0/21",
      },
      {
        zone: "eu-west-2c",
        letter: "c",
        application: "10.20.128.0/19",
        data: "10.20.160.0/20",
        public: "10.20.176.0/21",
      },
    ]);
  });

  it("accepts what the generators of this test make", () => {
    fc.assert(
      fc.property(vpc, zones, (cidr, names) => {
        assert.deepEqual(cidrProblems("cidr", cidr), []);
        assert.deepEqual(zoneProblems("zones", region, names), []);
      }),
    );
  });

  it("keeps every subnet inside the VPC, on its own boundary", () => {
    fc.assert(
      fc.property(vpc, zones, (cidr, names) => {
        for (const block of blocksOf(cidr, names)) {
          assert.ok(contains(parseCidr(cidr)!, block));
          assert.deepEqual(aligned(block), block);
        }
      }),
    );
  });

  it("never lets two subnets overlap", () => {
    fc.assert(
      fc.property(vpc, zones, (cidr, names) => {
        const blocks = blocksOf(cidr, names);
        blocks.forEach((a, i) => blocks.slice(i + 1).forEach((b) => assert.ok(!overlaps(a, b))));
      }),
    );
  });

  it("moves no subnet when zones are added, removed or reordered", () => {
    fc.assert(
      fc.property(
        vpc,
        zones.chain((names) => fc.tuple(fc.constant(names), fc.shuffledSubarray(names, { minLength: 1 }))),
        (cidr, [names, fewer]) => {
          const all = new Map(planSubnets(cidr, names).map((zone) => [zone.zone, zone]));
          planSubnets(cidr, fewer).forEach((zone) => assert.deepEqual(zone, all.get(zone.zone)));
        },
      ),
    );
  });

  it("gives most room to tasks, and enough to load balancer nodes (/27) everywhere", () => {
    fc.assert(
      fc.property(vpc, zones, (cidr, names) => {
        for (const zone of planSubnets(cidr, names)) {
          assert.ok(usableAddresses(zone.application) > usableAddresses(zone.data));
          assert.ok(usableAddresses(zone.data) > usableAddresses(zone.public));
          assert.ok(usableAddresses(zone.public) >= 27);
          assert.ok(usableAddresses(zone.application) >= 251);
        }
      }),
    );
  });

  it("counts the addresses that AWS keeps", () => {
    assert.equal(usableAddresses("10.0.0.0/24"), 251);
    assert.throws(() => usableAddresses("10.0.0.0"), /Not an IPv4 block: 10.0.0.0/);
  });
});

describe("cidrProblems", () => {
  const refused: readonly [string, RegExp][] = [
    ["10.0.0.0", /four decimal numbers/],
    ["10.20.1.0/16", /did you mean 10\.20\.0\.0\/16\?/],
    ["10.0.0.0/15", /no VPC larger than \/16/],
    ["10.0.0.0/22", /Too small for 4 zones/],
    ["8.8.0.0/16", /not inside a private range/],
    ["172.32.0.0/16", /not inside a private range/],
    ["172.17.0.0/16", /Docker/],
    ["172.17.128.0/20", /Docker/],
  ];
  for (const [cidr, expected] of refused) {
    it(`refuses ${cidr}`, () => {
      const problems = cidrProblems("network.cidr", cidr);
      assert.equal(problems.length, 1);
      assert.match(describeProblem(problems[0]!), /^network\.cidr: got ".*", expected a private IPv4 block/);
      assert.match(describeProblem(problems[0]!), expected);
    });
  }

  for (const cidr of ["10.0.0.0/16", "172.16.0.0/16", "192.168.0.0/16", "100.64.0.0/16", "10.255.248.0/21"]) {
    it(`accepts ${cidr}`, () => assert.deepEqual(cidrProblems("network.cidr", cidr), []));
  }
});

describe("zoneProblems", () => {
  const refused: readonly [string, readonly string[], RegExp][] = [
    ["one zone", ["eu-west-2a"], /need two/],
    ["five zones", ["a", "b", "c", "d", "e"].map((z) => region + z), /2 to 4 zones/],
    ["a zone of another region", ["eu-west-2a", "eu-west-1b"], /zones\[1\]: got "eu-west-1b", .* a zone of eu-west-2/],
    ["a local zone", ["eu-west-2a", "eu-west-2-lon-1a"], /Local and Wavelength/],
    ["a zone twice", ["eu-west-2a", "eu-west-2a"], /zones\[1\].*each zone once/],
    ["two zones of one quarter", ["eu-west-2a", "eu-west-2e"], /does not share address space with eu-west-2a/],
  ];
  for (const [what, zones, expected] of refused) {
    it(`refuses ${what}`, () => {
      assert.match(zoneProblems("zones", region, zones).map(describeProblem).join("\n"), expected);
    });
  }
});
