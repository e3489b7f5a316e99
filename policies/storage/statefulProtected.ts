import { allowed, resourceRule } from "../lib/rule";
import { typesWith } from "../lib/resourceTypes";
import { buckets } from "../lib/types";
import { expect, pass, violation } from "../lib/verdict";

export const statefulProtected = resourceRule({
  id: "stateful-protected",
  group: "storage",
  severity: "high",
  title: "What holds data is protected by Pulumi.",
  why: "A rename or a changed property can plan a replacement of a database among fifty harmless lines; with protect the update stops there.",
  fix: "Give the resource, or the component above it, the option protect: true.",
  serves: ["Moodle R14", "Moodle R25"],
  example: `new aws.rds.Cluster("database", { ... }, { protect: true });`,
  types: typesWith("protect").map(([type]) => type),
  limits: {
    retained: allowed(
      [],
      "Names of resources that have retainOnDelete instead, which the engine does not tell policies.",
    ),
  },
  check: ({ type, name, props, opts }, limits) => {
    if (opts.protect || limits.retained.includes(name)) {
      return pass;
    }
    // S3 deletes no bucket with objects in it, unless the provider is told to empty it first.
    return isBucket(type)
      ? expect(props.flag("forceDestroy"), (on) => on !== true, "forceDestroy is true, and it lacks the option protect")
      : violation("it lacks the option protect");
  },
});

function isBucket(type: string): boolean {
  return (buckets as readonly string[]).includes(type);
}
