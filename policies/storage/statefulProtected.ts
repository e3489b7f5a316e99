import { resourceRule } from "../lib/rule";
import { typesWith } from "../lib/resourceTypes";
import { pass, violation } from "../lib/verdict";

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
  limits: {},
  check: ({ opts }) => (opts.protect ? pass : violation("it lacks the option protect")),
});
