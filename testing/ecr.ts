import assert from "node:assert/strict";

/** A rule in awsx's words, which is what the component gives. */
interface Rule {
  readonly tagStatus: unknown;
  readonly tagPrefixList?: unknown;
  readonly maximumAgeLimit?: unknown;
  readonly maximumNumberOfImages?: unknown;
}

interface Artifact {
  readonly digest: string;
  readonly manifest: string;
  /** In days. */
  readonly pushedAt: number;
  /** Images of an index. */
  readonly children: readonly string[];
  /** Subject of a signature or attestation. */
  readonly subject?: string | undefined;
  readonly tags: Set<string>;
}

/**
 * A stand-in for an ECR repository: tags, their mutability, and deletions by a lifecycle policy, by AWS's own words:
 * https://docs.aws.amazon.com/AmazonECR/latest/userguide/LifecyclePolicies.html, "Lifecycle policy evaluation rules".
 * It follows these:
 *
 * - all rules are evaluated at the same time, then applied by their priority;
 * - an image is deleted by one rule or none, and one whose tags match a rule by none of lower priority;
 * - a rule counts images that a rule of higher priority has marked as if they were still there;
 * - by count, sorted by push, the youngest stay; by age, those pushed longer ago go;
 * - with several prefixes, an image must have a tag for each;
 * - an image in an index goes with the index, and a signature or attestation with its subject, neither before.
 *
 * It is not AWS: whether AWS follows its documentation is not checked here.
 */
export class EcrRepository {
  readonly artifacts = new Map<string, Artifact>();
  now = 0;

  constructor(
    private readonly rules: readonly Rule[],
    private readonly movable: readonly string[],
  ) {}

  push(digest: string, options: { readonly children?: readonly string[]; readonly subject?: string } = {}): void {
    this.now += 0.001;
    this.artifacts.set(digest, {
      digest,
      manifest: `manifest of ${digest}`,
      pushedAt: this.now,
      children: options.children ?? [],
      subject: options.subject,
      tags: new Set(),
    });
  }

  /** @throws Error named as ECR's exceptions are. */
  tag(digest: string, tag: string): void {
    const holder = this.find({ imageTag: tag });
    const error = (name: string) => Object.assign(new Error(`${name}: ${tag}`), { name });
    if (holder?.digest === digest) {
      throw error("ImageAlreadyExistsException");
    }
    if (holder !== undefined && !this.movable.some((filter) => tag.startsWith(filter.replace("*", "")))) {
      throw error("ImageTagAlreadyExistsException");
    }
    const image = this.artifacts.get(digest);
    assert.ok(image !== undefined, `PutImage of ${digest}, whose manifest nobody can have read`);
    holder?.tags.delete(tag);
    image.tags.add(tag);
  }

  find({ imageTag, imageDigest }: { readonly imageTag?: string; readonly imageDigest?: string }): Artifact | undefined {
    return imageDigest !== undefined
      ? this.artifacts.get(imageDigest)
      : [...this.artifacts.values()].find(({ tags }) => tags.has(imageTag!));
  }

  /** A day passes, and the policy is applied. */
  expire(): void {
    this.now += 1;
    const all = [...this.artifacts.values()];
    const held = new Set(all.flatMap(({ children }) => children));
    const matched = new Set<string>();
    const doomed = new Set<string>();
    for (const rule of this.rules) {
      const selected = all.filter((image) => matches(rule, image));
      const goes =
        rule.maximumNumberOfImages !== undefined
          ? selected
              .filter(({ digest, subject }) => !held.has(digest) && subject === undefined)
              .sort((a, b) => b.pushedAt - a.pushedAt)
              .slice(Number(rule.maximumNumberOfImages))
          : selected.filter(({ pushedAt }) => this.now - pushedAt > Number(rule.maximumAgeLimit));
      for (const { digest, subject } of goes) {
        if (!matched.has(digest) && !held.has(digest) && subject === undefined) {
          doomed.add(digest);
        }
      }
      selected.forEach(({ digest }) => matched.add(digest));
    }
    doomed.forEach((digest) => this.remove(digest));
  }

  private remove(digest: string): void {
    const image = this.artifacts.get(digest);
    this.artifacts.delete(digest);
    for (const child of image?.children ?? []) {
      if (![...this.artifacts.values()].some(({ children }) => children.includes(child))) {
        this.remove(child);
      }
    }
    for (const referrer of [...this.artifacts.values()].filter(({ subject }) => subject === digest)) {
      this.remove(referrer.digest);
    }
  }
}

function matches({ tagStatus, tagPrefixList = [] }: Rule, { tags }: Artifact): boolean {
  switch (tagStatus) {
    case "any":
      return true;
    case "untagged":
      return tags.size === 0;
    default:
      return (tagPrefixList as readonly string[]).every((prefix) => [...tags].some((tag) => tag.startsWith(prefix)));
  }
}
