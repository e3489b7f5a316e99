import { resourceRule } from "../lib/rule";
import { ecsService } from "../lib/types";
import { expect, pass, undecided, violation, type Verdicts } from "../lib/verdict";
import { isUnknown } from "../lib/view";
import type { Resource } from "../lib/resource";

const instance = "aws:ec2/instance:Instance";
const launchTemplate = "aws:ec2/launchTemplate:LaunchTemplate";
const launchConfiguration = "aws:ec2/launchConfiguration:LaunchConfiguration";
const elasticIp = "aws:ec2/eip:Eip";
const elasticIpAssociation = "aws:ec2/eipAssociation:EipAssociation";

export const noPublicAddresses = resourceRule({
  id: "no-public-addresses",
  group: "network",
  severity: "critical",
  title: "Tasks and instances have no public address.",
  why: "Only load balancers and NAT gateways face the internet; a machine with an address of its own is reached past the firewall, the access log and the rate limit.",
  fix: "Leave assignPublicIp and associatePublicIpAddress out (or false), do not attach elastic IPs to machines, and go out through NAT or VPC endpoints.",
  serves: ["Well-Architected SEC05-BP02", "Security Hub ECS.2", "Security Hub EC2.9", "Moodle R25"],
  example: `new aws.ecs.Service("web", { networkConfiguration: { assignPublicIp: false, subnets, securityGroups } });`,
  types: [instance, launchTemplate, launchConfiguration, ecsService, elasticIp, elasticIpAssociation],
  limits: {},
  check,
});

function check({ type, props }: Resource): Verdicts {
  switch (type) {
    case ecsService:
      return expect(
        props.flag("networkConfiguration.assignPublicIp"),
        (on) => on !== true,
        "networkConfiguration.assignPublicIp is true",
      );
    case launchTemplate: {
      const interfaces = props.items("networkInterfaces");
      return isUnknown(interfaces)
        ? undecided(interfaces)
        : interfaces.map((one) =>
            expect(one.flag("associatePublicIpAddress"), (on) => on !== true, "associatePublicIpAddress is true"),
          );
    }
    case elasticIp:
      return props.has("instance") ? violation("an elastic IP is attached to an instance") : pass;
    case elasticIpAssociation:
      return props.has("instanceId") ? violation("an elastic IP is attached to an instance") : pass;
    default:
      return expect(props.flag("associatePublicIpAddress"), (on) => on !== true, "associatePublicIpAddress is true");
  }
}
