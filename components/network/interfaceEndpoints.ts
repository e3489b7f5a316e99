import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { Problem } from "../lib/invalid";

/**
 * AWS services that the platform talks to, by endpoint name
 * (https://docs.aws.amazon.com/vpc/latest/privatelink/aws-services-privatelink-support.html), with their users.
 */
export const interfaceEndpointServices = {
  "ecr.api": "pulling images: log-in and manifests",
  "ecr.dkr": "pulling images: the registry itself (layers come from S3 by the gateway endpoint)",
  ecs: "container instances joining the cluster",
  "ecs-agent": "the ECS agent's orders",
  "ecs-telemetry": "the ECS agent's measurements",
  logs: "container logs",
  secretsmanager: "database and cache credentials at task start",
  ssm: "Systems Manager: sessions on instances, parameters",
  ssmmessages: "ECS Exec and Session Manager",
  ec2messages: "Systems Manager agents older than 3.3.40",
  kms: "decryption asked for by clients themselves",
  elasticfilesystem: "the EFS mount helper looking up mount targets",
  monitoring: "metrics that Moodle itself publishes",
  sns: "notifications that Moodle itself sends",
  sts: "credentials for role chains",
  email: "mail by Amazon SES, by its API",
  "email-smtp": "mail by Amazon SES, by SMTP",
} as const;

export type InterfaceEndpointService = keyof typeof interfaceEndpointServices;

/**
 * Without a NAT gateway these services cannot be reached otherwise, and no task would start. ECS on instances needs its
 * own three endpoints: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/vpc-endpoints.html.
 */
export const essentialEndpoints: readonly InterfaceEndpointService[] = [
  "ecr.api",
  "ecr.dkr",
  "ecs",
  "ecs-agent",
  "ecs-telemetry",
  "logs",
  "secretsmanager",
  "ssm",
  "ssmmessages",
];

export function endpointProblems(services: readonly string[], hasNat: boolean): readonly Problem[] {
  const known = Object.keys(interfaceEndpointServices);
  const problems: Problem[] = services
    .filter((service, index) => !known.includes(service) || services.indexOf(service) !== index)
    .map((service) => ({
      path: "interfaceEndpoints",
      given: service,
      allowed: `each once of ${known.join(", ")}`,
      fix: "Remove it, or add the service to interfaceEndpointServices.",
    }));
  const missing = essentialEndpoints.filter((service) => !services.includes(service));
  if (!hasNat && missing.length > 0) {
    problems.push({
      path: "interfaceEndpoints",
      given: services,
      allowed: "at least the services that a task needs to start, when there is no NAT gateway",
      fix: `Add ${missing.join(", ")}, or use a NAT gateway.`,
    });
  }
  return problems;
}

/** https://docs.aws.amazon.com/ses/latest/dg/send-email-set-up-vpc-endpoints.html; 25 is not for mail clients. */
const smtpPorts = [465, 587, 2465, 2587] as const;

export interface InterfaceEndpointsArgs {
  readonly services: readonly InterfaceEndpointService[];
  readonly region: string;
  readonly vpcId: pulumi.Input<string>;
  readonly vpcCidr: string;
  readonly subnetIds: readonly pulumi.Input<string>[];
}

/**
 * Private addresses for AWS services, one network interface per service and zone. With private DNS the usual host names
 * resolve to them, for every client in the VPC.
 *
 * *Cost*: each interface has an hourly price, so nine services over three zones cost more than three NAT gateways. They
 * pay off with much traffic to one service, or where a rule says that nothing may leave the network.
 *
 * *Limit*: not every service is in every zone of old regions (us-east-1e for one); AWS refuses such a subnet by name.
 */
export function createInterfaceEndpoints(
  name: string,
  args: InterfaceEndpointsArgs,
  opts: pulumi.CustomResourceOptions,
): void {
  if (args.services.length === 0) {
    return;
  }
  const group = new aws.ec2.SecurityGroup(
    `${name}-endpoints`,
    {
      vpcId: args.vpcId,
      description: "Interface endpoints of AWS services",
      tags: { Name: `${name}-endpoints` },
    },
    opts,
  );
  // The rule names a CIDR, not client groups: every tier may call AWS, and IAM decides what it may do there.
  new aws.vpc.SecurityGroupIngressRule(
    `${name}-endpoints-https`,
    {
      securityGroupId: group.id,
      cidrIpv4: args.vpcCidr,
      ipProtocol: "tcp",
      fromPort: 443,
      toPort: 443,
      description: "HTTPS from this VPC",
    },
    opts,
  );
  if (args.services.includes("email-smtp")) {
    for (const port of smtpPorts) {
      new aws.vpc.SecurityGroupIngressRule(
        `${name}-endpoints-smtp-${port}`,
        {
          securityGroupId: group.id,
          cidrIpv4: args.vpcCidr,
          ipProtocol: "tcp",
          fromPort: port,
          toPort: port,
          description: `Mail on port ${port} from this VPC`,
        },
        opts,
      );
    }
  }
  for (const service of args.services) {
    new aws.ec2.VpcEndpoint(
      `${name}-endpoint-${service.replace(".", "-")}`,
      {
        vpcId: args.vpcId,
        serviceName: `com.amazonaws.${args.region}.${service}`,
        vpcEndpointType: "Interface",
        privateDnsEnabled: true,
        subnetIds: [...args.subnetIds],
        securityGroupIds: [group.id],
        tags: { Name: `${name}-${service}` },
      },
      opts,
    );
  }
}
