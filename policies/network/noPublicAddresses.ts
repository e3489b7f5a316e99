import { resourceRule } from "../lib/rule";
import { ecsService } from "../lib/types";
import { expect, pass, undecided, violation, type Verdict, type Verdicts } from "../lib/verdict";
import { isUnknown, type View } from "../lib/view";
import type { Resource } from "../lib/resource";

const launchTemplate = "aws:ec2/launchTemplate:LaunchTemplate";
const spotFleet = "aws:ec2/spotFleetRequest:SpotFleetRequest";
const jobDefinition = "aws:batch/jobDefinition:JobDefinition";

/** Flags that give what runs an address of its own, by type. */
const flags: Readonly<Record<string, string>> = {
  "aws:ec2/instance:Instance": "associatePublicIpAddress",
  "aws:ec2/spotInstanceRequest:SpotInstanceRequest": "associatePublicIpAddress",
  "aws:ec2/launchConfiguration:LaunchConfiguration": "associatePublicIpAddress",
  [ecsService]: "networkConfiguration.assignPublicIp",
  "aws:ecs/taskSet:TaskSet": "networkConfiguration.assignPublicIp",
  "aws:cloudwatch/eventTarget:EventTarget": "ecsTarget.networkConfiguration.assignPublicIp",
  "aws:scheduler/schedule:Schedule": "target.ecsParameters.networkConfiguration.assignPublicIp",
  "aws:pipes/pipe:Pipe": "targetParameters.ecsTaskParameters.networkConfiguration.awsVpcConfiguration.assignPublicIp",
};
/** Their settings are a list of names and values: https://docs.aws.amazon.com/elasticbeanstalk/latest/dg/command-options-general.html */
const beanstalk: readonly string[] = [
  "aws:elasticbeanstalk/environment:Environment",
  "aws:elasticbeanstalk/configurationTemplate:ConfigurationTemplate",
];
/** Properties that put an elastic IP on a machine. NAT gateways and load balancers take theirs by allocation. */
const attached: Readonly<Record<string, readonly string[]>> = {
  "aws:ec2/eip:Eip": ["instance", "networkInterface"],
  "aws:ec2/eipAssociation:EipAssociation": ["instanceId", "networkInterfaceId"],
};

export const noPublicAddresses = resourceRule({
  id: "no-public-addresses",
  group: "network",
  severity: "critical",
  title: "Tasks and instances have no public address.",
  why: "Only load balancers and NAT gateways face the internet; a machine with an address of its own is reached past the firewall, the access log and the rate limit.",
  fix: "Leave assignPublicIp and associatePublicIpAddress out (or false), do not attach elastic IPs to machines, and go out through NAT or VPC endpoints.",
  serves: ["Well-Architected SEC05-BP02", "Security Hub ECS.2", "Security Hub EC2.9", "Moodle R25"],
  example: `new aws.ecs.Service("web", { networkConfiguration: { assignPublicIp: false, subnets, securityGroups } });`,
  types: [...Object.keys(flags), ...Object.keys(attached), launchTemplate, spotFleet, jobDefinition, ...beanstalk],
  limits: {},
  check,
});

function check({ type, props }: Resource): Verdicts | undefined {
  const flag = flags[type];
  if (flag !== undefined) {
    return isOff(props, flag);
  }
  if (attached[type] !== undefined) {
    const path = attached[type].find((one) => props.has(one));
    return path === undefined ? pass : violation(`an elastic IP is attached to a machine (${path})`);
  }
  if (beanstalk.includes(type)) {
    const settings = props.items("settings");
    return isUnknown(settings)
      ? undecided(settings)
      : settings.filter((one) => one.text("name") === "AssociatePublicIpAddress").map((one) => isOff(one, "value"));
  }
  if (type === jobDefinition) {
    const documents = ["containerProperties", "ecsProperties"].map((path) => props.json(path));
    return documents.flatMap((document) => {
      if (document === undefined || isUnknown(document)) {
        return document === undefined ? [] : [undecided(document)];
      }
      const tasks = document.items("taskProperties");
      return [document, ...(isUnknown(tasks) ? [] : tasks)].map((one) =>
        isOff(one, "networkConfiguration.assignPublicIp"),
      );
    });
  }
  if (type === spotFleet) {
    const machines = props.items("launchSpecifications");
    return isUnknown(machines) ? undecided(machines) : machines.map((one) => isOff(one, "associatePublicIpAddress"));
  }
  const interfaces = props.items("networkInterfaces");
  return isUnknown(interfaces)
    ? undecided(interfaces)
    : interfaces.map((one) => isOff(one, "associatePublicIpAddress"));
}

/** Off unless told otherwise. Some services say ENABLED for true. */
function isOff(props: View, path: string): Verdict {
  return expect(
    props.scalar(path),
    (on) => !/^(true|enabled)$/i.test(on ?? ""),
    (on) => `${path} is ${on}`,
  );
}
