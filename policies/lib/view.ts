import { UnknownValueError } from "./sdk";

/** A value that is not known yet, as ids are in a preview. Never equal to anything, never a pass. */
export class Unknown {
  /** Tells it apart from other things with a path, for the compiler. */
  readonly unknown = true;
  constructor(readonly path: string) {}
}

export function isUnknown(value: unknown): value is Unknown {
  return value instanceof Unknown;
}

/** Result of a typed read: the value, undefined when it is absent or of another type, or {@link Unknown}. */
export type Read<T> = T | undefined | Unknown;

/**
 * Reads properties one at a time, each guarded.
 *
 * The SDK throws from the first read of an unknown value and then drops the rest of the policy, so that one unknown id
 * turns a mandatory rule into one advisory line. Here an unknown value is a value: the rule goes on, and says what it
 * could not see. Values of an unexpected type read as absent, because a rule must not fail on someone else's program.
 *
 * Paths are dotted: `networkConfiguration.subnets`, `routes.0.gatewayId`.
 *
 * @param isComputed Tells properties whose unknown value is the provider's own doing (see resource.ts): they read as
 *   absent, because the program did not give them.
 */
export class View {
  constructor(
    private readonly value: unknown,
    readonly path = "",
    private readonly isComputed: (property: string) => boolean = () => false,
  ) {}

  at(path: string): unknown {
    return this.read(path.split("."), path);
  }

  protected read(keys: readonly string[], path: string): unknown {
    let value: unknown = this.value;
    for (const key of keys) {
      if (value === null || typeof value !== "object") {
        return undefined;
      }
      try {
        value = (value as Record<string, unknown>)[key];
      } catch (error) {
        if (error instanceof UnknownValueError) {
          return this.isComputed(keys[0] ?? path) ? undefined : new Unknown(this.full(path));
        }
        throw error;
      }
    }
    return value === null ? undefined : value;
  }

  /**
   * Whether the property was given at all, known or not. An empty string is how AWS says "not set". Of a property of each element of
   * a list (`overrides.*.subnetId`), whether the list was.
   */
  has(path: string): boolean {
    const value = this.at(path.split(".*.")[0] ?? path);
    return value !== undefined && value !== "";
  }

  text(path: string): Read<string> {
    const value = this.at(path);
    return isUnknown(value) || typeof value === "string" ? value : undefined;
  }

  /** Booleans, and the strings "true" and "false" that YAML programs and older providers send. */
  flag(path: string): Read<boolean> {
    const value = this.at(path);
    if (isUnknown(value) || typeof value === "boolean") {
      return value;
    }
    return value === "true" ? true : value === "false" ? false : undefined;
  }

  number(path: string): Read<number> {
    const value = this.at(path);
    if (isUnknown(value) || typeof value === "number") {
      return value;
    }
    return typeof value === "string" && value.trim() !== "" && Number.isFinite(Number(value))
      ? Number(value)
      : undefined;
  }

  /** A text, number or boolean as text. Lists and objects read as absent. */
  scalar(path: string): Read<string> {
    const value = this.at(path);
    return isUnknown(value)
      ? value
      : ["string", "number", "boolean"].includes(typeof value)
        ? String(value)
        : undefined;
  }

  /** The elements, each of which may itself be unknown. A single value counts as a list of one; absent as empty. */
  list(path: string): readonly unknown[] | Unknown {
    return this.elements(path.split("."), path);
  }

  private elements(keys: readonly string[], path: string): readonly unknown[] | Unknown {
    const value = this.read(keys, path);
    if (isUnknown(value)) {
      return value;
    }
    if (value === undefined || value === "") {
      return [];
    }
    if (!Array.isArray(value)) {
      return [value];
    }
    return Array.from({ length: value.length }, (_, index) => this.read([...keys, String(index)], `${path}.${index}`));
  }

  /** The same list as views, for lists of objects. An unknown element is a view whose every read is unknown. */
  items(path: string): readonly View[] | Unknown {
    const list = this.list(path);
    if (isUnknown(list)) {
      return list;
    }
    return list.map((element, index) =>
      isUnknown(element) ? new UnknownView(element.path) : new View(element, this.full(`${path}.${index}`)),
    );
  }

  object(path: string): View {
    const value = this.at(path);
    return isUnknown(value) ? new UnknownView(value.path) : new View(value, this.full(path));
  }

  /** What a key holds, where keys have dots of their own, as the paths of an API. */
  child(key: string): View {
    const value = this.entry(key);
    return isUnknown(value) ? new UnknownView(value.path) : new View(value, this.full(key));
  }

  keys(): readonly string[] {
    return this.value !== null && typeof this.value === "object" ? Object.keys(this.value) : [];
  }

  /** The keys with what each holds as a list, where keys have dots of their own, as those of a policy's conditions. */
  entries(): readonly (readonly [key: string, list: readonly unknown[] | Unknown])[] {
    return this.keys().map((key) => [key, this.elements([key], key)]);
  }

  /** One value by its key, which may have dots of its own. */
  entry(key: string): unknown {
    return this.read([key], key);
  }

  /** A property that holds a JSON text (policy documents, container definitions): undefined when it is not JSON. */
  json(path: string): View | Unknown | undefined {
    const value = this.at(path);
    if (isUnknown(value) || value === undefined) {
      return value;
    }
    if (typeof value === "object") {
      return new View({ document: value }, this.full(path)).object("document");
    }
    try {
      return new View(JSON.parse(String(value)), this.full(path));
    } catch {
      return undefined;
    }
  }

  protected full(path: string): string {
    return this.path === "" ? path : `${this.path}.${path}`;
  }
}

class UnknownView extends View {
  constructor(path: string) {
    super(undefined, path);
  }
  protected override read(): unknown {
    return new Unknown(this.path);
  }
}
