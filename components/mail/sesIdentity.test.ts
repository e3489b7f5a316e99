import * as assert from "node:assert/strict";
import { build, type Built } from "../../testing/build";
import { dkimDomain, sesRegions } from "./regions";
import { SesIdentity, type SesIdentityArgs } from "./sesIdentity";

const base: SesIdentityArgs = {
  environment: "prod",
  domain: "moodle.example.ac.uk",
  region: "eu-west-2",
  hostedZoneId: "Z1",
  dmarcPolicy: "quarantine",
  kmsKeyArn: "arn:key",
  logRetentionDays: 90,
};
const make = (changes: Partial<SesIdentityArgs> = {}): Promise<Built<SesIdentity>> =>
  build((opts) => new SesIdentity("prod-ses", { ...base, ...changes }, opts), {
    outputs: {
      "aws:sesv2/emailIdentity:EmailIdentity": () => ({ dkimSigningAttributes: { tokens: ["one", "two", "three"] } }),
    },
  });

describe("SesIdentity", () => {
  let made: Built<SesIdentity>;
  before(async () => {
    made = await make();
  });

  it("is exactly these resources, and without a zone the same but its records", async () => {
    const records = ["dkim-1", "dkim-2", "dkim-3", "mail-from-mx", "spf", "dmarc"].map(
      (role) => `aws:route53/record:Record::prod-ses-${role}`,
    );
    const others = [
      "moodle:mail:SesIdentity::prod-ses",
      "aws:sesv2/configurationSet:ConfigurationSet::prod-ses-configuration-set",
      "aws:sesv2/emailIdentity:EmailIdentity::prod-ses-identity",
      "aws:sesv2/emailIdentityMailFromAttributes:EmailIdentityMailFromAttributes::prod-ses-mail-from",
      "aws:sesv2/configurationSetEventDestination:ConfigurationSetEventDestination::prod-ses-event-destination",
      "aws:cloudwatch/logGroup:LogGroup::prod-ses-events",
      "aws:cloudwatch/logResourcePolicy:LogResourcePolicy::prod-ses-events-policy",
      "aws:cloudwatch/eventRule:EventRule::prod-ses-events-rule",
      "aws:cloudwatch/eventTarget:EventTarget::prod-ses-events-target",
      "aws:cloudwatch/logMetricFilter:LogMetricFilter::prod-ses-delayed",
    ];
    assert.deepEqual(made.identities, [...others, ...records].sort());
    assert.deepEqual((await make({ hostedZoneId: undefined })).identities, others.sort());
  });

  it("writes DKIM, MAIL FROM, SPF and DMARC as SES asks for them, and tells all six", async () => {
    const records = made
      .ofType("aws:route53/record:Record")
      .map(({ inputs }) => [inputs["type"], inputs["name"], ...(inputs["records"] as string[])]);
    const keys = ["one", "two", "three"].map((token) => [
      "CNAME",
      `${token}._domainkey.moodle.example.ac.uk`,
      `${token}.dkim.amazonses.com`,
    ]);
    const expected = [
      ...keys,
      ["MX", "bounce.moodle.example.ac.uk", "10 feedback-smtp.eu-west-2.amazonses.com"],
      ["TXT", "bounce.moodle.example.ac.uk", "v=spf1 include:amazonses.com ~all"],
      ["TXT", "_dmarc.moodle.example.ac.uk", "v=DMARC1; p=quarantine;"],
    ];
    assert.deepEqual(records, expected);
    const told = await new Promise<readonly { type: string; name: string; value: string }[]>((done) =>
      made.component.dnsRecords.apply((value) => (done(value), value)),
    );
    assert.deepEqual(
      told.map(({ type, name, value }) => [type, name, value]),
      expected,
    );
    assert.equal(made.get("prod-ses-mail-from").inputs["mailFromDomain"], "bounce.moodle.example.ac.uk");
  });

  it("keeps a list of who cannot be reached, and logs who it was", async () => {
    const set = made.get("prod-ses-configuration-set").inputs;
    assert.deepEqual(set["suppressionOptions"], { suppressedReasons: ["BOUNCE", "COMPLAINT"] });
    assert.equal(made.get("prod-ses-identity").inputs["configurationSetName"], "prod-ses");
    const { eventDestination } = made.get("prod-ses-event-destination").inputs;
    assert.deepEqual(eventDestination.matchingEventTypes, ["BOUNCE", "COMPLAINT", "DELIVERY_DELAY", "REJECT"]);
    assert.match(
      eventDestination.eventBridgeDestination.eventBusArn,
      /^arn:aws:events:eu-west-2:\d{12}:event-bus\/default$/,
    );
    assert.deepEqual(JSON.parse(made.get("prod-ses-events-rule").inputs["eventPattern"]), {
      source: ["aws.ses"],
      detail: { mail: { tags: { "ses:configuration-set": ["prod-ses"] } } },
    });
    const log = made.get("prod-ses-events").inputs;
    assert.deepEqual([log["retentionInDays"], log["kmsKeyId"]], [90, "arn:key"]);
  });

  it("points DKIM where the region has its keys", async () => {
    assert.equal(dkimDomain("eu-south-1"), "dkim.eu-south-1.amazonses.com");
    assert.ok(sesRegions.every((region) => /^dkim\.([a-z0-9-]+\.)?amazonses\.com$/.test(dkimDomain(region))));
    const milan = await make({ region: "eu-south-1" });
    assert.deepEqual(milan.get("prod-ses-dkim-1").inputs["records"], ["one.dkim.eu-south-1.amazonses.com"]);
  });
});
