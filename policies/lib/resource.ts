import type { PolicyProviderResource, PolicyResourceOptions } from "@pulumi/policy";
import { View } from "./view";

/** One resource as rules see it: every read goes through the guarded {@link View}. */
export interface Resource {
  readonly urn: string;
  readonly name: string;
  readonly type: string;
  readonly props: View;
  readonly opts: PolicyResourceOptions;
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
  /** Only in a stack policy. */
  readonly propertyDependencies?: Readonly<Record<string, readonly unknown[]>>;
}

/**
 * A stack policy sees outputs. In a preview every optional property that AWS fills in by itself (a route table's
 * `routes`, a security group's `ingress`) is then unknown even when the program says nothing about it. An unknown value
 * that the program gives comes from another resource, and the engine records which: unknown without a dependency means
 * "not given".
 */
export function resourceOf(sdk: SdkResource): Resource {
  const dependencies = sdk.propertyDependencies;
  const isComputed = (property: string): boolean =>
    dependencies !== undefined && (dependencies[property] ?? []).length === 0;
  return {
    urn: sdk.urn,
    name: sdk.name,
    type: sdk.type,
    props: new View(sdk.props, "", isComputed),
    opts: sdk.opts,
    provider: new View(sdk.provider?.props ?? {}),
  };
}

/** `aws:ec2/subnet:Subnet` -> `ec2.Subnet`, which is how people write it. */
export function shortType(type: string): string {
  const [, module, name] = type.split(":");
  return module === undefined || name === undefined ? type : `${module.split("/")[0]}.${name}`;
}
