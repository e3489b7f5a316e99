import type { Resource } from "../lib/resource";
import type { Stack } from "../lib/stack";
import { ecsService, scalableTarget } from "../lib/types";

/** The scalable targets of a service. They name it inside `resourceId`: service/<cluster>/<service>. */
export function targetsOf(stack: Stack, service: Resource): readonly Resource[] {
  return stack.ofType(scalableTarget).filter((target) => {
    if (stack.dependencies(target, "resourceId", [ecsService]).includes(service)) {
      return true;
    }
    const id = target.props.text("resourceId");
    const name = service.props.text("name");
    return typeof name === "string" && String(id).endsWith(`/${name}`);
  });
}

/** Whether a service takes requests through a load balancer. */
export function isWeb(service: Resource): boolean {
  const balancers = service.props.list("loadBalancers");
  return !Array.isArray(balancers) || balancers.length > 0;
}
