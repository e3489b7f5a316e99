import { awsDefaults } from "../lib/awsDefaults";
import { placedTypes } from "../lib/placement";
import { stackRule } from "../lib/rule";
import { applicationUsers } from "../lib/tiers";
import { anyOf } from "../lib/verdict";
import { judgePlace } from "./tier";

export const workloadsInPrivateSubnets = stackRule({
  id: "workloads-in-private-subnets",
  group: "network",
  severity: "critical",
  title: "Tasks, instances and functions run in subnets without a route to an internet gateway.",
  why: "In a subnet with such a route, one public address puts the machine itself on the internet. It may be given by mistake or by default, and bypasses the load balancer and its firewall.",
  fix: "Use subnets whose default route goes to a NAT gateway, with mapPublicIpOnLaunch off; leave the public subnets to load balancers and NAT gateways.",
  serves: ["Well-Architected SEC05-BP01", "Security Hub EC2.15", "Moodle R25"],
  example: `new aws.ec2.Route("out", { routeTableId: table.id, destinationCidrBlock: "0.0.0.0/0", natGatewayId: nat.id });
new aws.ecs.Service("web", { networkConfiguration: { subnets: applicationSubnetIds, securityGroups: [group.id] } });`,
  types: [...new Set([...applicationUsers.map(([type]) => type), ...placedTypes("application")])],
  limits: {},
  check: (resource, stack) =>
    judgePlace(
      stack,
      resource,
      (subnet, reach) =>
        anyOf([reach.gateway, subnet.props.flag("mapPublicIpOnLaunch") ?? awsDefaults.subnetPublicAddresses.value]),
      (subnet, reach) =>
        reach.gateway === true
          ? `it runs in subnet "${subnet.name}", which has a route to the internet (${reach.via})`
          : `it runs in subnet "${subnet.name}", which gives every machine a public address (mapPublicIpOnLaunch)`,
    ),
});
