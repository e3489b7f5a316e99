import type { EventTypeDefinition } from "@aws-cdk/service-spec-types";
import { serviceSpec } from "../values/serviceSpec";
import type { Sample } from "./samples";

type Type = EventTypeDefinition["properties"][string]["type"];

/** Calls have one schema a service, made of the first call that somebody saw. */
const calls = "AWS API Call via CloudTrail";

/**
 * How a sample differs from the schema that AWS's registry of EventBridge has of its type; undefined when it has none.
 *
 * The schemas come with the packages of AWS CDK. They are made of events that AWS sent, so a field that came later is missing.
 */
export function registryProblems(sample: Sample): readonly string[] | undefined {
  const event = serviceSpec()
    .all("event")
    .find(({ source, detailType }) => source === sample.source && detailType === sample["detail-type"]);
  if (event === undefined || sample["detail-type"] === calls) {
    return undefined;
  }
  const root = serviceSpec().get("eventTypeDefinition", event.rootProperty);
  return differences({ type: "ref", reference: event.rootProperty }, sample.detail, root.name);
}

function differences(type: Type, value: unknown, path: string): readonly string[] {
  switch (type.type) {
    case "ref": {
      const { properties } = serviceSpec().get("eventTypeDefinition", type.reference.$ref);
      return Object.entries(value as object).flatMap(([key, inner]) => {
        const known = properties[key];
        return known === undefined
          ? [`${path}.${key}: no such field`]
          : differences(known.type, inner, `${path}.${key}`);
      });
    }
    case "array":
      return (value as readonly unknown[]).flatMap((one) => differences(type.element, one, path));
    case "string":
      return typeof value === "string" ? [] : [`${path}: got ${typeof value}, expected a text`];
    case "integer":
    case "number":
      return typeof value === "number" ? [] : [`${path}: got ${typeof value}, expected a number`];
    default:
      return [];
  }
}
