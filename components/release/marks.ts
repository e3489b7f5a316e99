import { liveTag, type Mark } from "../image/lifecycle";
import type { DefinitionArgs } from "./arguments";
import { call, choose, failing, joined, type OnError, type Part, type Rule, sequence } from "./asl";
import { failed } from "./names";

/** Reference to an image: its digest, a path to its digest, or a release's mark. */
type Which = { readonly digest: string } | { readonly path: string } | { readonly mark: Mark };

/** An index, or an image for one architecture, of OCI or of Docker. ECR returns a stored manifest unchanged. */
const manifests = [
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
  "application/vnd.docker.distribution.manifest.v2+json",
];
const found = "$.marked.images[0]";
const missing: Rule = { Not: { Variable: found, IsPresent: true } };

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_BatchGetImage.html: a missing image is an answer, not an error. */
function find(id: string, { environment, repository }: DefinitionArgs, which: Which, onError: OnError): Part {
  const image =
    "mark" in which
      ? { ImageTag: liveTag(which.mark, environment) }
      : "path" in which
        ? { "ImageDigest.$": which.path }
        : { ImageDigest: which.digest };
  return call(
    id,
    "ecr:batchGetImage",
    {
      RegistryId: repository.registryId,
      RepositoryName: repository.name,
      ImageIds: [image],
      AcceptedMediaTypes: manifests,
    },
    { result: "$.marked", select: { "images.$": "$.Images" }, onError },
  );
}

/**
 * Moves a mark to the image: the same manifest under one more tag. A tag is on one image only.
 * https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-retag.html
 */
function mark(id: string, { environment, repository }: DefinitionArgs, as: Mark, onError: OnError): Part {
  return (next) =>
    call(
      id,
      "ecr:putImage",
      {
        RegistryId: repository.registryId,
        RepositoryName: repository.name,
        "ImageManifest.$": `${found}.ImageManifest`,
        "ImageManifestMediaType.$": `${found}.ImageManifestMediaType`,
        "ImageDigest.$": `${found}.ImageId.ImageDigest`,
        ImageTag: liveTag(as, environment),
      },
      // It has the mark already.
      { onError, answers: { "Ecr.ImageAlreadyExistsException": next } },
    )(next);
}

/**
 * Marks an image as in operation, and the one that had this mark as the previous one. It does nothing if the image
 * already has the mark, so it can be repeated. An image outside this repository is skipped: it is in the one that the
 * stack used before.
 */
function settle(
  id: string,
  args: DefinitionArgs,
  image: Exclude<Which, { readonly mark: Mark }>,
  onError: OnError,
): Part {
  const same: Rule = "path" in image ? { StringEqualsPath: image.path } : { StringEquals: image.digest };
  const look = `${id}: find`;
  return (next) =>
    sequence(
      find(id, args, { mark: "now" }, onError),
      choose(`${id}: is another one marked?`, [
        [missing, look],
        [{ Variable: `${found}.ImageId.ImageDigest`, ...same }, next],
      ]),
      mark(`${id}: what was before`, args, "before", onError),
      find(look, args, image, onError),
      choose(`${id}: is it here?`, [[missing, next]]),
      mark(`${id}: what is now`, args, "now", onError),
    )(next);
}

/**
 * Before any change: marks the image in operation, which the release before may have failed to do, and the next image.
 * So a missing image is noticed before any harm, and neither of the two expires while the release runs.
 */
export function markAtStart(args: DefinitionArgs): Part {
  const look = "Is the new image there?";
  const gone = "The new image is gone";
  return (next) => {
    const { start, states } = sequence(
      choose("Is anything in operation?", [[{ Not: { Variable: "$.last.Item.image.S", IsPresent: true } }, look]]),
      settle("Mark what is in operation", args, { path: "$.last.Item.image.S" }, failed),
      find(look, args, { digest: args.imageDigest }, failed),
      choose("Can it be marked?", [[missing, gone]]),
      mark("Mark the new image", args, "next", failed),
    )(next);
    const { name, registryId } = args.repository;
    const cause = `The repository ${name} of account ${registryId} has no image ${args.imageDigest}.`;
    return { start, states: joined(states, failing(gone, "ImageMissing", { Cause: cause }, failed)) };
  };
}

/** The first state of {@link markAtEnd}. */
export const markAtEndStart = "Mark what was released";

/**
 * Marks the released image as in operation. A failure undoes no release: the mark `next` holds the image until the next
 * release begins.
 */
export function markAtEnd(args: DefinitionArgs, onError: OnError): Part {
  return settle(markAtEndStart, args, { path: "$.record.Item.image.S" }, onError);
}
