import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { Entry } from "./corpus";

const isolated = "data-subnets-isolated";
const inPrivate = "workloads-in-private-subnets";
const zones = ["us-east-1a", "us-east-1b", "us-east-1c"];

/** A network of three tiers, as tutorials write it. @param natZone The zone of the NAT gateway that each private subnet uses. */
function threeTiers(natZone: (zone: number) => number = (zone) => zone) {
  const vpc = new aws.ec2.Vpc("net", { cidrBlock: "10.0.0.0/16" });
  const igw = new aws.ec2.InternetGateway("igw", { vpcId: vpc.id });
  const subnets = (tier: string, first: number) =>
    zones.map(
      (availabilityZone, i) =>
        new aws.ec2.Subnet(`${tier}-${i}`, {
          ...{ vpcId: vpc.id, availabilityZone, cidrBlock: `10.0.${first + i}.0/24` },
          tags: { Tier: tier },
        }),
    );
  const [publics, privates, data] = [subnets("public", 0), subnets("private", 10), subnets("data", 20)];
  const table = (name: string, subnet: aws.ec2.Subnet) => {
    const made = new aws.ec2.RouteTable(name, { vpcId: vpc.id });
    new aws.ec2.RouteTableAssociation(name, { subnetId: subnet.id, routeTableId: made.id });
    return made;
  };
  const nats = publics.map((subnet, i) => {
    new aws.ec2.Route(`public-${i}`, {
      ...{ routeTableId: table(`public-${i}`, subnet).id, destinationCidrBlock: "0.0.0.0/0", gatewayId: igw.id },
    });
    const eip = new aws.ec2.Eip(`nat-${i}`, { domain: "vpc" });
    return new aws.ec2.NatGateway(`nat-${i}`, { subnetId: subnet.id, allocationId: eip.id });
  });
  privates.forEach((subnet, i) => {
    const natGatewayId = nats[natZone(i)]!.id;
    const routeTableId = table(`private-${i}`, subnet).id;
    new aws.ec2.Route(`private-${i}`, { routeTableId, destinationCidrBlock: "0.0.0.0/0", natGatewayId });
  });
  data.forEach((subnet, i) => table(`data-${i}`, subnet));
  return { vpc, publics, privates, data };
}

const ids = (subnets: readonly aws.ec2.Subnet[]) => subnets.map(({ id }) => id);

/** Code of another author that makes a network and hands out its lists in one output, as awsx does. */
class Network extends pulumi.ComponentResource {
  readonly publicSubnetIds: pulumi.Output<string[]>;
  readonly dataSubnetIds: pulumi.Output<string[]>;
  readonly vpcId: pulumi.Output<string>;

  constructor(name: string, withPublic: boolean) {
    super("acme:network:Network", name);
    const child = { parent: this };
    const vpc = new aws.ec2.Vpc(name, { cidrBlock: "10.0.0.0/16" }, child);
    const igw = new aws.ec2.InternetGateway(name, { vpcId: vpc.id }, child);
    const made = (withPublic ? ["Public", "Isolated"] : ["Isolated"]).flatMap((tier) =>
      zones.map((availabilityZone, i) => {
        const subnet = new aws.ec2.Subnet(
          `${name}-${tier}-${i}`,
          { vpcId: vpc.id, availabilityZone, tags: { SubnetType: tier } },
          child,
        );
        const table = new aws.ec2.RouteTable(`${name}-${tier}-${i}`, { vpcId: vpc.id }, child);
        new aws.ec2.RouteTableAssociation(
          `${name}-${tier}-${i}`,
          { subnetId: subnet.id, routeTableId: table.id },
          child,
        );
        if (tier === "Public") {
          new aws.ec2.Route(
            `${name}-${i}`,
            { routeTableId: table.id, destinationCidrBlock: "0.0.0.0/0", gatewayId: igw.id },
            child,
          );
        }
        return { tier, subnet };
      }),
    );
    const idsOf = (tier: string) => made.filter((one) => one.tier === tier).map(({ subnet }) => subnet.id);
    const subnets = made.map(({ subnet }) => subnet);
    const lists = { publicIds: idsOf("Public"), dataIds: idsOf("Isolated"), vpcId: vpc.id };
    const data = pulumi.output(Promise.resolve({ vpc, subnets, ...lists }));
    this.publicSubnetIds = data.publicIds;
    this.dataSubnetIds = data.dataIds;
    this.vpcId = data.vpcId;
  }
}

const database = (more: Partial<aws.rds.InstanceArgs> = {}) =>
  new aws.rds.Instance("db", { engine: "postgres", engineVersion: "17", instanceClass: "db.t4g.micro", ...more });

export const networkEntries: readonly Entry[] = [
  {
    name: "the shortest database, cache and instance that there are",
    style: "tutorial",
    program: () => {
      database({ allocatedStorage: 20, username: "app", manageMasterUserPassword: true });
      new aws.elasticache.ReplicationGroup("cache", {
        description: "cache",
        engine: "valkey",
        nodeType: "cache.t4g.micro",
      });
      new aws.elasticache.ServerlessCache("serverless", { engine: "valkey", name: "serverless" });
      new aws.docdb.Cluster("documents", { masterUsername: "app" });
      new aws.redshiftserverless.Workgroup("warehouse", { workgroupName: "w", namespaceName: "n" });
      new aws.opensearch.Domain("search", {});
      new aws.ec2.Instance("host", { ami: "ami-1", instanceType: "t3.micro" });
      new aws.autoscaling.Group("nodes", { minSize: 1, maxSize: 2, availabilityZones: zones });
    },
    about: [isolated, inPrivate],
    faults: [
      ...["db", "cache", "serverless", "documents", "warehouse", "search"].map((name) => `${isolated}: ${name}`),
      ...["host", "nodes"].map((name) => `${inPrivate}: ${name}`),
    ],
  },
  {
    name: "a database in the group named default",
    style: "terraform",
    program: () => database({ dbSubnetGroupName: "default" }),
    about: [isolated],
    faults: [`${isolated}: db`],
  },
  {
    name: "a replica, which is where its source is",
    style: "terraform",
    program: () => void database({ replicateSourceDb: "primary" }),
    about: [isolated],
  },
  {
    name: "a database, a service and an instance of a launch template, each in its tier",
    style: "pulumi/examples",
    program: () => {
      const { privates, data } = threeTiers();
      const group = new aws.rds.SubnetGroup("db", { subnetIds: ids(data) });
      database({ dbSubnetGroupName: group.name });
      new aws.ecs.Service("web", { networkConfiguration: { subnets: ids(privates) } });
      const template = new aws.ec2.LaunchTemplate("host", { networkInterfaces: [{ subnetId: privates[0]!.id }] });
      new aws.ec2.Instance("host", { launchTemplate: { id: template.id } });
    },
    about: [isolated, inPrivate, "nat-gateways-span-zones", "subnet-groups-span-zones", "compute-spans-zones"],
  },
  {
    name: "an instance of a launch template that names no subnet",
    style: "terraform",
    program: () => {
      const template = new aws.ec2.LaunchTemplate("host", { imageId: "ami-1" });
      new aws.ec2.Instance("host", { launchTemplate: { id: template.id } });
    },
    about: [inPrivate],
    faults: [`${inPrivate}: host`],
  },
  {
    name: "every zone behind the NAT gateway of the first",
    style: "terraform",
    program: () => void threeTiers(() => 0),
    about: ["nat-gateways-span-zones"],
    faults: ["nat-gateways-span-zones: net"],
  },
  {
    name: "two zones crossed",
    style: "tutorial",
    program: () => void threeTiers((zone) => [1, 0, 2][zone]!),
    about: ["nat-gateways-span-zones"],
    faults: ["nat-gateways-span-zones: net"],
  },
  {
    name: "two zones crossed, where one gateway would do",
    style: "tutorial",
    program: () => void threeTiers((zone) => [1, 0, 2][zone]!),
    about: ["nat-gateways-span-zones"],
    config: { "nat-gateways-span-zones": { minZones: 1 } },
  },
  {
    name: "all subnets of a network, looked up by its id, which a preview does not know",
    style: "pulumi/examples",
    program: () => {
      const { vpc } = threeTiers();
      const found = aws.ec2.getSubnetsOutput({ filters: [{ name: "vpc-id", values: [vpc.id] }] });
      new aws.rds.SubnetGroup("db", { subnetIds: found.ids });
      new aws.rds.SubnetGroup("said", { subnetIds: found.ids, tags: { Tier: "data" } });
    },
    about: [isolated],
    open: [`${isolated}: db`, `${isolated}: said`],
    later: [`${isolated}: db`, `${isolated}: said`],
  },
  {
    name: "data subnets of a network, looked up by its id and a tag",
    style: "pulumi/examples",
    program: () => {
      const { vpc } = threeTiers();
      const found = aws.ec2.getSubnetsOutput({
        filters: [
          { name: "vpc-id", values: [vpc.id] },
          { name: "tag:Tier", values: ["data"] },
        ],
      });
      new aws.rds.SubnetGroup("db", { subnetIds: found.ids });
    },
    about: [isolated, "subnet-groups-span-zones"],
    open: [`${isolated}: db`, "subnet-groups-span-zones: db"],
  },
  {
    name: "subnets that were looked up by a tag once the network is there",
    style: "terraform",
    program: () => {
      const { vpc } = threeTiers();
      const found = (tier: string) =>
        aws.ec2.getSubnetsOutput({ filters: [{ name: "tag:Tier", values: [tier] }] }, { dependsOn: [vpc] }).ids;
      new aws.rds.SubnetGroup("db", { subnetIds: found("data") });
      new aws.rds.SubnetGroup("said", { subnetIds: found("data"), tags: { Tier: "data" } });
      new aws.rds.SubnetGroup("said-bad", { subnetIds: found("public"), tags: { Tier: "public" } });
    },
    about: [isolated],
    faults: [`${isolated}: said-bad`],
    open: [`${isolated}: db`],
  },
  {
    name: "subnets that were looked up once they are there",
    style: "terraform",
    program: () => {
      const { data, publics } = threeTiers();
      const found = (tier: string, dependsOn: aws.ec2.Subnet[]) =>
        aws.ec2.getSubnetsOutput({ filters: [{ name: "tag:Tier", values: [tier] }] }, { dependsOn }).ids;
      new aws.rds.SubnetGroup("db", { subnetIds: found("data", data) });
      new aws.rds.SubnetGroup("open", { subnetIds: found("public", publics) });
    },
    about: [isolated],
    faults: [`${isolated}: open`],
  },
  {
    name: "subnets of another stack's network that were looked up",
    style: "pulumi/examples",
    program: () => {
      const found = aws.ec2.getSubnetsOutput({ filters: [{ name: "vpc-id", values: ["vpc-0elsewhere"] }] });
      new aws.rds.SubnetGroup("db", { subnetIds: found.ids, tags: { Tier: "data" } });
    },
    about: [isolated],
    outside: [`${isolated}: db`],
  },
  {
    name: "another author's component with isolated subnets only",
    style: "component",
    program: () => {
      const network = new Network("acme", false);
      new aws.rds.SubnetGroup("db", { subnetIds: network.dataSubnetIds });
    },
    about: [isolated, "subnet-groups-span-zones"],
  },
  {
    name: "another author's component, of which a preview cannot say which list is meant",
    style: "component",
    program: () => {
      const network = new Network("acme", true);
      new aws.rds.SubnetGroup("good", { subnetIds: network.dataSubnetIds });
      new aws.rds.SubnetGroup("bad", { subnetIds: network.publicSubnetIds });
      new aws.rds.SubnetGroup("said", { subnetIds: network.dataSubnetIds, tags: { SubnetType: "Isolated" } });
      new aws.rds.SubnetGroup("said-bad", { subnetIds: network.publicSubnetIds, tags: { SubnetType: "Public" } });
    },
    about: [isolated, "subnet-groups-span-zones"],
    faults: [`${isolated}: said-bad`],
    open: [`${isolated}: bad`, `${isolated}: good`],
    later: [`${isolated}: bad`],
  },
  {
    name: "one of a component's subnets",
    style: "component",
    program: () => {
      const network = new Network("acme", false);
      const first = network.dataSubnetIds.apply((list) => list[0]!);
      new aws.rds.SubnetGroup("db", { subnetIds: [first] });
    },
    about: ["subnet-groups-span-zones"],
    faults: ["subnet-groups-span-zones: db"],
  },
  {
    name: "addresses on machines by all doors",
    style: "console",
    program: () => {
      new aws.ec2.Eip("on-interface", { networkInterface: "eni-1" });
      new aws.ec2.Eip("for-nat", { domain: "vpc" });
      new aws.ec2.EipAssociation("later", { networkInterfaceId: "eni-1", allocationId: "eipalloc-1" });
      new aws.cloudwatch.EventTarget("cron", {
        ...{
          rule: "nightly",
          arn: "arn:aws:ecs:us-east-1:111122223333:cluster/c",
          roleArn: "arn:aws:iam::111122223333:role/r",
        },
        ecsTarget: {
          taskDefinitionArn: "arn:aws:ecs:us-east-1:111122223333:task-definition/t:1",
          networkConfiguration: { subnets: ["subnet-0123"], assignPublicIp: true },
        },
      });
      new aws.scheduler.Schedule("schedule", {
        ...{ scheduleExpression: "rate(1 day)", flexibleTimeWindow: { mode: "OFF" } },
        target: {
          arn: "arn:aws:ecs:us-east-1:111122223333:cluster/c",
          roleArn: "arn:aws:iam::111122223333:role/r",
          ecsParameters: {
            taskDefinitionArn: "arn:aws:ecs:us-east-1:111122223333:task-definition/t:1",
            networkConfiguration: { subnets: ["subnet-0123"], assignPublicIp: true },
          },
        },
      });
    },
    about: ["no-public-addresses"],
    faults: ["on-interface", "later", "cron", "schedule"].map((name) => `no-public-addresses: ${name}`),
  },
  {
    name: "public databases, brokers and streams",
    style: "console",
    program: () => {
      new aws.mq.Broker("broker", {
        ...{ brokerName: "b", engineType: "RabbitMQ", engineVersion: "3.13", hostInstanceType: "mq.m5.large" },
        ...{ users: [{ username: "a", password: "b" }], publiclyAccessible: true },
      });
      new aws.redshiftserverless.Workgroup("warehouse", {
        workgroupName: "w",
        namespaceName: "n",
        publiclyAccessible: true,
      });
      new aws.dms.ReplicationInstance("migration", {
        replicationInstanceClass: "dms.t3.micro",
        replicationInstanceId: "m",
      });
      new aws.msk.Cluster("streams", {
        ...{ clusterName: "s", kafkaVersion: "3.7.x", numberOfBrokerNodes: 3 },
        brokerNodeGroupInfo: {
          ...{ clientSubnets: ["subnet-1"], instanceType: "kafka.m5.large", securityGroups: ["sg-1"] },
          connectivityInfo: { publicAccess: { type: "SERVICE_PROVIDED_EIPS" } },
        },
      });
    },
    about: ["database-not-public"],
    faults: ["broker", "warehouse", "migration", "streams"].map((name) => `database-not-public: ${name}`),
  },
  {
    name: "a classic load balancer",
    style: "tutorial",
    program: () =>
      void new aws.elb.LoadBalancer("web", {
        availabilityZones: ["us-east-1a"],
        listeners: [{ instancePort: 80, instanceProtocol: "http", lbPort: 80, lbProtocol: "http" }],
      }),
    about: ["internal-load-balancers", "load-balancers-span-zones", "listener-tls"],
    faults: ["internal-load-balancers: web", "load-balancers-span-zones: web", "listener-tls: web"],
  },
];
