import type { Properties } from "../../offline/providers/values";
import { type Conversion, conversionOf } from "./conversions";
import type { Recorded } from "./recorded";
import { operationShape } from "./apiModels";
import { resourceShape } from "./resourceSchemas";
import type { Shape } from "./shape";

/** A value that AWS would refuse. */
export interface Refusal {
  readonly type: string;
  readonly name: string;
  readonly path: string;
  readonly given: unknown;
  readonly allowed: string;
  /** The model: `ec2 CreateSecurityGroup`, `AWS::EC2::SecurityGroup`. */
  readonly judge: string;
}

export interface Verdict {
  readonly refusals: readonly Refusal[];
  /** Number of values checked against a restriction: an enumeration, a pattern, a length, a range. */
  readonly restricted: number;
  /** Number of values known to a model that restricts only their type. */
  readonly free: number;
  /** `type property` of what no model knows, with how many values. */
  readonly unjudged: ReadonlyMap<string, number>;
  /** Types without a row in conversions.yaml. */
  readonly unknownTypes: ReadonlySet<string>;
}

type Seen = "restricted" | "free";

/** Holds every value of the resources against the published models. */
export function judge(resources: readonly Recorded[]): Verdict {
  const refusals: Refusal[] = [];
  const unjudged = new Map<string, number>();
  const unknownTypes = new Set<string>();
  const counts = { restricted: 0, free: 0 };
  for (const resource of resources.filter(({ type }) => type.startsWith("aws:"))) {
    const conversion = conversionOf(resource.type);
    if (conversion === undefined) {
      unknownTypes.add(resource.type);
      continue;
    }
    const { cfn } = conversion;
    if (cfn !== undefined && shapesOf({ cfn }, resource.region).length === 0) {
      const { type, name, region } = resource;
      refusals.push({ type, name, path: "", given: region, allowed: `a region that has ${cfn}`, judge: cfn });
    }
    const seen = new Map<string, Seen>();
    for (const { judge: name, shape } of shapesOf(conversion, resource.region)) {
      new Walk(resource, conversion, name, seen, refusals).start(shape);
    }
    leaves(withoutSkipped(resource.inputs, conversion), (path) => {
      const how = seen.get(path);
      if (how !== undefined) {
        counts[how] += 1;
      } else {
        const key = `${resource.type} ${path.replaceAll(/\[\d+\]/g, "[]")}`;
        unjudged.set(key, (unjudged.get(key) ?? 0) + 1);
      }
    });
  }
  return { refusals, ...counts, unjudged, unknownTypes };
}

/** Inputs that reach AWS. Texts that hold a list of structures are parsed. */
function withoutSkipped(inputs: Properties, { skip = {}, json = [], flat = [] }: Conversion): Properties {
  return Object.fromEntries(
    Object.entries(inputs)
      .flatMap(([key, value]) =>
        flat.includes(key) && isRecord(value)
          ? Object.entries(value).map(([inner, each]) => [`${key}.${inner}`, each] as const)
          : [[key, value] as const],
      )
      .filter(([key]) => !(key in skip) && !key.startsWith("__"))
      .map(([key, value]) => [key, json.includes(key) ? (JSON.parse(String(value)) as unknown) : value]),
  );
}

const shapes = new Map<string, Shape | undefined>();

function shapesOf({ api = [], cfn }: Conversion, region: string): { judge: string; shape: Shape }[] {
  const known = (key: string, read: () => Shape | undefined): Shape | undefined => {
    if (!shapes.has(key)) {
      shapes.set(key, read());
    }
    return shapes.get(key);
  };
  const names = [
    ...api.map((name) => [name, name] as const),
    ...(cfn === undefined ? [] : [[cfn, `${cfn} ${region}`] as const]),
  ];
  return names.flatMap(([name, key]) => {
    const [service, operation] = name.split(" ") as [string, string?];
    const shape = known(key, () =>
      operation === undefined ? resourceShape(service, region) : operationShape(service, operation),
    );
    return shape === undefined ? [] : [{ judge: name, shape }];
  });
}

/** The inputs of a resource as CloudFormation takes them; undefined when it has no such type. */
export function asCloudFormation(
  resource: Recorded,
): { readonly Type: string; readonly Properties: object } | undefined {
  const conversion = conversionOf(resource.type);
  const [found] = conversion?.cfn === undefined ? [] : shapesOf({ cfn: conversion.cfn }, resource.region);
  return found === undefined
    ? undefined
    : {
        Type: conversion!.cfn!,
        Properties: new Walk(resource, conversion!, found.judge, new Map(), []).start(found.shape),
      };
}

/** One resource against one model. */
class Walk {
  constructor(
    private readonly resource: Recorded,
    private readonly conversion: Conversion,
    private readonly judge: string,
    private readonly seen: Map<string, Seen>,
    private readonly refusals: Refusal[],
  ) {}

  /** @returns the inputs in the model's form. */
  start(shape: Shape): Properties {
    const inputs = withoutSkipped(this.resource.inputs, this.conversion);
    const inner = (this.conversion.inside ?? []).flatMap((name) => {
      const member = shape.members?.get(name);
      return member === undefined ? [] : [member()];
    });
    const members = new Map([...inner.flatMap((each) => [...(each.members ?? [])]), ...(shape.members ?? [])]);
    const required = [...(shape.required ?? []), ...inner.flatMap((each) => each.required ?? [])];
    const wrapped = new Set(this.conversion.inside);
    return this.structure(inputs, { ...shape, members, required: required.filter((name) => !wrapped.has(name)) }, "");
  }

  private refuse(path: string, given: unknown, allowed: string): void {
    const { type, name } = this.resource;
    this.refusals.push({ type, name, path, given, allowed, judge: this.judge });
  }

  private structure(value: Properties, shape: Shape, path: string): Properties {
    const given = new Set<string>();
    const built: Properties = {};
    for (const [property, inner] of Object.entries(value)) {
      const found = inner === undefined || inner === null ? undefined : this.member(property, shape, path);
      if (found !== undefined) {
        given.add(found.name);
        put(
          built,
          [found.name, ...found.inside],
          this.walk(inner, found.shape, path === "" ? property : `${path}.${property}`),
        );
      }
    }
    // A model that knows nothing of the value is another kind of thing.
    if (given.size > 0 || path === "") {
      for (const name of (shape.required ?? []).filter((each) => !given.has(each) && !this.isGiven(each))) {
        this.refuse(path === "" ? name : `${path}.${name}`, undefined, "a value: the member is required");
      }
    }
    return built;
  }

  private isGiven(name: string): boolean {
    return (this.conversion.given ?? []).includes(name);
  }

  /** The model's member for a property: the same but for case, number and the words that one of the two leaves out. */
  private member(property: string, shape: Shape, path: string): Found | undefined {
    const known = new Map([...(shape.members?.keys() ?? [])].map((name) => [normal(name), name]));
    const place = path.replaceAll(/\[\d+\]/g, "");
    const own = normal(this.resource.type.split(":").pop() ?? "");
    const plain = normal(property);
    const single = plain.replace(/ies$/, "y").replace(/s$/, "");
    // The one member that must be there and ends in the property's word: `name` is `DBSubnetGroupName`.
    const ending = (shape.required ?? []).filter((name) => normal(name).endsWith(plain));
    const candidates = [
      ...[this.conversion.names?.[path === "" ? property : `${place}.${property}`] ?? []].flat(),
      ...[plain, single, `${plain}s`, `${single}ies`],
      ...(path === "" ? [own + plain, `db${plain}`] : []),
      ...[
        `${single}ids`,
        `${single}id`,
        `${plain}arn`,
        `${single}arns`,
        `${plain}config`,
        `${plain}name`,
        `${single}names`,
        `${single}list`,
      ],
      ...(ending.length === 1 ? ending : []),
    ];
    for (const candidate of candidates) {
      const [first = "", ...rest] = candidate.split(".");
      const name = known.get(normal(first));
      const member = name === undefined ? undefined : descend(shape.members!.get(name)!(), rest);
      if (member !== undefined) {
        return { name: name!, inside: rest, shape: member };
      }
    }
    return undefined;
  }

  private walk(value: unknown, shape: Shape, path: string): unknown {
    // A list of what the model has one level further in.
    if (Array.isArray(value) && !["list", "any", "structure"].includes(shape.kind)) {
      return value.map((each, index) => this.walk(each, shape, `${path}[${index}]`));
    }
    const given = this.adapted(value, shape);
    this.mark(path, shape);
    for (const rule of shape.rules) {
      if (!rule.allows(given)) {
        this.refuse(path, value, rule.says);
      }
    }
    if (shape.kind === "structure" && isRecord(given)) {
      return this.structure(given, shape, Array.isArray(value) ? `${path}[0]` : path);
    } else if (shape.kind === "list" && Array.isArray(given)) {
      const element = shape.element!();
      return given.map((each: unknown, index) => {
        if (each instanceof Entry) {
          const [key, inner] = each.names;
          return {
            [key]: this.walk(each.key, element.members!.get(key)!(), `${path}.${each.key}`),
            [inner]: this.walk(each.value, element.members!.get(inner)!(), `${path}.${each.key}`),
          };
        }
        const items = isRecord(value) && Array.isArray(value["items"]) ? `${path}.items` : path;
        return this.walk(each, element, Array.isArray(value) || items !== path ? `${items}[${index}]` : path);
      });
    } else if (shape.kind === "map" && isRecord(given)) {
      return Object.fromEntries(
        Object.entries(given).map(([key, inner]) => {
          if (shape.key !== undefined) {
            this.walk(key, shape.key(), `${path}.${key}`);
          }
          return [key, this.walk(inner, shape.element!(), `${path}.${key}`)];
        }),
      );
    } else if (shape.kind === "number" && !Number.isFinite(Number(given))) {
      this.refuse(path, value, "a number");
    } else if (shape.kind === "flag" && !["true", "false"].includes(String(given))) {
      this.refuse(path, value, "true or false");
    }
    return shape.kind === "number" ? Number(given) : shape.kind === "flag" ? String(given) === "true" : given;
  }

  /** The value in the model's form: Pulumi writes a list of one as its element, tags as an object, a document as an object. */
  private adapted(value: unknown, shape: Shape): unknown {
    if (shape.kind === "list" && isRecord(value)) {
      if (Array.isArray(value["items"])) {
        return value["items"];
      }
      const names = [...(shape.element?.().members?.keys() ?? [])];
      const key = names.find((name) => /(key|name)$/i.test(name));
      const inner = names.find((name) => /value$/i.test(name));
      const isElement = Object.keys(value).some((own) => names.some((name) => normal(name) === normal(own)));
      return key !== undefined && inner !== undefined && names.length <= 3 && !isElement
        ? Object.entries(value).map(([name, each]) => new Entry([key, inner], name, each))
        : [value];
    }
    if (shape.kind === "list" && !Array.isArray(value)) {
      return [value];
    }
    if (shape.kind === "structure" && Array.isArray(value) && value.length === 1) {
      return value[0];
    }
    if (shape.kind === "text" && typeof value === "object") {
      return JSON.stringify(value);
    }
    if (
      shape.kind === "text" &&
      typeof value === "boolean" &&
      shape.rules.some(({ allows }) => allows("ENABLED") && !allows("x"))
    ) {
      return value ? "ENABLED" : "DISABLED";
    }
    return shape.kind === "text" ? String(value) : value;
  }

  private mark(path: string, shape: Shape): void {
    if (["text", "number", "flag", "any"].includes(shape.kind)) {
      this.seen.set(
        path,
        shape.rules.length > 0 || shape.kind === "flag" || this.seen.get(path) === "restricted" ? "restricted" : "free",
      );
    }
  }
}

/** A member of the model: its name, and the way to what holds the value inside it. */
interface Found {
  readonly name: string;
  readonly inside: readonly string[];
  readonly shape: Shape;
}

/** An entry of an object that the model writes as a list of pairs: a tag, a dimension. */
class Entry {
  constructor(
    readonly names: readonly [string, string],
    readonly key: string,
    readonly value: unknown,
  ) {}
}

function put(into: Properties, [first = "", ...rest]: readonly string[], value: unknown): void {
  if (rest.length === 0) {
    into[first] = value;
    return;
  }
  const inner = isRecord(into[first]) ? into[first] : {};
  into[first] = inner;
  put(inner, rest, value);
}

function descend(shape: Shape, names: readonly string[]): Shape | undefined {
  const [first, ...rest] = names;
  if (first === undefined) {
    return shape;
  }
  const inner = shape.kind === "list" ? shape.element!() : shape;
  const name = [...(inner.members?.keys() ?? [])].find((each) => normal(each) === normal(first));
  return name === undefined ? undefined : descend(inner.members!.get(name)!(), rest);
}

function leaves(value: unknown, visit: (path: string) => void, path = ""): void {
  if (Array.isArray(value)) {
    value.forEach((each, index) => leaves(each, visit, `${path}[${index}]`));
  } else if (isRecord(value)) {
    Object.entries(value).forEach(([key, each]) => leaves(each, visit, path === "" ? key : `${path}.${key}`));
  } else if (value !== undefined && value !== null) {
    visit(path);
  }
}

function normal(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9]/g, "");
}

function isRecord(value: unknown): value is Properties {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
