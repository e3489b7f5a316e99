import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ask } from "../../testing/tools/ask";
import { drift } from "./command";
import { differences } from "./judge";

/**
 * Recorded from the real engine: prod with the example calendar and a serverless database was deployed to the stand-ins on 1 November 2026,
 * and refreshed after these changes outside of the program. An exam's start and two recurring actions are gone; a third has another size.
 * The calendar's range of the database is set. A security group has another description. Sizes of the group, the service and its
 * target, the service's task definition and the stage of a secret's version were changed too, and are no difference to the engine.
 */
const recorded = readFileSync(join(__dirname, "fixtures/refresh.jsonl"), "utf8");
const at = (text: string) => Date.parse(text);

const judged = (log: string, now: string) =>
  differences(log, at(now)).map(({ urn, fields, ownDoing }) => ({
    name: urn
      .split("::")
      .at(-1)!
      .replace(/^prod-/, ""),
    fields,
    own: ownDoing !== undefined,
  }));
const names = (log: string, now: string, own: boolean) =>
  judged(log, now)
    .filter((one) => one.own === own)
    .map(({ name }) => name)
    .toSorted();

describe("make drift", () => {
  it("takes actions whose time has passed for AWS's own doing, and no action before its time", () => {
    const byHand = ["files-security-group", "schedule-instances-autumn-down"];
    assert.deepEqual(
      names(recorded, "2026-12-01T08:00:00Z", false),
      [
        ...byHand,
        "schedule-instances-anatomy-mock-start",
        "schedule-instances-spring-deadlines-up",
        "schedule-web-anatomy-mock-start",
        "schedule-web-autumn-down",
      ].toSorted(),
    );
    // The day of the exam, after its start; then after the autumn; then after the spring.
    const gone = (now: string) => names(recorded, now, false).filter((name) => !byHand.includes(name));
    assert.deepEqual(gone("2026-12-01T12:00:00Z"), [
      "schedule-instances-spring-deadlines-up",
      "schedule-web-autumn-down",
    ]);
    assert.deepEqual(gone("2026-12-20T00:00:00Z"), ["schedule-instances-spring-deadlines-up"]);
    assert.deepEqual(gone("2027-04-01T00:00:00Z"), []);
    assert.deepEqual(names(recorded, "2027-04-01T00:00:00Z", false), byHand);
  });

  it("knows the range of the database that the calendar sets, and no other", () => {
    assert.ok(names(recorded, "2026-12-01T08:00:00Z", true).includes("database-cluster"));
    const other = recorded
      .split("\n")
      .map((line) =>
        line.includes("rds/cluster:Cluster") ? line.replace(/"maxCapacity": 64/g, '"maxCapacity": 3') : line,
      )
      .join("\n");
    assert.notEqual(other, recorded);
    assert.ok(names(other, "2026-12-01T08:00:00Z", false).includes("database-cluster"));
    const further = recorded.replace(
      '"diffs": ["serverlessv2ScalingConfiguration"]',
      '"diffs": ["serverlessv2ScalingConfiguration", "engineVersion"]',
    );
    assert.notEqual(further, recorded);
    assert.ok(names(further, "2026-12-01T08:00:00Z", false).includes("database-cluster"));
  });

  it("says which fields somebody has changed", () => {
    const found = judged(recorded, "2027-04-01T00:00:00Z").filter(({ own }) => !own);
    assert.deepEqual(
      found
        .map(({ fields }) => fields)
        .flat()
        .toSorted(),
      ["description", "minSize"],
    );
  });

  it("believes no refresh that did not come to its end", () => {
    const cut = recorded
      .split("\n")
      .filter((line) => !line.includes("summaryEvent"))
      .join("\n");
    assert.throws(() => differences(cut, 0), /did not come to its end/);
    assert.throws(() => differences("", 0), /did not come to its end/);
  });

  const tool = (log: string) =>
    drift((program, args) => {
      assert.deepEqual([program, args[0], args[1]], ["env", "PULUMI_DEBUG_COMMANDS=true", "pulumi"]);
      assert.ok(args.includes("--preview-only"));
      writeFileSync(args.at(-1)!, log);
      return "";
    });

  it("fails for what somebody has changed, and not for AWS's own doing alone", async () => {
    const before = process.env["MOODLE_NOW"];
    process.env["MOODLE_NOW"] = "2027-04-01T00:00:00Z";
    try {
      const changed = await ask(tool(recorded), { STACK: "prod" });
      assert.equal(changed.code, 1);
      assert.match(
        changed.complained,
        /changed by hand: aws:ec2\/securityGroup:SecurityGroup prod-files-security-group description/,
      );
      assert.match(changed.printed, /AWS's own doing: .*anatomy-mock-start is gone: its time has passed/);
      const own = recorded
        .split("\n")
        .filter((line) => !/files-security-group|instances-autumn-down/.test(line))
        .join("\n");
      const quiet = await ask(tool(own), { STACK: "prod" });
      assert.equal(quiet.code, 0, quiet.said);
      assert.match(quiet.printed, /prod is as it was deployed/);
    } finally {
      if (before === undefined) delete process.env["MOODLE_NOW"];
      else process.env["MOODLE_NOW"] = before;
    }
  });
});
