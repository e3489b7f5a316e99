import { atLeast, stackRule } from "../lib/rule";
import { dataUsers } from "../lib/tiers";
import { floor, zonesOf } from "../lib/zones";

export const subnetGroupsSpanZones = stackRule({
  id: "subnet-groups-span-zones",
  group: "network",
  severity: "high",
  title: "Subnet groups of databases and caches span enough availability zones.",
  why: "A standby or replica can only be in another zone if the subnet group has one to offer, and zones can not be added under a running database without care.",
  fix: "Add data subnets in more zones to subnetIds, one per zone of the VPC.",
  serves: ["Well-Architected REL10-BP01", "Moodle R16"],
  example: `new aws.rds.SubnetGroup("database", { subnetIds: [dataA.id, dataB.id, dataC.id] });`,
  types: dataUsers.map(([type]) => type).filter((type) => type.endsWith(":SubnetGroup")),
  limits: { minZones: atLeast(3, "The fewest availability zones of a subnet group.") },
  check: (resource, stack, limits) =>
    floor(zonesOf(stack, resource, "subnetIds"), limits.minZones, "its subnets are in"),
});
