import * as pulumi from "@pulumi/pulumi";
import { takeHooks } from "../offline/sdk";

/** One resource that a component asked for: what it is, what it was given and with which options. */
export interface BuiltResource {
  readonly type: string;
  readonly name: string;
  /** The inputs as a provider would receive them. Unknown values satisfy {@link isUnknown}. */
  readonly inputs: Record<string, any>;
  readonly options: pulumi.CustomResourceOptions & pulumi.ComponentResourceOptions;
}

export interface Built<T> {
  readonly component: T;
  readonly resources: readonly BuiltResource[];
  /** `type::name` of every resource, sorted: the identity of what was built. */
  readonly identities: readonly string[];
  /** The one resource of this name; an error that lists the names when there is none. */
  get(name: string): BuiltResource;
  /** All resources of this type token, in the order they were made. */
  ofType(type: string): readonly BuiltResource[];
}

export interface BuildOptions {
  /** True for a preview: ids and computed outputs are unknown. Default: false, an update. */
  readonly preview?: boolean;
  /** Answers to provider functions by token, over {@link defaultCalls}. An unlisted call is an error. */
  readonly calls?: Readonly<Record<string, (inputs: any) => Record<string, unknown>>>;
  /** Computed outputs by type token, merged over the generic ones (`id`, `arn`). */
  readonly outputs?: Readonly<Record<string, (name: string, inputs: any) => Record<string, unknown>>>;
}

const account = "123456789012";

const defaultCalls: NonNullable<BuildOptions["calls"]> = {
  "aws:index/getPartition:getPartition": () => ({ partition: "aws", dnsSuffix: "amazonaws.com", id: "aws" }),
  "aws:index/getCallerIdentity:getCallerIdentity": () => ({
    accountId: account,
    arn: `arn:aws:iam::${account}:user/test`,
    userId: "test",
    id: account,
  }),
  "aws:index/getRegion:getRegion": () => ({ region: "eu-west-2", name: "eu-west-2", id: "eu-west-2" }),
};

/**
 * Builds a component under Pulumi's mocks and waits until every child is registered.
 *
 * Pass the given options on to the component: they carry the recorder that sees each child's options,
 * which the mocks themselves do not show.
 *
 * @throws Error when the component calls a provider function that has no answer in `calls`, or when any child fails.
 */
export async function build<T extends pulumi.Resource>(
  make: (opts: pulumi.ComponentResourceOptions) => T,
  options: BuildOptions = {},
): Promise<Built<T>> {
  const inputs = new Map<string, Record<string, any>>();
  const registered: { resource: pulumi.Resource; type: string; name: string; options: BuiltResource["options"] }[] = [];

  // Kept apart, because the SDK wraps a failed call in errors that no longer name it.
  let unanswered: Error | undefined;

  await pulumi.runtime.setMocks(
    {
      newResource: (args) => {
        inputs.set(`${args.type}::${args.name}`, args.inputs);
        if (options.preview) {
          return { id: undefined, state: { ...args.inputs } };
        }
        const computed = options.outputs?.[args.type]?.(args.name, args.inputs) ?? {};
        if (args.custom === false) {
          // A component; one made by a plugin (awsx) has outputs all the same.
          return { id: undefined, state: { ...args.inputs, ...computed } };
        }
        return {
          id: `${args.name}-id`,
          state: { arn: `arn:aws:test:eu-west-2:${account}:${args.name}`, ...args.inputs, ...computed },
        };
      },
      call: (args) => {
        const answer = options.calls?.[args.token] ?? defaultCalls[args.token];
        if (answer === undefined) {
          unanswered = new Error(`The component called ${args.token}, which this test has no answer for.`);
          throw unanswered;
        }
        return answer(args.inputs);
      },
    },
    "moodle",
    "test",
    options.preview ?? false,
  );
  takeHooks();

  const component = make({
    transformations: [
      (args) => {
        registered.push({ resource: args.resource, type: args.type, name: args.name, options: args.opts });
        return undefined;
      },
    ],
  });
  await Promise.all(registered.map(({ resource }) => settled(resource.urn))).catch((error: unknown) => {
    throw unanswered ?? error;
  });

  const resources = registered.map(({ type, name, options: opts }) => ({
    type,
    name,
    inputs: inputs.get(`${type}::${name}`) ?? {},
    options: opts,
  }));
  return {
    component,
    resources,
    identities: resources.map(({ type, name }) => `${type}::${name}`).sort(),
    get(name) {
      const found = resources.filter((resource) => resource.name === name);
      if (found.length !== 1) {
        const names = resources.map((resource) => resource.name).sort();
        throw new Error(`${found.length} resources are named "${name}". Built: ${names.join(", ")}`);
      }
      return found[0]!;
    },
    ofType: (type) => resources.filter((resource) => resource.type === type),
  };
}

/** Whether a recorded input is unknown, as ids are in a preview. */
export function isUnknown(value: unknown): boolean {
  return typeof value === "object" && value !== null && "__pulumiUnknown" in value;
}

/** The value of an output, once known. In a preview an unknown output gives undefined. */
export function settled<T>(output: pulumi.Output<T>): Promise<T | undefined> {
  return (output as unknown as { promise(withUnknowns?: boolean): Promise<T | undefined> }).promise();
}
