import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { connect } from "../lib/connection";
import { type OutboundRule, portRange } from "./outbound";
import { webPort } from "./taskDefinition";

export interface TaskNetworkArgs {
  readonly vpcId: pulumi.Input<string>;
  readonly loadBalancerSecurityGroupId: pulumi.Input<string>;
  readonly databaseSecurityGroupId: pulumi.Input<string>;
  readonly sessionsSecurityGroupId: pulumi.Input<string>;
  readonly cacheSecurityGroupId: pulumi.Input<string>;
  /**
   * EFS only. ECS mounts it from the task's own network interface, on EC2 as well (the agent passes the task's network
   * namespace to the mount helper: agent/taskresource/volume/dockervolume.go in
   * https://github.com/aws/amazon-ecs-agent); the instance mounts an NFS export.
   */
  readonly fileSystemSecurityGroupId?: pulumi.Input<string>;
  readonly internetPorts: readonly number[];
  readonly outbound: readonly OutboundRule[];
  readonly mailServer?: { readonly port: number; readonly cidrs: readonly string[] } | undefined;
}

/** The security group of all tasks and every path to and from them. Nothing else can connect. */
export function taskNetwork(
  name: string,
  args: TaskNetworkArgs,
  child: pulumi.CustomResourceOptions,
): pulumi.Output<string> {
  const group = new aws.ec2.SecurityGroup(
    `${name}-task-security-group`,
    { vpcId: args.vpcId, description: "Moodle tasks", tags: { Name: `${name}-task` } },
    child,
  );
  const task = group.id;
  const path = (
    role: string,
    from: pulumi.Input<string>,
    to: pulumi.Input<string>,
    port: number,
    description: string,
  ) => connect(`${name}-${role}`, { from, to, port, description }, child);

  path("load-balancer", args.loadBalancerSecurityGroupId, task, webPort, "Load balancer to nginx");
  path("database", task, args.databaseSecurityGroupId, 3306, "Moodle to Aurora");
  path("sessions", task, args.sessionsSecurityGroupId, 6379, "Moodle to the session cache");
  path("cache", task, args.cacheSecurityGroupId, 6379, "Moodle to the application cache");
  if (args.fileSystemSecurityGroupId !== undefined) {
    path("shared-files", task, args.fileSystemSecurityGroupId, 2049, "Moodle to EFS");
  }
  for (const port of args.internetPorts) {
    new aws.vpc.SecurityGroupEgressRule(
      `${name}-internet-${port}`,
      {
        securityGroupId: task,
        ipProtocol: "tcp",
        fromPort: port,
        toPort: port,
        // AWS services, repositories, LTI tools: host names with unknown addresses.
        cidrIpv4: "0.0.0.0/0",
        description: `Moodle to services on port ${port}`,
      },
      child,
    );
  }
  for (const { ports, cidrs, description } of args.outbound) {
    const range = portRange(ports);
    for (const cidrIpv4 of range === undefined ? [] : cidrs) {
      new aws.vpc.SecurityGroupEgressRule(
        `${name}-outbound-${ports}-${cidrIpv4.replace("/", "-")}`,
        { securityGroupId: task, ipProtocol: "tcp", fromPort: range?.from, toPort: range?.to, cidrIpv4, description },
        child,
      );
    }
  }
  for (const cidrIpv4 of args.mailServer?.cidrs ?? []) {
    const port = args.mailServer?.port;
    new aws.vpc.SecurityGroupEgressRule(
      `${name}-mail-${cidrIpv4.replace("/", "-")}`,
      {
        securityGroupId: task,
        ipProtocol: "tcp",
        fromPort: port,
        toPort: port,
        cidrIpv4,
        description: "Moodle to the mail server",
      },
      child,
    );
  }
  return task;
}
