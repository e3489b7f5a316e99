import type { Document } from "../../generate/document";
import type { Registered } from "../../lib/plan";
import { shippedPlan } from "../../lib/shippedPlans";
import { architectureOf } from "./architecture";
import type { Architecture } from "./content";
import { picture } from "./svg";

/** The architecture of a plan that nothing is compared with. */
export function architectureOfPlan(plan: readonly Registered[]): Architecture {
  const resources = plan.flatMap((resource) => {
    // Such a plan has no children of awsx components: the repository's component stands for it.
    const isRepository = resource.type === "awsx:ecr:Repository";
    const own = isRepository
      ? { ...resource, type: "aws:ecr/repository:Repository", id: String(resource.outputs["url"]) }
      : resource;
    return own.id === "" ? [] : [own];
  });
  return architectureOf(resources, new Map());
}

/** The picture of README.md and docs/architecture.md. */
export const architectureDocument: Document = {
  path: "docs/architecture.svg",
  text: async () => picture(architectureOfPlan(await shippedPlan("prod")), "Architecture of the production stack"),
};
