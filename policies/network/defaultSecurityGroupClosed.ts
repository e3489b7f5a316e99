import { stackRule } from "../lib/rule";
import { expect, undecided, violation } from "../lib/verdict";
import { isUnknown, type View } from "../lib/view";

const defaultGroup = "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup";

export const defaultSecurityGroupClosed = stackRule({
  id: "default-security-group-closed",
  group: "network",
  severity: "medium",
  title: "The default security group of a VPC lets nothing through.",
  why: "Whatever is made without naming a group gets this one, in which everything may talk to everything.",
  fix: "Adopt it with aws.ec2.DefaultSecurityGroup for the VPC, without ingress and egress.",
  serves: ["CIS AWS 3.0 5.4", "Security Hub EC2.2"],
  example: `new aws.ec2.DefaultSecurityGroup("closed", { vpcId: vpc.id });`,
  types: ["aws:ec2/vpc:Vpc"],
  limits: {},
  check: (vpc, stack) => {
    const groups = stack.referring(defaultGroup, "vpcId", vpc);
    const [group] = groups.exact;
    if (group === undefined) {
      return groups.possible.length > 0
        ? undecided("vpcId of a default security group")
        : violation("its default security group is as AWS makes it, open between its members");
    }
    return ["ingress", "egress"].map((direction) =>
      expect(
        count(group.props, direction),
        (rules) => rules === 0,
        `its default security group has ${direction} rules`,
      ),
    );
  },
});

function count(props: View, property: string): ReturnType<View["number"]> {
  const list = props.items(property);
  return isUnknown(list) ? list : list.length;
}
