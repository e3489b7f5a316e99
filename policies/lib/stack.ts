import type { PolicyResource } from "@pulumi/policy";
import { isComponent, resourceOf, type Resource } from "./resource";
import { isUnknown, type Unknown, type View } from "./view";

/** What a property refers to, as far as can be told. */
export interface References {
  /** Certainly referred to. */
  readonly exact: readonly Resource[];
  /**
   * One or more of these are referred to, but which is not known: in a preview a value that went through `apply`
   * depends on everything that the code touched.
   */
  readonly possible: readonly Resource[];
  /** Known ids that nothing in this stack has, such as those of another stack's resources. */
  readonly outside: readonly string[];
  /** Set when part of the property can not be traced to any resource. */
  readonly unknown?: Unknown;
  /** How many values the property has; undefined when even that is not known. */
  readonly count: number | undefined;
}

const identities = ["id", "arn", "name", "bucket", "clusterIdentifier"];

/** All resources of a stack, and how they refer to each other. Pure: it holds nothing between two analyses. */
export class Stack {
  readonly resources: readonly Resource[];
  private readonly types = new Map<string, Resource[]>();
  private readonly raw = new Map<Resource, PolicyResource>();
  private readonly byUrn = new Map<string, Resource>();
  private readonly identityOf = new Map<string, Map<string, Resource>>();
  private readonly kept = new Map<string, unknown>();

  /** @param inputs The names of the properties that the program gave, by URN, where they were seen. */
  constructor(sdk: readonly PolicyResource[], inputs?: ReadonlyMap<string, ReadonlySet<string>>) {
    this.resources = sdk.map((one) => {
      const resource = resourceOf(one, inputs?.get(one.urn));
      this.raw.set(resource, one);
      this.byUrn.set(resource.urn, resource);
      const list = this.types.get(resource.type);
      if (list === undefined) {
        this.types.set(resource.type, [resource]);
      } else {
        list.push(resource);
      }
      return resource;
    });
  }

  ofType(...types: readonly string[]): readonly Resource[] {
    return types.flatMap((type) => this.types.get(type) ?? []);
  }

  /**
   * The resources that a property's value came from, of the given types. A component stands for all that is in it: a
   * program in Go or YAML names the component alone when a value is an output of one from a package.
   */
  dependencies(resource: Resource, property: string, types: readonly string[]): readonly Resource[] {
    const found = this.raw.get(resource)?.propertyDependencies[property] ?? [];
    const urns = found.flatMap(({ urn, type }) =>
      types.includes(type) ? [urn] : isComponent(type) ? this.inside(urn, types) : [],
    );
    return [...new Set(urns)].map((urn) => this.byUrn.get(urn)).filter((one) => one !== undefined);
  }

  /** URNs of the resources of the given types that a component has made, in whichever depth. */
  private inside(component: string, types: readonly string[]): readonly string[] {
    const isInside = (one: PolicyResource | undefined): boolean =>
      one !== undefined && (one.urn === component || isInside(one.parent));
    return this.ofType(...types)
      .filter((resource) => isInside(this.raw.get(resource)?.parent))
      .map(({ urn }) => urn);
  }

  /**
   * Resolves a property to resources of the given types. The path is dotted; a list when its name ends in s, as AWS
   * names them; `subnetMappings.*.subnetId` for a property of each element of a list.
   *
   * Known values are matched by identity. The others are traced through the dependencies of the top-level property,
   * which the engine fills in even where ids are not known: they are exact when there are no more of them than there are
   * values to trace, and only possible when there are more.
   */
  references(resource: Resource, path: string, types: readonly string[]): References {
    const candidates = this.dependencies(resource, path.split(".")[0] ?? path, types);
    const value = valuesAt(resource.props, path);
    if (isUnknown(value)) {
      const traced = candidates.length > 0;
      return { exact: [], possible: candidates, outside: [], count: undefined, ...(traced ? {} : { unknown: value }) };
    }
    const exact: Resource[] = [];
    const unmatched: string[] = [];
    const unknown: Unknown[] = [];
    for (const element of value) {
      if (isUnknown(element)) {
        unknown.push(element);
      } else if (typeof element === "string" && element !== "") {
        const match = this.withIdentity(element, types);
        if (match === undefined) {
          unmatched.push(element);
        } else {
          exact.push(match);
        }
      }
    }
    const count = exact.length + unmatched.length + unknown.length;
    // A known value can still be that of a resource whose own id is not known yet, or not among its properties (docker.Image).
    const rest = candidates.filter(
      (candidate) => !exact.includes(candidate) && (unknown.length > 0 || !hasText(candidate, "id")),
    );
    const open = unknown.length + unmatched.length;
    if (open === 0) {
      return { exact, possible: [], outside: [], count };
    }
    if (rest.length > open) {
      return { exact, possible: rest, outside: [], count };
    }
    const outside = rest.length < open ? unmatched : [];
    const missing = rest.length < unknown.length ? { unknown: unknown[0]! } : {};
    return { exact: [...exact, ...rest], possible: [], outside, count, ...missing };
  }

  /**
   * The resources of one type whose property refers to the target: those that certainly do, those that may, and
   * whether any of that type can not be traced at all.
   */
  referring(
    type: string,
    path: string,
    target: Resource,
  ): { exact: readonly Resource[]; possible: readonly Resource[] } {
    const index = this.keep(`referring ${type} ${path} ${target.type}`, () => {
      const exact = new Map<Resource, Resource[]>();
      const possible = new Map<Resource, Resource[]>();
      for (const one of this.ofType(type)) {
        const found = this.references(one, path, [target.type]);
        for (const each of found.exact) {
          exact.set(each, [...(exact.get(each) ?? []), one]);
        }
        for (const each of found.possible) {
          possible.set(each, [...(possible.get(each) ?? []), one]);
        }
      }
      return { exact, possible };
    });
    return { exact: index.exact.get(target) ?? [], possible: index.possible.get(target) ?? [] };
  }

  /** Works something out once for this stack. */
  keep<T>(key: string, make: () => T): T {
    if (!this.kept.has(key)) {
      this.kept.set(key, make());
    }
    return this.kept.get(key) as T;
  }

  private withIdentity(value: string, types: readonly string[]): Resource | undefined {
    for (const type of types) {
      let index = this.identityOf.get(type);
      if (index === undefined) {
        index = new Map();
        for (const resource of this.ofType(type)) {
          for (const property of identities) {
            const identity = resource.props.text(property);
            if (typeof identity === "string" && identity !== "" && !index.has(identity)) {
              index.set(identity, resource);
            }
          }
        }
        this.identityOf.set(type, index);
      }
      const match = index.get(value);
      if (match !== undefined) {
        return match;
      }
    }
    return undefined;
  }
}

function valuesAt(view: View, path: string): readonly unknown[] | Unknown {
  const [list = path, ...rest] = path.split(".*.");
  if (rest.length > 0) {
    const items = view.items(list);
    return isUnknown(items) ? items : items.flatMap((item) => valuesAt(item, rest.join(".*.")));
  }
  if (path.endsWith("s")) {
    return view.list(path);
  }
  const value = view.at(path);
  return value === undefined ? [] : [value];
}

function hasText(resource: Resource, property: string): boolean {
  const value = resource.props.text(property);
  return typeof value === "string" && value !== "";
}
