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
import { pass, undecided, violation } from "../lib/verdict";
import { isUnknown, View, type Unknown } from "../lib/view";

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
    "aws:ec2/vpc:Vpc",
    "aws:ec2/instance:Instance",
    "aws:ecs/cluster:Cluster",
    "aws:ecr/repository:Repository",
    "aws:kms/key:Key",
    "aws:rds/clusterInstance:ClusterInstance",
    "aws:secretsmanager/secret:Secret",
    "aws:sns/topic:Topic",
    "aws:sqs/queue:Queue",
    "aws:dynamodb/table:Table",
    "aws:lambda/function:Function",
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
