import * as assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { build, isUnknown, settled } from "../../testing/build";
import { Image, type ImageArgs } from "./image";

const url = "123456789012.dkr.ecr.eu-west-2.amazonaws.com/moodle";
const digest = `sha256:${"ab".repeat(32)}`;
const repositoryArn = "arn:aws:ecr:eu-west-2:123456789012:repository/moodle";

const answers = {
  calls: {
    "aws:ecr/getAuthorizationToken:getAuthorizationToken": () => ({ userName: "AWS", password: "a-token" }),
  },
  outputs: {
    "awsx:ecr:Repository": () => ({ url, repository: { arn: repositoryArn } }),
    "docker:index/image:Image": () => ({ repoDigest: `${url}@${digest}` }),
  },
};

const make = (args: ImageArgs, preview = false) =>
  build((opts) => new Image("image", args, opts), { ...answers, preview });

describe("Image", () => {
  let context: string;
  before(() => {
    context = mkdtempSync(join(tmpdir(), "image-"));
    mkdirSync(join(context, "rootfs"));
    writeFileSync(join(context, "Dockerfile"), "FROM scratch\n");
    writeFileSync(join(context, "rootfs", "a"), "a");
  });
  after(() => rmSync(context, { recursive: true }));

  const built = (): ImageArgs => ({ source: { kind: "build", context, platform: "linux/arm64" } });

  it("makes a repository with immutable tags, scanning, encryption and a lifecycle", async () => {
    const { get, identities } = await make({ source: { kind: "digest", digest }, kmsKeyArn: "arn:aws:kms:::key/1" });
    assert.deepEqual(identities, ["awsx:ecr:Repository::image-repository", "moodle:image:Image::image"]);
    const { inputs, options } = get("image-repository");
    assert.equal(inputs["imageTagMutability"], "IMMUTABLE");
    assert.deepEqual(inputs["imageScanningConfiguration"], { scanOnPush: true });
    assert.deepEqual(inputs["encryptionConfigurations"], [{ encryptionType: "KMS", kmsKey: "arn:aws:kms:::key/1" }]);
    assert.equal(inputs["forceDelete"], false);
    assert.deepEqual(
      inputs["lifecyclePolicy"].rules.map((rule: any) => [
        rule.tagStatus,
        rule.maximumAgeLimit ?? rule.maximumNumberOfImages,
      ]),
      [
        ["untagged", 7],
        ["any", 30],
      ],
    );
    assert.ok(options.parent instanceof Image);
  });

  it("names a pipeline's image by digest", async () => {
    const { component } = await make({ source: { kind: "digest", digest } });
    assert.equal(await settled(component.imageUri), `${url}@${digest}`);
    assert.equal(await settled(component.repositoryUrl), url);
    assert.equal(await settled(component.repositoryArn), repositoryArn);
  });

  it("builds a context under a tag of its content and pushes it with a secret token", async () => {
    const { component, get, identities } = await make(built());
    assert.deepEqual(identities, [
      "awsx:ecr:Repository::image-repository",
      "docker:index/image:Image::image-build",
      "moodle:image:Image::image",
    ]);
    const { inputs } = get("image-build");
    assert.match(
      inputs["imageName"],
      /^123456789012\.dkr\.ecr\.eu-west-2\.amazonaws\.com\/moodle:context-[0-9a-f]{32}$/,
    );
    assert.equal(inputs["build"].platform, "linux/arm64");
    assert.equal(inputs["build"].builderVersion, "BuilderBuildKit");
    assert.equal(inputs["build"].dockerfile, `${context}/Dockerfile`);
    assert.equal(inputs["buildOnPreview"], false);
    // The engine is told that the token is a secret, so that it encrypts it in the state.
    const registry = inputs["registry"];
    assert.equal(registry[pulumi.runtime.specialSigKey], pulumi.runtime.specialSecretSig);
    assert.deepEqual(registry.value, { server: url, username: "AWS", password: "a-token" });
    assert.equal(await settled(component.imageUri), `${url}@${digest}`);
  });

  it("takes another tag for another platform", async () => {
    const arm = await make(built());
    const amd = await make({ source: { kind: "build", context, platform: "linux/amd64" } });
    assert.notEqual(arm.get("image-build").inputs["imageName"], amd.get("image-build").inputs["imageName"]);
  });

  it("leaves the image unknown in a preview", async () => {
    const { component, get } = await make(built(), true);
    assert.ok(isUnknown(get("image-build").inputs["imageName"]));
    assert.equal(await settled(component.imageUri), undefined);
  });

  for (const [what, args, expected] of [
    ["a tag for a digest", { source: { kind: "digest", digest: "latest" } }, /source\.digest: "latest"/],
    ["upper case in a digest", { source: { kind: "digest", digest: digest.toUpperCase() } }, /source\.digest/],
    [
      "a folder without a Dockerfile",
      { source: { kind: "build", context: "no-such-folder", platform: "linux/arm64" } },
      /source\.context: "no-such-folder"/,
    ],
    ["too few images kept", { source: { kind: "digest", digest }, keepImages: 1 }, /keepImages: 1 was given/],
  ] as const) {
    it(`refuses ${what}`, async () => {
      await assert.rejects(make(args), expected);
    });
  }
});
