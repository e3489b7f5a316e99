import { BatchGetImageCommand, DescribeRepositoriesCommand } from "@aws-sdk/client-ecr";
import { parseImageUri } from "../../components/image/repositoryUrl";
import { type Check, type Line, ok, unchecked, type World, wrong } from "./check";
import { isMissing } from "../lib/awsCall";

const subject = "Image";

/** Manifests that name images of several architectures, and of one: https://github.com/opencontainers/image-spec/blob/main/media-types.md */
const manifestTypes = [
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.docker.distribution.manifest.v2+json",
];

interface Manifest {
  readonly manifests?: readonly { readonly platform?: { readonly os?: string; readonly architecture?: string } }[];
}

/** The stack's own repository: its name begins as the program names it, and ends in what the engine adds. */
async function repository({ clients, settings }: World): Promise<string | undefined> {
  const prefix = `${settings.environment}-image-repository`;
  for (let nextToken: string | undefined; ;) {
    const page = await clients.ecr.send(new DescribeRepositoriesCommand({ nextToken, maxResults: 1000 }));
    const found = page.repositories?.find(({ repositoryName }) => repositoryName?.startsWith(prefix));
    if (found !== undefined || page.nextToken === undefined) {
      return found?.repositoryName;
    }
    nextToken = page.nextToken;
  }
}

const image: Check = {
  group: "Image",
  subject,
  run: async (world) => {
    const { settings, clients } = world;
    if (settings.image.kind === "build") {
      return [ok(subject, "pulumi up builds and pushes it")];
    }
    const { digest } = settings.image;
    const other = settings.image.repository === undefined ? undefined : parseImageUri(settings.image.repository);
    if (other !== undefined && other.region !== settings.region) {
      return [
        unchecked(
          subject,
          `${digest} in another region's repository, ${settings.image.repository}, was not looked for`,
        ),
      ];
    }
    const name = other?.name ?? (await repository(world));
    if (name === undefined) {
      const fix = `make the stack's repository and push to it first: docs/pipelines.md, "A new image"; or, once: pulumi config set --stack ${settings.environment} --path moodle:image.kind build`;
      return [wrong(subject, `${digest} cannot be in this stack's repository, which does not exist yet`, fix)];
    }
    const push = `push it: docs/pipelines.md, "A new image"; what is there: aws ecr describe-images --region ${settings.region} --repository-name ${name}`;
    try {
      const command = new BatchGetImageCommand({
        registryId: other?.registryId,
        repositoryName: name,
        imageIds: [{ imageDigest: digest }],
        acceptedMediaTypes: manifestTypes,
      });
      const { images = [] } = await clients.ecr.send(command);
      return images[0] === undefined
        ? [wrong(subject, `${digest} is not in ${name}`, push)]
        : [platform(settings.cluster.architecture, images[0].imageManifest ?? "{}", digest)];
    } catch (error) {
      if (isMissing(error)) {
        return [wrong(subject, `${digest} is not in ${name}`, push)];
      }
      throw error;
    }
  },
};

function platform(architecture: "arm64" | "x86_64", manifest: string, digest: string): Line {
  const wanted = architecture === "arm64" ? "arm64" : "amd64";
  const { manifests } = JSON.parse(manifest) as Manifest;
  if (manifests === undefined) {
    return unchecked(
      subject,
      `${digest} is one image and no index, so its architecture was not checked; it must be linux/${wanted}`,
    );
  }
  const found = manifests
    .map(({ platform: one }) => `${one?.os}/${one?.architecture}`)
    .filter((one) => !one.includes("unknown"));
  return found.includes(`linux/${wanted}`)
    ? ok(subject, `${digest} is there for ${found.join(" and ")}`)
    : wrong(
        subject,
        `${digest} is for ${found.join(", ")}, and the cluster is linux/${wanted}`,
        `build it for linux/${wanted} too, or set moodle:cluster.architecture`,
      );
}

export const imageChecks: readonly Check[] = [image];
