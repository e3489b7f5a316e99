import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import * as fc from "fast-check";
import { auroraReaderInOtherZone } from "../database/auroraReaderInOtherZone";
import { bucketPrivate } from "../storage/bucketPrivate";
import { rules } from "../rules";
import { listing } from "../../tools/exemptions/command";
import { run, thing, unknown, urnOf } from "../testing/harness";
import { covers, daysLeft, faults, matches, parseExemptions, tooBroad, type Exemption } from "./exemptions";
import { exemptionsReport } from "./reports";

const today = new Date("2027-01-01T23:30:00Z");
const bucket = thing("aws:s3/bucket:Bucket", "public-files");
const exemption = (more: Partial<Exemption> = {}): Exemption => ({
  policy: "bucket-private",
  urn: urnOf(bucket),
  reason: "Open data, by decision of the board.",
  owner: "platform",
  ticket: "PLAT-7",
  expires: "2027-02-01",
  ...more,
});
const names = new Set(rules.map((rule) => rule.id));

describe("exemptions", () => {
  it("count whole days, to the end of the last one", () => {
    assert.equal(daysLeft(exemption({ expires: "2027-01-01" }), today), 0);
    assert.equal(daysLeft(exemption({ expires: "2026-12-31" }), today), -1);
    assert.equal(daysLeft(exemption(), today), 31);
  });
  it("match patterns as they are written, apart from *", () => {
    assert.ok(matches("urn:pulumi:prod::moodle::aws:s3/bucket:Bucket::public-*", urnOf(bucket)));
    assert.ok(!matches("urn:pulumi:prod::moodle::aws:s3/bucket:Bucket::public.files", urnOf(bucket)));
    fc.assert(fc.property(fc.string(), (text) => matches(text.replaceAll("*", ""), text.replaceAll("*", ""))));
  });
  it("cover one policy, in one place, until they end", () => {
    const urn = urnOf(bucket);
    assert.ok(covers(exemption(), "bucket-private", urn, today));
    assert.ok(!covers(exemption(), "bucket-versioned", urn, today));
    assert.ok(!covers(exemption({ expires: "2026-12-31" }), "bucket-private", urn, today));
    assert.ok(!covers(exemption({ expires: "2027-12-31" }), "bucket-private", urn, today), "longer than 90 days");
    assert.ok(!covers(exemption({ urn: "urn:pulumi:*::*::*::*" }), "bucket-private", urn, today), "too broad");
    assert.ok(!covers(exemption({ expires: "soon" }), "bucket-private", urn, today));
  });
  it("are too broad without a stack, a project, a type or most of a name", () => {
    const at = (urn: string) => tooBroad(exemption({ urn }));
    assert.equal(at("urn:pulumi:prod::moodle::*$aws:s3/bucket:Bucket::public-*"), undefined);
    assert.match(at("urn:pulumi:*::moodle::aws:s3/bucket:Bucket::public") ?? "", /stack and project/);
    assert.match(at("urn:pulumi:prod::*::aws:s3/bucket:Bucket::public") ?? "", /stack and project/);
    assert.match(at("urn:pulumi:prod::moodle::aws:s3/*::public") ?? "", /type must be written out/);
    assert.match(at("urn:pulumi:prod::moodle::aws:s3/bucket:Bucket::*p*") ?? "", /matches almost anything/);
    assert.match(at("everything") ?? "", /is not of the form/);
  });
  it("are refused with all that is wrong", () => {
    assert.deepEqual(faults(exemption(), names, today), []);
    assert.deepEqual(faults(exemption({ reason: " ", ticket: "" }), names, today), ["lacks reason, ticket"]);
    assert.match(faults(exemption({ policy: "x-y" }), names, today).join(), /which does not exist/);
    assert.match(
      faults(exemption({ expires: "2027-06-01" }), names, today).join(),
      /runs 151 days, and 90 is the most/,
    );
    assert.match(faults(exemption({ expires: "1 June" }), names, today).join(), /not a date/);
    assert.match(faults(exemption({ expires: "2026-12-25" }), names, today).join(), /expired 7 days ago/);
  });
  it("of this repository are in order today", () => {
    const text = fs.readFileSync(path.join(__dirname, "..", "exemptions.json"), "utf8");
    for (const one of parseExemptions(text)) {
      assert.deepEqual(faults(one, names, new Date()), [], one.policy);
    }
  });
  it("are read strictly", () => {
    assert.throws(() => parseExemptions("{"), /exemptions\.json is not JSON/);
    assert.throws(() => parseExemptions("[]"), /must hold/);
    assert.throws(() => parseExemptions('{"exemptions":[{"expiry":"x"}]}'), /entry 0 has expiry. Allowed: policy, urn/);
    assert.throws(() => parseExemptions('{"exemptions":[3]}'), /entry 0 must be an object/);
  });
  it("are listed with days left, the next to end first", () => {
    assert.equal(listing([], names, today), "No exemptions.");
    const text = listing([exemption(), exemption({ policy: "bucket-versioned", expires: "2026-12-31" })], names, today);
    assert.match(
      text,
      /^bucket-versioned: expired \(until 2026-12-31\)[^]*NOT IN ORDER[^]*bucket-private: 31 days left/,
    );
  });
});

describe("the exemptions policy", () => {
  const reports = async (one: Exemption, things = [bucket], preview = false) =>
    (await run([bucketPrivate, auroraReaderInOtherZone], things, { exemptions: [one], today, preview }))
      .filter(({ policy }) => policy === exemptionsReport)
      .map(({ message }) => message);

  it("is silent about one that is needed", async () => assert.deepEqual(await reports(exemption()), []));
  it("refuses one that nothing needs", async () => {
    const fine = thing("aws:s3/bucket:Bucket", "public-files");
    const block = thing("aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", "b", {
      bucket: "x",
    });
    assert.match((await reports(exemption({ urn: urnOf(block) }), [fine, block])).join(), /is not needed/);
  });
  it("leaves one of another stack alone", async () => {
    assert.deepEqual(await reports(exemption({ urn: "urn:pulumi:staging::moodle::aws:s3/bucket:Bucket::x" })), []);
  });
  it("refuses one that is too broad, wherever it points", async () => {
    assert.match(
      (await reports(exemption({ urn: "urn:pulumi:*::x::aws:s3/bucket:Bucket::x" }))).join(),
      /is too broad/,
    );
  });
  it("waits in a preview for a verdict that is open", async () => {
    const open = thing("aws:rds/cluster:Cluster", "db", { engine: unknown });
    const one = exemption({ policy: "aurora-reader-in-other-zone", urn: urnOf(open) });
    assert.deepEqual(await reports(one, [open], true), []);
  });
});
