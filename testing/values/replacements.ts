import { forcing } from "../../offline/providers/replacements";
import { shapeOf } from "../../offline/providers/sdk";
import { conversionOf } from "./conversions";
import { serviceSpec } from "./serviceSpec";

/** A property of a resource type that the stand-in replaces and CloudFormation updates, or the reverse. */
export interface Difference {
  readonly property: string;
  readonly standIn: "replaces" | "updates";
}

export interface Compared {
  /** Properties that both know. */
  readonly agreed: readonly string[];
  readonly differences: readonly Difference[];
}

/** The models write a name in their own case, and often with the resource's word before or after it. */
const plain = (name: string): string => name.toLowerCase().replace(/^db/, "").replace(/s$/, "");

/**
 * Compares the stand-in's replacements on a change of each property of a type with CloudFormation's resource type.
 * Properties that CloudFormation replaces only under conditions are left out.
 *
 * @param replaces Whether the stand-in replaces on a change of the property. Default: its table.
 * @returns undefined for a type that CloudFormation does not have.
 */
export function compareReplacements(
  type: string,
  replaces = (property: string): boolean => forcing(type, [property]).length > 0,
): Compared | undefined {
  const { cfn, names = {} } = conversionOf(type) ?? {};
  const resource =
    cfn === undefined ? undefined : serviceSpec().lookup("resource", "cloudFormationType", "equals", cfn)[0];
  if (resource === undefined) {
    return undefined;
  }
  const own = type.split(":").at(-1)!.toLowerCase();
  const published = Object.entries(resource.properties);
  const agreed: string[] = [];
  const differences: Difference[] = [];
  for (const property of shapeOf(type)?.inputs ?? []) {
    const wanted = [property, ...[names[property] ?? []].flat()].map((name) => plain(name));
    const found = published.find(([name]) =>
      [plain(name), plain(name.toLowerCase().replace(own, ""))].some((one) => wanted.includes(one)),
    );
    const wantsReplacement = found?.[1].causesReplacement ?? "no";
    if (found === undefined || wantsReplacement === "maybe") {
      continue;
    }
    if (replaces(property) === (wantsReplacement === "yes")) {
      agreed.push(property);
    } else {
      differences.push({ property, standIn: replaces(property) ? "replaces" : "updates" });
    }
  }
  return { agreed, differences };
}
