import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { refuse } from "../lib/invalid";
import { retentionProblems } from "../lib/logRetention";
import { createFlowLogs } from "./flowLogs";
import {
  createInterfaceEndpoints,
  endpointProblems,
  essentialEndpoints,
  InterfaceEndpointService,
} from "./interfaceEndpoints";
import { createPeerRoutes, leadsOut, type PeerRoute, peerRouteProblems } from "./peerRoutes";
import { cidrProblems, planSubnets, zoneProblems, ZoneSubnets } from "./subnetPlan";

export interface NetworkArgs {
  /** A private block of /16 to /21, e.g. "10.20.0.0/16". It can never change afterwards. */
  readonly cidr: string;
  /**
   * Two to four zones by name. Any order: a zone's addresses depend on its letter. The first holds a single NAT
   * gateway.
   */
  readonly availabilityZones: readonly string[];
  readonly region: string;
  /**
   * Gateways to the internet (mail, web services, updates). "per-zone" survives the loss of a zone; with "single" the
   * loss of one zone cuts off all; with "none" tasks reach only the interface endpoints.
   *
   * *Cost*: an hourly price per gateway and a price per gigabyte, and with "single" also the traffic between zones.
   * @default "per-zone"
   */
  readonly natGateways?: "per-zone" | "single" | "none";
  /**
   * Routes of the application tier to other networks: the campus, a central firewall. With one for 0.0.0.0/0,
   * `natGateways` is "none" and everything leaves through the other network.
   *
   * @default none
   */
  readonly routes?: readonly PeerRoute[];
  /**
   * Route 53 Resolver rules of the campus's names (rslvr-rr-), in this account or shared with it by AWS RAM.
   *
   * @default none
   */
  readonly resolverRuleIds?: readonly string[];
  /** @default none, and the essential ones when there is no way out */
  readonly interfaceEndpoints?: readonly InterfaceEndpointService[];
  /** @default 90 */
  readonly flowLogRetentionDays?: number;
  /** Encrypts the flow logs. Its policy must allow CloudWatch Logs. @default a key that AWS owns */
  readonly kmsKeyArn?: pulumi.Input<string>;
  /** Tags on the application tier's route tables, for a service that changes routes by itself. @default none */
  readonly applicationRouteTableTags?: Readonly<Record<string, string>>;
}

interface Subnets {
  readonly public: aws.ec2.Subnet;
  readonly application: aws.ec2.Subnet;
  readonly data: aws.ec2.Subnet;
}

/**
 * A VPC with a public, an application and a data subnet in every zone. The data subnets have routes only to the VPC and
 * S3; the application subnets reach the internet through NAT, and other networks by `routes`, but cannot be reached from
 * the internet; only the public ones can be.
 *
 * IPv4 only: the CDN serves viewers with IPv6.
 *
 * Resources that start programs in these subnets (an Auto Scaling group, a service) need the network in their
 * `dependsOn`: a subnet id alone does not wait for routes. It must not, since policies follow it to exactly one subnet.
 *
 * The default security group is emptied, so that a resource put there by mistake gets no access. The default network
 * ACL stays as AWS makes it: security groups are stateful, and only they open paths.
 *
 * *Limit*: an account has five Elastic IP addresses per region by default
 * (https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html): one per zone and environment.
 */
export class Network extends pulumi.ComponentResource {
  readonly vpcId: pulumi.Output<string>;
  readonly cidr: string;
  readonly availabilityZones: readonly string[];
  readonly publicSubnetIds: pulumi.Output<string>[];
  readonly applicationSubnetIds: pulumi.Output<string>[];
  readonly dataSubnetIds: pulumi.Output<string>[];
  /** One for each zone, for services that add their own routes, as FSx does. */
  readonly applicationRouteTableIds: pulumi.Output<string>[];
  /** Public source addresses of tasks, for other systems' allow lists. Empty without NAT gateways. */
  readonly natPublicIps: pulumi.Output<string>[];

  constructor(name: string, args: NetworkArgs, opts: pulumi.ComponentResourceOptions = {}) {
    super("moodle:network:Network", name, {}, opts);
    const nat = args.natGateways ?? "per-zone";
    const routes = args.routes ?? [];
    const hasWayOut = nat !== "none" || leadsOut(routes);
    const endpoints = args.interfaceEndpoints ?? (hasWayOut ? [] : essentialEndpoints);
    const retentionDays = args.flowLogRetentionDays ?? 90;
    refuse(this, [
      ...cidrProblems("cidr", args.cidr),
      ...zoneProblems("availabilityZones", args.region, args.availabilityZones),
      ...peerRouteProblems("routes", routes, { cidr: args.cidr, natGateways: nat }),
      ...endpointProblems(endpoints, hasWayOut),
      ...retentionProblems("flowLogRetentionDays", retentionDays),
    ]);
    const child = { parent: this };
    const plan = planSubnets(args.cidr, args.availabilityZones);

    const vpc = new aws.ec2.Vpc(
      `${name}-vpc`,
      { cidrBlock: args.cidr, enableDnsSupport: true, enableDnsHostnames: true, tags: { Name: name } },
      child,
    );
    new aws.ec2.DefaultSecurityGroup(
      `${name}-default`,
      { vpcId: vpc.id, ingress: [], egress: [], tags: { Name: `${name}-default-do-not-use` } },
      child,
    );
    const subnets = plan.map((zone) => createSubnets(name, vpc.id, zone, child));
    const publicTable = createPublicRoutes(name, vpc.id, child);
    const dataTable = createTable(`${name}-data-routes`, vpc.id, child);
    const gateways = createNatGateways(name, nat, plan, subnets, publicTable.route, child);
    const applicationTables = plan.map((zone, index) => {
      const table = createTable(
        `${name}-application-${zone.letter}-routes`,
        vpc.id,
        child,
        args.applicationRouteTableTags,
      );
      const gateway = nat === "single" ? gateways[0] : gateways[index];
      if (gateway !== undefined) {
        new aws.ec2.Route(
          `${name}-application-${zone.letter}-internet`,
          { routeTableId: table.id, destinationCidrBlock: "0.0.0.0/0", natGatewayId: gateway.gateway.id },
          child,
        );
      }
      return table;
    });
    plan.forEach((zone, index) => {
      associate(`${name}-public-${zone.letter}-routing`, subnets[index]!.public, publicTable.table, child);
      associate(
        `${name}-application-${zone.letter}-routing`,
        subnets[index]!.application,
        applicationTables[index]!,
        child,
      );
      associate(`${name}-data-${zone.letter}-routing`, subnets[index]!.data, dataTable, child);
    });

    createPeerRoutes(
      name,
      {
        vpcId: vpc.id,
        routes,
        subnetIds: subnets.map((zone) => zone.application.id),
        tables: new Map(plan.map((zone, index) => [zone.letter, applicationTables[index]!])),
      },
      child,
    );
    for (const resolverRuleId of args.resolverRuleIds ?? []) {
      new aws.route53.ResolverRuleAssociation(`${name}-${resolverRuleId}`, { vpcId: vpc.id, resolverRuleId }, child);
    }

    // Free, and takes image layers, configuration and object files off the NAT gateways.
    new aws.ec2.VpcEndpoint(
      `${name}-endpoint-s3`,
      {
        vpcId: vpc.id,
        serviceName: `com.amazonaws.${args.region}.s3`,
        vpcEndpointType: "Gateway",
        routeTableIds: [...applicationTables, dataTable].map((table) => table.id),
        tags: { Name: `${name}-s3` },
      },
      child,
    );
    createInterfaceEndpoints(
      name,
      {
        services: endpoints,
        region: args.region,
        vpcId: vpc.id,
        vpcCidr: args.cidr,
        subnetIds: subnets.map((zone) => zone.application.id),
      },
      child,
    );
    createFlowLogs(name, { vpcId: vpc.id, retentionDays, kmsKeyArn: args.kmsKeyArn }, child);

    this.vpcId = vpc.id;
    this.cidr = args.cidr;
    this.availabilityZones = args.availabilityZones;
    this.publicSubnetIds = subnets.map((zone) => zone.public.id);
    this.applicationSubnetIds = subnets.map((zone) => zone.application.id);
    this.dataSubnetIds = subnets.map((zone) => zone.data.id);
    this.applicationRouteTableIds = applicationTables.map((table) => table.id);
    this.natPublicIps = gateways.map(({ address }) => address.publicIp);
    this.registerOutputs({
      vpcId: this.vpcId,
      cidr: this.cidr,
      availabilityZones: this.availabilityZones,
      publicSubnetIds: this.publicSubnetIds,
      applicationSubnetIds: this.applicationSubnetIds,
      dataSubnetIds: this.dataSubnetIds,
      applicationRouteTableIds: this.applicationRouteTableIds,
      natPublicIps: this.natPublicIps,
    });
  }
}

function createSubnets(
  name: string,
  vpcId: pulumi.Input<string>,
  plan: ZoneSubnets,
  child: pulumi.CustomResourceOptions,
): Subnets {
  const subnet = (tier: "public" | "application" | "data"): aws.ec2.Subnet =>
    new aws.ec2.Subnet(
      `${name}-${tier}-${plan.letter}`,
      {
        vpcId,
        cidrBlock: plan[tier],
        availabilityZone: plan.zone,
        // Nothing gets a public address just by starting here: NAT gateways and load balancers bring their own.
        mapPublicIpOnLaunch: false,
        tags: { Name: `${name}-${tier}-${plan.letter}` },
      },
      child,
    );
  return { public: subnet("public"), application: subnet("application"), data: subnet("data") };
}

/** A CloudFront VPC origin, too, needs the VPC to have an internet gateway, though its traffic does not use it. */
function createPublicRoutes(
  name: string,
  vpcId: pulumi.Input<string>,
  child: pulumi.CustomResourceOptions,
): { table: aws.ec2.RouteTable; route: aws.ec2.Route } {
  const gateway = new aws.ec2.InternetGateway(`${name}-internet`, { vpcId, tags: { Name: name } }, child);
  const table = createTable(`${name}-public-routes`, vpcId, child);
  const route = new aws.ec2.Route(
    `${name}-public-internet`,
    { routeTableId: table.id, destinationCidrBlock: "0.0.0.0/0", gatewayId: gateway.id },
    child,
  );
  return { table, route };
}

function createNatGateways(
  name: string,
  nat: "per-zone" | "single" | "none",
  plan: readonly ZoneSubnets[],
  subnets: readonly Subnets[],
  internetRoute: aws.ec2.Route,
  child: pulumi.CustomResourceOptions,
): { gateway: aws.ec2.NatGateway; address: aws.ec2.Eip }[] {
  const count = nat === "none" ? 0 : nat === "single" ? 1 : plan.length;
  return plan.slice(0, count).map(({ letter }, index) => {
    const logicalName = `${name}-nat-${letter}`;
    const address = new aws.ec2.Eip(`${logicalName}-address`, { domain: "vpc", tags: { Name: logicalName } }, child);
    const gateway = new aws.ec2.NatGateway(
      logicalName,
      { allocationId: address.id, subnetId: subnets[index]!.public.id, tags: { Name: logicalName } },
      // Without the internet route a NAT gateway forwards nothing; a destroy must delete the gateway first.
      { ...child, dependsOn: internetRoute },
    );
    return { gateway, address };
  });
}

function createTable(
  name: string,
  vpcId: pulumi.Input<string>,
  child: pulumi.CustomResourceOptions,
  tags: Readonly<Record<string, string>> = {},
): aws.ec2.RouteTable {
  return new aws.ec2.RouteTable(name, { vpcId, tags: { Name: name, ...tags } }, child);
}

function associate(
  name: string,
  subnet: aws.ec2.Subnet,
  table: aws.ec2.RouteTable,
  child: pulumi.CustomResourceOptions,
): void {
  new aws.ec2.RouteTableAssociation(name, { subnetId: subnet.id, routeTableId: table.id }, child);
}
