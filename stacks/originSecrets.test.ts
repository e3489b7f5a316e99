import * as assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import { settled } from "../testing/build";
import { originSecrets } from "./originSecrets";
import { exampleConfig } from "../testing/examples/settings";
import { checkSettings, loadSettings } from "./settings/load";

const { publicKey, privateKey } = generateKeyPairSync("rsa", {
  modulusLength: 2048,
  publicKeyEncoding: { type: "spki", format: "pem" },
  privateKeyEncoding: { type: "pkcs8", format: "pem" },
});

const settings = (edge: object) => loadSettings(exampleConfig({ edge }), "prod");

/** The values after one deployment, by the name of the random resource. */
async function deployed(edge: object) {
  await pulumi.runtime.setMocks({
    newResource: ({ name, inputs }) => ({ id: name, state: { ...inputs, result: `value of ${name}` } }),
    call: () => ({}),
  });
  const { accepted, sent } = originSecrets(settings(edge));
  return {
    accepted: await Promise.all(accepted.map(settled)),
    sent: sent && (await settled(sent)),
  };
}

// docs/edge.md, "Rotating the origin secret".
const steps = [
  { acceptedOriginSecrets: [1], sentOriginSecret: 1 },
  { acceptedOriginSecrets: [1, 2], sentOriginSecret: 1 },
  { acceptedOriginSecrets: [1, 2], sentOriginSecret: 2 },
  { acceptedOriginSecrets: [2], sentOriginSecret: 2 },
];

describe("the rotation of the origin secret", () => {
  it("never sends what is not accepted, whichever of the two is changed first", async () => {
    const states = [];
    for (const step of steps) {
      states.push(await deployed(step));
    }
    for (const [index, after] of states.entries()) {
      const before = states[index - 1] ?? after;
      for (const [sent, accepted] of [
        [before.sent, before.accepted],
        [before.sent, after.accepted],
        [after.sent, before.accepted],
        [after.sent, after.accepted],
      ] as const) {
        assert.ok(accepted.includes(sent), `step ${index}: ${String(sent)} is not in ${accepted.join(", ")}`);
      }
    }
    assert.notEqual(states[0]?.sent, states[3]?.sent);
  });

  it("would fail in one step, which is why there are three", async () => {
    const [before, after] = [await deployed(steps[0]!), await deployed(steps[3]!)];
    assert.ok(!after.accepted.includes(before.sent));
  });

  it("keeps the name of the first value, and gives each number one of its own", async () => {
    assert.deepEqual((await deployed({})).accepted, ["value of prod-origin-secret"]);
    assert.deepEqual(
      (await deployed({ acceptedOriginSecrets: [7], sentOriginSecret: 7 })).sent,
      "value of prod-origin-secret-7",
    );
  });

  it("is for the load balancer alone where another network is in front", async () => {
    const edge = { kind: "external", allowedCidrs: ["198.51.100.0/24"], acceptedOriginSecrets: [1, 2] };
    assert.deepEqual(await deployed(edge), {
      accepted: ["value of prod-origin-secret", "value of prod-origin-secret-2"],
      sent: undefined,
    });
    assert.deepEqual((await deployed({ ...edge, originSecret: false })).accepted, []);
  });
});

describe("settings of the origin", () => {
  const arn = "arn:aws:secretsmanager:eu-west-2:123456789012:secret:moodle-key-AbCdEf";
  const certificate = (region: string) =>
    `arn:aws:acm:${region}:123456789012:certificate/01234567-89ab-cdef-0123-456789abcdef`;
  const signed = { publicKeys: [publicKey], privateKeySecretArn: arn };
  const problems = (edge: object, changes: object = {}) =>
    checkSettings(exampleConfig({ edge, ...changes }), "prod").problems.map(({ path }) =>
      path.replace("moodle:edge.", ""),
    );

  it("are right as they are, and with files by CloudFront", () => {
    assert.deepEqual(problems({}), []);
    assert.deepEqual(problems({ signedFiles: signed }), []);
    assert.deepEqual(problems({ signedFiles: { ...signed, domain: "files.example.org" } }), []);
  });

  const refused: readonly [object, string][] = [
    [{ acceptedOriginSecrets: [] }, "acceptedOriginSecrets"],
    [{ acceptedOriginSecrets: [1, 1] }, "acceptedOriginSecrets"],
    [{ acceptedOriginSecrets: [1, 2, 3] }, "acceptedOriginSecrets"],
    [{ acceptedOriginSecrets: [0] }, "acceptedOriginSecrets[0]"],
    [{ acceptedOriginSecrets: [2], sentOriginSecret: 1 }, "sentOriginSecret"],
    [{ signedFiles: { publicKeys: ["K1"] } }, "signedFiles.publicKeys[0]"],
    [{ signedFiles: { ...signed, publicKeys: [privateKey] } }, "signedFiles.publicKeys[0]"],
    [{ signedFiles: { ...signed, publicKeys: [publicKey, publicKey] } }, "signedFiles.publicKeys"],
    [{ signedFiles: { publicKeys: [publicKey] } }, "signedFiles.privateKeySecretArn"],
    [{ signedFiles: { ...signed, privateKeySecretArn: "key" } }, "signedFiles.privateKeySecretArn"],
    [
      { signedFiles: { ...signed, privateKeySecretArn: arn.replace("eu-west-2", "us-east-1") } },
      "signedFiles.privateKeySecretArn",
    ],
    [{ signedFiles: { ...signed, domain: "moodle.example.org" } }, "signedFiles.domain"],
    [{ signedFiles: { ...signed, domain: "https://files.example.org" } }, "signedFiles.domain"],
    [{ signedFiles: { ...signed, certificateArn: certificate("us-east-1") } }, "signedFiles.certificateArn"],
  ];
  for (const [edge, path] of refused) {
    it(`are refused: ${path} in ${JSON.stringify(edge).slice(0, 60)}`, () => {
      const found = problems(edge);
      assert.ok(found.includes(path), found.join(", "));
    });
  }

  it("ask for a certificate of files where the zone is not ours", () => {
    const dns = {
      kind: "external",
      loadBalancerCertificateArn: certificate("eu-west-2"),
      viewerCertificateArn: certificate("us-east-1"),
    };
    const files = { ...signed, domain: "files.example.org" };
    const path = "signedFiles.certificateArn";
    assert.deepEqual(problems({ signedFiles: files }, { dns }), [path]);
    const wrong = { ...files, certificateArn: certificate("eu-west-2") };
    assert.deepEqual(problems({ signedFiles: wrong }, { dns }), [path]);
    assert.deepEqual(problems({ signedFiles: { ...files, certificateArn: certificate("us-east-1") } }, { dns }), []);
  });
});
