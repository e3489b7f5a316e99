import { resourceRule } from "../lib/rule";
import { ecsService, taskDefinition } from "../lib/types";
import { expect, pass, undecided, type Verdict } from "../lib/verdict";
import { isUnknown, type View } from "../lib/view";

const zoneField = "attribute:ecs.availability-zone";

export const serviceZoneSpread = resourceRule({
  id: "service-zone-spread",
  group: "compute",
  severity: "medium",
  title: "ECS places tasks in all zones: no strategy packs them first, and no constraint keeps them in one.",
  why: "A strategy replaces the spread over zones that ECS does by itself: bin packing first puts all tasks in one zone as long as there is room.",
  fix: `Put { type: "spread", field: "${zoneField}" } first in orderedPlacementStrategies, then binpack; leave constraints on the zone out.`,
  serves: ["Well-Architected REL10-BP01", "Moodle R21", "Moodle R25"],
  example: `orderedPlacementStrategies: [{ type: "spread", field: "${zoneField}" }, { type: "binpack", field: "memory" }]`,
  types: [ecsService, taskDefinition],
  limits: {},
  check: ({ type, props }) => {
    const strategies = props.items("orderedPlacementStrategies");
    if (isUnknown(strategies)) {
      return undecided(strategies);
    }
    const [first] = strategies;
    return [
      // None: ECS spreads over zones. https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-placement-strategies.html
      type === taskDefinition || first === undefined
        ? pass
        : expect(first.text("field"), (field) => field === zoneField, "its first placement strategy is not over zones"),
      ...constraints(props),
    ];
  },
});

function constraints(props: View): readonly Verdict[] {
  const list = props.items("placementConstraints");
  return isUnknown(list)
    ? [undecided(list)]
    : list.map((one) =>
        expect(
          one.text("expression"),
          (expression) => !inOneZone(expression ?? ""),
          (expression) => `a placement constraint keeps its tasks in one zone (${expression})`,
        ),
      );
}

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/cluster-query-language.html */
function inOneZone(expression: string): boolean {
  return (
    [
      ...expression.matchAll(
        /ecs\.(?:availability-zone|subnet-id)\s*(==|=~|in|equals|matches_regex)\s*(\[[^\]]*\]|\S+)/gi,
      ),
    ].some(([, operator = "", value = ""]) =>
      operator.toLowerCase() === "in" ? value.split(",").length < 2 : !/[|*]|\[/.test(value),
    ) && !/\s(or|\|\|)\s/i.test(expression)
  );
}
