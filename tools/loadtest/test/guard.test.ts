import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { allowedTarget, type StackFacts } from "../run/guard";
import { type Given, valuesOf } from "../../lib/command";
import { options, planOf, problems, requestOf } from "../run/request";
import { readFacts } from "../run/stack";
import { readTarget } from "../run/target";
import { standInSite } from "./standin/site";

const staging: StackFacts = {
  stack: "staging",
  profile: "staging",
  siteUrl: "https://moodle-staging.example.org",
  productionDomains: ["moodle.example.org"],
};

describe("What may be put under load", () => {
  it("is a stack that is not production, at its own address", () => {
    assert.equal(allowedTarget(staging), "https://moodle-staging.example.org");
    assert.equal(allowedTarget(staging, "moodle-staging.example.org"), "https://moodle-staging.example.org");
  });

  const refused: readonly (readonly [string, Partial<StackFacts>, string | undefined, RegExp])[] = [
    ["a stack named prod", { stack: "prod" }, undefined, /the name is that of production/],
    ["a stack named eu-production", { stack: "eu-production" }, undefined, /the name is that of production/],
    ["production under another name", { stack: "blue", profile: "prod" }, undefined, /with profile prod/],
    ["an unknown profile", { profile: undefined }, undefined, /with profile not known/],
    [
      "production's address in another stack's outputs",
      { siteUrl: "https://moodle.example.org" },
      undefined,
      /moodle\.example\.org is a site of production/,
    ],
    [
      "a host that is named like production",
      { siteUrl: "https://prod.example.org" },
      undefined,
      /a site of production/,
    ],
    ["a host that is not in the outputs", {}, "moodle.example.org", /is not in the outputs of staging/],
    ["a stack without outputs", { siteUrl: undefined }, undefined, /has no output siteUrl/],
  ];
  for (const [what, change, host, message] of refused) {
    it(`is not ${what}`, () => {
      assert.throws(() => allowedTarget({ ...staging, ...change }, host), message);
    });
  }

  it("does not take staging names that only contain the letters", () => {
    for (const stack of ["reproduction", "products-dev", "livestock"]) {
      assert.equal(allowedTarget({ ...staging, stack }), "https://moodle-staging.example.org");
    }
  });

  it("is refused before anything is asked of Pulumi or AWS", async () => {
    const run = (): string => assert.fail("something was run");
    const request = { scenario: "dashboard", users: 1, seconds: 60, pace: 1, workers: 1, host: undefined } as const;
    await assert.rejects(readTarget({ ...request, target: "prod" }, run), /production/);
    await assert.rejects(readTarget({ ...request, target: "elsewhere" }, run), /expected local, dev/);
  });

  it("takes profile and production's addresses from the stacks' own files", () => {
    const folder = mkdtempSync(join(tmpdir(), "stacks-"));
    writeFileSync(
      join(folder, "Pulumi.blue.yaml"),
      "config:\n  moodle:profile: prod\n  moodle:domain: moodle.uni.example\n",
    );
    writeFileSync(join(folder, "Pulumi.test.yaml"), "config:\n  moodle:profile: staging\n  moodle:region: eu-west-2\n");
    const facts = readFacts("test", { siteUrl: "https://moodle.uni.example" }, folder);
    assert.deepEqual(facts.productionDomains, ["moodle.uni.example"]);
    assert.throws(() => allowedTarget(facts), /a site of production/);
    assert.throws(() => allowedTarget(readFacts("blue", {}, folder)), /with profile prod/);
    rmSync(folder, { recursive: true });
  });
});

describe("make loadtest", () => {
  const readRequest = (given: Given) => requestOf(valuesOf({ options, check: problems }, given));

  it("tells all mistakes at once", () => {
    assert.throws(
      () => readRequest({ TARGET: "", SCENARIO: "exam", USERS: "0", DURATION: "soon" }),
      (error: Error) =>
        ["TARGET", 'SCENARIO: got "exam"', 'USERS: got "0"', 'DURATION: got "soon"'].every((part) =>
          error.message.includes(part),
        ),
    );
  });

  it("bounds what this machine is asked for", () => {
    assert.throws(
      () => readRequest({ TARGET: "local", SCENARIO: "dashboard", USERS: "500" }),
      /USERS: got "500", expected 100 at most/,
    );
    assert.throws(
      () => readRequest({ TARGET: "local", SCENARIO: "dashboard", DURATION: "3600" }),
      /DURATION: got "3600", expected 600 at most/,
    );
    assert.throws(
      () => readRequest({ TARGET: "local", SCENARIO: "dashboard", WORKERS: "2" }),
      /WORKERS: got "2", expected 1 at most/,
    );
    assert.equal(readRequest({ TARGET: "staging", SCENARIO: "dashboard" }).pace, 1);
  });

  it("shares users evenly among generators, with one clock", () => {
    const request = readRequest({
      TARGET: "staging",
      SCENARIO: "exam-gate",
      USERS: "1000",
      WORKERS: "4",
      DURATION: "1800",
    });
    const plan = planOf(request, standInSite);
    assert.deepEqual([plan.users, plan.arrivalSeconds, plan.gateSeconds, plan.gateWindowSeconds], [250, 60, 70, 60]);
    assert.throws(
      () => readRequest({ TARGET: "staging", SCENARIO: "dashboard", USERS: "10", WORKERS: "3" }),
      /shared evenly/,
    );
  });
});
