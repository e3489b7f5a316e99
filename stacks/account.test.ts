import * as assert from "node:assert/strict";
import { describeProblem } from "../components/lib/invalid";
import { availabilityZoneProblems, hostedZoneProblems } from "./account";
import { exampleConfig } from "../testing/examples/settings";
import { loadSettings } from "./settings/load";

const settings = (change: Record<string, unknown> = {}) => loadSettings(exampleConfig(change), "prod");
const account = (region: string, pairs: string) =>
  new Map(
    pairs.split(" ").map((pair) => {
      const [letter = "", id = ""] = pair.split("=");
      return [`${region}${letter}`, id] as const;
    }),
  );
const external = { kind: "external", allowedCidrs: ["198.51.100.0/24"] };

describe("the account's availability zones", () => {
  const virginia = account("us-east-1", "a=use1-az3 b=use1-az1 c=use1-az2 d=use1-az4");

  it("are refused where a VPC origin cannot be, by id and not by name", () => {
    const [problem, ...others] = availabilityZoneProblems(settings({ region: "us-east-1" }), virginia);
    assert.deepEqual(others, []);
    const line = describeProblem(problem!);
    assert.match(line, /availabilityZones\[0\]: got "us-east-1a, which is use1-az3 in this account"/);
    assert.match(line, /Set moodle:network\.availabilityZones to \[us-east-1b, us-east-1c, us-east-1d\]/);
  });

  it("may be any behind an external CDN", () =>
    assert.deepEqual(availabilityZoneProblems(settings({ region: "us-east-1", edge: external }), virginia), []));

  it("are refused when the account has not got them, with those that it has", () => {
    const california = account("us-west-1", "b=usw1-az3 c=usw1-az1");
    const problems = availabilityZoneProblems(settings({ region: "us-west-1" }), california);
    assert.deepEqual(
      problems.map(({ path, given }) => [path, given]),
      [["moodle:network.availabilityZones[0]", "us-west-1a"]],
    );
    assert.match(problems[0]!.fix, /The account has 2 of the 3 zones: choose another moodle:region/);
  });

  for (const [region, id] of [
    ["us-east-1", "use1-az3"],
    ["us-west-1", "usw1-az2"],
    ["ap-northeast-1", "apne1-az3"],
    ["ca-central-1", "cac1-az3"],
  ] as const) {
    it(`are refused as ${id} in ${region}`, () => {
      const zones = [..."abc"].map((letter) => `${region}${letter}`);
      const found = availabilityZoneProblems(
        settings({ region, network: { availabilityZones: zones } }),
        account(region, `a=x-az1 b=${id} c=x-az4`),
      );
      assert.deepEqual(
        found.map(({ path }) => path),
        ["moodle:network.availabilityZones[1]"],
      );
    });
  }
});

describe("the hosted zone", () => {
  const problems = (zone: { name: string; privateZone?: boolean }, change: Record<string, unknown> = {}) =>
    hostedZoneProblems(settings(change), zone).map(describeProblem);

  it("owns its own name and all below it", () => {
    for (const name of ["example.org", "example.org.", "Example.org", "moodle.example.org", "."]) {
      assert.deepEqual(problems({ name }), [], name);
    }
  });

  it("is refused when the domain is not in it, and both are named", () => {
    for (const name of ["example.com", "ample.org", "www.moodle.example.org"]) {
      const [line = ""] = problems({ name });
      assert.match(line, /^moodle:domain: got "moodle\.example\.org", expected /);
      assert.ok(line.includes(`the hosted zone Z0123456789EXAMPLE00`) && line.includes(name), line);
    }
  });

  it("is refused when it is private", () =>
    assert.match(
      problems({ name: "example.org", privateZone: true })[0]!,
      /private zone example\.org.* a public hosted zone/,
    ));
});
