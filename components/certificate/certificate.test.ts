import * as assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { build, BuildOptions, isUnknown, settled } from "../../testing/build";
import { Certificate, CertificateArgs } from "./certificate";

const args: CertificateArgs = { domain: "moodle.example.ac.uk", hostedZoneId: "Z1" };

/** Values that ACM and Route 53 would compute. */
const outputs: BuildOptions["outputs"] = {
  "aws:acm/certificate:Certificate": () => ({
    arn: "arn:aws:acm:eu-west-2:123456789012:certificate/c",
    domainValidationOptions: [
      {
        domainName: "moodle.example.ac.uk",
        resourceRecordName: "_x.moodle.example.ac.uk.",
        resourceRecordType: "CNAME",
        resourceRecordValue: "_y.acm-validations.aws.",
      },
    ],
  }),
  "aws:route53/record:Record": (_, inputs) => ({ fqdn: inputs.name }),
};

const make = (changes: Partial<CertificateArgs> = {}, preview = false) =>
  build((opts) => new Certificate("cert", { ...args, ...changes }, opts), { outputs, preview });

describe("Certificate", () => {
  it("asks for a certificate, proves the domain and waits until it is issued", async () => {
    const built = await make();
    assert.deepEqual(built.identities, [
      "aws:acm/certificate:Certificate::cert-certificate",
      "aws:acm/certificateValidation:CertificateValidation::cert-issued",
      "aws:route53/record:Record::cert-validation",
      "moodle:certificate:Certificate::cert",
    ]);
    assert.deepEqual(built.get("cert-certificate").inputs, {
      domainName: "moodle.example.ac.uk",
      validationMethod: "DNS",
    });
    assert.deepEqual(built.get("cert-validation").inputs, {
      zoneId: "Z1",
      name: "_x.moodle.example.ac.uk.",
      type: "CNAME",
      records: ["_y.acm-validations.aws."],
      ttl: 300,
    });
    assert.equal(built.get("cert-issued").options.customTimeouts?.create, "45m");
    assert.equal(await settled(built.component.arn), "arn:aws:acm:eu-west-2:123456789012:certificate/c");
    assert.ok(built.resources.slice(1).every(({ options }) => options.parent === built.component));
  });

  it("proves each further name by a record of its own, whatever the order of ACM's answers", async () => {
    const option = (domainName: string) => ({
      domainName,
      resourceRecordName: `_x.${domainName}.`,
      resourceRecordType: "CNAME",
      resourceRecordValue: "_y.acm-validations.aws.",
    });
    const further = ["old.example.ac.uk", "alias.example.ac.uk"];
    const built = await build((opts) => new Certificate("cert", { ...args, furtherDomains: further }, opts), {
      outputs: {
        ...outputs,
        "aws:acm/certificate:Certificate": () => ({
          domainValidationOptions: [...further, args.domain].map(option),
        }),
      },
    });
    assert.deepEqual(built.get("cert-certificate").inputs["subjectAlternativeNames"], further);
    for (const [name, domain] of [
      ["cert-validation", args.domain],
      ...further.map((host) => [`cert-validation-${host}`, host] as const),
    ] as const) {
      assert.equal(built.get(name).inputs["name"], `_x.${domain}.`);
    }
    assert.equal(built.get("cert-issued").inputs["validationRecordFqdns"].length, 3);
  });

  it("plans the same in a preview, where the record is not known yet", async () => {
    const built = await make({}, true);
    assert.equal(built.identities.length, 4);
    assert.ok(isUnknown(built.get("cert-validation").inputs["name"]));
    assert.equal(await settled(built.component.arn), undefined);
  });

  it("uses the record of another region's certificate, and still waits for it", async () => {
    const built = await make({ validation: { validationRecordFqdn: pulumi.output("_x.moodle.example.ac.uk") } });
    assert.equal(built.ofType("aws:route53/record:Record").length, 0);
    assert.deepEqual(built.get("cert-issued").inputs["validationRecordFqdns"], ["_x.moodle.example.ac.uk"]);
    assert.equal(await settled(built.component.validationRecordFqdn), "_x.moodle.example.ac.uk");
  });

  for (const domain of [
    "https://moodle.example.ac.uk",
    "Moodle.example.ac.uk",
    "*.example.ac.uk",
    "localhost",
    `${"a".repeat(62)}.uk`,
  ]) {
    it(`refuses ${domain}`, () => assert.rejects(make({ domain }), /domain: got ".*", expected a host name/));
  }
});
