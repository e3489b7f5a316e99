import assert from "node:assert/strict";
import { essentialEndpoints } from "../../components/network/interfaceEndpoints";
import { exampleConfig } from "../../testing/examples/settings";
import { checkSettings } from "./load";

const check = (mail: object | undefined, more: Readonly<Record<string, unknown>> = {}) =>
  checkSettings(exampleConfig({ ...more, ...(mail && { mail }) }), "test");
const mailOf = (mail: object | undefined, more?: Readonly<Record<string, unknown>>) => {
  const { settings, problems } = check(mail, more);
  assert.deepEqual(problems, []);
  return settings?.mail;
};

const secretArn = "arn:aws:secretsmanager:eu-west-2:111122223333:secret:moodle-smtp-AbCdEf";
const smtp = { kind: "smtp", host: "smtp.example.org", secretArn };
const external = {
  kind: "external",
  loadBalancerCertificateArn: "arn:aws:acm:eu-west-2:111122223333:certificate/01234567-89ab-cdef-0123-456789abcdef",
  viewerCertificateArn: "arn:aws:acm:us-east-1:111122223333:certificate/01234567-89ab-cdef-0123-456789abcdef",
};

describe("mail settings", () => {
  it("send by SES to everybody in prod, and nothing from anywhere else, when the file does not say", () => {
    assert.deepEqual(mailOf(undefined), {
      kind: "ses",
      dmarcPolicy: "quarantine",
      recipients: "real",
      divertExcept: [],
    });
    for (const profile of ["staging", "dev"]) assert.deepEqual(mailOf(undefined, { profile }), { kind: "none" });
  });

  it("divert outside prod whatever sends, unless the file says real", () => {
    for (const profile of ["staging", "dev"]) {
      for (const mail of [smtp, { kind: "ses" }]) {
        const given = mailOf(mail, { profile });
        assert.equal(given?.kind !== "none" && given?.recipients, "diverted");
        const real = mailOf({ ...mail, recipients: "real" }, { profile });
        assert.equal(real?.kind !== "none" && real?.recipients, "real");
      }
    }
  });

  it("take a server with a sign-in, one with TLS from the first byte, and a relay without", () => {
    const { host, ...rest } = smtp;
    assert.deepEqual(mailOf(smtp), {
      ...rest,
      host,
      port: 587,
      security: "tls",
      cidrs: ["0.0.0.0/0"],
      recipients: "real",
      divertExcept: [],
    });
    mailOf({ ...smtp, port: 465, security: "ssl" });
    mailOf({ ...smtp, host: "email-smtp.eu-west-2.amazonaws.com", port: 2587 });
    mailOf({ kind: "smtp", host: "192.0.2.25", port: 25, security: "none", cidrs: ["192.0.2.25/32"] });
    mailOf({ ...smtp, secretKeyArn: "arn:aws:kms:eu-west-2:111122223333:key/01234567-89ab-cdef-0123-456789abcdef" });
  });

  it("take SES with a name below the domain, and with DNS elsewhere", () => {
    mailOf({ kind: "ses", domain: "mail.moodle.example.org", sender: "moodle@mail.moodle.example.org" });
    mailOf({ kind: "ses" }, { dns: external });
  });

  const refusals: readonly (readonly [string, object, string, RegExp, Readonly<Record<string, unknown>>?])[] = [
    ["an unknown kind", { kind: "sendmail" }, "kind", /none, smtp or ses/],
    ["a server without a name", { kind: "smtp" }, "host", /host name/],
    ["a port in the host", { ...smtp, host: "smtp.example.org:587" }, "host", /without a port/],
    ["a port that is none", { ...smtp, port: 70000 }, "port", /1 to 65535/],
    ["an unknown encryption", { ...smtp, security: "starttls" }, "security", /none, ssl or tls/],
    ["STARTTLS on 465", { ...smtp, port: 465 }, "security", /ssl on port 465/],
    ["implicit TLS on 587", { ...smtp, security: "ssl" }, "security", /tls on port 587/],
    ["a password in the open", { ...smtp, port: 25, security: "none" }, "security", /in the open/],
    ["a secret without the six characters", { ...smtp, secretArn: secretArn.slice(0, -7) }, "secretArn", /whole ARN/],
    [
      "a secret of another region",
      { ...smtp, secretArn: secretArn.replace("eu-west-2", "us-east-1") },
      "secretArn",
      /eu-west-2/,
    ],
    [
      "a key for no secret",
      {
        kind: "smtp",
        host: "relay.example.org",
        secretKeyArn: "arn:aws:kms:eu-west-2:111122223333:key/01234567-89ab-cdef-0123-456789abcdef",
      },
      "secretKeyArn",
      /secretArn/,
    ],
    [
      "SES by SMTP without a sign-in",
      { kind: "smtp", host: "email-smtp.eu-west-2.amazonaws.com" },
      "secretArn",
      /sign-in/,
    ],
    ["a range that is none", { ...smtp, cidrs: ["192.0.2.300/32"] }, "cidrs[0]", /IPv4 block/],
    ["a way that is open", { ...smtp, port: 443 }, "cidrs[0]", /once/],
    [
      "a way that the file opens already",
      { ...smtp, cidrs: ["192.0.2.25/32"] },
      "cidrs[0]",
      /once/,
      { network: { outbound: [{ port: 587, cidrs: ["192.0.2.25/32"], description: "Mail" }] } },
    ],
    ["a sender that is no address", { ...smtp, sender: "noreply" }, "sender", /e-mail address/],
    ["a server's field for SES", { kind: "ses", port: 587 }, "port", /one of/],
    ["another domain", { kind: "ses", domain: "example.com" }, "domain", /moodle\.example\.org or a name below/],
    ["another domain's sender", { kind: "ses", sender: "it@example.org" }, "sender", /address of moodle\.example\.org/],
    ["diverting to nobody's use", { kind: "ses", divertTo: "a@example.org" }, "recipients", /diverted/],
    ["a pattern with a blank", { kind: "ses", divertExcept: ["a b"] }, "divertExcept[0]", /regular expression/],
  ];
  for (const [what, mail, path, words, more] of refusals) {
    it(`refuse ${what}`, () => {
      const { problems } = check(mail, more);
      assert.deepEqual([...new Set(problems.map((problem) => problem.path))], [`moodle:mail.${path}`]);
      assert.match(problems.map(({ allowed, fix }) => `${allowed} ${fix}`).join(" "), words);
    });
  }

  it("refuse SES without a way to it, and where SES is not", () => {
    const closed = (more: readonly string[]) => ({
      profile: "dev",
      network: { natGateways: "none", interfaceEndpoints: [...essentialEndpoints, ...more] },
    });
    mailOf({ kind: "ses" }, closed(["email"]));
    const [byApi] = check({ kind: "ses" }, closed(["email-smtp"])).problems;
    assert.match(`${byApi?.path} ${byApi?.allowed}`, /interfaceEndpoints email among them/);
    const server = { ...smtp, host: "email-smtp.eu-west-2.amazonaws.com" };
    mailOf(server, closed(["email-smtp"]));
    assert.match(String(check(server, closed([])).problems[0]?.allowed), /email-smtp among them/);
    const { problems } = check({ kind: "ses" }, { region: "ap-east-1" });
    assert.ok(problems.some(({ path, allowed }) => path === "moodle:mail.kind" && /smtp or none/.test(allowed)));
  });
});
