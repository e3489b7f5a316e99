import { existsSync } from "node:fs";
import { posix } from "node:path";
import * as aws from "@pulumi/aws";
import * as awsx from "@pulumi/awsx";
import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { type Problem, refuse } from "../lib/invalid";
import { contextHash } from "./contextHash";

/** Built and pushed by `pulumi up`, from a folder with a Dockerfile. Needs a Docker daemon with BuildKit. */
export interface BuiltImage {
  readonly kind: "build";
  /** The build context, relative to the program. */
  readonly context: string;
  /** Must be what the cluster's instances are; another one than the builder's own needs emulation and is slow. */
  readonly platform: "linux/arm64" | "linux/amd64";
  /** Not for secrets: build arguments stay in the image's history. */
  readonly buildArgs?: Readonly<Record<string, string>>;
}

/** Already in this repository, pushed there by a pipeline. */
export interface PipelineImage {
  readonly kind: "digest";
  /** `sha256:` and 64 hexadecimal digits. */
  readonly digest: string;
}

export interface ImageArgs {
  readonly source: BuiltImage | PipelineImage;
  /** Default: the key of AWS for ECR. Changing it replaces the repository. */
  readonly kmsKeyArn?: pulumi.Input<string>;
  /** Lets the repository be destroyed with images in it. Default false. */
  readonly forceDelete?: boolean;
  /** How many images are kept. Default 30. */
  readonly keepImages?: number;
}

/**
 * The container image of Moodle and its private repository.
 *
 * Tags are immutable and tasks name the image by digest, so what runs is what was reviewed, and a task that starts next
 * month gets the same bytes. *Failure.* With `digest`, the repository must exist before a pipeline can push to it: make
 * the first deployment with `build`, or push between a deployment of the repository alone and the rest. An image that is
 * still in use must be among the newest `keepImages`; ECR does not know what runs.
 *
 * @example
 * new Image("image", { source: { kind: "build", context: "moodle-image", platform: "linux/arm64" } });
 */
export class Image extends pulumi.ComponentResource {
  readonly repositoryUrl: pulumi.Output<string>;
  readonly repositoryArn: pulumi.Output<string>;
  readonly repositoryName: pulumi.Output<string>;
  /** `<repository>@sha256:<digest>`, for task definitions. */
  readonly imageUri: pulumi.Output<string>;

  constructor(name: string, args: ImageArgs, opts?: pulumi.ComponentResourceOptions) {
    super("moodle:image:Image", name, {}, opts);
    refuse(this, imageProblems(args));
    const child = { parent: this };

    const repository = new awsx.ecr.Repository(
      `${name}-repository`,
      {
        imageTagMutability: "IMMUTABLE",
        imageScanningConfiguration: { scanOnPush: true },
        // https://docs.aws.amazon.com/AmazonECR/latest/userguide/encryption-at-rest.html
        encryptionConfigurations: [{ encryptionType: "KMS", kmsKey: args.kmsKeyArn }],
        forceDelete: args.forceDelete ?? false,
        lifecyclePolicy: {
          rules: [
            { description: "untagged images, left by failed pushes", tagStatus: "untagged", maximumAgeLimit: 7 },
            {
              description: "old images beyond those kept for a rollback",
              tagStatus: "any",
              maximumNumberOfImages: args.keepImages ?? 30,
            },
          ],
        },
      },
      child,
    );

    this.repositoryUrl = repository.url;
    this.repositoryArn = repository.repository.arn;
    this.repositoryName = repository.repository.name;
    this.imageUri =
      args.source.kind === "digest"
        ? pulumi.interpolate`${repository.url}@${args.source.digest}`
        : build(name, args.source, repository.url, child);
    this.registerOutputs({
      repositoryUrl: this.repositoryUrl,
      repositoryArn: this.repositoryArn,
      repositoryName: this.repositoryName,
      imageUri: this.imageUri,
    });
  }
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

function imageProblems({ source, keepImages }: ImageArgs): Problem[] {
  const problems: Problem[] = [];
  if (source.kind === "digest" && !/^sha256:[0-9a-f]{64}$/.test(source.digest)) {
    problems.push({
      path: "source.digest",
      given: source.digest,
      allowed: "sha256: and 64 hexadecimal digits in lower case",
      mend: "Take the digest that the pipeline printed when it pushed the image; a tag is not enough.",
    });
  }
  if (source.kind === "build" && !existsSync(posix.join(source.context, "Dockerfile"))) {
    problems.push({
      path: "source.context",
      given: source.context,
      allowed: "a folder with a Dockerfile, relative to the program",
      mend: "Correct the path, or give the digest of an image that a pipeline pushed.",
    });
  }
  if (keepImages !== undefined && !(Number.isInteger(keepImages) && keepImages >= 5 && keepImages <= 1000)) {
    problems.push({
      path: "keepImages",
      given: keepImages,
      allowed: "a whole number from 5 to 1000",
      mend: "Keep enough to roll back past a bad week.",
    });
  }
  return problems;
}
