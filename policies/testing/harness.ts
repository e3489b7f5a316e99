import type {
  PolicyResource,
  ReportViolation,
  ResourceValidationArgs,
  ResourceValidationPolicy,
  StackValidation,
  StackValidationArgs,
  StackValidationPolicy,
} from "@pulumi/policy";
import type { Exemption } from "../lib/exemptions";
import { policiesOf } from "../lib/pack";
import { undecidedReport } from "../lib/reports";
import type { Rule } from "../lib/rule";
import { unknownCheckingProxy } from "../lib/sdk";

/** A resource of a made-up stack. */
export interface Thing {
  readonly type: string;
  readonly name: string;
  readonly props: Readonly<Record<string, unknown>>;
  readonly opts: { readonly protect?: boolean; readonly ignoreChanges?: readonly string[] };
  readonly provider: Readonly<Record<string, unknown>>;
}

export function thing(
  type: string,
  name: string,
  props: Thing["props"] = {},
  opts: Thing["opts"] & { readonly provider?: Thing["provider"] } = {},
): Thing {
  const { provider, ...rest } = opts;
  return { type, name, props, opts: rest, provider: provider ?? {} };
}

/** A property that takes a value from other things: unknown in a preview, known afterwards. */
export class From {
  constructor(
    readonly things: readonly Thing[],
    readonly value: unknown,
  ) {}
}

export function id(from: Thing): From {
  return new From([from], idOf(from));
}

/** A value made of several things by code, so that the engine names them all. */
export function through(things: readonly Thing[], value: unknown): From {
  return new From(things, value);
}

/** What a thing's id is once it is made. */
export function idOf(from: Thing): string {
  return `${from.type.split(":").pop()?.toLowerCase() ?? ""}-${from.name}`;
}

/** A value that comes from somewhere else and is not known yet. */
export const unknown = new From([thing("test:index:Elsewhere", "elsewhere")], undefined);

/** How the SDK marks a value that is not known (a string, as the Node SDK sends it whatever the type). */
const mark = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

export function urnOf({ type, name }: Thing): string {
  return `urn:pulumi:prod::moodle::${type}::${name}`;
}

export interface Reported {
  readonly policy: string;
  readonly urn: string;
  readonly message: string;
}

export interface RunOptions {
  /** True: values of other things are unknown. Default: false. */
  readonly preview?: boolean;
  readonly exemptions?: readonly Exemption[];
  readonly today?: Date;
  /** As the engine hands it to each policy: thresholds by rule. */
  readonly config?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** Properties that AWS fills in, by type, which are unknown in the stack phase of a preview. */
  readonly computed?: Readonly<Record<string, readonly string[]>>;
}

/** Runs the pack as the SDK does: every resource policy on each resource, then every stack policy on all. */
export async function run(
  rules: readonly Rule[],
  things: readonly Thing[],
  options: RunOptions = {},
): Promise<Reported[]> {
  const preview = options.preview ?? false;
  const single = things.map((one) => inputsOf(one, preview));
  return judge(rules, single, () => stackOf(things, preview, options.computed ?? {}), options);
}

/**
 * Judges resources as the SDK hands them over.
 *
 * @param single Each resource by itself, with its inputs. @param whole Makes the resources of the stack.
 */
export async function judge(
  rules: readonly Rule[],
  single: readonly Partial<ResourceValidationArgs>[],
  whole: () => PolicyResource[],
  options: RunOptions = {},
): Promise<Reported[]> {
  const reported: Reported[] = [];
  const policies = policiesOf(rules, options.exemptions ?? [], () => options.today ?? new Date("2027-01-01T12:00:00Z"));
  const reportFor =
    (name: string, own = "") =>
    (message: string, urn?: string): void => {
      reported.push({ policy: name, urn: urn ?? own, message });
    };
  const sharedWith = (name: string) => ({
    getConfig: <T extends object>(): T => (options.config?.[name] ?? {}) as T,
    stackTags: new Map(),
    notApplicable,
  });
  // As the engine does: each resource by itself comes before all of them together.
  for (const one of single) {
    for (const policy of policies.filter((each) => "validateResource" in each)) {
      for (const validate of [(policy as ResourceValidationPolicy).validateResource ?? []].flat()) {
        const only = (validate as { __pulumiType?: string }).__pulumiType;
        if (only === undefined || only === one.type) {
          const args = { ...one, ...sharedWith(policy.name) } as unknown as ResourceValidationArgs;
          await validate(args, reportFor(policy.name, one.urn) as ReportViolation);
        }
      }
    }
  }
  for (const policy of policies.filter((each) => "validateStack" in each)) {
    const validate = (policy as StackValidationPolicy).validateStack as StackValidation | undefined;
    if (validate !== undefined) {
      const args = { resources: whole(), ...sharedWith(policy.name) } as unknown as StackValidationArgs;
      await validate(args, reportFor(policy.name) as ReportViolation);
    }
  }
  // The next message of the engine comes in a later turn.
  await new Promise((resolve) => setImmediate(resolve));
  return reported;
}

/** The rules that the undecided report names, with the name of the resource: "rule: resource". */
export function undecidedIn(reported: readonly Reported[]): readonly string[] {
  const text = reported.find((one) => one.policy === undecidedReport)?.message ?? "";
  let rule = "";
  return text.split("\n").flatMap((line) => {
    const heading = /^([a-z0-9-]+):$/.exec(line);
    rule = heading?.[1] ?? rule;
    const entry = /^ {2}\S+ "([^"]+)"/.exec(line);
    return entry === null ? [] : [`${rule}: ${entry[1]}`];
  });
}

export function violationsOf(reported: readonly Reported[], rule: Rule): readonly Reported[] {
  return reported.filter((one) => one.policy === rule.id);
}

/** The resources of a stack as the SDK hands them to a stack policy. */
export function stackOf(
  things: readonly Thing[],
  preview: boolean,
  computed: NonNullable<RunOptions["computed"]> = {},
): PolicyResource[] {
  const elsewhere = unknown.things[0]!;
  const resources = [...things, elsewhere].map((one) => {
    const extra = preview ? Object.fromEntries((computed[one.type] ?? []).map((key) => [key, mark])) : {};
    const identity = preview ? { id: mark } : { id: idOf(one) };
    return {
      ...inputsOf({ ...one, props: { ...extra, ...identity, ...one.props } }, preview),
      dependencies: [] as PolicyResource[],
      propertyDependencies: {} as Record<string, PolicyResource[]>,
    } as unknown as PolicyResource;
  });
  const byUrn = new Map(resources.map((resource) => [resource.urn, resource]));
  things.forEach((one, index) => {
    for (const [key, value] of Object.entries(one.props)) {
      resources[index]!.propertyDependencies[key] = [...new Set(sources(value))]
        .map((source) => byUrn.get(urnOf(source)))
        .filter((found) => found !== undefined);
    }
  });
  return resources;
}

function inputsOf(one: Thing, preview: boolean): Partial<ResourceValidationArgs> {
  return {
    type: one.type,
    name: one.name,
    urn: urnOf(one),
    opts: {
      protect: one.opts.protect ?? false,
      ignoreChanges: [...(one.opts.ignoreChanges ?? [])],
      aliases: [],
      additionalSecretOutputs: [],
      customTimeouts: { createSeconds: 0, updateSeconds: 0, deleteSeconds: 0 },
    },
    props: unknownCheckingProxy(resolve(one.props, preview) as Record<string, unknown>),
    provider: {
      type: "pulumi:providers:aws",
      name: "aws",
      urn: "urn:pulumi:prod::moodle::pulumi:providers:aws::aws",
      props: unknownCheckingProxy(resolve(one.provider, preview) as Record<string, unknown>),
    },
  };
}

function resolve(value: unknown, preview: boolean): unknown {
  if (value instanceof From) {
    return preview || value === unknown ? mark : resolve(value.value, preview);
  }
  if (Array.isArray(value)) {
    return value.map((element) => resolve(element, preview));
  }
  return value !== null && typeof value === "object"
    ? Object.fromEntries(Object.entries(value).map(([key, element]) => [key, resolve(element, preview)]))
    : value;
}

function sources(value: unknown): readonly Thing[] {
  if (value instanceof From) {
    return value.things;
  }
  return value !== null && typeof value === "object" ? Object.values(value).flatMap(sources) : [];
}

function notApplicable(): never {
  throw new Error("not applicable");
}
