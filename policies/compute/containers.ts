import type { Resource } from "../lib/resource";
import { undecided, violation, type Verdict, type Verdicts } from "../lib/verdict";
import { isUnknown, type View } from "../lib/view";

/**
 * Judges each container of a task definition. `containerDefinitions` is one JSON text: when any part of it comes from
 * another resource (an image's address, a log group's name), all of it is unknown in a preview, and so is the verdict.
 */
export function eachContainer(task: Resource, judge: (container: View, name: string) => Verdicts): readonly Verdict[] {
  const document = task.props.json("containerDefinitions");
  if (document === undefined) {
    return [violation("containerDefinitions is not a JSON list", "Give containerDefinitions as JSON text.")];
  }
  if (isUnknown(document)) {
    return [undecided(document)];
  }
  return document.keys().flatMap((key) => {
    const container = document.object(key);
    const name = container.text("name");
    const verdicts = judge(container, typeof name === "string" ? name : `number ${key}`);
    return Array.isArray(verdicts) ? (verdicts as readonly Verdict[]) : [verdicts as Verdict];
  });
}
