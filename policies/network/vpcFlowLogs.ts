import { stackRule, strict } from "../lib/rule";
import { vpcs } from "../lib/types";
import { pass, undecided, violation } from "../lib/verdict";

const flowLog = "aws:ec2/flowLog:FlowLog";

export const vpcFlowLogs = stackRule({
  id: "vpc-flow-logs",
  group: "network",
  severity: "medium",
  title: "A VPC records its traffic.",
  why: "After an incident, who talked to whom is a question that nothing else can answer.",
  fix: "Add aws.ec2.FlowLog for the VPC, to a log group or a bucket.",
  serves: ["CIS AWS 3.0 3.7", "Security Hub EC2.6", "Well-Architected SEC04-BP01"],
  example: `new aws.ec2.FlowLog("vpc", { vpcId: vpc.id, trafficType: "ALL", logDestination: group.arn, iamRoleArn: role.arn });`,
  types: vpcs,
  limits: { flowLogs: strict(true, "Whether flow logs are asked for.") },
  check: (vpc, stack, limits) => {
    if (!limits.flowLogs) {
      return undefined;
    }
    const logs = stack.referring(flowLog, "vpcId", vpc);
    return logs.exact.length > 0
      ? pass
      : logs.possible.length > 0
        ? undecided("vpcId of a flow log")
        : violation("no flow log belongs to it");
  },
});
