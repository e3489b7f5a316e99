import type { Resource } from "../lib/resource";
import { required, resourceRule } from "../lib/rule";
import {
  dbCluster,
  dbInstance,
  distribution,
  ecsService,
  fileSystem,
  fsxFileSystems,
  loadBalancers,
  natGateway,
  replicationGroup,
  buckets,
} from "../lib/types";
import { typesWith } from "../lib/resourceTypes";
import { pass, undecided, violation } from "../lib/verdict";
import { isUnknown, View, type Unknown } from "../lib/view";

const untagged = "aws:cloudfront/publicKey:PublicKey";

export const requiredTags = resourceRule({
  id: "required-tags",
  group: "tagging",
  severity: "low",
  title: "What costs money or holds data says whose it is.",
  why: "The bill is split by these tags, and at night they say whom to call.",
  fix: "Set them once, as defaultTags of an explicit aws.Provider; then every resource has them.",
  serves: ["Well-Architected COST03-BP02", "Moodle R25"],
  example: `new aws.Provider("aws", { region, defaultTags: { tags: { Project: "moodle", Environment: "prod", Owner: "...", CostCentre: "..." } } });`,
  types: [
    ...new Set([
      ...buckets,
      ...fsxFileSystems,
      ...loadBalancers,
      dbCluster,
      dbInstance,
      distribution,
      ecsService,
      fileSystem,
      natGateway,
      replicationGroup,
      ...typesWith("billed").map(([type]) => type),
      ...typesWith("holds")
        .map(([type]) => type)
        .filter((type) => type.startsWith("aws:") && type !== untagged),
    ]),
  ],
  limits: { tags: required(["Project", "Environment", "Owner", "CostCentre"], "Keys of the tags.") },
  check: (resource, limits) => {
    const own = resource.props.at("tags");
    const defaults = defaultTags(resource);
    const given = [...resource.props.object("tags").keys(), ...(isUnknown(defaults) ? [] : defaults.keys())];
    const missing = limits.tags.filter((tag) => !given.includes(tag));
    if (missing.length === 0) {
      return pass;
    }
    const unknown = isUnknown(own) ? own : isUnknown(defaults) ? defaults : undefined;
    return unknown === undefined
      ? violation(`it lacks the tag${missing.length === 1 ? "" : "s"} ${missing.join(", ")}`)
      : undecided(unknown);
  },
});

/** The provider's configuration comes as JSON text: `{"tags": {...}}`. */
function defaultTags({ provider }: Resource): View | Unknown {
  const parsed = provider.json("defaultTags");
  if (parsed === undefined || isUnknown(parsed)) {
    return parsed ?? new View({});
  }
  const tags = parsed.at("tags");
  return isUnknown(tags) ? tags : parsed.object("tags");
}
