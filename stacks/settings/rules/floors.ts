import type { Problem } from "../../../components/lib/invalid";
import type { Profile } from "../../profiles";
import type { Safety } from "../settings";

/** What a stack file tried to lower. It may raise any floor of its profile and lower none. */
export function floorProblems(given: Safety, { name, floors }: Profile): Problem[] {
  return (Object.keys(floors) as (keyof Safety)[]).flatMap((key) => {
    const [floor, value] = [floors[key], given[key]];
    if (value >= floor) {
      return [];
    }
    return [
      {
        path: `moodle:safety.${key}`,
        given: value,
        allowed: `${typeof floor === "number" ? `${floor} or more` : String(floor)}: the floor "${key}" of profile ${name}`,
        mend: "A stack file may raise a floor, never lower it. Remove the line, or choose another moodle:profile.",
      },
    ];
  });
}
