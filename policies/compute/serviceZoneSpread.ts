import { resourceRule } from "../lib/rule";
import { ecsService } from "../lib/types";
import { expect, pass, undecided } from "../lib/verdict";
import { isUnknown } from "../lib/view";

const zoneField = "attribute:ecs.availability-zone";

export const serviceZoneSpread = resourceRule({
  id: "service-zone-spread",
  group: "compute",
  severity: "medium",
  title: "An ECS service that places its tasks by a strategy spreads them over zones first.",
  why: "A strategy replaces the spread over zones that ECS does by itself: bin packing first puts all tasks in one zone as long as there is room.",
  fix: `Put { type: "spread", field: "${zoneField}" } first in orderedPlacementStrategies, then binpack.`,
  serves: ["Well-Architected REL10-BP01", "Moodle R21", "Moodle R25"],
  example: `orderedPlacementStrategies: [{ type: "spread", field: "${zoneField}" }, { type: "binpack", field: "memory" }]`,
  types: [ecsService],
  limits: {},
  check: ({ props }) => {
    const strategies = props.items("orderedPlacementStrategies");
    if (isUnknown(strategies)) {
      return undecided(strategies);
    }
    const [first] = strategies;
    // None: ECS spreads over zones. https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-placement-strategies.html
    return first === undefined
      ? pass
      : expect(first.text("field"), (field) => field === zoneField, "its first placement strategy is not over zones");
  },
});
