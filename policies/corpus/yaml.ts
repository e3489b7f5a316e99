import * as pulumi from "@pulumi/pulumi";
import * as yaml from "js-yaml";

interface Declared {
  readonly type: string;
  readonly properties?: Readonly<Record<string, unknown>>;
  readonly options?: { readonly protect?: boolean; readonly parent?: string };
}
interface Program {
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly resources: Readonly<Record<string, Declared>>;
}

class Resource extends pulumi.CustomResource {}

/**
 * Declares the resources of a Pulumi YAML program: references by `${name.property}`, `fn::toJSON` and `fn::secret`.
 * It stands in for the YAML language host, which needs the provider's plugin; the records that it makes are the SDK's.
 */
export function yamlProgram(text: string): () => void {
  const program = yaml.load(text) as Program;
  return () => {
    const made = new Map<string, pulumi.CustomResource>();
    const resource = (name: string): pulumi.CustomResource => {
      const known = made.get(name);
      if (known !== undefined) {
        return known;
      }
      const declared = program.resources[name];
      if (declared === undefined) {
        throw new Error(`The program has no resource ${name}.`);
      }
      const { type, properties = {}, options = {} } = declared;
      const one = new Resource(full(type), name, value(properties) as pulumi.Inputs, {
        ...(options.protect === undefined ? {} : { protect: options.protect }),
      });
      made.set(name, one);
      return one;
    };
    const read = (path: string): unknown => {
      const [name = "", property = "id"] = path.split(".");
      const variable = program.variables?.[name];
      if (variable !== undefined) {
        return value(variable);
      }
      const from = resource(name) as unknown as Record<string, unknown>;
      const state = from[property] ?? (program.resources[name]!.properties ?? {})[property];
      return property === "id" || state === undefined ? from["id"] : value(state);
    };
    const value = (given: unknown): unknown => {
      if (typeof given === "string") {
        const whole = /^\$\{([^}]+)\}$/.exec(given);
        if (whole !== null) {
          return read(whole[1]!);
        }
        const parts = given.split(/\$\{([^}]+)\}/);
        return parts.length === 1
          ? given
          : pulumi.concat(...parts.map((part, i) => (i % 2 === 0 ? part : (read(part) as pulumi.Input<string>))));
      }
      if (Array.isArray(given)) {
        return given.map(value);
      }
      if (given === null || typeof given !== "object") {
        return given;
      }
      const [[key, inner] = ["", undefined]] = Object.entries(given);
      if (key === "fn::toJSON") {
        return pulumi.jsonStringify(value(inner) as pulumi.Input<unknown>);
      }
      if (key === "fn::secret") {
        return pulumi.secret(value(inner));
      }
      return Object.fromEntries(Object.entries(given).map(([name, one]) => [name, value(one)]));
    };
    Object.keys(program.resources).forEach(resource);
  };
}

/** `aws:ec2:Subnet` is short for `aws:ec2/subnet:Subnet`. */
function full(type: string): string {
  const [pkg, module, name = ""] = type.split(":");
  return module?.includes("/") === true ? type : `${pkg}:${module}/${name[0]?.toLowerCase()}${name.slice(1)}:${name}`;
}
