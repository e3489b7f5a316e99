import { forEach, type RuleCases } from "../testing/cases";
import { id, idOf, thing, through, unknown, type Thing } from "../testing/harness";
import { associate, gateway, route, routeTable, subnet, threeTiers, vpc } from "../testing/network";
import { computeSpansZones } from "./computeSpansZones";
import { dataSubnetsIsolated } from "./dataSubnetsIsolated";
import { defaultSecurityGroupClosed } from "./defaultSecurityGroupClosed";
import { endpointsNotPublic } from "./endpointsNotPublic";
import { internalLoadBalancers } from "./internalLoadBalancers";
import { loadBalancersSpanZones } from "./loadBalancersSpanZones";
import { natGatewaysSpanZones } from "./natGatewaysSpanZones";
import { noOpenIngress } from "./noOpenIngress";
import { noPublicAddresses } from "./noPublicAddresses";
import { subnetGroupsSpanZones } from "./subnetGroupsSpanZones";
import { vpcFlowLogs } from "./vpcFlowLogs";
import { workloadsInPrivateSubnets } from "./workloadsInPrivateSubnets";

const tiers = threeTiers();
const two = threeTiers(["a", "b"]);

const database = (...subnets: readonly Thing[]) =>
  thing("aws:rds/subnetGroup:SubnetGroup", "database", { subnetIds: subnets.map(id) });
const service = (subnets: unknown, more: object = {}) =>
  thing("aws:ecs/service:Service", "web", { networkConfiguration: { subnets, ...more } });
const asg = (subnets: unknown) => thing("aws:autoscaling/group:Group", "nodes", { vpcZoneIdentifiers: subnets });
const balancer = (props: Thing["props"]) => thing("aws:lb/loadBalancer:LoadBalancer", "web", props);
const eks = (vpcConfig: object) => thing("aws:eks/cluster:Cluster", "apps", { vpcConfig });
const notebook = (props: Thing["props"]) => thing("aws:sagemaker/notebookInstance:NotebookInstance", "n", props);
const collection = (...policy: readonly object[]) =>
  thing("aws:opensearch/serverlessSecurityPolicy:ServerlessSecurityPolicy", "p", { policy: JSON.stringify(policy) });
const inTwo = (type: string, subnets: readonly Thing[]) =>
  thing(
    type,
    "it",
    type.includes("lambda") ? { vpcConfig: { subnetIds: subnets.map(id) } } : { subnetIds: subnets.map(id) },
  );
const ports = (rule: object) =>
  thing("aws:lightsail/instancePublicPorts:InstancePublicPorts", "ports", {
    portInfos: [{ fromPort: 22, toPort: 22, protocol: "tcp", ...rule }],
  });
const fleet = (props: object) =>
  thing("aws:ec2/spotFleetRequest:SpotFleetRequest", "f", { launchSpecifications: [{}, props] });
const beanstalk = (value: string) =>
  thing("aws:elasticbeanstalk/environment:Environment", "e", {
    settings: [
      { namespace: "aws:ec2:vpc", name: "ELBScheme", value: "true" },
      { namespace: "aws:ec2:vpc", name: "AssociatePublicIpAddress", value },
    ],
  });
const group = thing("aws:ec2/securityGroup:SecurityGroup", "web", { vpcId: id(vpc) });
const ingress = (props: Thing["props"]) =>
  thing("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", "in", {
    securityGroupId: id(group),
    ipProtocol: "tcp",
    fromPort: 443,
    toPort: 443,
    ...props,
  });
const nodes = (props: Thing["props"]) => thing("aws:eks/nodeGroup:NodeGroup", "nodes", props);
const acl = (...rules: readonly object[]) =>
  thing("aws:ec2/networkAcl:NetworkAcl", `acl-${JSON.stringify(rules).replace(/\W+/g, "-")}`, { ingress: rules });
const aclRule = (props: Thing["props"]) =>
  thing("aws:ec2/networkAclRule:NetworkAclRule", "rule", {
    ...{ ruleAction: "allow", cidrBlock: "0.0.0.0/0", fromPort: 22, toPort: 22 },
    ...props,
  });
const inline = (...rules: readonly unknown[]) =>
  thing("aws:ec2/securityGroup:SecurityGroup", "inline", { vpcId: id(vpc), ingress: rules });

// One subnet whose way out is written in each way there is.
const lone = subnet("lone", "a");
const table = routeTable("table");
const withTable = (...more: readonly Thing[]) => [
  vpc,
  gateway,
  lone,
  database(lone),
  table,
  ...associate(table, lone),
  ...more,
];
const egressOnly = thing("aws:ec2/egressOnlyInternetGateway:EgressOnlyInternetGateway", "out6", { vpcId: id(vpc) });
const nat = thing("aws:ec2/natGateway:NatGateway", "nat", { subnetId: id(lone) });
const natInstance = thing("aws:ec2/networkInterface:NetworkInterface", "nat", { subnetId: id(lone) });
const vpn = thing("aws:ec2/vpnGateway:VpnGateway", "vpn", { vpcId: id(vpc) });
const inlineTable = (target: Thing["props"]) => routeTable("inline", [{ cidrBlock: "0.0.0.0/0", ...target }]);
const withInline = (target: Thing["props"], ...more: readonly Thing[]) => {
  const one = inlineTable(target);
  return [vpc, gateway, lone, database(lone), one, ...associate(one, lone), ...more];
};
const mainTable = routeTable("main");

/** How each type names its groups, and where it is. */
const leftToDefault: Readonly<Record<string, readonly [by: string, place: string, more?: Thing["props"]]>> = {
  "aws:ec2/instance:Instance": ["vpcSecurityGroupIds", "subnetId"],
  "aws:ec2/spotInstanceRequest:SpotInstanceRequest": ["vpcSecurityGroupIds", "subnetId"],
  "aws:ec2/networkInterface:NetworkInterface": ["securityGroups", "subnetId"],
  "aws:ec2/vpcEndpoint:VpcEndpoint": ["securityGroupIds", "vpcId", { vpcEndpointType: "Interface" }],
  "aws:rds/proxy:Proxy": ["vpcSecurityGroupIds", "vpcSubnetIds"],
  "aws:rds/instance:Instance": ["vpcSecurityGroupIds", "dbSubnetGroupName"],
  "aws:rds/cluster:Cluster": ["vpcSecurityGroupIds", "dbSubnetGroupName"],
  "aws:docdb/cluster:Cluster": ["vpcSecurityGroupIds", "dbSubnetGroupName"],
  "aws:neptune/cluster:Cluster": ["vpcSecurityGroupIds", "neptuneSubnetGroupName"],
  "aws:redshift/cluster:Cluster": ["vpcSecurityGroupIds", "clusterSubnetGroupName"],
  "aws:dms/replicationInstance:ReplicationInstance": ["vpcSecurityGroupIds", "replicationSubnetGroupId"],
  "aws:elasticache/replicationGroup:ReplicationGroup": ["securityGroupIds", "subnetGroupName"],
  "aws:elasticache/cluster:Cluster": ["securityGroupIds", "subnetGroupName"],
  "aws:memorydb/cluster:Cluster": ["securityGroupIds", "subnetGroupName"],
  "aws:dax/cluster:Cluster": ["securityGroupIds", "subnetGroupName"],
  "aws:docdb/elasticCluster:ElasticCluster": ["vpcSecurityGroupIds", "subnetIds"],
  "aws:elasticache/serverlessCache:ServerlessCache": ["securityGroupIds", "subnetIds"],
  "aws:mq/broker:Broker": ["securityGroups", "subnetIds"],
  "aws:opensearch/domain:Domain": ["vpcOptions.securityGroupIds", "vpcOptions.subnetIds"],
  "aws:efs/mountTarget:MountTarget": ["securityGroups", "subnetId"],
  "aws:ecs/service:Service": ["networkConfiguration.securityGroups", "networkConfiguration.subnets"],
  "aws:lambda/function:Function": ["vpcConfig.securityGroupIds", "vpcConfig.subnetIds"],
  "aws:elb/loadBalancer:LoadBalancer": ["securityGroups", "subnets"],
  "aws:lb/loadBalancer:LoadBalancer": ["securityGroups", "subnets"],
};
const at = (path: string, value: unknown): Thing["props"] => {
  const [outer = "", inner] = path.split(".");
  return inner === undefined ? { [outer]: value } : { [outer]: { [inner]: value } };
};
/** One of a type without a security group; in the subnet of the network below, or in another. */
const left = (type: string, where?: string, more: Thing["props"] = {}): Thing => {
  const [, place, own] = leftToDefault[type]!;
  const here = place === "vpcId" ? id(vpc) : id(subnet("a", "a"));
  const value = place.endsWith("s") ? [where ?? here] : (where ?? here);
  return thing(type, "left", { ...own, ...at(place, value), ...more });
};
const grouped = (type: string, groups: unknown): Thing["props"] => {
  const [by, place] = leftToDefault[type]!;
  const [outer = "", inner] = by.split(".");
  return inner === undefined
    ? { [outer]: groups }
    : { [outer]: { [inner]: groups, [place.split(".")[1]!]: ["subnet-0"] } };
};
const closedNetwork = [
  vpc,
  subnet("a", "a"),
  thing("aws:ec2/defaultSecurityGroup:DefaultSecurityGroup", "d", { vpcId: id(vpc) }),
];
const template = (props: Thing["props"]) => thing("aws:ec2/launchTemplate:LaunchTemplate", "t", props);
const machines = (where?: string) =>
  thing("aws:autoscaling/group:Group", "machines", {
    launchTemplate: { id: id(template({})) },
    vpcZoneIdentifiers: [where ?? id(subnet("a", "a"))],
  });

const regional = (vpcId: string) =>
  thing("aws:ec2/natGateway:NatGateway", "regional", { vpcId, availabilityMode: "regional" });
/** A gateway in a subnet of its own. */
const natOf = (props: Thing["props"]) => {
  const home = subnet("home", "c", props);
  return [home, thing("aws:ec2/natGateway:NatGateway", "home", { subnetId: id(home) })];
};
/** Three zones, of which the first goes out through the gateway of the second. */
const crossed = tiers.things.map((one) =>
  one.name === "app-a-out" ? { ...one, props: { ...one.props, natGatewayId: id(tiers.nats[1]!) } } : one,
);

const grouping = (subnetIds: unknown) => thing("aws:rds/subnetGroup:SubnetGroup", "grouping", { subnetIds });
const chosen = subnet("chosen", "", { availabilityZone: undefined });
const byZoneId = ["1", "2", "3"].map((zone) =>
  subnet(`zone-${zone}`, zone, { availabilityZone: undefined, availabilityZoneId: `euw2-az${zone}` }),
);

export const networkCases: readonly RuleCases[] = [
  {
    rule: dataSubnetsIsolated,
    pass: {
      "data subnets with a table of their own": [...tiers.things, database(...tiers.data)],
      "a subnet on the main table of a new VPC": [vpc, gateway, lone, database(lone)],
      "a route to a VPN": withTable(vpn, route("vpn", table, { gatewayId: id(vpn) })),
      "an inline route to a peering": withInline({ vpcPeeringConnectionId: "pcx-1" }),
      "a route to an office by a transit gateway": withInline({
        cidrBlock: "10.20.0.0/16",
        transitGatewayId: "tgw-1",
      }),
      "a route to one network by a network interface": withTable(
        route("device", table, { destinationCidrBlock: "192.168.0.0/24", networkInterfaceId: "eni-1" }),
      ),
      "subnets from code that only touched data subnets": [
        ...tiers.things,
        thing("aws:rds/subnetGroup:SubnetGroup", "database", {
          subnetIds: through(tiers.data, tiers.data.map(idOf)),
        }),
      ],
      "an inline route that AWS answers with empty targets": withInline({
        gatewayId: "local",
        natGatewayId: "",
        egressOnlyGatewayId: "",
      }),
    },
    fail: {
      "public subnets": [...tiers.things, database(...tiers.publics)],
      "a search domain in a public subnet": [
        ...tiers.things,
        thing("aws:opensearch/domain:Domain", "search", { vpcOptions: { subnetIds: [id(tiers.publics[0]!)] } }),
      ],
      "one application subnet, behind NAT": [...tiers.things, database(tiers.data[0]!, tiers.applications[1]!)],
      "a mount target in a public subnet": [
        ...tiers.things,
        thing("aws:efs/mountTarget:MountTarget", "files", { subnetId: id(tiers.publics[0]!) }),
      ],
      "a cache in a public subnet": [
        ...tiers.things,
        thing("aws:elasticache/subnetGroup:SubnetGroup", "cache", { subnetIds: [id(tiers.publics[0]!)] }),
      ],
      "an inline route to an internet gateway": withInline({ gatewayId: id(gateway) }),
      "an inline route to NAT": withInline({ natGatewayId: id(nat) }, nat),
      "an inline route to a NAT instance": withInline({ networkInterfaceId: "eni-1" }),
      "a route to a NAT instance, in two halves": withTable(
        natInstance,
        route("low", table, { destinationCidrBlock: "0.0.0.0/1", networkInterfaceId: id(natInstance) }),
      ),
      "an inline route to another stack's gateway": withInline({ gatewayId: "igw-0123" }),
      "an egress-only route": withTable(
        egressOnly,
        route("six", table, {
          destinationCidrBlock: undefined,
          destinationIpv6CidrBlock: "::/0",
          egressOnlyGatewayId: id(egressOnly),
        }),
      ),
      "a main table that leads out": [
        vpc,
        gateway,
        lone,
        database(lone),
        mainTable,
        thing("aws:ec2/mainRouteTableAssociation:MainRouteTableAssociation", "main", {
          vpcId: id(vpc),
          routeTableId: id(mainTable),
        }),
        route("out", mainTable, { gatewayId: id(gateway) }),
      ],
      "the VPC's default table, adopted": [
        vpc,
        gateway,
        lone,
        database(lone),
        thing("aws:ec2/defaultRouteTable:DefaultRouteTable", "default", {
          defaultRouteTableId: through([vpc], "rtb-main"),
          routes: [{ cidrBlock: "0.0.0.0/0", gatewayId: id(gateway) }],
        }),
      ],
      "a route on the VPC's main table": [
        vpc,
        gateway,
        lone,
        database(lone),
        thing("aws:ec2/route:Route", "out", {
          routeTableId: through([vpc], "rtb-main"),
          destinationCidrBlock: "0.0.0.0/0",
          gatewayId: id(gateway),
        }),
      ],
      "a default subnet": [
        thing("aws:ec2/defaultSubnet:DefaultSubnet", "default-a", {}),
        database(thing("aws:ec2/defaultSubnet:DefaultSubnet", "default-a", {})),
      ],
    },
    unknown: {
      "subnets of another stack": [
        database(),
        thing("aws:rds/subnetGroup:SubnetGroup", "other", { subnetIds: ["subnet-9"] }),
      ],
      "a list of subnets that is not known": [
        thing("aws:rds/subnetGroup:SubnetGroup", "other", { subnetIds: unknown }),
      ],
      "code that touched public and data subnets": [
        ...tiers.things,
        thing("aws:rds/subnetGroup:SubnetGroup", "database", {
          subnetIds: through([...tiers.publics, ...tiers.data], tiers.data.map(idOf)),
        }),
      ],
      "a way out by a transit gateway": withInline({ transitGatewayId: "tgw-1" }),
      "a way out by a firewall's endpoint": withTable(route("inspect", table, { vpcEndpointId: "vpce-1" })),
      "a VPC of another stack": [
        thing("aws:ec2/subnet:Subnet", "alone", { vpcId: "vpc-1", availabilityZone: "eu-west-2a" }),
        database(thing("aws:ec2/subnet:Subnet", "alone", {})),
      ],
      "a table of another stack": [
        vpc,
        lone,
        database(lone),
        thing("aws:ec2/routeTableAssociation:RouteTableAssociation", "a", {
          subnetId: id(lone),
          routeTableId: "rtb-1",
        }),
      ],
      "a gateway that is not known": withTable(route("out", table, { gatewayId: unknown })),
      "inline routes that are not known": [
        vpc,
        lone,
        database(lone),
        thing("aws:ec2/routeTable:RouteTable", "dark", { vpcId: id(vpc), routes: unknown }),
        ...associate(thing("aws:ec2/routeTable:RouteTable", "dark"), lone),
      ],
    },
    notApplicable: { "a stack without data stores": tiers.things },
  },
  {
    rule: workloadsInPrivateSubnets,
    pass: {
      "a service behind NAT": [...tiers.things, service(tiers.applications.map(id))],
      "a group behind NAT": [...tiers.things, asg(tiers.applications.map(id))],
    },
    fail: {
      "a service in public subnets": [...tiers.things, service(tiers.publics.map(id))],
      "a group with one public subnet": [...tiers.things, asg([id(tiers.applications[0]!), id(tiers.publics[1]!)])],
      "an instance in a default subnet": [
        thing("aws:ec2/defaultSubnet:DefaultSubnet", "default-a", {}),
        thing("aws:ec2/instance:Instance", "host", {
          subnetId: id(thing("aws:ec2/defaultSubnet:DefaultSubnet", "default-a")),
        }),
      ],
      "a subnet that hands out public addresses": [
        vpc,
        subnet("open", "a", { mapPublicIpOnLaunch: true }),
        service([id(subnet("open", "a"))]),
      ],
    },
    unknown: { "subnets that are not known": [service(unknown)] },
    notApplicable: { "a stack without workloads": tiers.things },
  },
  {
    rule: subnetGroupsSpanZones,
    pass: {
      "three zones": [...tiers.things, database(...tiers.data)],
      "three zones, and a subnet of another stack": [...tiers.things, grouping([...tiers.data.map(id), "subnet-0"])],
      "three zones by their ids": [...byZoneId, grouping(byZoneId.map(id))],
    },
    fail: {
      "two zones": [...two.things, database(...two.data)],
      "two zones in one value": [...two.things, grouping(through(two.data, two.data.map(idOf)))],
      "a zone, and a subnet of another stack": [...two.things, grouping([id(two.data[0]!), "subnet-0"])],
      "a zone, and a subnet whose zone AWS chooses": [...two.things, chosen, grouping([id(two.data[0]!), id(chosen)])],
      "a zone twice, and another": [
        ...[...two.things, subnet("again", "a")],
        grouping([...two.data.map(id), id(subnet("again", "a"))]),
      ],
      "three subnets in one zone": [
        vpc,
        ...["x", "y", "z"].map((name) => subnet(name, "a")),
        database(...["x", "y", "z"].map((name) => subnet(name, "a"))),
      ],
    },
    says: {
      "two zones": /in 2 availability zones \(eu-west-2a, eu-west-2b\), not 3/,
      "two zones in one value": /in 2 availability zones/,
      "three subnets in one zone": /in 1 availability zone \(eu-west-2a\), not 3/,
    },
    unknown: {
      "two zones, and a subnet of another stack": [...two.things, grouping([...two.data.map(id), "subnet-0"])],
      "two zones, and a subnet whose zone AWS chooses": [
        ...[...two.things, chosen],
        grouping([...two.data.map(id), id(chosen)]),
      ],
      "two zones, and a subnet whose zone is an empty text": [
        ...[...two.things, subnet("chosen", "", { availabilityZone: "" })],
        grouping([...two.data.map(id), id(chosen)]),
      ],
      "some of three zones": [...tiers.things, grouping(through(tiers.data, tiers.data.map(idOf)))],
      "zones that AWS picks": [
        vpc,
        ...["x", "y", "z"].map((name) => thing("aws:ec2/subnet:Subnet", name, { vpcId: id(vpc) })),
        database(...["x", "y", "z"].map((name) => thing("aws:ec2/subnet:Subnet", name))),
      ],
      "subnets of another stack": [thing("aws:rds/subnetGroup:SubnetGroup", "o", { subnetIds: ["a-1", "b-1", "c-1"] })],
    },
    notApplicable: { "a stack without subnet groups": tiers.things },
  },
  {
    rule: computeSpansZones,
    pass: {
      "a service in three zones": [...tiers.things, service(tiers.applications.map(id))],
      "a group in three zones": [...tiers.things, asg(tiers.applications.map(id))],
      "a function in two zones": [...two.things, inTwo("aws:lambda/function:Function", two.applications)],
      "an endpoint in two zones": [...two.things, inTwo("aws:ec2/vpcEndpoint:VpcEndpoint", two.applications)],
      "a group by zone names": [thing("aws:autoscaling/group:Group", "g", { availabilityZones: ["a", "b", "c"] })],
    },
    fail: {
      "a service in two zones": [...two.things, service(two.applications.map(id))],
      "a function in one zone": [...two.things, inTwo("aws:lambda/function:Function", [two.applications[0]!])],
      "an endpoint in one zone": [...two.things, inTwo("aws:ec2/vpcEndpoint:VpcEndpoint", [two.applications[0]!])],
      "a group in one subnet": [...tiers.things, asg([id(tiers.applications[0]!)])],
      "a group by two zone names": [thing("aws:autoscaling/group:Group", "g", { availabilityZones: ["a", "b"] })],
    },
    unknown: { "subnets that are not known": [asg(unknown)] },
    notApplicable: {
      "an endpoint of a gateway, as AWS shows it": [inTwo("aws:ec2/vpcEndpoint:VpcEndpoint", [])],
      "a function outside the VPC": [thing("aws:lambda/function:Function", "f", {})],
      "one as the state has it": [inTwo("aws:lambda/function:Function", [])],
      "an endpoint of a firewall, which takes one subnet": [
        ...two.things,
        thing("aws:ec2/vpcEndpoint:VpcEndpoint", "e", {
          ...{ vpcEndpointType: "GatewayLoadBalancer", subnetIds: [id(two.applications[0]!)] },
        }),
      ],
      "a service without a network of its own": [thing("aws:ecs/service:Service", "bridge", {})],
    },
  },
  {
    rule: endpointsNotPublic,
    pass: {
      "a Kubernetes API in the VPC": [eks({ endpointPublicAccess: false })],
      "one for two networks": [eks({ publicAccessCidrs: ["192.0.2.0/24", "198.51.100.0/24"] })],
      "a file server in the VPC": [thing("aws:transfer/server:Server", "s", { endpointType: "VPC" })],
      "models in the VPC, and one without a network": [
        thing("aws:sagemaker/model:Model", "a", { vpcConfig: { subnets: ["subnet-1"] } }),
        thing("aws:sagemaker/model:Model", "b", { enableNetworkIsolation: true }),
      ],
      "the block of EMR": [
        thing("aws:emr/blockPublicAccessConfiguration:BlockPublicAccessConfiguration", "b", {
          blockPublicSecurityGroupRules: true,
        }),
      ],
      "a container in the VPC": [
        thing("aws:apprunner/service:Service", "s", {
          networkConfiguration: { ingressConfiguration: { isPubliclyAccessible: false } },
        }),
      ],
      "workflows with AWS's defaults": [thing("aws:mwaa/environment:Environment", "e", {})],
      "private workflows": [thing("aws:mwaa/environment:Environment", "e", { webserverAccessMode: "PRIVATE_ONLY" })],
      "a notebook in the VPC": [notebook({ directInternetAccess: "Disabled" })],
      "a studio in the VPC": [thing("aws:sagemaker/domain:Domain", "d", { appNetworkAccessType: "VpcOnly" })],
      "a collection behind an endpoint": [collection({ AllowFromPublic: false, SourceVPCEs: ["vpce-1"] })],
      "a policy that is no JSON": [
        thing("aws:opensearch/serverlessSecurityPolicy:ServerlessSecurityPolicy", "p", { policy: "{" }),
      ],
    },
    fail: {
      "a Kubernetes API with AWS's defaults": [eks({})],
      "one for everybody": [eks({ endpointPublicAccess: true, publicAccessCidrs: ["0.0.0.0/0"] })],
      "a file server with AWS's defaults": [thing("aws:transfer/server:Server", "s", {})],
      "a container with AWS's defaults": [thing("aws:apprunner/service:Service", "s", {})],
      "public workflows": [thing("aws:mwaa/environment:Environment", "e", { webserverAccessMode: "PUBLIC_ONLY" })],
      "a notebook with AWS's defaults": [notebook({})],
      "a studio with AWS's defaults": [thing("aws:sagemaker/domain:Domain", "d", {})],
      "a collection for the internet": [
        collection({ AllowFromPublic: false, SourceVPCEs: ["vpce-1"] }, { AllowFromPublic: true }),
      ],
    },
    unknown: {
      "a switch that is not known": [eks({ endpointPublicAccess: unknown })],
      "networks that are not known": [eks({ publicAccessCidrs: unknown })],
      "one of two networks": [eks({ publicAccessCidrs: ["192.0.2.0/24", unknown] })],
      "a policy that is not known": [
        thing("aws:opensearch/serverlessSecurityPolicy:ServerlessSecurityPolicy", "p", { policy: unknown }),
      ],
    },
    notApplicable: { "a load balancer": [balancer({})] },
  },
  {
    rule: endpointsNotPublic,
    limits: { publicTypes: ["apprunner.Service"] },
    pass: { "a notebook in the VPC": [notebook({ directInternetAccess: "Disabled" })] },
    fail: { "a notebook": [notebook({})] },
    unknown: { "a switch that is not known": [notebook({ directInternetAccess: unknown })] },
    notApplicable: { "a type that may be public": [thing("aws:apprunner/service:Service", "s", {})] },
  },
  {
    rule: loadBalancersSpanZones,
    pass: {
      "three zones": [...tiers.things, balancer({ subnets: tiers.applications.map(id) })],
      "three mapped zones": [
        ...tiers.things,
        balancer({ subnetMappings: tiers.applications.map((one) => ({ subnetId: id(one) })) }),
      ],
    },
    fail: {
      "two zones": [...two.things, balancer({ subnets: two.applications.map(id) })],
      "two mapped zones": [...two.things, balancer({ subnetMappings: [{ subnetId: idOf(two.publics[0]!) }] })],
    },
    unknown: { "subnets that are not known": [balancer({ subnets: unknown })] },
    notApplicable: { "a stack without load balancers": tiers.things },
  },
  {
    rule: natGatewaysSpanZones,
    pass: {
      "one per zone": tiers.things,
      "gateways of another VPC alone": [vpc, ...natOf({ vpcId: "vpc-0another" })],
      "a regional one of another VPC alone": [vpc, regional("vpc-0another")],
      "a regional one": [
        vpc,
        thing("aws:ec2/natGateway:NatGateway", "nat", { vpcId: id(vpc), availabilityMode: "regional" }),
      ],
    },
    fail: {
      "two of three zones": two.things,
      "two zones beside a regional one of another VPC": [...two.things, regional("vpc-0another")],
      "two zones beside a gateway of another VPC": [...two.things, ...natOf({ vpcId: "vpc-0another" })],
      "three zones crossed": crossed,
    },
    unknown: {
      "subnets of another stack": [vpc, thing("aws:ec2/natGateway:NatGateway", "nat", { subnetId: unknown })],
      "a third gateway whose subnet is not known": [
        ...two.things,
        thing("aws:ec2/natGateway:NatGateway", "nat", { subnetId: unknown }),
      ],
      "a subnet whose zone AWS chooses": [vpc, ...natOf({ vpcId: id(vpc), availabilityZone: undefined })],
      "a third subnet whose zone AWS chooses": [
        ...two.things,
        ...natOf({ vpcId: id(vpc), availabilityZone: undefined }),
      ],
    },
    notApplicable: { "a VPC without NAT": [vpc] },
  },
  {
    rule: noOpenIngress,
    pass: {
      "ports of Lightsail for a campus": [ports({ cidrs: ["192.0.2.0/24"] })],
      "ports of Lightsail for a campus with IPv6": [ports({ ipv6Cidrs: ["2001:db8::/32"] })],
      "ports of Lightsail for its console": [ports({ cidrListAliases: ["lightsail-connect"] })],
      "a group as source": [vpc, group, ingress({ referencedSecurityGroupId: "sg-1" })],
      "nodes with SSH from a group": [nodes({ remoteAccess: { ec2SshKey: "ops", sourceSecurityGroupIds: ["sg-1"] } })],
      "network ACLs that open what answers need": [
        acl({ action: "allow", cidrBlock: "0.0.0.0/0", fromPort: 1024, toPort: 65535 }),
        acl({ action: "allow", cidrBlock: "0.0.0.0/0", fromPort: 443, toPort: 443 }),
        acl({ action: "deny", cidrBlock: "0.0.0.0/0", fromPort: 22, toPort: 22 }),
        acl({ action: "allow", cidrBlock: "192.0.2.0/24", fromPort: 22, toPort: 22 }),
        acl({ action: "allow", cidrBlock: "0.0.0.0/0", fromPort: 22, toPort: 65535 }),
      ],
      "a few addresses": [vpc, group, ingress({ cidrIpv4: "203.0.113.0/24" })],
      "an inline rule for the VPC": [
        vpc,
        inline({ cidrBlocks: ["10.0.0.0/8"], fromPort: 22, toPort: 22, protocol: "tcp" }),
      ],
      "private IPv6": [vpc, inline({ ipv6CidrBlocks: ["fc00::/7"], fromPort: 22, toPort: 22, protocol: "tcp" })],
      "a prefix list of AWS": [vpc, group, ingress({ prefixListId: "pl-cloudfront" })],
      "a closed group": [
        vpc,
        group,
        thing("aws:ec2/securityGroupRule:SecurityGroupRule", "in", { type: "ingress", self: true }),
      ],
    },
    fail: {
      "nodes with SSH from anywhere": [nodes({ remoteAccess: { ec2SshKey: "ops" } })],
      "a network ACL that opens SSH": [acl({ action: "allow", cidrBlock: "0.0.0.0/0", fromPort: 22, toPort: 22 })],
      "a network ACL that opens remote desktops for IPv6": [
        acl({ action: "allow", ipv6CidrBlock: "::/0", fromPort: 3389, toPort: 3389 }),
      ],
      "a rule of a network ACL": [aclRule({ egress: false })],
      "a rule of a network ACL that does not say which way": [aclRule({})],
      "ports of Lightsail without a source": [ports({})],
      "ports of Lightsail for every IPv6 address": [ports({ cidrs: ["192.0.2.0/24"], ipv6Cidrs: ["::/0"] })],
      "an ingress rule": [vpc, group, ingress({ cidrIpv4: "0.0.0.0/0" })],
      "an ingress rule for IPv6": [vpc, group, ingress({ cidrIpv6: "::/0" })],
      "an inline rule": [
        vpc,
        inline({ cidrBlocks: ["10.0.0.0/8", "0.0.0.0/0"], fromPort: 0, toPort: 0, protocol: "-1" }),
      ],
      "an inline rule for IPv6": [vpc, inline({ ipv6CidrBlocks: ["::/0"], fromPort: 22, toPort: 22, protocol: "tcp" })],
      "a security group rule": [
        thing("aws:ec2/securityGroupRule:SecurityGroupRule", "in", {
          type: "ingress",
          cidrBlocks: ["0.0.0.0/0"],
          fromPort: 22,
          toPort: 22,
          protocol: "tcp",
        }),
      ],
      "the internet in two halves": [vpc, group, ingress({ cidrIpv4: "128.0.0.0/1" })],
      "a prefix list of this stack": [
        thing("aws:ec2/managedPrefixList:ManagedPrefixList", "all", { entries: [{ cidr: "0.0.0.0/0" }] }),
        group,
        ingress({ prefixListId: id(thing("aws:ec2/managedPrefixList:ManagedPrefixList", "all")) }),
      ],
      "a prefix list with an entry of its own": [
        thing("aws:ec2/managedPrefixList:ManagedPrefixList", "all", {}),
        thing("aws:ec2/managedPrefixListEntry:ManagedPrefixListEntry", "one", {
          prefixListId: id(thing("aws:ec2/managedPrefixList:ManagedPrefixList", "all")),
          cidr: "0.0.0.0/0",
        }),
        inline({
          prefixListIds: [id(thing("aws:ec2/managedPrefixList:ManagedPrefixList", "all"))],
          fromPort: 1,
          toPort: 2,
        }),
      ],
      "a default security group": [
        thing("aws:ec2/defaultSecurityGroup:DefaultSecurityGroup", "d", { ingress: [{ cidrBlocks: ["0.0.0.0/0"] }] }),
      ],
      "an open list with one unknown beside it": [vpc, group, ingress({ cidrIpv4: "0.0.0.0/0", cidrIpv6: unknown })],
      "some ports": [vpc, group, ingress({ cidrIpv4: "0.0.0.0/0", fromPort: 80, toPort: 90 })],
      "one port": [vpc, group, ingress({ cidrIpv4: "0.0.0.0/0", fromPort: 22, toPort: 22 })],
      "no ports": [vpc, group, ingress({ cidrIpv4: "0.0.0.0/0", fromPort: undefined, toPort: undefined })],
      "every protocol": [vpc, group, ingress({ cidrIpv4: "0.0.0.0/0", ipProtocol: "-1", fromPort: 0, toPort: 0 })],
      "every protocol, inline": [vpc, inline({ cidrBlocks: ["0.0.0.0/0"], protocol: "-1", fromPort: 0, toPort: 0 })],
    },
    says: {
      "some ports": /in on ports 80 to 90\./,
      "one port": /in on port 22\./,
      "no ports": /in on every port\./,
      "every protocol": /in on every port\./,
      "every protocol, inline": /in on every port\./,
    },
    unknown: {
      "a network ACL for a network that is not known": [
        acl({ action: "allow", cidrBlock: unknown, fromPort: 22, toPort: 22 }),
      ],
      "network ACLs that are not known": [thing("aws:ec2/networkAcl:NetworkAcl", "acl", { ingress: unknown })],
      "a source of Lightsail that is not known": [ports({ cidrs: unknown })],
      "ports of Lightsail that are not known": [
        thing("aws:lightsail/instancePublicPorts:InstancePublicPorts", "ports", { portInfos: unknown }),
      ],
      "a source that is not known": [vpc, group, ingress({ cidrIpv4: unknown })],
      "inline rules that are not known": [thing("aws:ec2/securityGroup:SecurityGroup", "g", { ingress: unknown })],
    },
    notApplicable: {
      "nodes without SSH": [nodes({})],
      "a rule of a network ACL for what goes out": [aclRule({ egress: true })],
      "a rule of a network ACL that denies": [aclRule({ ruleAction: "deny" })],
      "an egress rule": [
        thing("aws:ec2/securityGroupRule:SecurityGroupRule", "out", { type: "egress", cidrBlocks: ["0.0.0.0/0"] }),
      ],
      "a VPC": [vpc],
    },
  },
  {
    rule: noOpenIngress,
    limits: { publicPorts: ["443"] },
    pass: {
      "the public port of a load balancer": [
        vpc,
        group,
        ingress({ cidrIpv4: "0.0.0.0/0" }),
        balancer({ securityGroups: [id(group)] }),
      ],
    },
    fail: {
      "a range of a load balancer that begins at its port": [
        ...[vpc, group, balancer({ securityGroups: [id(group)] })],
        ingress({ cidrIpv4: "0.0.0.0/0", fromPort: 443, toPort: 444 }),
      ],
      "another port of a load balancer": [
        vpc,
        group,
        ingress({ cidrIpv4: "0.0.0.0/0", fromPort: 80, toPort: 80 }),
        balancer({ securityGroups: [id(group)] }),
      ],
      "the public port of something else": [vpc, group, ingress({ cidrIpv4: "0.0.0.0/0" })],
    },
    unknown: {
      "a port that is not known": [
        vpc,
        group,
        ingress({ cidrIpv4: "0.0.0.0/0", fromPort: unknown }),
        balancer({ securityGroups: [id(group)] }),
      ],
    },
    notApplicable: { "a VPC": [vpc] },
  },
  {
    rule: noPublicAddresses,
    pass: {
      "a fleet without addresses": [fleet({})],
      "an environment without addresses": [beanstalk("false")],
      "an environment with AWS's defaults": [thing("aws:elasticbeanstalk/environment:Environment", "e", {})],
      "a service": [service(["s"], { assignPublicIp: false })],
      "an instance": [thing("aws:ec2/instance:Instance", "host", {})],
      "a launch template": [
        thing("aws:ec2/launchTemplate:LaunchTemplate", "t", {
          networkInterfaces: [{ associatePublicIpAddress: "false" }],
        }),
      ],
      "an elastic IP for NAT": [thing("aws:ec2/eip:Eip", "nat", { domain: "vpc" })],
    },
    fail: {
      "a fleet with addresses": [fleet({ associatePublicIpAddress: true })],
      "an environment with addresses": [beanstalk("true")],
      "a service": [service(["s"], { assignPublicIp: true })],
      "an instance": [thing("aws:ec2/instance:Instance", "host", { associatePublicIpAddress: true })],
      "a launch template": [
        thing("aws:ec2/launchTemplate:LaunchTemplate", "t", {
          networkInterfaces: [{ associatePublicIpAddress: "true" }],
        }),
      ],
      "an elastic IP of an instance": [thing("aws:ec2/eip:Eip", "host", { instance: "i-1" })],
      "an association with an instance": [
        thing("aws:ec2/eipAssociation:EipAssociation", "host", { instanceId: unknown }),
      ],
    },
    unknown: {
      "machines of a fleet that are not known": [
        thing("aws:ec2/spotFleetRequest:SpotFleetRequest", "f", { launchSpecifications: unknown }),
      ],
      "settings that are not known": [
        thing("aws:elasticbeanstalk/environment:Environment", "e", { settings: unknown }),
      ],
      "a choice that is not known": [service(["s"], { assignPublicIp: unknown })],
    },
    notApplicable: { "a VPC": [vpc] },
  },
  {
    rule: internalLoadBalancers,
    pass: { "an internal one": [balancer({ internal: true })] },
    fail: {
      "an internet-facing one": [balancer({ internal: false })],
      "one that says nothing, by its other name": [thing("aws:alb/loadBalancer:LoadBalancer", "web", {})],
    },
    unknown: { "a choice that is not known": [balancer({ internal: unknown })] },
    notApplicable: { "a gateway load balancer": [balancer({ loadBalancerType: "gateway" })] },
  },
  {
    rule: vpcFlowLogs,
    pass: { "a flow log": [vpc, thing("aws:ec2/flowLog:FlowLog", "log", { vpcId: id(vpc) })] },
    fail: { none: [vpc], "one of a subnet only": [vpc, thing("aws:ec2/flowLog:FlowLog", "log", { subnetId: "s" })] },
    unknown: {
      "a flow log of one of two VPCs": [
        vpc,
        thing("aws:ec2/vpc:Vpc", "other"),
        thing("aws:ec2/flowLog:FlowLog", "log", {
          vpcId: through([vpc, thing("aws:ec2/vpc:Vpc", "other")], idOf(vpc)),
        }),
      ],
    },
    notApplicable: { "a stack without a VPC": [balancer({})] },
  },
  {
    rule: defaultSecurityGroupClosed,
    pass: {
      "an adopted, empty one": [
        vpc,
        thing("aws:ec2/defaultSecurityGroup:DefaultSecurityGroup", "d", { vpcId: id(vpc) }),
      ],
    },
    fail: {
      "one that is left alone": [vpc],
      "one with rules": [
        vpc,
        thing("aws:ec2/defaultSecurityGroup:DefaultSecurityGroup", "d", { vpcId: id(vpc), ingress: [{ self: true }] }),
      ],
      "one that lets everything out": [
        vpc,
        thing("aws:ec2/defaultSecurityGroup:DefaultSecurityGroup", "d", {
          vpcId: id(vpc),
          egress: [{ protocol: "-1" }],
        }),
      ],
    },
    unknown: {
      "rules that are not known": [
        vpc,
        thing("aws:ec2/defaultSecurityGroup:DefaultSecurityGroup", "d", { vpcId: id(vpc), ingress: unknown }),
      ],
    },
    notApplicable: { "a stack without a VPC": [thing("aws:s3/bucket:Bucket", "bucket")] },
  },
  {
    rule: defaultSecurityGroupClosed,
    pass: {
      ...forEach(Object.keys(leftToDefault), (type) => [...closedNetwork, left(type)]),
      "a database by its subnet group": [
        ...closedNetwork,
        thing("aws:rds/subnetGroup:SubnetGroup", "g", { subnetIds: [id(subnet("a", "a"))] }),
        thing("aws:rds/instance:Instance", "db", {
          dbSubnetGroupName: id(thing("aws:rds/subnetGroup:SubnetGroup", "g")),
        }),
      ],
      "machines of a template": [...closedNetwork, template({}), machines()],
    },
    fail: {
      ...forEach(Object.keys(leftToDefault), (type) => [left(type, "subnet-0elsewhere")]),
      "an empty list": [left("aws:ec2/instance:Instance", "subnet-0", { vpcSecurityGroupIds: [] })],
      "a function with an empty list": [
        left("aws:lambda/function:Function", "s", { vpcConfig: { subnetIds: ["s"], securityGroupIds: [] } }),
      ],
      "machines of a template": [template({}), machines("subnet-0elsewhere")],
      "machines of several templates": [
        template({ networkInterfaces: [{ subnetId: "subnet-0" }] }),
        thing("aws:autoscaling/group:Group", "g", {
          mixedInstancesPolicy: {
            launchTemplate: { launchTemplateSpecification: { launchTemplateId: id(template({})) } },
          },
        }),
      ],
      "a database in the default VPC": [thing("aws:rds/instance:Instance", "db", {})],
      "a machine in the default VPC of the stack": [
        thing("aws:ec2/defaultVpc:DefaultVpc", "d", {}),
        thing("aws:ec2/defaultSubnet:DefaultSubnet", "s", { vpcId: id(thing("aws:ec2/defaultVpc:DefaultVpc", "d")) }),
        thing("aws:ec2/instance:Instance", "h", { subnetId: id(thing("aws:ec2/defaultSubnet:DefaultSubnet", "s")) }),
      ],
      "a machine in a VPC whose default group lets out": [
        ...[vpc, subnet("a", "a"), left("aws:ec2/instance:Instance")],
        thing("aws:ec2/defaultSecurityGroup:DefaultSecurityGroup", "d", {
          vpcId: id(vpc),
          egress: [{ protocol: "-1" }],
        }),
      ],
      ...forEach(["aws:ec2/instance:Instance", "aws:ec2/spotInstanceRequest:SpotInstanceRequest"], (type) => [
        template({}),
        thing(type, "h", { launchTemplate: { id: id(template({})) }, subnetId: "subnet-0" }),
      ]),
    },
    says: {
      "a machine in the default VPC of the stack": /"h": it names no security group \(vpcSecurityGroupIds\)/,
      "a machine in a VPC whose default group lets out": /it names no security group/,
      "machines of a template": /it names no security group \(vpcSecurityGroupIds\)/,
    },
    unknown: {
      "rules that are not known": [
        ...[vpc, subnet("a", "a"), left("aws:ec2/instance:Instance")],
        thing("aws:ec2/defaultSecurityGroup:DefaultSecurityGroup", "d", { vpcId: id(vpc), egress: unknown }),
      ],
    },
    notApplicable: {
      ...forEach(Object.keys(leftToDefault), (type) => [left(type, "subnet-0", grouped(type, ["sg-1"]))]),
      ...forEach(
        Object.keys(leftToDefault).map((type) => `${type} with groups that are not known`),
        (name) => {
          const [type = ""] = name.split(" ");
          return [left(type, "subnet-0", grouped(type, unknown))];
        },
      ),
      ...forEach(["networkInterfaces", "primaryNetworkInterface", "securityGroups"], (path) => [
        thing("aws:ec2/instance:Instance", "h", { [path]: [{ networkInterfaceId: "eni-1" }] }),
      ]),
      "a template that names groups of the default VPC": [
        template({ securityGroupNames: ["web"] }),
        machines("subnet-0"),
      ],
      "a template of an interface that exists": [
        template({ networkInterfaces: [{ networkInterfaceId: "eni-1" }] }),
        machines("subnet-0"),
      ],
      "a template whose interfaces are not known": [template({ networkInterfaces: unknown }), machines("subnet-0")],
      "a template of a machine that names groups of the default VPC": [
        template({}),
        thing("aws:ec2/instance:Instance", "h", { launchTemplate: { id: id(template({})) }, securityGroups: ["web"] }),
      ],
      "a cache of a global group": [
        thing("aws:elasticache/replicationGroup:ReplicationGroup", "c", { globalReplicationGroupId: "g" }),
      ],
      "a network load balancer": [balancer({ loadBalancerType: "network" })],
      "a gateway endpoint": [thing("aws:ec2/vpcEndpoint:VpcEndpoint", "e", { vpcEndpointType: "Gateway" })],
      "a search domain on the internet": [thing("aws:opensearch/domain:Domain", "s", {})],
      "a service on the host's network": [thing("aws:ecs/service:Service", "s", {})],
      "a function outside": [thing("aws:lambda/function:Function", "f", { vpcConfig: { subnetIds: [] } })],
      "a cache node of a group": [thing("aws:elasticache/cluster:Cluster", "c", { replicationGroupId: "g" })],
      "a template with groups": [template({ vpcSecurityGroupIds: ["sg-1"] }), machines("subnet-0")],
      "a template whose interface has groups": [
        template({ networkInterfaces: [{ securityGroups: ["sg-1"] }] }),
        machines("subnet-0"),
      ],
      "a template of a node group, which gets the cluster's": [
        template({}),
        thing("aws:eks/nodeGroup:NodeGroup", "n", { launchTemplate: { id: id(template({})) } }),
      ],
      "a template of a machine that names its own": [
        template({}),
        thing("aws:ec2/instance:Instance", "h", {
          launchTemplate: { id: id(template({})) },
          vpcSecurityGroupIds: ["sg-1"],
        }),
      ],
    },
  },
];
