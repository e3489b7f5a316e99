// cspell:ignore Buckett octo
import * as assert from "node:assert/strict";
import { exampleConfig } from "../../testing/examples/settings";
import { loadSettings } from "./load";

const github = {
  kind: "github",
  repository: "example@12/moodle@34",
  stateBucket: "example-pulumi-state",
  stateKeyArn: "arn:aws:kms:eu-west-2:123456789012:key/7b6f7f5d-7d2e-4f3e-9d51-0a3e5c1f2b11",
  deployPolicyArns: ["arn:aws:iam::123456789012:policy/moodle-deploy"],
};
const iam = { permissionsBoundaryArn: "arn:aws:iam::123456789012:policy/moodle-prod-boundary" };
const load = (pipeline?: unknown, further: object = { iam }) =>
  loadSettings(exampleConfig(pipeline === undefined ? {} : { pipeline, ...further }), "prod");

describe("moodle:pipeline", () => {
  it("makes nothing unless it is asked for", () => {
    assert.deepEqual(load().pipeline, { kind: "none" });
  });

  it("deploys main by default", () => {
    assert.deepEqual(load(github).pipeline, { ...github, branch: "main" });
  });

  it("needs a permissions boundary, and only then", () => {
    assert.throws(
      () => load(github, {}),
      /moodle:iam\.permissionsBoundaryArn: got nothing, expected the ARN of a managed policy/,
    );
    assert.equal(load(undefined).iam.permissionsBoundaryArn, undefined);
  });

  it("takes the provider that GitHub's guide makes, and an enterprise's own", () => {
    const providerArn = "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com";
    for (const arn of [providerArn, `${providerArn}/octo-enterprise`]) {
      assert.deepEqual(load({ ...github, providerArn: arn }).pipeline, { ...github, branch: "main", providerArn: arn });
    }
  });

  for (const [more, says] of [
    [{ repository: "example/*" }, /pipeline\.repository: .*owner\/name/],
    [{ branch: "*" }, /pipeline\.branch: .*without any \*/],
    [{ deployPolicyArns: [] }, /pipeline\.deployPolicyArns/],
    [{ deployPolicyArns: ["moodle-deploy"] }, /pipeline\.deployPolicyArns\[0\]: .*ARN of a managed policy/],
    [{ stateKeyArn: "alias/pulumi" }, /pipeline\.stateKeyArn: .*ARN of a KMS key/],
    [{ providerArn: "arn:aws:iam::123456789012:oidc-provider/example.org" }, /pipeline\.providerArn/],
    [{ deployPolicyArns: ["arn:aws:iam::123456789012:policy/a'b"] }, /pipeline\.deployPolicyArns\[0\]/],
    [{ stateKeyArn: "arn:aws:kms:eu-west-2:123456789012:alias/pulumi" }, /pipeline\.stateKeyArn/],
    [{ stateBuckett: "x" }, /stateBuckett/],
  ] as const) {
    it(`refuses ${JSON.stringify(more)}`, () => assert.throws(() => load({ ...github, ...more }), says));
  }
});
