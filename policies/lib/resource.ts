import type { PolicyProviderResource, PolicyResourceOptions } from "@pulumi/policy";
import { View } from "./view";

/** One resource as rules see it: every read goes through the guarded {@link View}. */
export interface Resource {
  readonly urn: string;
  readonly name: string;
  readonly type: string;
  readonly props: View;
  readonly opts: PolicyResourceOptions;
  /** Whether a component made it, of this program or of a package such as awsx. Known only in a stack policy. */
  readonly inComponent: boolean;
  /** The provider's configuration (`region`, `defaultTags`), empty when the engine did not send it. */
  readonly provider: View;
}

interface SdkResource {
  readonly urn: string;
  readonly name: string;
  readonly type: string;
  readonly props: Record<string, unknown>;
  readonly opts: PolicyResourceOptions;
  readonly provider?: PolicyProviderResource;
  readonly parent?: SdkParent | undefined;
  /** Only in a stack policy. */
  readonly propertyDependencies?: Readonly<Record<string, readonly unknown[]>>;
}

interface SdkParent {
  readonly type: string;
  readonly parent?: SdkParent | undefined;
}

/** A component is of no provider's type: its type has no module with a slash. */
export function isComponent(type: string): boolean {
  return !type.includes("/") && !type.startsWith("pulumi:");
}

function inComponent(parent: SdkParent | undefined): boolean {
  return parent !== undefined && (isComponent(parent.type) || inComponent(parent.parent));
}

/**
 * A stack policy sees outputs. In a preview every optional property that AWS fills in by itself (a route table's
 * `routes`, a security group's `ingress`) is then unknown even when the program says nothing about it. What the program
 * does say and is unknown comes from another resource, of which the engine has a record, or was among the resource's
 * inputs: what a look-up gives (`getSubnets`) has no record.
 *
 * @param inputs The names of the properties that the program gave, where they were seen.
 */
export function resourceOf(sdk: SdkResource, inputs?: ReadonlySet<string>): Resource {
  const dependencies = sdk.propertyDependencies;
  const isComputed = (property: string): boolean =>
    dependencies !== undefined && (dependencies[property] ?? []).length === 0 && inputs?.has(property) !== true;
  return {
    urn: sdk.urn,
    name: sdk.name,
    type: sdk.type,
    props: new View(sdk.props, "", isComputed),
    opts: sdk.opts,
    get inComponent() {
      return inComponent(sdk.parent);
    },
    provider: new View(sdk.provider?.props ?? {}),
  };
}

/** `aws:ec2/subnet:Subnet` -> `ec2.Subnet`, which is how people write it. */
export function shortType(type: string): string {
  const [, module, name] = type.split(":");
  return module === undefined || name === undefined ? type : `${module.split("/")[0]}.${name}`;
}
