import type { Resource } from "./resource";
import type { Stack } from "./stack";
import { isUnknown, Unknown } from "./view";

const launchTemplate = "aws:ec2/launchTemplate:LaunchTemplate";

/**
 * The launch template from which an instance takes what it does not say itself: undefined when it has none, unknown when it is
 * not in this stack.
 */
export function templateOf(stack: Stack, instance: Resource): Resource | Unknown | undefined {
  if (!instance.props.has("launchTemplate")) {
    return undefined;
  }
  const traced = stack.dependencies(instance, "launchTemplate", [launchTemplate]);
  const ids = ["id", "name"].map((key) => instance.props.at(`launchTemplate.${key}`)).filter((one) => !isUnknown(one));
  const named = stack
    .ofType(launchTemplate)
    .find(({ props }) => ids.some((id) => id !== undefined && (id === props.at("id") || id === props.at("name"))));
  return named ?? (traced.length === 1 ? traced[0] : new Unknown("launchTemplate (not in this stack)"));
}
