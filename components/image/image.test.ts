import * as assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { build, isUnknown, settled } from "../../testing/build";
import { Image, type ImageArgs } from "./image";
import { lifecycleRules } from "./lifecycle";

const url = "123456789012.dkr.ecr.eu-west-2.amazonaws.com/moodle";
const digest = `sha256:${"ab".repeat(32)}`;
const repositoryArn = "arn:aws:ecr:eu-west-2:123456789012:repository/moodle";

const answers = {
  calls: {
    "aws:ecr/getAuthorizationToken:getAuthorizationToken": () => ({ userName: "AWS", password: "a-token" }),
  },
  outputs: {
    "awsx:ecr:Repository": () => ({ url, repository: { arn: repositoryArn, name: "moodle" } }),
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
    assert.equal(inputs["imageTagMutability"], "IMMUTABLE_WITH_EXCLUSION");
    assert.deepEqual(inputs["imageTagMutabilityExclusionFilters"], [
      { filterType: "WILDCARD", filter: "live-*" },
      { filterType: "WILDCARD", filter: "context-*" },
    ]);
    assert.deepEqual(inputs["imageScanningConfiguration"], { scanOnPush: true });
    assert.deepEqual(inputs["encryptionConfigurations"], [{ encryptionType: "KMS", kmsKey: "arn:aws:kms:::key/1" }]);
    assert.equal(inputs["forceDelete"], false);
    assert.deepEqual(inputs["lifecyclePolicy"].rules, lifecycleRules(30));
    assert.ok(options.parent instanceof Image);
  });

  it("names a pipeline's image by digest", async () => {
    const { component } = await make({ source: { kind: "digest", digest } });
    assert.equal(await settled(component.imageUri), `${url}@${digest}`);
    assert.equal(component.forEveryArchitecture, true, "pipelines/image builds for both");
    assert.equal(await settled(component.sourceUrl), url);
    assert.equal(await settled(component.sourceArn), repositoryArn);
    assert.deepEqual(await settled(pulumi.all([...component.pullArns])), [repositoryArn]);
  });

  it("names the image in another stack's repository, and lets tasks of before be started from its own", async () => {
    const repositoryUrl = "999999999999.dkr.ecr.eu-west-2.amazonaws.com/prod-image-repository-1a2b3c4";
    const { component, identities } = await make({ source: { kind: "digest", digest, repositoryUrl } });
    assert.deepEqual(identities, ["awsx:ecr:Repository::image-repository", "moodle:image:Image::image"]);
    assert.equal(await settled(component.imageUri), `${repositoryUrl}@${digest}`);
    const other = "arn:aws:ecr:eu-west-2:999999999999:repository/prod-image-repository-1a2b3c4";
    assert.equal(await settled(component.sourceArn), other);
    assert.deepEqual(await settled(pulumi.all([...component.pullArns])), [repositoryArn, other]);
  });

  it("lets other accounts pull and mark its images, and upload nothing", async () => {
    const { get } = await make({ source: { kind: "digest", digest }, sharedWith: ["999999999999"] });
    const { inputs, options } = get("image-shared");
    assert.ok(options.parent instanceof Image);
    const [statement, ...more] = JSON.parse(inputs["policy"]).Statement;
    assert.deepEqual(more, []);
    assert.deepEqual(statement.Principal, { AWS: ["arn:aws:iam::999999999999:root"] });
    for (const action of ["ecr:InitiateLayerUpload", "ecr:UploadLayerPart", "ecr:BatchDeleteImage"]) {
      assert.ok(!statement.Action.includes(action), action);
    }
    assert.ok(statement.Action.includes("ecr:PutImage"));
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
    // The engine learns that the token is a secret, so it encrypts it in the state.
    const registry = inputs["registry"];
    assert.equal(registry[pulumi.runtime.specialSigKey], pulumi.runtime.specialSecretSig);
    assert.deepEqual(registry.value, { server: url, username: "AWS", password: "a-token" });
    assert.equal(await settled(component.imageUri), `${url}@${digest}`);
  });

  it("takes another tag for another platform", async () => {
    const arm = await make(built());
    const amd = await make({ source: { kind: "build", context, platform: "linux/amd64" } });
    assert.equal(arm.component.forEveryArchitecture, false);
    assert.notEqual(arm.get("image-build").inputs["imageName"], amd.get("image-build").inputs["imageName"]);
  });

  it("leaves the image unknown in a preview", async () => {
    const { component, get } = await make(built(), true);
    assert.ok(isUnknown(get("image-build").inputs["imageName"]));
    assert.equal(await settled(component.imageUri), undefined);
  });

  for (const [what, args, expected] of [
    ["a tag for a digest", { source: { kind: "digest", digest: "latest" } }, /source\.digest: got "latest"/],
    ["upper case in a digest", { source: { kind: "digest", digest: digest.toUpperCase() } }, /source\.digest/],
    [
      "a folder without a Dockerfile",
      { source: { kind: "build", context: "no-such-folder", platform: "linux/arm64" } },
      /source\.context: got "no-such-folder"/,
    ],
    [
      "a repository with a tag",
      { source: { kind: "digest", digest, repositoryUrl: `${url}:latest` } },
      /source\.repositoryUrl: .*without a tag/,
    ],
    ["what is no account", { source: { kind: "digest", digest }, sharedWith: ["prod"] }, /sharedWith: got "prod"/],
    ["too few images kept", { source: { kind: "digest", digest }, keepImages: 1 }, /keepImages: got 1/],
  ] as const) {
    it(`refuses ${what}`, async () => {
      await assert.rejects(make(args), expected);
    });
  }
});
