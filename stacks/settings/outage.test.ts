import * as assert from "node:assert/strict";
import { exampleConfig } from "../../testing/examples/settings";
import { checkSettings } from "./load";

const problems = (outage: unknown, more: Record<string, unknown> = {}) =>
  checkSettings(exampleConfig({ edge: { outage }, ...more }), "test").problems;

const secretIn = (region: string) => `arn:aws:secretsmanager:${region}:123456789012:secret:status-AbCdEf`;

describe("the outage settings", () => {
  it("need nothing", () => assert.deepEqual(problems({}), []));

  it("take a logo, a time zone, testers and editors", () => {
    const outage = {
      organisation: "University of Example",
      contact: "help@example.org",
      timeZone: "Europe/London",
      logo: '<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0h1v1z"/></svg>\n',
      testers: ["192.0.2.0/24", "2001:db8::/48"],
      editorArns: ["arn:aws:iam::123456789012:role/moodle-team"],
      embeddedBy: ["https://www.example.org", "https://*.example.org:8443"],
    };
    assert.deepEqual(problems(outage), []);
  });

  const editors = ["ada@example.org"];
  it("take each way to sign in to the status editor", () => {
    const clientSecretArn = "arn:aws:secretsmanager:us-east-1:123456789012:secret:oidc-AbCdEf";
    for (const editor of [
      { kind: "invited", editors },
      { kind: "saml", editors, metadataUrl: "https://idp.example.org/metadata" },
      { kind: "oidc", editors, issuer: "https://idp.example.org", clientId: "moodle", clientSecretArn },
    ]) {
      assert.deepEqual(problems({ editor }), [], editor.kind);
    }
  });

  const refused: readonly [string, Record<string, unknown>, string, RegExp][] = [
    ["a zone that is none", { timeZone: "Europe/Narnia" }, "timeZone", /IANA time zone database/],
    ["an address without a prefix", { testers: ["192.0.2.1"] }, "testers[0]", /such as 192.0.2.0\/24/],
    ["a range that is none", { testers: ["192.0.2.0/24", "192.0.2.300/24"] }, "testers[1]", /2001:db8::\/48/],
    ["a tester's leading zeros", { testers: ["010.0.0.0/8"] }, "testers[0]", /192.0.2.0\/24/],
    ["bits after a tester's prefix", { testers: ["192.0.2.7/24"] }, "testers[0]", /no bits after the prefix/],
    ["a script in the logo", { logo: "<svg><script>1</script></svg>" }, "logo", /without scripts, links/],
    ["a logo that does not fit", { logo: `<svg>${"<g/>".repeat(900)}</svg>` }, "logo", /at most 3,500 characters/],
    ["a contact that is none", { contact: "ask us" }, "contact", /e-mail address or an https/],
    ["a path of an embedder", { embeddedBy: ["https://www.example.org/news"] }, "embeddedBy[0]", /and a host name, or/],
    [
      "another directive",
      { embeddedBy: ["https://a.example.org; script-src *"] },
      "embeddedBy[0]",
      /and a host name, or/,
    ],
    ["every embedder", { embeddedBy: ["https://ok.example.org", "https://*"] }, "embeddedBy[1]", /and a host name, or/],
    ["an embedder without TLS", { embeddedBy: ["http://www.example.org"] }, "embeddedBy[0]", /and a host name, or/],
    [
      "an editor without address",
      { editor: { kind: "invited", editors: ["Ada"] } },
      "editor.editors[0]",
      /e-mail address/,
    ],
    [
      "an editor twice",
      { editor: { kind: "invited", editors: ["ada@example.org", "Ada@example.org"] } },
      "editor.editors[1]",
      /each address once/,
    ],
    [
      "a secret of another region",
      {
        editor: {
          kind: "oidc",
          editors: ["ada@example.org"],
          issuer: "https://idp.example.org",
          clientId: "moodle",
          clientSecretArn: "arn:aws:secretsmanager:eu-west-2:123456789012:secret:oidc-AbCdEf",
        },
      },
      "editor.clientSecretArn",
      /a secret in us-east-1/,
    ],
    [
      "metadata without TLS",
      { editor: { kind: "saml", editors: ["ada@example.org"], metadataUrl: "http://idp.example.org" } },
      "editor.metadataUrl",
      /https/,
    ],
    [
      "a webhook's address in the clear",
      { webhooks: [{ kind: "slack", name: "students", secretArn: "https://hooks.slack.com/services/T0" }] },
      "webhooks[0].secretArn",
      /ARN of a Secrets Manager secret/,
    ],
    [
      "a webhook's secret of another region",
      { webhooks: [{ kind: "json", name: "library", secretArn: secretIn("eu-west-2") }] },
      "webhooks[0].secretArn",
      /a secret in us-east-1/,
    ],
    [
      "a webhook's name twice",
      { webhooks: ["slack", "teams"].map((kind) => ({ kind, name: "students", secretArn: secretIn("us-east-1") })) },
      "webhooks[1].name",
      /each name once/,
    ],
    ["everybody as editor", { editorArns: ["*"] }, "editorArns[0]", /ARN of a role or user/],
  ];
  for (const [what, outage, path, allowed] of refused) {
    it(`refuse ${what}`, () => {
      const found = problems(outage);
      assert.deepEqual(
        found.map((problem) => problem.path),
        [`moodle:edge.outage.${path}`],
      );
      assert.match(found[0]?.allowed ?? "", allowed);
      assert.ok((found[0]?.fix ?? "").length > 5);
    });
  }

  it("refuse what is each right and together too much for the function", () => {
    const logo = `<svg>${"<g/>".repeat(860)}</svg>`;
    const testers = Array.from({ length: 50 }, (_, index) => `2001:db8:ffff:ffff:ffff:ffff:ffff:${index}/128`);
    const [problem, ...others] = problems({ logo, testers });
    assert.deepEqual([problem?.path, others], ["moodle:edge.outage.logo", []]);
    assert.match(problem?.fix ?? "", /takes \d+ bytes; 10000 are allowed. Use a smaller logo/);
  });

  it("take part in no site behind another CDN", () => {
    const edge = { kind: "external", allowedCidrs: ["198.51.100.0/24"], outage: {} };
    const [problem] = checkSettings(exampleConfig({ edge }), "test").problems;
    assert.match(`${problem?.path} ${problem?.fix}`, /outage/);
  });
});
