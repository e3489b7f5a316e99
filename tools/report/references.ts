import { isBookkeeping, type Resource } from "./changes";

/**
 * Finds the resource that a value in another one's inputs refers to. It uses ids, ARNs, names and addresses from the
 * deployment, so it needs a deployed plan, where they are known.
 */
export class References {
  private readonly owners = new Map<string, Resource>();
  private readonly found = new Map<string, ReadonlySet<string>>();
  readonly byUrn: ReadonlyMap<string, Resource>;

  constructor(resources: readonly Resource[]) {
    this.byUrn = new Map(resources.map((resource) => [resource.urn, resource]));
    // The first name wins: a policy's id must not refer to the role that it begins with. Components repeat their
    // children's outputs, and a DNS record's name is the site's.
    const nameable = resources.filter(({ type }) => !isBookkeeping(type) && !type.startsWith("aws:route53/record:"));
    for (const key of ["arn", "id", "bucketRegionalDomainName", "name"] as const) {
      for (const resource of nameable) {
        const value = key === "id" ? resource.id : resource.outputs[key];
        if (typeof value === "string" && value.length > 7 && !this.owners.has(value)) {
          this.owners.set(value, resource);
        }
      }
    }
  }

  /** The resource that a text names as a whole, or that an ARN lies within (`arn:aws:s3:::bucket/*`). */
  owner(text: string): Resource | undefined {
    return this.owners.get(text) ?? this.owners.get(text.replace(/[/:]?\*?$/, "")) ?? this.owners.get(parentArn(text));
  }

  /** The text with resources by their names: `prod-objects-bucket/*` rather than an ARN. */
  named(text: string): string {
    const owner = this.owner(text);
    if (owner === undefined) {
      return text;
    }
    const rest = /[/:]\*$/.exec(text)?.[0] ?? (this.owners.has(text) ? "" : text.slice(parentArn(text).length));
    return `${owner.name}${rest}`;
  }

  /** The URNs of all that a resource's inputs refer to. */
  of(resource: Resource): ReadonlySet<string> {
    let found = this.found.get(resource.urn);
    if (found === undefined) {
      found = new Set(
        texts(resource.inputs)
          .flatMap((text) => [text, ...text.split(/[^\w:/.-]+/)])
          .flatMap((text) => this.owner(text)?.urn ?? [])
          .filter((urn) => urn !== resource.urn),
      );
      this.found.set(resource.urn, found);
    }
    return found;
  }
}

/** `arn:aws:s3:::bucket` of `arn:aws:s3:::bucket/folder/file`. */
function parentArn(text: string): string {
  return text.startsWith("arn:") ? text.slice(0, text.includes("/") ? text.indexOf("/") : text.length) : text;
}

function texts(value: unknown): readonly string[] {
  if (typeof value === "string") {
    return [value];
  }
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(texts) : [];
}
