import { placedTypes } from "../lib/placement";
import { stackRule } from "../lib/rule";
import { dataUsers } from "../lib/tiers";
import { judgePlace } from "./tier";

export const dataSubnetsIsolated = stackRule({
  id: "data-subnets-isolated",
  group: "network",
  severity: "critical",
  title: "Subnets of databases, caches and file systems have no route to the internet, in or out.",
  why: "A stolen password or a flaw in the engine is worth little where nothing can come in and nothing can be sent out. Data stores need no route out, not even through NAT.",
  fix: "Give the data subnets route tables of their own without a route to an internet gateway, a NAT gateway or an egress-only gateway. VPC endpoints are fine. Use only those subnets here.",
  serves: ["Well-Architected SEC05-BP01", "Moodle R25"],
  example: `const table = new aws.ec2.RouteTable("data", { vpcId: vpc.id }); // no routes
new aws.ec2.RouteTableAssociation("data-a", { subnetId: dataA.id, routeTableId: table.id });
new aws.rds.SubnetGroup("database", { subnetIds: [dataA.id, dataB.id] });`,
  types: [...new Set([...dataUsers.map(([type]) => type), ...placedTypes("data")])],
  limits: {},
  check: (resource, stack) =>
    judgePlace(
      stack,
      resource,
      (_subnet, reach) => reach.internet,
      (subnet, reach) => `it uses subnet "${subnet.name}", which has a route to the internet (${reach.via})`,
    ),
});
