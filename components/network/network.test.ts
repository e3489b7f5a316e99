import * as assert from "node:assert/strict";
import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { build, BuildOptions, isUnknown, settled } from "../../testing/build";
import { essentialEndpoints, interfaceEndpointServices } from "./interfaceEndpoints";
import { Network, NetworkArgs } from "./network";

const args: NetworkArgs = {
  cidr: "10.20.0.0/16",
  availabilityZones: ["eu-west-2a", "eu-west-2b"],
  region: "eu-west-2",
};

const make = (changes: Partial<NetworkArgs> = {}, options: BuildOptions = {}) =>
  build((recorder) => new Network("net", { ...args, ...changes }, recorder), options);

const perZone = (letter: string) => [
  `aws:ec2/eip:Eip::net-nat-${letter}-address`,
  `aws:ec2/natGateway:NatGateway::net-nat-${letter}`,
  `aws:ec2/route:Route::net-application-${letter}-internet`,
  `aws:ec2/routeTable:RouteTable::net-application-${letter}-routes`,
  ...["public", "application", "data"].flatMap((tier) => [
    `aws:ec2/routeTableAssociation:RouteTableAssociation::net-${tier}-${letter}-routing`,
    `aws:ec2/subnet:Subnet::net-${tier}-${letter}`,
  ]),
];

const shared = [
  "aws:cloudwatch/logGroup:LogGroup::net-flow-logs",
  "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup::net-default",
  "aws:ec2/flowLog:FlowLog::net-flow-log",
  "aws:ec2/internetGateway:InternetGateway::net-internet",
  "aws:ec2/route:Route::net-public-internet",
  "aws:ec2/routeTable:RouteTable::net-data-routes",
  "aws:ec2/routeTable:RouteTable::net-public-routes",
  "aws:ec2/vpc:Vpc::net-vpc",
  "aws:ec2/vpcEndpoint:VpcEndpoint::net-endpoint-s3",
  "aws:iam/role:Role::net-flow-logs-role",
  "aws:iam/rolePolicy:RolePolicy::net-flow-logs-policy",
  "moodle:network:Network::net",
];

describe("Network", () => {
  it("builds exactly these resources, with a NAT gateway per zone", async () => {
    const built = await make();
    assert.deepEqual(built.identities, [...shared, ...perZone("a"), ...perZone("b")].sort());
  });

  it("makes everything its child", async () => {
    const built = await make({ interfaceEndpoints: ["logs"] });
    for (const { name, options } of built.resources.slice(1)) {
      assert.equal(options.parent, built.component, name);
    }
  });

  it("puts one subnet of each tier into each zone, in a preview too", async () => {
    const built = await make({}, { preview: true });
    const subnet = (name: string) => {
      const { availabilityZone, cidrBlock, mapPublicIpOnLaunch } = built.get(name).inputs;
      return [availabilityZone, cidrBlock, mapPublicIpOnLaunch];
    };
    const subnets = built.ofType("aws:ec2/subnet:Subnet").map(({ name }) => [name, ...subnet(name)]);
    assert.deepEqual(subnets, [
      ["net-public-a", "eu-west-2a", "10.20.48.0/21", false],
      ["net-application-a", "eu-west-2a", "10.20.0.0/19", false],
      ["net-data-a", "eu-west-2a", "10.20.32.0/20", false],
      ["net-public-b", "eu-west-2b", "10.20.112.0/21", false],
      ["net-application-b", "eu-west-2b", "10.20.64.0/19", false],
      ["net-data-b", "eu-west-2b", "10.20.96.0/20", false],
    ]);
    assert.ok(isUnknown(built.get("net-endpoint-s3").inputs["vpcId"]));
    assert.equal(built.component.dataSubnetIds.length, 2);
    assert.equal(await settled(built.component.vpcId), undefined);
  });

  it("routes: public to the internet, application through its own NAT gateway, data nowhere", async () => {
    const built = await make();
    const routes = built.ofType("aws:ec2/route:Route").map(({ inputs }) => inputs);
    assert.deepEqual(routes, [
      { routeTableId: "net-public-routes-id", destinationCidrBlock: "0.0.0.0/0", gatewayId: "net-internet-id" },
      { routeTableId: "net-application-a-routes-id", destinationCidrBlock: "0.0.0.0/0", natGatewayId: "net-nat-a-id" },
      { routeTableId: "net-application-b-routes-id", destinationCidrBlock: "0.0.0.0/0", natGatewayId: "net-nat-b-id" },
    ]);
    for (const letter of ["a", "b"]) {
      const association = (tier: string) => built.get(`net-${tier}-${letter}-routing`).inputs["routeTableId"];
      assert.equal(association("public"), "net-public-routes-id");
      assert.equal(association("application"), `net-application-${letter}-routes-id`);
      assert.equal(association("data"), "net-data-routes-id");
    }
  });

  it("with a single NAT gateway leads all zones through the first", async () => {
    const built = await make({ natGateways: "single" });
    assert.deepEqual(
      built.ofType("aws:ec2/natGateway:NatGateway").map(({ name }) => name),
      ["net-nat-a"],
    );
    const through = built.ofType("aws:ec2/route:Route").map(({ inputs }) => inputs["natGatewayId"]);
    assert.deepEqual(through, [undefined, "net-nat-a-id", "net-nat-a-id"]);
    assert.equal(built.component.natPublicIps.length, 1);
  });

  it("leads the application tier to other networks: each gateway joined once, in every zone", async () => {
    const routes = [
      { cidr: "10.0.0.0/8", through: "tgw-0a1b2c3d" },
      { cidr: "172.16.0.0/12", through: "tgw-0a1b2c3d" },
      { cidr: "192.168.1.0/24", through: "vgw-0a1b2c3d" },
      { cidr: "192.168.2.0/24", through: "pcx-0a1b2c3d" },
    ];
    const built = await make({ routes, resolverRuleIds: ["rslvr-rr-0a1b2c3d"] });
    const [transit, ...others] = built.ofType("aws:ec2transitgateway/vpcAttachment:VpcAttachment");
    assert.deepEqual(others, []);
    assert.deepEqual(transit?.inputs["subnetIds"], ["net-application-a-id", "net-application-b-id"]);
    assert.equal(built.get("net-vgw-0a1b2c3d").inputs["vpnGatewayId"], "vgw-0a1b2c3d");
    assert.equal(built.get("net-rslvr-rr-0a1b2c3d").inputs["resolverRuleId"], "rslvr-rr-0a1b2c3d");
    const targets = built
      .ofType("aws:ec2/route:Route")
      .filter(({ name }) => name.includes("-to-"))
      .map(({ inputs: { routeTableId, destinationCidrBlock, ...target } }) => [
        routeTableId,
        destinationCidrBlock,
        target,
      ]);
    const zone = (letter: string) => [
      [`net-application-${letter}-routes-id`, "10.0.0.0/8", { transitGatewayId: "tgw-0a1b2c3d" }],
      [`net-application-${letter}-routes-id`, "172.16.0.0/12", { transitGatewayId: "tgw-0a1b2c3d" }],
      [`net-application-${letter}-routes-id`, "192.168.1.0/24", { gatewayId: "vgw-0a1b2c3d" }],
      [`net-application-${letter}-routes-id`, "192.168.2.0/24", { vpcPeeringConnectionId: "pcx-0a1b2c3d" }],
    ];
    const byText = (a: unknown, b: unknown) => JSON.stringify(a).localeCompare(JSON.stringify(b));
    assert.deepEqual(targets.sort(byText), [...zone("a"), ...zone("b")].sort(byText));
    for (const { name, options } of built.ofType("aws:ec2/route:Route").filter(({ name }) => name.includes("-to-10"))) {
      // AWS refuses a route to a gateway that the VPC is not joined to yet.
      const [attachment] = [options.dependsOn].flat() as pulumi.Resource[];
      assert.ok(attachment instanceof aws.ec2transitgateway.VpcAttachment, name);
    }
  });

  it("leaves through another network, without NAT gateways and endpoints", async () => {
    const built = await make({ natGateways: "none", routes: [{ cidr: "0.0.0.0/0", through: "tgw-0a1b2c3d" }] });
    assert.deepEqual(built.ofType("aws:ec2/natGateway:NatGateway"), []);
    assert.equal(built.ofType("aws:ec2/vpcEndpoint:VpcEndpoint").length, 1, "S3's, which is free");
    const out = built.get("net-application-a-internet").inputs;
    assert.deepEqual([out["destinationCidrBlock"], out["transitGatewayId"]], ["0.0.0.0/0", "tgw-0a1b2c3d"]);
  });

  it("without NAT gateways has the endpoints that tasks need, and no way out", async () => {
    const built = await make({ natGateways: "none" });
    assert.equal(built.ofType("aws:ec2/natGateway:NatGateway").length, 0);
    assert.deepEqual(
      built.ofType("aws:ec2/route:Route").map(({ name }) => name),
      ["net-public-internet"],
    );
    const services = built.ofType("aws:ec2/vpcEndpoint:VpcEndpoint").map(({ inputs }) => inputs["serviceName"]);
    assert.deepEqual(
      services,
      ["s3", ...essentialEndpoints].map((service) => `com.amazonaws.eu-west-2.${service}`),
    );
  });

  it("gives the S3 endpoint to the application and data tables", async () => {
    const { inputs } = (await make()).get("net-endpoint-s3");
    assert.equal(inputs["vpcEndpointType"], "Gateway");
    assert.deepEqual(inputs["routeTableIds"], [
      "net-application-a-routes-id",
      "net-application-b-routes-id",
      "net-data-routes-id",
    ]);
  });

  it("makes interface endpoints with private DNS, open to the VPC on 443 only", async () => {
    const built = await make({ interfaceEndpoints: ["ecr.dkr"] });
    assert.deepEqual(built.get("net-endpoint-ecr-dkr").inputs, {
      vpcId: "net-vpc-id",
      serviceName: "com.amazonaws.eu-west-2.ecr.dkr",
      vpcEndpointType: "Interface",
      privateDnsEnabled: true,
      subnetIds: ["net-application-a-id", "net-application-b-id"],
      securityGroupIds: ["net-endpoints-id"],
      tags: { Name: "net-ecr.dkr" },
    });
    const group = built.get("net-endpoints").inputs;
    assert.deepEqual([group["ingress"], group["egress"]], [undefined, undefined]);
    const { cidrIpv4, fromPort, toPort, ipProtocol } = built.get("net-endpoints-https").inputs;
    assert.deepEqual([cidrIpv4, fromPort, toPort, ipProtocol], ["10.20.0.0/16", 443, 443, "tcp"]);
  });

  it("empties the default security group", async () => {
    const { ingress, egress } = (await make()).get("net-default").inputs;
    assert.deepEqual([ingress, egress], [[], []]);
  });

  it("logs all flows with retention, our key and rights to that one group", async () => {
    const built = await make({ kmsKeyArn: "arn:aws:kms:eu-west-2:123456789012:key/k", flowLogRetentionDays: 365 });
    const of = (type: string) => built.ofType(type)[0]!;
    assert.deepEqual(of("aws:cloudwatch/logGroup:LogGroup").inputs, {
      retentionInDays: 365,
      kmsKeyId: "arn:aws:kms:eu-west-2:123456789012:key/k",
    });
    assert.equal(of("aws:ec2/flowLog:FlowLog").inputs["trafficType"], "ALL");
    const trust = JSON.parse(of("aws:iam/role:Role").inputs["assumeRolePolicy"]).Statement[0];
    assert.equal(trust.Principal.Service, "vpc-flow-logs.amazonaws.com");
    assert.equal(trust.Condition.StringEquals["aws:SourceAccount"], "123456789012");
    const statements = JSON.parse(of("aws:iam/rolePolicy:RolePolicy").inputs["policy"]).Statement;
    assert.deepEqual(
      statements.map((statement: { Sid: string }) => statement.Sid),
      ["WriteFlowLogs", "FindLogGroup"],
    );
    assert.ok(statements[0].Resource.every((arn: string) => arn.includes("net-flow-logs")));
  });

  it("knows each endpoint by a word that AWS uses", () => {
    for (const service of Object.keys(interfaceEndpointServices)) {
      assert.match(service, /^[a-z0-9]+([.-][a-z0-9]+)?$/);
    }
  });

  const refused: readonly [string, Partial<NetworkArgs>, RegExp][] = [
    ["a public range", { cidr: "8.8.0.0/16" }, /cidr: got "8\.8\.0\.0\/16"/],
    ["a zone of elsewhere", { availabilityZones: ["eu-west-2a", "us-east-1a"] }, /availabilityZones\[1\]/],
    ["an unknown endpoint", { interfaceEndpoints: ["telepathy" as "ssm"] }, /interfaceEndpoints: got "telepathy"/],
    ["an endpoint twice", { interfaceEndpoints: ["ssm", "ssm"] }, /each once of/],
    [
      "no NAT gateway and too few endpoints",
      { natGateways: "none", interfaceEndpoints: ["logs"] },
      /Add ecr\.api, ecr\.dkr, ecs, .* or use a NAT gateway/,
    ],
    ["a retention that AWS does not know", { flowLogRetentionDays: 100 }, /flowLogRetentionDays: got 100/],
  ];
  for (const [what, changes, expected] of refused) {
    it(`refuses ${what}`, () => assert.rejects(make(changes), expected));
  }

  it("names all problems at once", () =>
    assert.rejects(make({ cidr: "x", flowLogRetentionDays: 2 }), /cidr: [^]*flowLogRetentionDays: /));
});
