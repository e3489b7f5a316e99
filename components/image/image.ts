import { existsSync } from "node:fs";
import { posix } from "node:path";
import * as aws from "@pulumi/aws";
import * as awsx from "@pulumi/awsx";
import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { policyDocument } from "../lib/iam";
import { type Problem, refuse } from "../lib/invalid";
import { contextHash } from "./contextHash";
import { lifecycleRules, movableTags } from "./lifecycle";
import { parseImageUri, repositoryUrlPattern } from "./repositoryUrl";

/** Built and pushed by `pulumi up`, from a folder with a Dockerfile. Needs a Docker daemon with BuildKit. */
export interface BuiltImage {
  readonly kind: "build";
  /** The build context, relative to the program. */
  readonly context: string;
  /** Must match the cluster's instances. A platform other than the builder's own needs emulation and is slow. */
  readonly platform: "linux/arm64" | "linux/amd64";
  /** Not for secrets: build arguments stay in the image's history. */
  readonly buildArgs?: Readonly<Record<string, string>>;
}

/** Already in a repository, pushed there by a pipeline. */
export interface PipelineImage {
  readonly kind: "digest";
  /** `sha256:` and 64 hexadecimal digits. */
  readonly digest: string;
  /**
   * `<account>.dkr.ecr.<region>.amazonaws.com/<name>`: the repository of another stack, which has the image. In another account that
   * stack names this one in its `sharedWith`. @default this stack's own repository
   */
  readonly repositoryUrl?: string | undefined;
}

export interface ImageArgs {
  readonly source: BuiltImage | PipelineImage;
  /** Default: the key of AWS for ECR. Changing it replaces the repository. */
  readonly kmsKeyArn?: pulumi.Input<string>;
  /** Lets the repository be destroyed with images in it. Default false. */
  readonly forceDelete?: boolean;
  /** Number of images to keep of those that pipelines push, and as many of those built here: 5 to 1000. @default 30 */
  readonly keepImages?: number;
  /** Other AWS accounts whose stacks run images of this repository. @default none */
  readonly sharedWith?: readonly string[];
}

/**
 * Actions for a pull (https://docs.aws.amazon.com/AmazonECR/latest/userguide/ECR_on_ECS.html), and for a release to
 * mark the image in use.
 */
const sharedActions = [
  "ecr:BatchCheckLayerAvailability",
  "ecr:BatchGetImage",
  "ecr:DescribeImages",
  "ecr:GetDownloadUrlForLayer",
  "ecr:PutImage",
];

/**
 * The container image of Moodle and its private repository.
 *
 * Tasks name the image by digest, so the reviewed image runs, and a task that starts next month gets the same bytes.
 * Several stacks run one image by naming one repository: docs/adr/0017-one-image-repository.md. A stack that names
 * another's keeps its own, so that its earlier images can still be pulled.
 *
 * Tags are immutable except those of `movableTags`. ECR does not know which image runs: a release marks it, and marked
 * images never expire (lifecycle.ts).
 *
 * *Failure.* With `digest`, the repository must exist before a pipeline can push to it: docs/pipelines.md, "The first
 * image". Another account's PutImage can move marks but adds no layers, since it may not upload any. *Cost.* An empty
 * repository costs nothing.
 *
 * @example
 * new Image("image", { source: { kind: "build", context: "moodle-image", platform: "linux/arm64" } });
 */
export class Image extends pulumi.ComponentResource {
  /** The stack's own repository. */
  readonly repositoryArn: pulumi.Output<string>;
  readonly repositoryName: pulumi.Output<string>;
  /** Repository of `imageUri`: the own one, or another stack's. */
  readonly sourceUrl: pulumi.Output<string>;
  readonly sourceArn: pulumi.Output<string>;
  /**
   * Repositories that tasks may start from: after a change of repository, tasks of the old one can restart until the
   * next release has ended.
   */
  readonly pullArns: readonly pulumi.Output<string>[];
  /** `<repository>@sha256:<digest>`, for task definitions. */
  readonly imageUri: pulumi.Output<string>;
  /** Whether it runs on arm64 and x86_64: a pipeline builds for both (pipelines/image), an update for the stack's own. */
  readonly forEveryArchitecture: boolean;

  constructor(name: string, args: ImageArgs, opts?: pulumi.ComponentResourceOptions) {
    super("moodle:image:Image", name, {}, opts);
    refuse(this, imageProblems(args));
    const child = { parent: this };

    const repository = new awsx.ecr.Repository(
      `${name}-repository`,
      {
        imageTagMutability: "IMMUTABLE_WITH_EXCLUSION",
        imageTagMutabilityExclusionFilters: movableTags.map((filter) => ({ filterType: "WILDCARD", filter })),
        imageScanningConfiguration: { scanOnPush: true },
        // https://docs.aws.amazon.com/AmazonECR/latest/userguide/encryption-at-rest.html
        encryptionConfigurations: [{ encryptionType: "KMS", kmsKey: args.kmsKeyArn }],
        forceDelete: args.forceDelete ?? false,
        lifecyclePolicy: { rules: lifecycleRules(args.keepImages ?? 30) },
      },
      child,
    );
    this.repositoryArn = repository.repository.arn;
    this.repositoryName = repository.repository.name;
    if (args.sharedWith !== undefined && args.sharedWith.length > 0) {
      share(name, this.repositoryName, args.sharedWith, child);
    }

    const { source } = args;
    const foreign = source.kind === "digest" ? source.repositoryUrl : undefined;
    this.sourceUrl = foreign === undefined ? repository.url : pulumi.output(foreign);
    this.sourceArn = foreign === undefined ? this.repositoryArn : repositoryArn(foreign, child);
    this.pullArns = foreign === undefined ? [this.repositoryArn] : [this.repositoryArn, this.sourceArn];
    this.imageUri =
      source.kind === "digest"
        ? pulumi.interpolate`${this.sourceUrl}@${source.digest}`
        : build(name, source, repository.url, child);
    this.forEveryArchitecture = source.kind === "digest";
    this.registerOutputs({
      repositoryArn: this.repositoryArn,
      repositoryName: this.repositoryName,
      sourceUrl: this.sourceUrl,
      sourceArn: this.sourceArn,
      pullArns: this.pullArns,
      imageUri: this.imageUri,
      forEveryArchitecture: this.forEveryArchitecture,
    });
  }
}

/** https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-policy-examples.html */
function share(
  name: string,
  repository: pulumi.Output<string>,
  accounts: readonly string[],
  child: pulumi.CustomResourceOptions,
): void {
  const { partition } = aws.getPartitionOutput({}, child);
  new aws.ecr.RepositoryPolicy(
    `${name}-shared`,
    {
      repository,
      policy: policyDocument([
        {
          sid: "LetOtherAccountsRunTheImages",
          actions: sharedActions,
          principals: { AWS: accounts.map((account) => pulumi.interpolate`arn:${partition}:iam::${account}:root`) },
        },
      ]),
    },
    child,
  );
}

function repositoryArn(url: string, child: pulumi.InvokeOptions): pulumi.Output<string> {
  const { registryId, region, name } = parseImageUri(url);
  return pulumi.interpolate`arn:${aws.getPartitionOutput({}, child).partition}:ecr:${region}:${registryId}:repository/${name}`;
}

function build(
  name: string,
  source: BuiltImage,
  repositoryUrl: pulumi.Output<string>,
  child: pulumi.CustomResourceOptions,
): pulumi.Output<string> {
  const buildArgs = source.buildArgs ?? {};
  const hash = contextHash(source.context, { platform: source.platform, buildArgs: JSON.stringify(buildArgs) });
  // Valid for 12 hours. The provider ignores a change of it, so a new token is no rebuild.
  const token = aws.ecr.getAuthorizationTokenOutput({}, { parent: child.parent });
  const image = new docker.Image(
    `${name}-build`,
    {
      imageName: pulumi.interpolate`${repositoryUrl}:context-${hash.slice(0, 32)}`,
      build: {
        context: source.context,
        // Relative to the program, not to the context.
        dockerfile: posix.join(source.context, "Dockerfile"),
        platform: source.platform,
        builderVersion: "BuilderBuildKit",
        args: { ...buildArgs },
      },
      registry: { server: repositoryUrl, username: token.userName, password: pulumi.secret(token.password) },
      // A preview must need neither a Docker daemon nor twenty minutes.
      buildOnPreview: false,
    },
    child,
  );
  return image.repoDigest;
}

function imageProblems({ source, keepImages, sharedWith = [] }: ImageArgs): Problem[] {
  const problems: Problem[] = [];
  if (source.kind === "digest" && !/^sha256:[0-9a-f]{64}$/.test(source.digest)) {
    problems.push({
      path: "source.digest",
      given: source.digest,
      allowed: "sha256: and 64 hexadecimal digits in lower case",
      fix: "Take the digest that the pipeline printed when it pushed the image; a tag is not enough.",
    });
  }
  if (source.kind === "build" && !existsSync(posix.join(source.context, "Dockerfile"))) {
    problems.push({
      path: "source.context",
      given: source.context,
      allowed: "a folder with a Dockerfile, relative to the program",
      fix: "Correct the path, or give the digest of an image that a pipeline pushed.",
    });
  }
  if (
    source.kind === "digest" &&
    source.repositoryUrl !== undefined &&
    !repositoryUrlPattern.test(source.repositoryUrl)
  ) {
    problems.push({
      path: "source.repositoryUrl",
      given: source.repositoryUrl,
      allowed: "<account>.dkr.ecr.<region>.amazonaws.com/<name>, without a tag or a digest",
      fix: "Take it from the owner: pulumi stack output repositoryUrl --stack <the stack that has the repository>.",
    });
  }
  for (const account of sharedWith.filter((id) => !/^\d{12}$/.test(id))) {
    problems.push({
      path: "sharedWith",
      given: account,
      allowed: "AWS account numbers of 12 digits",
      fix: "aws sts get-caller-identity shows an account's own number.",
    });
  }
  if (keepImages !== undefined && !(Number.isInteger(keepImages) && keepImages >= 5 && keepImages <= 1000)) {
    problems.push({
      path: "keepImages",
      given: keepImages,
      allowed: "a whole number from 5 to 1000",
      fix: "Keep enough to roll back past a bad week.",
    });
  }
  return problems;
}
